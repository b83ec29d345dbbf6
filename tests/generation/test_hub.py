"""Models of a hub: fetched from a real (small) one, found in the local cache, and never fetched by a run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from t2s_pipeline.generation.fingerprint import model_folder as folder_of
from t2s_pipeline.generation.protocol import GenerationError
from tests.generation.hub_server import HubServer, commit_of

NOBODY = "http://127.0.0.1:9"
USE = """
import sys
from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.fingerprint import model_fingerprint, model_folder
config = ModelConfig(path=sys.argv[1], revision=sys.argv[2])
print(model_folder(config.path, config.revision), model_fingerprint(config))
"""


def run(arguments: list[str], cache: Path, endpoint: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_HOME": str(cache), "HF_ENDPOINT": endpoint, "no_proxy": "127.0.0.1"}
    environment |= {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=60)


def t2s(*arguments: str, cache: Path, endpoint: str = NOBODY) -> subprocess.CompletedProcess[str]:
    return run(["-m", "t2s_pipeline.cli", "model", "fetch", *arguments], cache, endpoint)


def test_what_is_fetched_is_a_model_without_the_hub(model_folder, tmp_path):
    newer = shutil.copytree(model_folder, tmp_path / "newer")
    (newer / "chat_template.jinja").write_text("{{ messages[0].content }}")
    (newer / "pytorch_model.bin").write_bytes(b"not wanted")
    with HubServer({("somebody/tiny", "v1"): model_folder, ("somebody/tiny", "main"): newer}) as hub:
        first = t2s("somebody/tiny", "--revision", "v1", cache=tmp_path / "cache", endpoint=hub.address)
        assert first.returncode == 0, first.stderr
        assert f"model somebody/tiny at {commit_of(model_folder)}" in first.stdout
        assert f'path = "somebody/tiny", revision = "{commit_of(model_folder)}"' in first.stdout
        again = t2s("somebody/tiny", cache=tmp_path / "cache", endpoint=hub.address)
        assert again.returncode == 0 and commit_of(newer) in again.stdout
        # The weights of both revisions are the same, and were sent once; what no model needs was not sent at all.
        assert hub.reads.count("model.safetensors") == 1 and "pytorch_model.bin" not in hub.reads
    found = {}
    for revision in ("v1", "", commit_of(newer)):
        used = run(["-c", USE, "somebody/tiny", revision], tmp_path / "cache", NOBODY)
        assert used.returncode == 0, used.stderr
        folder, found[revision] = used.stdout.split()
        assert Path(folder).name == commit_of(model_folder if revision == "v1" else newer)
    assert found["v1"] != found[""] == found[commit_of(newer)]


def test_an_adapter_is_fetched_too_and_what_is_neither_is_refused(adapter_folder, model_folder, tmp_path):
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    shutil.copy(model_folder / "config.json", pickled)
    (pickled / "pytorch_model.bin").write_bytes(b"pickle")
    with HubServer({("a/lora", "main"): adapter_folder, ("a/pickled", "main"): pickled}) as hub:
        fetched = t2s("a/lora", cache=tmp_path / "cache", endpoint=hub.address)
        assert fetched.returncode == 0 and "adapter a/lora at" in fetched.stdout, fetched.stderr
        refused = t2s("a/pickled", cache=tmp_path / "cache", endpoint=hub.address)
        assert refused.returncode == 1 and "a/pickled is no model or adapter" in refused.stderr
        unknown = t2s("a/nothing", cache=tmp_path / "cache", endpoint=hub.address)
        assert unknown.returncode == 1 and "no repository a/nothing" in unknown.stderr
        other = t2s("a/lora", "--revision", "v9", cache=tmp_path / "cache", endpoint=hub.address)
        assert other.returncode == 1 and "a/lora has no revision 'v9'" in other.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a/b"], f"{NOBODY}: not reached, and a/b is not in the local cache: .*HF_ENDPOINT"),
        (["nano"], "'nano' is no hub id: owner/name"),
        (["./nano"], "'./nano' is no hub id: owner/name"),
        (["a..b/c"], "'a..b/c' is no hub id: "),
    ],
)
def test_without_a_hub_it_says_what_to_do(tmp_path, arguments, said):
    import re

    failed = t2s(*arguments, cache=tmp_path)
    assert failed.returncode == 1
    assert re.fullmatch(f"t2s: {said}.*\n", failed.stderr), failed.stderr


def test_the_address_of_a_hub_has_its_protocol(tmp_path):
    failed = t2s("a/b", cache=tmp_path, endpoint="127.0.0.1:9")
    assert failed.returncode == 1 and failed.stderr.startswith("t2s: HF_ENDPOINT is '127.0.0.1:9': expected")


@pytest.mark.parametrize(
    ("path", "said"), [("./gone", "gone: no model there"), ("a..b/c", "'a..b/c': neither a folder nor a hub id")]
)
def test_a_path_that_names_nothing_is_told_in_one_line(tmp_path, monkeypatch, path, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GenerationError, match=said):
        folder_of(path)

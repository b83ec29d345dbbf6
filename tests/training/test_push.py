"""`t2s push`: an adapter, its card and its manifest to a (small, real) hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from t2s_pipeline.table_definitions import ADAPTERS
from t2s_pipeline.training.adapters import AdapterResult
from t2s_pipeline.training.external_adapters import Origin, publish_external
from t2s_pipeline.training.job import BaseModel
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.training.hub_upload_server import UploadServer
from tests.training.test_external_adapters import weights_of

EXPERIMENT = """
[datasets.own]
kind = "json"
root = "rows"

[models.tiny]
path = "tiny"

[train]
dataset = "own"
model = "tiny"

[adapters.mine]
model = "tiny"

[adapters.later]
model = "tiny"

[adapters.theirs]
method = "external"
model = "tiny"
path = "somebody/theirs"
"""
SENT = {"adapter_model.safetensors", "adapter_config.json", "manifest.json", "README.md"}


@pytest.fixture
def project(sft: AdapterResult, data: Path, tmp_path: Path) -> Path:
    """A project whose adapter `mine` is published, and `theirs`, which is not its own."""
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text(f'[paths]\ndata = "{data}"\n')
    (tmp_path / "experiments" / "test.toml").write_text(EXPERIMENT)
    other = tmp_path / "other"
    other.mkdir()
    (other / "adapter_model.safetensors").write_bytes(weights_of(64))
    (other / "adapter_config.json").write_text("{}")
    base = BaseModel("tiny", "tiny", "unused", "f" * 64)
    rows = {
        "mine": sft.adapters[0],
        "theirs": publish_external("theirs", other, Origin("somebody/theirs"), base, data),
    }
    warehouse = Warehouse(data)
    with warehouse.lock():
        for name, row in rows.items():
            table = ADAPTERS.to_arrow([{"experiment": "test", **row, "adapter": name}])
            warehouse.publish(TableRef("adapters", "test", name), table, "f" * 32, {})
    return tmp_path


def t2s_push(project: Path, *words: str, endpoint: str = "http://127.0.0.1:9", key: str = "right") -> tuple[int, str]:
    environment = {**os.environ, "T2S_PROJECT": str(project), "HF_ENDPOINT": endpoint, "HF_TOKEN": key}
    environment |= {"HF_HOME": str(project / "hub"), "no_proxy": "127.0.0.1", "HF_HUB_DISABLE_XET": "1"}
    argv = [sys.executable, "-c", "from t2s_pipeline.cli import main; main()", "push", *words, "-e", "test"]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_the_adapter_goes_up_with_card_and_manifest_in_one_commit(project: Path, sft: AdapterResult) -> None:
    with UploadServer("right") as hub:
        code, said = t2s_push(project, "mine", "me/lora", "--private", endpoint=hub.address)
        assert code == 0, said
        assert f"{hub.address}/me/lora/commit/{'c' * 40}" in said
        assert hub.repositories == {"me/lora": True}
        ((hub_id, branch, message, files),) = hub.commits
        assert (hub_id, branch, message) == ("me/lora", "main", f"Adapter {sft.manifest.digest}")
        assert files == {name: (sft.folder / name).read_bytes() for name in SENT}
        refused, said = t2s_push(project, "mine", "me/lora", endpoint=hub.address, key="wrong")
        assert refused == 1 and "set HF_TOKEN to a key that may write there" in said and "Traceback" not in said
        assert len(hub.commits) == 1


def test_a_dry_push_names_the_files_and_sends_nothing(project: Path) -> None:
    code, said = t2s_push(project, "mine", "me/lora", "--branch", "v2", "--dry")
    assert code == 0, said
    assert {line.split()[-1] for line in said.splitlines()[:-1]} == SENT
    assert said.splitlines()[-1] == "nothing was sent; without --dry these go to me/lora, branch v2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody", "me/lora"), "no adapter 'nobody'; there are: later, mine, theirs"),
        (("later", "me/lora"), "adapter 'later' is not there yet: t2s run -e test first"),
        (("theirs", "me/lora"), "is from somebody/theirs: push only what was trained here"),
        (("mine", "me/lora"), "http://127.0.0.1:9: not reached"),
        (("mine", "a/b/c"), "'a/b/c' is no hub id: owner/name"),
    ],
)
def test_what_cannot_be_pushed_says_why(project: Path, words: tuple[str, ...], said: str) -> None:
    code, output = t2s_push(project, *words)
    assert code == 1 and said in output and "Traceback" not in output, output


def test_a_changed_adapter_is_not_pushed(project: Path, sft: AdapterResult) -> None:
    config = sft.folder / "adapter_config.json"
    whole = config.read_text()
    try:
        config.write_text(json.dumps(json.loads(whole) | {"lora_alpha": 99}))
        code, said = t2s_push(project, "mine", "me/lora", "--dry")
    finally:
        config.write_text(whole)
    assert code == 1 and f"expected {sft.manifest.digest}" in said

"""The identity of a model: its content wherever it lies, or its commit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.fingerprint import (
    BUILTIN,
    file_digest,
    model_fingerprint,
    model_settings,
)
from t2s_pipeline.generation.fingerprint import model_folder as locate
from t2s_pipeline.generation.protocol import GenerationError


def fingerprint(folder: Path) -> str:
    return model_fingerprint(ModelConfig(path=str(folder)))


def test_a_copy_elsewhere_is_the_same_model_and_a_card_is_no_part_of_it(model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "elsewhere")
    (copy / "README.md").write_text("a card")
    assert fingerprint(copy) == fingerprint(model_folder)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja"])
def test_every_file_that_matters_changes_it(model_folder, tmp_path, name):
    copy = shutil.copytree(model_folder, tmp_path / "changed")
    content = (copy / name).read_bytes()
    changed = bytes([content[-1] ^ 1])  # as long as it was: a longer file of weights is a damaged one
    (copy / name).write_bytes(content[:-1] + changed if name.endswith(".safetensors") else content + b" ")
    assert fingerprint(copy) != fingerprint(model_folder)


SHARDS = [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]


def sharded(model: Path, folder: Path) -> Path:
    """A copy of a model in two files, named by their index; the second stands for another half."""
    shutil.copytree(model, folder)
    (folder / SHARDS[0]).symlink_to(shutil.copy(model / "model.safetensors", folder.parent / "blob"))
    (folder / "model.safetensors").rename(folder / SHARDS[1])
    index = {"metadata": {}, "weight_map": {"a": SHARDS[0], "b": SHARDS[1], "c": SHARDS[1]}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5])


def leave_a_pointer(file: Path) -> None:
    file.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n")


@pytest.mark.parametrize(
    ("name", "damage", "said"),
    [
        (SHARDS[1], Path.unlink, "not there: copy or fetch it"),
        (SHARDS[0], lambda file: (file.parent.parent / "blob").unlink(), "not there: copy or fetch it"),
        (SHARDS[0], cut, "its header states .* bytes, and it has .* cut"),
        (SHARDS[1], leave_a_pointer, "a Git LFS pointer in place of the file: run `git lfs pull`"),
        ("model.safetensors.index.json", leave_a_pointer, "a Git LFS pointer"),
        ("model.safetensors.index.json", cut, "not valid JSON"),
        ("model.safetensors.index.json", lambda file: file.write_text('{"weight_map": []}'), "no weight_map of files"),
    ],
)
def test_weights_that_are_not_whole_are_found_before_they_are_loaded(model_folder, tmp_path, name, damage, said):
    folder = sharded(model_folder, tmp_path / "m")
    assert fingerprint(folder) != fingerprint(model_folder)
    damage(folder / name)
    with pytest.raises(GenerationError, match=f"{name}: {said}"):
        fingerprint(folder)


def test_a_file_of_weights_that_nobody_loads_may_be_damaged(model_folder, tmp_path):
    """Beside one whole file the index and its parts are not looked at: transformers does not, either."""
    folder = sharded(model_folder, tmp_path / "m")
    cut(folder / SHARDS[1])
    shutil.copy(model_folder / "model.safetensors", folder)
    assert fingerprint(folder)


def test_large_files_are_read_through_what_remembers_them(model_folder):
    asked = []

    def remembered(path: Path) -> str:
        asked.append(path.name)
        return file_digest(path)

    assert model_fingerprint(ModelConfig(path=str(model_folder)), remembered) == fingerprint(model_folder)
    assert "model.safetensors" in asked


def test_a_hub_id_is_the_commit_of_its_snapshot_in_the_local_cache(model_folder, tmp_path, monkeypatch):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    repo = tmp_path / "models--somebody--tiny"
    found = {}
    for commit in ("a" * 40, "b" * 40):
        shutil.copytree(model_folder, repo / "snapshots" / commit)
        (repo / "refs").mkdir(exist_ok=True)
        (repo / "refs" / "main").write_text(commit)
        assert locate("somebody/tiny") == repo / "snapshots" / commit
        found[commit] = model_fingerprint(ModelConfig(path="somebody/tiny"))
    assert len(set(found.values())) == 2
    with pytest.raises(GenerationError, match="t2s model fetch somebody/other"):
        model_fingerprint(ModelConfig(path="somebody/other"))


def test_builtin_names_a_folder_of_the_package():
    import t2s_pipeline.nano

    assert BUILTIN["builtin:nano"] == t2s_pipeline.nano.MODEL_DIR


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "needs a path"),
        ("builtin:none", "builtin:nano"),
        ("/no/such/folder", "no model there"),
    ],
)
def test_what_is_no_model_is_said(path, said):
    with pytest.raises(GenerationError, match=said):
        model_fingerprint(ModelConfig(path=path))


def test_a_folder_without_weights_is_no_model(model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "empty", ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(GenerationError, match="no weights"):
        fingerprint(copy)


def test_settings_come_from_the_model(model_folder):
    assert model_settings(model_folder).dtype == "float32"
    assert model_settings(model_folder).max_context == 2048

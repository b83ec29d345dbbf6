"""The identity of a model: its content wherever it lies, or its commit."""

from __future__ import annotations

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
    with open(copy / name, "ab") as file:
        file.write(b" ")
    assert fingerprint(copy) != fingerprint(model_folder)


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

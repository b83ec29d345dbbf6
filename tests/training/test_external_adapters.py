"""An adapter that others trained: published by its content, with its origin, and no path of a machine."""

from __future__ import annotations

import json
import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest

from t2s_pipeline.table_definitions import ADAPTERS
from t2s_pipeline.training.adapters import AdapterError, verify_adapter
from t2s_pipeline.training.external_adapters import Origin, check_base, publish_external
from t2s_pipeline.training.job import BaseModel

BASE = BaseModel("nano", "builtin:nano", "unused", "f" * 64)


def weights_of(size: int) -> bytes:
    """A safetensors file of one tensor of `size` bytes."""
    header = json.dumps({"lora": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(size)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An adapter's files; of their weights only the size is looked at here."""
    made = tmp_path / "theirs"
    made.mkdir()
    (made / "adapter_model.safetensors").write_bytes(weights_of(64))
    config = {"peft_type": "LORA", "r": 8, "base_model_name_or_path": str(tmp_path / "base"), "inference_mode": True}
    (made / "adapter_config.json").write_text(json.dumps(config))
    return made


def test_it_is_copied_by_its_content_with_its_origin(folder, tmp_path):
    row = publish_external("theirs", folder, Origin("a/lora", "c" * 40), BASE, tmp_path / "data")
    ADAPTERS.to_arrow([{"experiment": "e", **row}])
    assert (row["method"], row["origin"]) == ("external", f"a/lora@{'c' * 40}")
    published = tmp_path / "data" / row["path"]
    shutil.rmtree(folder)  # what was published stays
    manifest = verify_adapter(published, row["digest"])
    assert (manifest.origin, manifest.base_model, manifest.training_rows) == (row["origin"], "builtin:nano", None)
    assert json.loads(row["hyperparameters"]) == {"peft_type": "LORA", "r": 8, "base_model_name_or_path": "base"}
    assert str(tmp_path) not in (published / "manifest.json").read_text() + (published / "README.md").read_text()


@pytest.mark.parametrize("beside", [["model.safetensors"], ["model.safetensors", "config.json"]])
def test_merged_weights_beside_an_adapter_are_no_part_of_it(folder, tmp_path, beside):
    alone = publish_external("one", folder, Origin("one"), BASE, tmp_path / "data")
    for name in beside:
        (folder / name).write_text("{}")
    row = publish_external("two", folder, Origin("two"), BASE, tmp_path / "data")
    assert row["digest"] == alone["digest"]
    verify_adapter(tmp_path / "data" / row["path"], row["digest"])


@pytest.mark.parametrize(
    ("stated", "model", "fits"),
    [
        ("Qwen/Qwen2.5-3B-Instruct", "Qwen/Qwen2.5-Coder-3B-Instruct", False),
        ("qwen/qwen2.5-coder-3b-instruct", "Qwen/Qwen2.5-Coder-3B-Instruct", True),
        ("unsloth/Qwen2.5-Coder-3B-Instruct-bnb-4bit", "Qwen/Qwen2.5-Coder-3B-Instruct", True),
        ("/models/anything", "Qwen/Qwen2.5-Coder-3B-Instruct", True),
        ("Qwen/Qwen2.5-3B-Instruct", "/models/anything", True),
        ("Qwen/Qwen2.5-3B-Instruct", "builtin:nano", True),
    ],
)
def test_one_that_names_another_model_of_its_base_s_owner_is_refused(folder, stated, model, fits):
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": stated}))
    with nullcontext() if fits else pytest.raises(AdapterError, match=f"trained on {stated}, .* declared on {model}"):
        check_base(folder, model)


def test_equal_files_are_one_adapter_and_a_changed_copy_is_made_again(folder, tmp_path):
    first = publish_external("one", folder, Origin("one"), BASE, tmp_path / "data")
    second = publish_external("two", folder, Origin("two"), BASE, tmp_path / "data")
    assert first["digest"] == second["digest"] and second["origin"] == "two"
    weights = tmp_path / "data" / first["path"] / "adapter_model.safetensors"
    weights.write_bytes(b"changed")
    with pytest.raises(AdapterError, match="holds adapter"):
        verify_adapter(weights.parent, first["digest"])
    publish_external("one", folder, Origin("one"), BASE, tmp_path / "data")
    verify_adapter(weights.parent, first["digest"])


@pytest.mark.parametrize("missing", ["adapter_config.json", "adapter_model.safetensors"])
def test_a_folder_without_an_adapter_is_refused(folder, tmp_path, missing):
    (folder / missing).unlink()
    with pytest.raises(AdapterError, match=r"theirs: no adapter there: .*are needed"):
        publish_external("theirs", folder, Origin("theirs"), BASE, tmp_path / "data")


@pytest.mark.parametrize("kept", [0, 5, 30, -64, -1])
def test_weights_that_are_not_whole_are_refused(folder, tmp_path, kept):
    weights = folder / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:kept])
    with pytest.raises(AdapterError, match=r"adapter_model.safetensors: .* still being written, or was cut"):
        publish_external("theirs", folder, Origin("theirs"), BASE, tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("text", ["{", "[1]", '"text"'])
def test_a_configuration_that_is_none_is_refused(folder, tmp_path, text):
    (folder / "adapter_config.json").write_text(text)
    with pytest.raises(AdapterError, match="not an adapter's configuration"):
        publish_external("theirs", folder, Origin("theirs"), BASE, tmp_path / "data")

"""A safetensors file is read by its header, and one that is not whole says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from t2s_pipeline.weight_files import weight_shapes, weights_fault

HEADER = {"__metadata__": {"format": "pt"}, "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}


def written(path: Path, header: Any, data: int = 24) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(data))
    return path


def test_a_whole_file_has_shapes_and_no_fault(tmp_path):
    file = written(tmp_path / "a", HEADER)
    assert (weight_shapes(file), weights_fault(file)) == ({"a": [2, 3]}, None)
    assert weights_fault(written(tmp_path / "b", {}, 0)) is None


@pytest.mark.parametrize(
    "header",
    [
        b"{",
        b"\xff",
        [],
        {"a": []},
        {"a": {"shape": [1]}},
        {"a": {"shape": [1], "data_offsets": [4]}},
        {"a": {"shape": [1], "data_offsets": ["0", "24"]}},
        {"a": {"data_offsets": [0, 24]}},
    ],
)
def test_what_is_no_header_is_a_fault(tmp_path, header):
    file = written(tmp_path / "a", header)
    assert weights_fault(file).startswith("no safetensors, and it has")
    with pytest.raises(ValueError):
        weight_shapes(file)


@pytest.mark.parametrize("content", [b"", b"1234", (10**12).to_bytes(8, "little") + b"{}", b"PK\3\4" * 20])
def test_a_file_of_another_kind_is_a_fault(tmp_path, content):
    file = tmp_path / "a"
    file.write_bytes(content)
    assert weights_fault(file).startswith("no safetensors, and it has")


def test_a_file_of_another_length_is_a_fault(tmp_path):
    for data in (0, 23, 25):
        assert "its header states" in weights_fault(written(tmp_path / "a", HEADER, data))
    assert weights_fault(tmp_path / "none") == "not there: copy or fetch it"

"""What a safetensors file says of itself: the shapes of its tensors, and whether it is whole.

    weights_fault(folder / "model.safetensors")      # None, or what is wrong with it and what to do
    weight_shapes(folder / "model.safetensors")      # {"model.embed_tokens.weight": [4096, 320], ...}

Only the header is read, without torch, so that a damaged file is found while a step is planned. That the tensors hold
what they should is not seen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_LENGTH_BYTES = 8
_LONGEST_HEADER = 100_000_000  # as safetensors itself has it

LFS_REMEDY = "a Git LFS pointer in place of the file: run `git lfs pull` in its repository, or fetch it again"


def is_lfs_pointer(file: Path) -> bool:
    """Whether the file is the note that Git leaves where Git LFS did not bring the content."""
    with open(file, "rb") as content:
        return content.read(len(_LFS_POINTER)) == _LFS_POINTER


def weight_shapes(file: Path) -> dict[str, list[int]]:
    """The shape of each tensor, by name. Raises ValueError where it is no safetensors file, OSError where none is."""
    header, _ = _header(file)
    return {name: tensor["shape"] for name, tensor in header.items()}


def weights_fault(file: Path) -> str | None:
    """What is wrong with a file of weights, with the remedy; None where it is as long as its header says."""
    if not file.is_file():
        return "not there: copy or fetch it"
    if is_lfs_pointer(file):
        return LFS_REMEDY
    size = file.stat().st_size
    try:
        header, start = _header(file)
        stated = start + max((tensor["data_offsets"][1] for tensor in header.values()), default=0)
        said = f"its header states {stated:,} bytes"
    except ValueError:
        stated, said = None, "no safetensors"
    if stated == size:
        return None
    return f"{said}, and it has {size:,}: it is still being written, or was cut; wait, or copy or fetch it again"


def _header(file: Path) -> tuple[dict[str, dict[str, Any]], int]:
    """The tensors of the header, and where the data begins: eight bytes of length, then JSON, then data."""
    with open(file, "rb") as weights:
        length = int.from_bytes(weights.read(_LENGTH_BYTES), "little")
        if length > min(file.stat().st_size, _LONGEST_HEADER):
            raise ValueError(f"a header of {length:,} bytes does not fit")
        header = json.loads(weights.read(length))
    if not isinstance(header, dict):
        raise ValueError("its header is no object")
    header.pop("__metadata__", None)
    for name, tensor in header.items():
        if not isinstance(tensor, dict) or not isinstance(tensor.get("shape"), list):
            raise ValueError(f"{name} has no shape")
        offsets = tensor.get("data_offsets")
        if not isinstance(offsets, list) or len(offsets) != 2 or not all(isinstance(place, int) for place in offsets):
            raise ValueError(f"{name} has no place")
    return header, _LENGTH_BYTES + length

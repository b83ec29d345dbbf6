"""Reading the JSON files of a model's folder, where what is wrong with one is told with its name and the remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.weight_files import LFS_REMEDY, is_lfs_pointer


def read_model_json(file: Path, optional: bool = False) -> dict[str, Any]:
    """The object in a file; {} where `optional` and it is not there. Raises GenerationError."""
    if optional and not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GenerationError(f"{file}: not there: is {file.parent} a model folder?") from error
    except ValueError as error:
        raise damaged(file, f"not valid JSON: {error}") from error
    if not isinstance(found, dict):
        raise damaged(file, "not a JSON object")
    return found


def damaged(file: Path, what: str) -> GenerationError:
    """The error that says what is wrong with a file of a model: a Git LFS pointer, else `what`."""
    return GenerationError(f"{file}: {LFS_REMEDY if is_lfs_pointer(file) else f'{what}; copy or fetch it again'}")

"""Which model a configuration means, and its identity, without torch.

    folder = model_folder("builtin:nano")              # or a folder, or a hub id
    model_fingerprint(config, files.of)                # `files` remembers large files: fingerprints.FileFingerprints

A folder's identity is the content of the files that determine its answers (settings, tokenizer, chat template,
weights), wherever the folder lies; a hub id's is that content and the commit of its snapshot in the local hub cache
(`hub.py`). A served model's is what the configuration says of it, for nobody can look into a server: state another
`revision` when another model is served under the same name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.hub import (
    MODEL_FILES,
    WEIGHT_FILES,
    WEIGHTS_INDEX,
    WHOLE_WEIGHTS,
    cached_snapshot,
    is_hub_id,
)
from t2s_pipeline.generation.model_json import damaged, read_model_json
from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.weight_files import weights_fault

BUILTIN = {"builtin:nano": Path(__file__).parents[1] / "nano" / "model"}

_DTYPES = ("float32", "bfloat16", "float16")

FileDigest = Callable[[Path], str]


@dataclass(frozen=True)
class ModelSettings:
    """What `config.json` says that generation needs: the number format of the weights, and the longest context."""

    dtype: str
    max_context: int


def file_digest(path: Path) -> str:
    """sha256 (hex) of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def model_folder(path: str, revision: str = "") -> Path:
    """Folder of the model that `path` names; of a hub id, the snapshot of `revision`. Raises GenerationError."""
    if path.startswith("builtin:"):
        if path not in BUILTIN:
            raise GenerationError(f"model {path!r}: no such builtin model; there are: {', '.join(BUILTIN)}")
        folder = BUILTIN[path]
    elif not path:
        raise GenerationError("a model of the hf back end needs a path: a folder, a hub id, or builtin:nano")
    else:
        folder = Path(path).expanduser()
        if is_hub_id(path):
            folder = cached_snapshot(path, revision)
    if not (folder / "config.json").is_file():
        raise GenerationError(f"{folder}: no model there (no config.json)")
    return folder


def model_fingerprint(config: ModelConfig, digest_of: FileDigest = file_digest) -> str:
    """Identity (sha256, hex) of a configured model; of the files for predictions that are replayed.

    `digest_of` gives the sha256 of a file and may remember it. Raises GenerationError where the model is not there.
    """
    if config.backend == "replay":
        return predictions_fingerprint(config.prediction_files, digest_of)
    if config.backend == "openai":
        served = [config.base_url, config.served_model, config.revision, config.request_options]
        return hashlib.sha256(json.dumps(served, sort_keys=True).encode()).hexdigest()
    folder = model_folder(config.path, config.revision)
    weights = sorted(file for pattern in WEIGHT_FILES for file in folder.glob(pattern))
    if not weights:
        raise GenerationError(f"{folder}: no weights there (no .safetensors file)")
    _check_weights(folder, weights)
    settings = [folder / name for name in MODEL_FILES if (folder / name).is_file()]
    lines = [f"{file.name} {digest_of(file)}" for file in [*settings, *weights]]
    if is_hub_id(config.path):
        lines.insert(0, f"revision {folder.name}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _check_weights(folder: Path, found: Sequence[Path]) -> None:
    """Raise GenerationError where a file of weights is missing, was cut, or is a pointer: of those that transformers
    would load, which are one file, else those that the index names."""
    whole, index = folder / WHOLE_WEIGHTS, folder / WEIGHTS_INDEX
    if whole in found:
        loaded = [whole]
    elif index in found:
        loaded = _shards(index)
    else:
        loaded = [file for file in found if file.suffix == ".safetensors"]
    for file in loaded:
        fault = weights_fault(file)
        if fault:
            raise GenerationError(f"{file}: {fault}")


def _shards(index: Path) -> list[Path]:
    """The files that an index of weights names. Raises GenerationError where it cannot be read."""
    names = read_model_json(index).get("weight_map")
    if not isinstance(names, dict) or not names or not all(isinstance(name, str) for name in names.values()):
        raise damaged(index, "no weight_map of files")
    return [index.parent / name for name in sorted(set(names.values()))]


def predictions_fingerprint(files: Sequence[str | Path], digest_of: FileDigest = file_digest) -> str:
    """Identity (sha256, hex) of files of predictions, in their order; of one, that of its bytes. Raises GenerationError
    where there is none, or one is missing."""
    for file in files or ["(no file)"]:
        if not Path(file).is_file():
            raise GenerationError(f"{file}: no such predictions file")
    digests = [digest_of(Path(file)) for file in files]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def model_settings(folder: Path) -> ModelSettings:
    """Number format and context of a model folder. Raises GenerationError where `config.json` does not say."""
    file = folder / "config.json"
    raw = read_model_json(file)
    text = {**raw, **raw.get("text_config", {})}
    dtype = text.get("dtype") or text.get("torch_dtype") or "float32"
    if dtype not in _DTYPES:
        raise GenerationError(f"{file}: dtype {dtype!r} is not one of {', '.join(_DTYPES)}")
    if "max_position_embeddings" not in text:
        raise GenerationError(f"{file}: max_position_embeddings is missing")
    return ModelSettings(dtype, int(text["max_position_embeddings"]))

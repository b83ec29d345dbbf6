"""Which model a configuration means, and its identity, without torch.

    folder = model_folder("builtin:nano")              # or a folder, or a hub id
    model_fingerprint(config, files.of)                # `files` remembers large files: fingerprints.FileFingerprints

A folder's identity is the content of the files that determine its answers (settings, tokenizer, chat template,
weights), wherever the folder lies; a hub id's is the commit of its snapshot in the local hub cache (HF_HOME,
HF_HUB_CACHE). Nothing is downloaded here: a run that fetches gigabytes unasked is nobody's wish, and the error names
the command that does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.protocol import GenerationError

BUILTIN = {"builtin:nano": Path(__file__).parents[1] / "nano" / "model"}

_SETTINGS = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
)
_WEIGHTS = ("*.safetensors", "*.safetensors.index.json")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
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


def model_folder(path: str) -> Path:
    """Folder of the model that `path` names. Raises GenerationError where there is none."""
    if path.startswith("builtin:"):
        if path not in BUILTIN:
            raise GenerationError(f"model {path!r}: no such builtin model; there are: {', '.join(BUILTIN)}")
        folder = BUILTIN[path]
    elif not path:
        raise GenerationError("a model of the hf back end needs a path: a folder, a hub id, or builtin:nano")
    else:
        folder = Path(path).expanduser()
        if not folder.is_dir() and _HUB_ID.fullmatch(path):
            return _snapshot(path)
    if not (folder / "config.json").is_file():
        raise GenerationError(f"{folder}: no model there (no config.json)")
    return folder


def model_fingerprint(config: ModelConfig, digest_of: FileDigest = file_digest) -> str:
    """Identity (sha256, hex) of a configured model; of the file itself for predictions that are replayed.

    `digest_of` gives the sha256 of a file and may remember it. Raises GenerationError where the model is not there.
    """
    if config.backend == "replay":
        file = Path(config.predictions)
        if not config.predictions or not file.is_file():
            raise GenerationError(f"{config.predictions or '(no file)'}: no such predictions file")
        return digest_of(file)
    folder = model_folder(config.path)
    if folder.parent.name == "snapshots" and not Path(config.path).expanduser().is_dir():
        return hashlib.sha256(f"hub {config.path} {folder.name}".encode()).hexdigest()
    weights = sorted(file for pattern in _WEIGHTS for file in folder.glob(pattern))
    if not weights:
        raise GenerationError(f"{folder}: no weights there (no .safetensors file)")
    settings = [folder / name for name in _SETTINGS if (folder / name).is_file()]
    lines = [f"{file.name} {digest_of(file)}" for file in [*settings, *weights]]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def model_settings(folder: Path) -> ModelSettings:
    """Number format and context of a model folder. Raises GenerationError where `config.json` does not say."""
    file = folder / "config.json"
    raw = json.loads(file.read_text(encoding="utf-8"))
    text = {**raw, **raw.get("text_config", {})}
    dtype = text.get("dtype") or text.get("torch_dtype") or "float32"
    if dtype not in _DTYPES:
        raise GenerationError(f"{file}: dtype {dtype!r} is not one of {', '.join(_DTYPES)}")
    if "max_position_embeddings" not in text:
        raise GenerationError(f"{file}: max_position_embeddings is missing")
    return ModelSettings(dtype, int(text["max_position_embeddings"]))


def _snapshot(hub_id: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(hub_id, allow_patterns=[*_SETTINGS, *_WEIGHTS], local_files_only=True))
    except LocalEntryNotFoundError as error:
        raise GenerationError(
            f"model {hub_id!r}: neither a folder nor in the local hub cache; fetch it with: hf download {hub_id}"
        ) from error
    if not (folder / "config.json").is_file():
        raise GenerationError(f"{folder}: the snapshot of {hub_id!r} has no config.json; fetch it again")
    return folder

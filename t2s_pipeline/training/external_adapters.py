"""Adapters that others trained: published like our own, with their origin instead of a training.

    found = publish_external("theirs", folder, origin, BaseModel(...), data_folder)

The folder's weights and configuration are copied to `<data>/adapters/<digest>/`, so that an arm on them stays what it
was when the folder changes or goes. That they fit the base model, weight by weight, is seen when they are loaded; one
that says itself that it is of another is told by `check_base`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.training.adapters import (
    CARD,
    CONFIG,
    MANIFEST,
    WEIGHTS,
    AdapterError,
    AdapterManifest,
    adapter_digest,
    place_folder,
)
from t2s_pipeline.training.job import BaseModel
from t2s_pipeline.weight_files import weights_fault

EXTERNAL_CODE_VERSION = "2"
_SHOWN = ("peft_type", "base_model_name_or_path", "r", "lora_alpha", "target_modules", "revision")


@dataclass(frozen=True)
class Origin:
    """Where an adapter is from: a hub id with the commit of its snapshot, or the name of a folder."""

    name: str
    commit: str | None = None

    def __str__(self) -> str:
        return f"{self.name}@{self.commit}" if self.commit else self.name


def publish_external(name: str, folder: Path, origin: Origin, base: BaseModel, data_folder: Path) -> dict[str, Any]:
    """Copy the adapter in `folder` to its place and return its row of `adapters`. Raises AdapterError."""
    check_whole(folder)
    digest = adapter_digest(folder, (WEIGHTS, CONFIG))  # merged weights may lie beside them
    settings = _settings(folder / CONFIG)
    manifest = AdapterManifest(
        digest=digest,
        job="",
        method="external",
        base_model=base.public_name,
        model_fingerprint=base.fingerprint,
        hyperparameters=settings,
        origin=str(origin),
    )
    target = Path(data_folder) / "adapters" / digest
    place_folder(  # what is there may be our own training's, with its manifest
        target,
        {
            WEIGHTS: folder / WEIGHTS,
            CONFIG: folder / CONFIG,
            MANIFEST: json.dumps(asdict(manifest), indent=2) + "\n",
            CARD: f"# An adapter from {origin}\n\nNot trained here. Its terms are its owner's; see its own page.\n",
        },
    )
    return {
        "adapter": name,
        "method": "external",
        "digest": digest,
        "path": target.relative_to(data_folder).as_posix(),
        "model": base.name,
        "model_fingerprint": base.fingerprint,
        "hyperparameters": json.dumps(settings, sort_keys=True),
        "versions": "{}",
        "origin": str(origin),
    }


def check_whole(folder: Path) -> None:
    """Raise AdapterError where the folder has no adapter, or one whose weights are still being written or were cut."""
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file():
            raise AdapterError(f"{folder}: no adapter there: {name} is missing; {CONFIG} and {WEIGHTS} are needed")
    fault = weights_fault(folder / WEIGHTS)
    if fault:
        raise AdapterError(f"{folder / WEIGHTS}: {fault}")


def check_base(folder: Path, model: str) -> None:
    """Raise AdapterError where the adapter says that it was trained on another model than the hub's `model`: one of the
    same shapes (Qwen2.5-3B and Qwen2.5-Coder-3B) would load without a word.

    Told of hub ids of one owner alone: folders, and copies by others, have any name.
    """
    stated = _settings(folder / CONFIG).get("base_model_name_or_path", "")
    owner, _, name = stated.casefold().partition("/")
    own_owner, _, own_name = model.casefold().partition("/")
    if owner == own_owner and name and own_name and name != own_name:
        raise AdapterError(
            f"{folder}: {CONFIG} says that it was trained on {stated}, but it is declared on {model}: name its own"
        )


def _settings(file: Path) -> dict[str, Any]:
    """What the adapter's configuration says of itself. Raises AdapterError where it is not readable."""
    try:
        stated = json.loads(file.read_text(encoding="utf-8"))
        shown = {name: stated[name] for name in _SHOWN if stated.get(name) is not None}
        base = Path(shown.get("base_model_name_or_path", ""))
        return shown | ({"base_model_name_or_path": base.name} if base.is_absolute() else {})
    except (ValueError, AttributeError, TypeError) as error:
        raise AdapterError(f"{file}: not an adapter's configuration ({error})") from error

"""The policy that a name of the configuration stands for: a base model, or one with a published adapter.

    policy = policy_of(config, "nano", None)        # or with a row of table `adapters`
    policy = policy_of_folder(config, "nano", Path("an/adapter"))

The adapter is verified first: one that is missing or has changed is an error, never the base model in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.generation.protocol import Policy
from t2s_pipeline.training.adapters import MANIFEST, adapter_digest, is_whole_model, load_manifest, verify_adapter
from t2s_pipeline.training.external_adapters import check_whole


def policy_of(config: ExperimentConfig, model: str, adapter: Mapping[str, Any] | None) -> Policy:
    """The base model, or the base model with a published adapter (a row of `adapters`). Raises AdapterError.

    Where all weights were trained, what is published is a model itself, asked as the entry `model` says otherwise.
    """
    if adapter is None:
        return Policy(model, config.models[model])
    folder = Path(config.paths.data) / adapter["path"]
    verify_adapter(folder, adapter["digest"])
    return _on(config, model, folder, adapter["digest"], adapter["model_fingerprint"])


def policy_of_folder(config: ExperimentConfig, model: str, folder: Path) -> Policy:
    """The base model with the adapter of a folder that no table knows: one published elsewhere, or PEFT's own. Raises
    AdapterError where there is none.

    On which base it was trained is known where it has a manifest; else that its weights fit is seen when it is loaded.
    """
    if not is_whole_model(folder):
        check_whole(folder)
    base = load_manifest(folder).model_fingerprint if (folder / MANIFEST).is_file() else None
    return _on(config, model, folder, adapter_digest(folder), base)


def _on(config: ExperimentConfig, model: str, folder: Path, digest: str | None, base: str | None) -> Policy:
    if is_whole_model(folder):
        return Policy(model, replace(config.models[model], path=str(folder.absolute()), revision=""))
    return Policy(model, config.models[model], folder, digest, base)

"""The policy that a name of the configuration stands for: a base model, or one with a published adapter.

    policy = policy_of(config, "nano", None)        # or with a row of table `adapters`

The adapter is verified first: one that is missing or has changed is an error, never the base model in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.generation.protocol import Policy
from t2s_pipeline.training.adapters import is_whole_model, verify_adapter


def policy_of(config: ExperimentConfig, model: str, adapter: Mapping[str, Any] | None) -> Policy:
    """The base model, or the base model with a published adapter (a row of `adapters`). Raises AdapterError.

    Where all weights were trained, what is published is a model itself, asked as the entry `model` says otherwise.
    """
    if adapter is None:
        return Policy(model, config.models[model])
    folder = Path(config.paths.data) / adapter["path"]
    verify_adapter(folder, adapter["digest"])
    if is_whole_model(folder):
        return Policy(model, replace(config.models[model], path=str(folder.absolute()), revision=""))
    return Policy(model, config.models[model], folder, adapter["digest"], adapter["model_fingerprint"])

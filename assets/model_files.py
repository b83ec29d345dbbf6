"""The identity of a declared model as a source of steps: what is not there is told with the entry that wants it."""

from __future__ import annotations

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.generation.fingerprint import FileDigest, model_fingerprint
from t2s_pipeline.generation.protocol import GenerationError


def model_identity(config: ExperimentConfig, model: str, digest_of: FileDigest) -> str:
    """sha256 (hex) of the model `[models.<model>]`. Raises GenerationError, which names the entry."""
    try:
        return model_fingerprint(config.models[model], digest_of)
    except GenerationError as error:
        raise GenerationError(f"models.{model}: {error}") from error

"""An arm's adapter that is missing or changed stops the evaluation: nothing is asked of the base in its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from t2s_pipeline.config import ExperimentConfig, ModelConfig, PathsConfig
from t2s_pipeline.policies import policy_of
from t2s_pipeline.training.adapters import AdapterError, AdapterResult


def test_a_missing_or_changed_adapter_stops_the_arm(sft: AdapterResult, data: Path, tmp_path: Path) -> None:
    copied = tmp_path / "data"
    shutil.copytree(sft.folder, copied / sft.folder.relative_to(data))
    config = ExperimentConfig(name="test", paths=PathsConfig(str(copied)), models={"tiny": ModelConfig(path="tiny")})
    row = sft.adapters[0]
    policy = policy_of(config, "tiny", row)
    assert (policy.adapter_digest, policy.adapter_path) == (sft.manifest.digest, copied / row["path"])
    with pytest.raises(AdapterError, match=f"expected {'0' * 32}"):
        policy_of(config, "tiny", row | {"digest": "0" * 32})
    weights = copied / row["path"] / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(AdapterError, match=f"expected {sft.manifest.digest}; materialize the adapter again"):
        policy_of(config, "tiny", row)
    shutil.rmtree(weights.parent)
    with pytest.raises(AdapterError, match="is not there; materialize the adapter again"):
        policy_of(config, "tiny", row)

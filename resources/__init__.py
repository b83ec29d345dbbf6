"""Dagster resources: the warehouse, the sandbox, the generator, and Pipes for training."""

from __future__ import annotations

from typing import Any

import dagster as dg

from resources.generator import GeneratorResource
from resources.sandbox import SandboxResource
from resources.warehouse import WarehouseResource
from t2s_pipeline.config import ExperimentConfig


def build_resources(config: ExperimentConfig) -> dict[str, Any]:
    """The resources of one experiment, by the names under which stages ask for them."""
    limits = config.sandbox
    return {
        "warehouse": WarehouseResource(data=config.paths.data),
        "sandbox": SandboxResource(
            timeout_seconds=limits.timeout_seconds,
            max_rows=limits.max_rows,
            max_bytes=limits.max_bytes,
            memory_mb=limits.memory_mb,
            workers=limits.workers,
        ),
        "generator": GeneratorResource(data=config.paths.data),
        "pipes": dg.PipesSubprocessClient(),
    }

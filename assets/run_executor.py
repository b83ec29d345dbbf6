"""Where the steps of a run are executed that the page, a schedule or a backfill has launched: $T2S_EXECUTOR, read where
the code location starts.

`in_process` (the default): in the run's own process, whose loaded model and sandbox they share. `ray`: each is a job of
the Ray cluster that $RAY_API_SERVER_ADDRESS names (or that is on this machine), with a core of its own. `ray_gpu`: and
those of the pool `gpu` with a GPU of their own.

Not covered: `t2s run`, whose way to a cluster is ray_walk.py; whole runs as jobs, which is docker/dagster.ray.yaml's
business; a step that a node took with it when it died: it has failed.
"""

from __future__ import annotations

import json
import os
from enum import StrEnum

import dagster as dg

from assets.ray_environment import worker_environment
from t2s_pipeline.config_parsing import ConfigError

_RAY_TAG = "dagster-ray/config"
VARIABLE = "T2S_EXECUTOR"


class RunExecutor(StrEnum):
    """The values of $T2S_EXECUTOR."""

    IN_PROCESS = "in_process"
    RAY = "ray"
    RAY_GPU = "ray_gpu"


def run_executor() -> dg.ExecutorDefinition:
    """The executor of every job of the code location. Raises ConfigError for another value, and without dagster-ray."""
    if _chosen() is RunExecutor.IN_PROCESS:
        return dg.in_process_executor  # steps share the sandbox's workers and the loaded model
    try:
        from dagster_ray import ray_executor
    except ImportError as error:
        raise ConfigError(f"{VARIABLE}: no dagster-ray here ({error}): pip install '.[ray]'") from error
    told = [f"{name}={value}" for name, value in worker_environment().items()]
    return ray_executor.configured({"ray": {"num_cpus": 1, "env_vars": told}})


def step_tags(pool: str | None) -> dict[str, str]:
    """What a step asks of the cluster beside its core. Raises ConfigError."""
    if pool == "gpu" and _chosen() is RunExecutor.RAY_GPU:
        return {_RAY_TAG: json.dumps({"num_gpus": 1})}
    return {}


def _chosen() -> RunExecutor:
    stated = os.environ.get(VARIABLE, RunExecutor.IN_PROCESS)
    try:
        return RunExecutor(stated)
    except ValueError as error:
        raise ConfigError(f"{VARIABLE}={stated!r}, expected one of {', '.join(RunExecutor)}") from error

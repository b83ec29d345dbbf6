"""What the processes of a Ray cluster are told of this one's environment: where the project, its data and Dagster's
database are. Passwords and keys are not: each node has them from where Ray was started there.
"""

from __future__ import annotations

import os

from t2s_pipeline.config_loading import DATA_ROOTS, project_root

PASSED_ON = (
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL_S3",
    "DAGSTER_HOME",
    *(f"DAGSTER_POSTGRES_{part}" for part in ("HOST", "PORT", "DB", "USER")),
    "HF_HOME",
    "MODEL_PATH",
    "OMP_NUM_THREADS",
    "OUTPUT_ROOT",
    "RAY_API_SERVER_ADDRESS",
    "SPIDER_ROOT",
    "T2S_EXPERIMENT",
    "T2S_PROJECT",
    "T2S_VLLM_PYTHON",
    "TRAIN_LIMIT",
    *DATA_ROOTS,
)
"""Variables that go with a step or a run, where they are set; docker/dagster.ray.yaml has the same."""


def worker_environment() -> dict[str, str]:
    """Those of them that are set here, and the project's folder in any case."""
    stated = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return stated | {"T2S_PROJECT": str(project_root()), "DAGSTER_DISABLE_TELEMETRY": "1"}

"""What a training needs beside the project's own packages: whether it is there, without importing it.

    check_packages("finer", settings)

Asked before a step is made (`t2s run --plan`), and by the training itself before it loads anything.
"""

from __future__ import annotations

from importlib.util import find_spec

from t2s_pipeline.config import AdapterConfig
from t2s_pipeline.embeddings.sentences import check_installed
from t2s_pipeline.training.rows import TrainingError

_TRACKERS = {"wandb": "wandb", "mlflow": "mlflow"}
"""The package of each tracker."""


def check_packages(adapter: str, settings: AdapterConfig) -> None:
    """Raises TrainingError or EmbeddingError where GRPO's settings ask for what is not installed."""
    if settings.method != "grpo":
        return
    grpo = settings.grpo
    if grpo.generator != "transformers" and find_spec("vllm") is None:
        raise TrainingError(
            f"adapter {adapter}: grpo.generator = {grpo.generator!r}, but vllm is not installed beside the "
            "trainer: install it there, or set generator = 'transformers'"
        )
    if grpo.use_memory and grpo.embedder.kind == "sentences":
        check_installed()


def check_tracker(report_to: str) -> None:
    """Raises TrainingError where the package of the tracker is not installed."""
    package = _TRACKERS.get(report_to)
    if package is not None and find_spec(package) is None:
        raise TrainingError(
            f"tracking.report_to = {report_to!r}, but {package} is not installed: pip install {package}, or set it to "
            "'none'"
        )

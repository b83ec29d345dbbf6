"""Spider's variants in the configuration: data sets that are for evaluation alone, and experiments on variants.

    [evaluation]
    dataset = "spider"
    variants = ["spider_variants_syn"]     # experiments with arms of the same names, on variants of this data set

A variant asks other questions about Spider's databases. Its layout is `datasets/variants.py`'s business; what the drop
against the original is, `reports/variants.py`'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.config_parsing import ConfigError

if TYPE_CHECKING:
    from t2s_pipeline.config import ExperimentConfig

VARIANT_ROOTS = {
    "spider_dk": "SPIDER_DK_ROOT",
    "spider_realistic": "SPIDER_REALISTIC_ROOT",
    "spider_syn": "SPIDER_SYN_ROOT",
}
"""The kinds of data set that are variants of Spider, each with the environment variable that names its folder."""

SPIDER_DATABASES = "$SPIDER_ROOT/database"
"""Where a variant finds the databases that it does not bring itself, unless its `database_root` says otherwise."""


def check_variants(config: ExperimentConfig, path: Path) -> None:
    """Raises ConfigError, naming file and key, where a variant would be trained on."""
    for name, dataset in config.datasets.items():
        if dataset.kind in VARIANT_ROOTS and dataset.train_files:
            raise ConfigError(
                f"{path}: datasets.{name}.train_files: kind {dataset.kind!r} is for evaluation alone; name its file in "
                "dev_files, and train on a data set of kind 'spider'"
            )
    kind = config.datasets[config.train.dataset].kind if config.trains else ""
    if kind in VARIANT_ROOTS:
        raise ConfigError(
            f"{path}: train.dataset = {config.train.dataset!r} is of kind {kind!r}, whose questions are Spider's dev "
            "questions in other words and for evaluation alone; train on a data set of kind 'spider'"
        )

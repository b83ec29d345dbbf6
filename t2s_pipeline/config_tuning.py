"""What an experiment that chooses settings says: it evaluates on questions held out of train, and never on dev.

    [evaluation]
    dataset = "spider"                 # the train split's own
    split = "train_holdout"
    holdout_fraction = 0.1             # of its databases

An experiment has one evaluation split. What is chosen here is stated in another experiment, which then reads dev.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.config_parsing import ConfigError

if TYPE_CHECKING:
    from t2s_pipeline.config import ExperimentConfig


HOLDOUT = "train_holdout"


def check_evaluation(config: ExperimentConfig, path: Path) -> None:
    """Raises ConfigError, naming file and key, where the evaluation's split and what it is made of contradict."""
    evaluation = config.evaluation
    if evaluation.split == "dev":
        if evaluation.holdout_fraction:
            raise ConfigError(
                f"{path}: evaluation.holdout_fraction = {evaluation.holdout_fraction:g} is of split = 'train_holdout' "
                "alone: state that split, or leave the fraction out"
            )
        return
    if not evaluation.holdout_fraction:
        raise ConfigError(
            f"{path}: evaluation.split = 'train_holdout' needs evaluation.holdout_fraction, the share of the train "
            "databases that it is of, for example 0.1"
        )
    if not config.trains or config.train.dataset != evaluation.dataset:
        raise ConfigError(
            f"{path}: evaluation.dataset = {evaluation.dataset!r}, but split = 'train_holdout' is held out of "
            f"train.dataset = {config.train.dataset!r}: state the same one in both"
        )
    replayed = [name for name, arm in config.arms.items() if arm.model and config.models[arm.model].backend == "replay"]
    if replayed:
        raise ConfigError(
            f"{path}: arms.{replayed[0]} replays a file, which has a line for every question of dev: evaluate it on dev"
        )

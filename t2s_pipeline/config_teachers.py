"""The entry of a teacher, `[teachers.<name>]`: who writes reasoning traces for the train split, and how it is asked.

docs/reasoning.md explains every key.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from t2s_pipeline.config_parsing import ConfigError, Count, NotNegative, PositiveShare

if TYPE_CHECKING:
    from t2s_pipeline.config import ExperimentConfig


@dataclass(frozen=True)
class TeacherConfig:
    """`plan` puts the parsed gold into words, and asks nobody. `model` asks `model` (of the openai, hf or vllm back
    end) every question of the train split `attempts` times.

    A model is asked in `prompt_style`: `finer_think` tells it to think, `finer` leaves that to one that reasons by
    itself. The other settings are those of a rollout. With `keep_incorrect`, traces whose SQL is wrong, or not known to
    be right, are learnt from too.
    """

    kind: Literal["plan", "model"] = "plan"
    model: str = ""
    prompt_style: Literal["finer", "finer_hint", "finer_think"] = "finer_think"
    attempts: Count = 1
    temperature: NotNegative = 0.2
    top_p: PositiveShare = 1.0
    max_new_tokens: Count = 2048
    seed: int = 13
    keep_incorrect: bool = False


WRITER_DATA = "traces"
"""What an adapter states as its `data` that is trained on what all teachers wrote."""

_OF_A_MODEL = ("model", "prompt_style", "attempts", "temperature", "top_p", "max_new_tokens", "seed", "keep_incorrect")


def check_teachers(config: ExperimentConfig, path: Path) -> None:
    """Raises ConfigError, naming file and key, where an entry contradicts itself or names nothing that can teach."""
    if config.teachers and not config.trains:
        raise ConfigError(f"{path}: teachers are declared, but train.dataset, whose questions they answer, is not")
    if config.teachers and config.train.rollouts.constraint != "none":
        raise ConfigError(
            f"{path}: train.rollouts.constraint = {config.train.rollouts.constraint!r}, but a teacher is asked without "
            "one: leave it out"
        )
    for name, teacher in config.teachers.items():
        key = f"teachers.{name}"
        if teacher.kind == "plan":
            stated = [field for field in _OF_A_MODEL if getattr(teacher, field) != getattr(TeacherConfig(), field)]
            if stated:
                raise ConfigError(
                    f"{path}: {key}.{stated[0]}: a plan is made of the gold and asks no model: leave it out"
                )
            continue
        if teacher.model not in config.models:
            known = ", ".join(sorted(config.models)) or "none"
            raise ConfigError(f"{path}: {key}.model = {teacher.model!r} names nothing; there are: {known}")
        if config.models[teacher.model].backend == "replay":
            raise ConfigError(
                f"{path}: {key}.model = {teacher.model!r} is a file of predictions, which has no thoughts"
            )
        if teacher.attempts > 1 and not teacher.temperature:
            raise ConfigError(
                f"{path}: {key}.attempts = {teacher.attempts}, but temperature = 0 gives the same answer each time: "
                "set a temperature, or leave attempts out"
            )

"""The entry of a self-training loop, `[star.<name>]`: what is asked, what of it is learnt, and when the loop ends.

docs/star.md explains every key. The loop of an entry is unrolled: its iterations are the adapters `<name>_1`,
`<name>_2` and so on, which arms name as their policy; `with_star_adapters` declares them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.config_adapters import FRESH, AdapterConfig, hyperparameter_names
from t2s_pipeline.config_parsing import ConfigError, Count, CountOrNone, Positive, PositiveShare, ShareBelowOne

if TYPE_CHECKING:
    from t2s_pipeline.config import ExperimentConfig

METHOD = "star"
"""`method` of the adapters that loops declare; nobody states it."""

_NOT_STATED = ("evaluation_steps", "patience")
"""What of SFT a loop's training does not read: its held-out questions are answered, not scored by loss."""


@dataclass(frozen=True)
class StarConfig:
    """A loop over the train split. Each of at most `max_iterations` iterations asks `eval_sample_size` questions (0:
    all that are not held out), a fixed sample, for `candidates` answers each, and trains on those that are right.

    A question gives up to `max_rows_per_question` rows, the more the seldomer it is solved. Of the rows at most the
    share `max_gold_fraction` are golds of questions that were not solved. Where more than `max_failed_fraction` of the
    candidates hold no SQL, the iteration fails. `rationalisation`: what was not solved is asked once more with the gold
    shown. `thoughts`: the thought before the SQL is learnt with it, and no bare gold. `train_from_base`: each iteration
    trains from where the loop starts; else it goes on with the adapter before. `errors_of` is another loop: this one
    starts at its last adapter, and learns from the questions that are answered wrong. `early_stop` ends the loop where
    an iteration's gain on the held-out questions is within noise. `training` are the keys of an SFT adapter.
    """

    candidates: Count = 8
    max_iterations: Count = 3
    eval_sample_size: CountOrNone = 0
    temperature: Positive = 0.7
    top_p: PositiveShare = 1.0
    max_new_tokens: Count = 128
    max_rows_per_question: Count = 4
    max_gold_fraction: ShareBelowOne = 0.5
    max_failed_fraction: ShareBelowOne = 0.5
    rationalisation: bool = False
    thoughts: bool = False
    train_from_base: bool = True
    errors_of: str = ""
    early_stop: bool = True
    seed: int = 13
    training: AdapterConfig = field(default_factory=AdapterConfig)


def adapter_name(star: str, iteration: int) -> str:
    """The adapter that an iteration (from 1) of a loop trains."""
    return f"{star}_{iteration}"


def with_star_adapters(config: ExperimentConfig, path: Path) -> ExperimentConfig:
    """The configuration with every iteration's adapter declared. Raises ConfigError for a name that is taken."""
    stated = [name for name, adapter in config.adapters.items() if adapter.method == METHOD]
    if stated:
        raise ConfigError(f"{path}: adapters.{stated[0]}.method = 'star': a loop is declared as [star.<name>]")
    adapters = dict(config.adapters)
    for name, star in config.star.items():
        for iteration in range(1, star.max_iterations + 1):
            key = adapter_name(name, iteration)
            if key in adapters:
                raise ConfigError(f"{path}: star.{name} has an iteration called {key!r}, as an adapter is: rename one")
            model = star.training.model or config.train.model
            adapters[key] = replace(star.training, method=METHOD, model=model, data=name)
    return replace(config, adapters=adapters)


def check_star(config: ExperimentConfig, path: Path) -> None:
    """Raises ConfigError, naming file and key, where an entry contradicts itself or the train side."""
    for name, star in config.star.items():
        key = f"{path}: star.{name}"
        if not config.trains:
            raise ConfigError(f"{key}: loops are declared, but train.dataset, whose questions they ask, is not")
        if not config.train.holdout_fraction:
            raise ConfigError(
                f"{key}: no question of train is held out, so nothing says what an iteration gained: set "
                "train.holdout_fraction, for example to 0.1"
            )
        if config.train.rollouts.constraint != "none":
            raise ConfigError(
                f"{path}: train.rollouts.constraint = {config.train.rollouts.constraint!r}, but star.{name} asks "
                "without one: leave it out"
            )
        if star.thoughts and not config.train.rollouts.prompt_style.startswith("finer"):
            raise ConfigError(
                f"{key}.thoughts needs prompts that a thought answers: train.rollouts.prompt_style = "
                f"{config.train.rollouts.prompt_style!r} is not one of FINER's"
            )
        _check_start(config, key, star)
        _check_training(config, key, star)


def _check_start(config: ExperimentConfig, key: str, star: StarConfig) -> None:
    if not star.errors_of:
        return
    if star.errors_of not in config.star:
        known = ", ".join(sorted(other for other, loop in config.star.items() if not loop.errors_of)) or "none"
        raise ConfigError(f"{key}.errors_of = {star.errors_of!r} names no loop; there are: {known}")
    if config.star[star.errors_of].errors_of:
        raise ConfigError(f"{key}.errors_of = {star.errors_of!r} learns from errors itself: name a loop from the base")
    if star.candidates == 1:
        raise ConfigError(
            f"{key}.candidates = 1: a question that is answered wrong then has no right answer to learn: set 2 or more"
        )
    before, own = config.star[star.errors_of].training, star.training
    if (before.model or config.train.model) != (own.model or config.train.model):
        raise ConfigError(f"{key}.training.model is not that of {star.errors_of!r}, which it goes on from")
    for name in FRESH:
        stated = getattr(own, name)
        if stated not in (getattr(AdapterConfig(), name), getattr(before, name)):
            raise ConfigError(
                f"{key}.training.{name} = {stated!r}, but it goes on from {star.errors_of!r} and keeps its {name}: "
                "leave it out"
            )


def _check_training(config: ExperimentConfig, key: str, star: StarConfig) -> None:
    """The nested table states what an SFT of this loop reads, and nothing else."""
    read = {"model", *hyperparameter_names("sft", continued=False)} - {*_NOT_STATED}
    for item in fields(AdapterConfig):
        if item.name not in read and getattr(star.training, item.name) != item.default:
            raise ConfigError(f"{key}.training.{item.name}: a loop does not read it: leave it out")
    trained, asked = star.training.model or config.train.model, config.models[config.train.model]
    if trained not in config.models:
        raise ConfigError(f"{key}.training.model = {trained!r} names nothing; there are: {', '.join(config.models)}")
    same = (config.models[trained].path, config.models[trained].revision) == (asked.path, asked.revision)
    if config.models[trained].backend != "hf" or not same:
        raise ConfigError(
            f"{key}.training.model = {trained!r}: trained is an entry of the hf back end of the path and revision of "
            f"train.model = {config.train.model!r}"
        )

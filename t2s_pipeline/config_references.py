"""What the entries of a configuration say of each other: names refer to entries that are there and that fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.config_adapters import SFT_DATA, check_adapter
from t2s_pipeline.config_backends import check_constraint, check_model
from t2s_pipeline.config_parsing import GOLD_VERIFIER, ConfigError
from t2s_pipeline.config_repairs import check_repairs, check_samples, check_selection
from t2s_pipeline.config_star import METHOD as STAR
from t2s_pipeline.config_star import check_star
from t2s_pipeline.config_teachers import WRITER_DATA, check_teachers
from t2s_pipeline.config_tuning import check_evaluation
from t2s_pipeline.config_variants import check_variants

if TYPE_CHECKING:
    from t2s_pipeline.config import ExperimentConfig


def check_references(config: ExperimentConfig, path: Path) -> None:
    """Every name that refers to another entry refers to one that exists. Raises ConfigError naming file and key."""

    def need(key: str, name: str, known: dict[str, Any], optional: bool = False) -> None:
        if name not in known and not (optional and name == ""):
            raise ConfigError(
                f"{path}: {key} = {name!r} names nothing; there are: {', '.join(sorted(known)) or 'none'}"
            )

    for name, model in config.models.items():
        check_model(path, f"models.{name}", model)
    need("train.dataset", config.train.dataset, config.datasets, optional=True)
    need("train.model", config.train.model, config.models, optional=not config.trains)
    if config.trains:
        _need_backend(config, path, "train.model", config.train.model, ("hf", "vllm"))
    need("evaluation.dataset", config.evaluation.dataset, config.datasets, optional=not config.arms)
    others = {file.stem: None for file in path.parent.glob("*.toml") if file.stem != config.name}
    for key in ("beside", "variants"):
        for number, name in enumerate(getattr(config.evaluation, key)):
            need(f"evaluation.{key}[{number}]", name, others)
    check_variants(config, path)
    if not config.trains and any(adapter.method != "external" for adapter in config.adapters.values()):
        raise ConfigError(f"{path}: adapters to be trained are declared, but train.dataset is not")
    check_star(config, path)
    if "base" in config.adapters:
        raise ConfigError(f"{path}: adapters.base: `base` is what a policy without an adapter is called: rename it")
    for name, adapter in config.adapters.items():
        if adapter.method == STAR:
            continue
        need(f"adapters.{name}.model", adapter.model, config.models)
        if adapter.method != "external" or config.models[adapter.model].backend != "vllm":
            _need_backend(config, path, f"adapters.{name}.model", adapter.model, ("hf",))
        if (adapter.method == "external") != bool(adapter.path):
            raise ConfigError(
                f"{path}: adapters.{name}.path = {adapter.path!r}: method `external`, and it alone, has a "
                "path (a folder or a hub id)"
            )
        if adapter.method == "external":
            check_adapter(config, path, name)
            continue
        if adapter.method == "dpo":
            need(f"adapters.{name}.data", adapter.data, config.recipes)
            need(f"adapters.{name}.init", adapter.init, config.adapters_by_method("sft"), optional=True)
        elif adapter.method == "grpo":
            need(f"adapters.{name}.init", adapter.init, config.adapters_by_method("sft"), optional=True)
        else:
            need(f"adapters.{name}.data", adapter.data, dict.fromkeys((*SFT_DATA, *_writer_data(config))))
            need(f"adapters.{name}.init", adapter.init, {}, optional=True)
        check_adapter(config, path, name)
    check_teachers(config, path)
    _check_verifiers(config, path)
    _check_recipes(config, path)
    if "train" in config.arms:
        raise ConfigError(f"{path}: arms.train: `train` is the rollout over the train split: rename it")
    for name, comparison in config.comparisons.items():
        need(f"comparisons.{name}.first", comparison.first, config.arms)
        need(f"comparisons.{name}.second", comparison.second, config.arms)
        if comparison.first == comparison.second:
            raise ConfigError(f"{path}: comparisons.{name}: first and second are the same arm: name two")
    for name, arm in config.arms.items():
        need(f"arms.{name}.policy", arm.policy, {"base": None, **config.adapters})
        if arm.policy == "base":
            need(f"arms.{name}.model", arm.model, config.models)
            if arm.max_prompt_tokens and not config.models[arm.model].path:
                raise ConfigError(
                    f"{path}: arms.{name}.max_prompt_tokens = {arm.max_prompt_tokens}, but model {arm.model!r} has no "
                    "tokenizer to count by: state its path"
                )
            if config.models[arm.model].backend == "replay" and arm.max_turns > 1:
                raise ConfigError(
                    f"{path}: arms.{name}.max_turns = {arm.max_turns}, but a file of predictions has one turn"
                )
        else:
            _check_adapted(config, path, name)
        model = arm.model or config.adapters[arm.policy].model
        check_constraint(path, f"arms.{name}", arm.constraint, config.models[model])
        if config.models[model].backend != "replay":
            check_samples(path, f"arms.{name}", arm)
    check_evaluation(config, path)
    if config.trains:
        check_samples(path, "train.rollouts", config.train.rollouts)


def _check_adapted(config: ExperimentConfig, path: Path, name: str) -> None:
    """An adapter is asked on the model that it was trained on, which may be another entry of the same files."""
    arm, adapter = config.arms[name], config.adapters[config.arms[name].policy]
    if arm.model and arm.model != adapter.model:
        asked, trained = config.models.get(arm.model), config.models[adapter.model]
        if (
            asked is None
            or asked.backend not in ("hf", "vllm")
            or (asked.path, asked.revision) != (trained.path, trained.revision)
        ):
            raise ConfigError(
                f"{path}: arms.{name}.model = {arm.model!r} is not the model of adapter {arm.policy!r}, nor another "
                "entry (hf or vllm) of its path and revision"
            )
    if adapter.method != "external":
        _check_styles(config, path, name)


def _check_styles(config: ExperimentConfig, path: Path, name: str) -> None:
    """An adapter is asked in the styles that it was trained in: those of the train rollouts, as all of training. One of
    FINER's words may be asked with the hint, or without it, whichever it was trained with."""
    for key in ("schema_style", "prompt_style"):
        asked, trained = getattr(config.arms[name], key), getattr(config.train.rollouts, key)
        if asked != trained and not _in_finers_words(asked, trained):
            raise ConfigError(
                f"{path}: arms.{name}.{key} = {asked!r}, but adapter {config.arms[name].policy!r} is trained on "
                f"prompts of style {trained!r} (train.rollouts.{key}): state the same one"
            )


def _writer_data(config: ExperimentConfig) -> tuple[str, ...]:
    return (WRITER_DATA,) if config.teachers else ()


def _in_finers_words(*styles: str) -> bool:
    return all(style.startswith("finer") for style in styles)


def _check_verifiers(config: ExperimentConfig, path: Path) -> None:
    """Every declared rule names a class, and every rollout one that is there and that it has a use for."""
    if GOLD_VERIFIER in config.verifiers:
        raise ConfigError(f"{path}: verifiers.{GOLD_VERIFIER}: that is what gold execution is called: rename it")
    for name, verifier in config.verifiers.items():
        module, _, class_name = verifier.object.partition(":")
        if not module or not class_name.isidentifier():
            raise ConfigError(f'{path}: verifiers.{name}.object = {verifier.object!r}, expected "package.module:Class"')
    rollouts = {f"arms.{name}": arm for name, arm in config.arms.items()}
    if config.trains:
        rollouts["train.rollouts"] = config.train.rollouts
    for key, rollout in rollouts.items():
        check_repairs(path, key, rollout)
        check_selection(path, key, rollout)
        if rollout.verifier == GOLD_VERIFIER:
            continue
        if rollout.verifier not in config.verifiers:
            known = ", ".join([GOLD_VERIFIER, *sorted(config.verifiers)])
            raise ConfigError(f"{path}: {key}.verifier = {rollout.verifier!r} names nothing; there are: {known}")
        if rollout.max_turns == 1:
            raise ConfigError(
                f"{path}: {key}.verifier = {rollout.verifier!r}, but a pass of one turn asks no verifier: "
                "set max_turns to 2 or more, or leave it out"
            )


def _check_recipes(config: ExperimentConfig, path: Path) -> None:
    """Recipes have pairs to take from, and caps that some pair can keep."""
    if config.recipes and not config.trains:
        raise ConfigError(f"{path}: recipes are declared, but train.dataset, whose pairs they take, is not")
    for name, recipe in config.recipes.items():
        shares = recipe.input_fraction_limits
        if {"mined", "synthetic"} <= shares.keys() and sum(shares.values()) < 1 - 1e-9:
            raise ConfigError(
                f"{path}: recipes.{name}.input_fraction_limits: the shares of all inputs ({', '.join(shares)}) come to "
                f"{sum(shares.values()):g}, so no pair could stay: leave one out, or let them come to 1"
            )


def _need_backend(config: ExperimentConfig, path: Path, key: str, model: str, backends: tuple[str, ...]) -> None:
    if config.models[model].backend not in backends:
        raise ConfigError(f"{path}: {key} = {model!r} is not of the {' or '.join(backends)} back end")

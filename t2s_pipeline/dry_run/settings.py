"""The configuration of a dry run: every step of the experiment, each as small as it can be.

    small = dry_settings(config)            # a configuration; its data sets and models are put in by `project.py`
    write_text(path, toml_text(small))

Kept: which arms, adapters, recipes, reports and comparisons there are, retrieval, prompts, feedback, scopes, methods.
Made small: answers, samples, batches and shards. The caps of recipes are lifted, for of pairs that are all of one kind,
which is what random weights give, they would leave none. Left out: self-training loops and their arms, for random
weights solve no question, and a loop learns from nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from t2s_pipeline.config import ExperimentConfig, RolloutConfig, TrackingConfig, arm_model
from t2s_pipeline.config_adapters import AdapterConfig
from t2s_pipeline.config_parsing import as_plain
from t2s_pipeline.config_star import METHOD as STAR

EXAMPLES = 5
"""Of each split."""
NEW_TOKENS, SAMPLES, SHARDS, BATCH, RANK, LEARNING_RATE = 16, 3, 2, 2, 4, 1e-3
MEANINGLESS = "DRY RUN, NO RESULT: random weights or a few steps of training, five examples; the figures mean nothing."

Rollout = TypeVar("Rollout", bound=RolloutConfig)

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def dry_name(experiment: str) -> str:
    """What a dry run of an experiment is called, so that no figure of it can be taken for the experiment's."""
    return f"{experiment}_dry"


def dry_settings(config: ExperimentConfig) -> ExperimentConfig:
    """The experiment in small. Arms on one policy follow each other, so that its model is loaded once."""
    config = _without_loops(config)
    arms = sorted(config.arms.items(), key=lambda entry: (arm_model(config, entry[1]), entry[1].policy))
    return replace(
        config,
        name=dry_name(config.name),
        description=f"{MEANINGLESS} Of: {config.description or config.name}",
        train=replace(
            config.train,
            shards=min(config.train.shards, SHARDS),
            synthetic_per_example=min(config.train.synthetic_per_example, 1),
            rollouts=_small_rollout(config.train.rollouts),
        ),
        recipes={
            name: replace(recipe, min_reward_margin=0.0, input_fraction_limits={}, pair_type_max_fractions={})
            for name, recipe in config.recipes.items()
        },
        models={name: model for name, model in config.models.items() if name in _models_asked(config)},
        adapters={name: _small_adapter(adapter, bool(config.teachers)) for name, adapter in config.adapters.items()},
        arms={name: _small_rollout(arm) for name, arm in arms},
        evaluation=replace(config.evaluation, beside=(), variants=()),  # other experiments are not in the folder
        tracking=TrackingConfig(),
        overrides=(),
    )


def _models_asked(config: ExperimentConfig) -> set[str]:
    """The models that a step needs. Of the others, which the project shares, nothing has to be there."""
    asked = {arm_model(config, arm) for arm in config.arms.values()}
    return asked | {adapter.model for adapter in config.adapters.values()} | {config.train.model}


def _without_loops(config: ExperimentConfig) -> ExperimentConfig:
    adapters = {name: adapter for name, adapter in config.adapters.items() if adapter.method != STAR}
    arms = {name: arm for name, arm in config.arms.items() if arm.policy == "base" or arm.policy in adapters}
    kept = {name: c for name, c in config.comparisons.items() if c.first in arms and c.second in arms}
    return replace(config, star={}, adapters=adapters, arms=arms, comparisons=kept)


def _small_rollout(rollout: Rollout) -> Rollout:
    return replace(
        rollout,
        num_samples=min(rollout.num_samples, SAMPLES),
        max_new_tokens=min(rollout.max_new_tokens, NEW_TOKENS),
    )


def _small_adapter(adapter: AdapterConfig, teachers: bool) -> AdapterConfig:
    """A few steps of one process, at a rate that shows: training ends with an error where nothing was learnt."""
    if adapter.method == "external":
        return adapter
    if adapter.method == "grpo":
        return _small_grpo(adapter, teachers)
    return replace(
        adapter,
        lora_rank=min(adapter.lora_rank, RANK),
        learning_rate=LEARNING_RATE,
        epochs=1.0,
        batch_size=min(adapter.batch_size, BATCH),
        gradient_accumulation=1,
        processes=1,
        patience=adapter.patience if adapter.evaluation_steps else 0,  # of one epoch: there is nothing to wait for
    )


def _small_grpo(adapter: AdapterConfig, teachers: bool) -> AdapterConfig:
    """Two steps of two answers, written by transformers. Random weights earn nothing, and learn nothing."""
    stated = adapter.grpo
    grpo = replace(
        stated,
        generations=BATCH,
        prompts_per_step=1,
        steps=2,
        max_completion_tokens=NEW_TOKENS,
        use_memory=stated.use_memory and (teachers or stated.memory_seeds == "teachers"),
        memory_seeds="teachers",  # the folder's store is empty
        generator="transformers",
        vllm_url="",
    )
    rank = min(adapter.lora_rank, RANK) if adapter.weights == "lora" else adapter.lora_rank
    every = min(adapter.evaluation_steps, 1)
    return replace(adapter, lora_rank=rank, batch_size=BATCH, evaluation_steps=every, grpo=grpo)


def toml_text(config: ExperimentConfig) -> str:
    """A configuration as a TOML file that reads back as the same one."""
    values = {key: value for key, value in as_plain(config).items() if key not in ("name", "overrides")}
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if not isinstance(value, dict)]
    for table, entries in values.items():
        if isinstance(entries, dict):
            lines += ["", f"[{table}]", *(f"{_key(key)} = {_toml(value)}" for key, value in entries.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # A text of JSON is one of TOML, but for this one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _toml(name)

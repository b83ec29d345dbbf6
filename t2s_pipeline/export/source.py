"""What an export reads: one rollout with its prompts, and the pairs that a recipe kept.

    rollout = read_rollout(warehouse, config, "train")         # or the name of an arm
    pairs = read_pairs(warehouse, config, "synth20")

Everything comes from what was published last; nothing is judged or counted again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.errors import T2sError
from t2s_pipeline.generation.store import read_prompts
from t2s_pipeline.warehouse import TableRef, Warehouse

TRAIN = "train"
"""Name of the rollouts over the train split."""

Row = Mapping[str, Any]
Messages = list[dict[str, str]]


class ExportError(T2sError, RuntimeError):
    """What is asked for is not in the warehouse, or not whole; says what to run."""


@dataclass(frozen=True)
class Rollout:
    """One rollout: a row of `rollouts` as `settings`, rows of `examples` and parsed messages by their ids.

    `attempts` are by example, turn and sample; `rejected` are input rows of the split that are no example.
    """

    name: str
    settings: Row
    examples: Mapping[str, Row]
    rejected: list[Row]
    trajectories: list[Row]
    attempts: list[Row]
    messages: Mapping[str, Messages]


@dataclass(frozen=True)
class Pairs:
    """The pairs that `recipe` kept, in training order, and rows of `examples` by their ids."""

    recipe: str
    rows: list[Row]
    examples: Mapping[str, Row]


def read_rollout(warehouse: Warehouse, config: ExperimentConfig, name: str) -> Rollout:
    """The rollout `name`: an arm, or `train`. Raises ExportError where it is not declared, published or whole."""
    require_declared(config, name)
    settings = table_of(warehouse, config, "rollouts", name).to_pylist()
    if not settings:
        raise ExportError(f"rollout {name!r} of experiment {config.name!r} is not there; {_command(config, name)}")
    expected = int(settings[0]["shard"].rpartition("_")[2])
    if len(settings) != expected:
        raise ExportError(f"rollout {name!r}: {len(settings)} of {expected} shards are there; {_command(config, name)}")
    examples = examples_of(warehouse, config, settings[0]["split"])
    attempts = table_of(warehouse, config, "attempts", name).to_pylist()
    trajectories = table_of(warehouse, config, "trajectories", name).to_pylist()
    strangers = [row["example_id"] for row in attempts if row["example_id"] not in examples]
    if strangers:
        raise ExportError(f"rollout {name!r}: {strangers[0]} is no example any more; {_command(config, name)}")
    return Rollout(
        name=name,
        settings=dict(settings[0]) | {"examples": sum(row["examples"] for row in settings)},
        examples=examples,
        rejected=read_partition(warehouse, TableRef("rejected_examples", config.name, settings[0]["split"])),
        trajectories=sorted(trajectories, key=lambda row: row["example_id"]),
        attempts=sorted(attempts, key=lambda row: (row["example_id"], row["turn"], row["sample"])),
        messages=read_messages(warehouse, attempts),
    )


def read_pairs(warehouse: Warehouse, config: ExperimentConfig, recipe: str) -> Pairs:
    """The pairs that a recipe kept. Raises ExportError where the recipe is not declared or not published."""
    if recipe not in config.recipes:
        raise ExportError(f"no recipe {recipe!r}; there are: {', '.join(sorted(config.recipes)) or 'none'}")
    ref = TableRef("filtered_pairs", config.name, recipe)
    if warehouse.footer(ref) is None:
        raise ExportError(f"recipe {recipe!r} has no pairs; t2s run 'filtered_pairs[{recipe}]' -e {config.name}")
    kept = [row for row in read_partition(warehouse, ref) if row["removed_by"] is None]
    return Pairs(
        recipe=recipe,
        rows=sorted(kept, key=lambda row: row["position"]),
        examples=examples_of(warehouse, config, TRAIN),
    )


def table_of(warehouse: Warehouse, config: ExperimentConfig, table: str, rollout: str) -> pa.Table:
    """One of a rollout's tables, over all its shards; empty where it is not published."""
    live = [ref for ref in warehouse.live_refs(config.name) if ref.table == table]
    mine = [ref for ref in live if ref.partition == rollout or ref.partition.startswith(f"{rollout}.")]
    return warehouse.read_existing(mine, TableRef(table, config.name).schema)


def examples_of(warehouse: Warehouse, config: ExperimentConfig, split: str) -> dict[str, Row]:
    """Rows of `examples` of a split, by id."""
    return {row["example_id"]: row for row in read_partition(warehouse, TableRef("examples", config.name, split))}


def read_partition(warehouse: Warehouse, ref: TableRef) -> list[Row]:
    """Rows of one live file, none where there is none."""
    return warehouse.read_existing([ref], ref.schema).to_pylist()


def read_messages(warehouse: Warehouse, attempts: Iterable[Row]) -> dict[str, Messages]:
    """The messages of every prompt of these attempts. Raises StoreError where one is not stored."""
    stored = read_prompts(warehouse.data, {row["prompt_id"] for row in attempts if row["prompt_id"]})
    return {prompt_id: json.loads(text) for prompt_id, text in stored.items()}


def declared_rollouts(config: ExperimentConfig) -> list[str]:
    """`train`, where the experiment has a train side, and its arms."""
    return [*([TRAIN] if config.trains else []), *config.arms]


def require_declared(config: ExperimentConfig, name: str) -> None:
    """Raise ExportError unless the experiment declares the rollout."""
    declared = declared_rollouts(config)
    if name not in declared:
        raise ExportError(f"no rollout {name!r} in experiment {config.name!r}; there are: {', '.join(declared)}")


def _command(config: ExperimentConfig, name: str) -> str:
    step = "train_rollouts" if name == TRAIN else f"'arm_rollouts[{name}]'"
    return f"t2s run {step} -e {config.name}"

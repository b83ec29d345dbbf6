"""The story of one question: every prompt, answer, verdict, feedback and pair that the experiment has of it.

    example_id = find_example(warehouse, config, "dev/00017")       # an id, or an end of one
    story = trace(warehouse, config, example_id, ["train", "base"])

The story is plain data, fit for JSON: `rollouts` in the order asked for, each with its `turns`, each turn with its
`prompts`, each prompt with the attempts that answer it. `trace_text.py` shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.export.source import (
    ExportError,
    Row,
    examples_of,
    read_messages,
    read_partition,
    require_declared,
    table_of,
)
from t2s_pipeline.warehouse import TableRef, Warehouse

Story = dict[str, Any]
_SHOWN = 5
_SETTINGS = (
    *("split", "model", "adapter", "max_turns", "num_samples", "temperature", "schema_style", "prompt_style"),
    *("feedback_mode", "feedback_detail", "repair_scope", "verifier", "gold_free", "match_rule"),
)
_NOT_SHOWN = ("experiment", "rollout", "example_id", "database_id")


def find_example(warehouse: Warehouse, config: ExperimentConfig, wanted: str) -> Row:
    """The row of `examples` of this id, or of the one id that ends with it.

    Raises ExportError where there is none, or several.
    """
    splits = ("train", config.evaluation.split)
    examples = {key: row for split in splits for key, row in examples_of(warehouse, config, split).items()}
    if not examples:
        raise ExportError(f"experiment {config.name!r} has no examples yet; t2s run -e {config.name}")
    found = [wanted] if wanted in examples else sorted(key for key in examples if key.endswith(f"/{wanted}"))
    if len(found) == 1:
        return examples[found[0]]
    if found:
        raise ExportError(f"{wanted!r} is the end of {len(found)} examples: {', '.join(found[:_SHOWN])}; name one")
    near = sorted(examples)
    raise ExportError(f"no example {wanted!r} among the {len(near)} from {near[0]} to {near[-1]}")


def trace(warehouse: Warehouse, config: ExperimentConfig, example: Row, rollouts: Iterable[str]) -> Story:
    """All there is of an example in these rollouts, and its pairs. Raises ExportError for one that is not declared."""
    return {
        "experiment": config.name,
        "example": {name: value for name, value in example.items() if name != "experiment"},
        "rollouts": [_rollout(warehouse, config, name, example["example_id"]) for name in rollouts],
        "pairs": _pairs(warehouse, config, example["example_id"]),
    }


def _rollout(warehouse: Warehouse, config: ExperimentConfig, name: str, example_id: str) -> Story:
    """`trajectory` is None, and `turns` empty, where the rollout has nothing of the example."""
    require_declared(config, name)
    settings = table_of(warehouse, config, "rollouts", name).to_pylist()
    trajectories = _of_example(table_of(warehouse, config, "trajectories", name), example_id)
    attempts = _of_example(table_of(warehouse, config, "attempts", name), example_id)
    messages = read_messages(warehouse, attempts)
    turns = []
    for turn in sorted({row["turn"] for row in attempts}):
        rows = sorted((row for row in attempts if row["turn"] == turn), key=lambda row: row["sample"])
        prompts = list(dict.fromkeys(row["prompt_id"] for row in rows))
        turns.append({"turn": turn, "prompts": [_prompt(prompt, messages, rows) for prompt in prompts]})
    return {
        "rollout": name,
        "settings": {key: settings[0][key] for key in _SETTINGS} if settings else None,
        "trajectory": _plain(trajectories[0]) if trajectories else None,
        "turns": turns,
    }


def _prompt(prompt_id: str | None, messages: dict[str, Any], rows: list[Row]) -> Story:
    return {
        "prompt_id": prompt_id,
        "messages": messages.get(prompt_id) if prompt_id else None,
        "attempts": [_plain(row) for row in rows if row["prompt_id"] == prompt_id],
    }


def _pairs(warehouse: Warehouse, config: ExperimentConfig, example_id: str) -> list[Story]:
    """The example's pairs with what each recipe did with them: `kept` at a place, or removed and by what."""
    made = [row for name in ("mined", "synthetic") for row in _partition(warehouse, config, "pairs", name, example_id)]
    stories = [_plain(row) | {"messages": json.loads(row["messages"]), "recipes": {}} for row in made]
    for recipe in config.recipes:
        seen = {row["pair_id"]: row for row in _partition(warehouse, config, "filtered_pairs", recipe, example_id)}
        for story in stories:
            row = seen.get(story["pair_id"])
            if row is not None:
                story["recipes"][recipe] = {"position": row["position"], "removed_by": row["removed_by"]}
    return stories


def _partition(
    warehouse: Warehouse, config: ExperimentConfig, table: str, partition: str, example_id: str
) -> list[Row]:
    rows = read_partition(warehouse, TableRef(table, config.name, partition))
    return [row for row in rows if row["example_id"] == example_id]


def _of_example(table: pa.Table, example_id: str) -> list[Row]:
    return table.filter(pc.equal(table["example_id"], example_id)).to_pylist()


def _plain(row: Row) -> Story:
    return {name: value for name, value in row.items() if name not in _NOT_SHOWN}

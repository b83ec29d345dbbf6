"""Small real tables for the report tests: rows with the given values, the rest filled in by type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from t2s_pipeline.config import ArmConfig, EvaluationConfig, ExperimentConfig, ModelConfig
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.reports.metrics import arm_metrics
from t2s_pipeline.table_definitions import ATTEMPTS, EXAMPLES, GOLD_AUDIT, GOLD_FEATURES, ROLLOUTS, TRAJECTORIES
from t2s_pipeline.tables import TableSchema, registry

EXPERIMENT = "published"
_DEFAULTS = {pa.string(): "x", pa.int64(): 1, pa.float64(): 0.0, pa.bool_(): False}


@dataclass(frozen=True)
class Outcome:
    """One example of one arm: hardness and exclusion, (correct, executable) of each attempt in turn, and in `uses` what
    its gold does, by columns of `gold_features`."""

    first_class: str
    turns: tuple[tuple[bool, bool], ...]
    hardness: str = "easy"
    excluded_reason: str | None = None
    final_correct: bool | None = None
    audited: bool = True
    final_class: str | None = None
    signals: tuple[str, ...] = ()
    database_id: str = "spider/shop"
    uses: Mapping[str, int] = field(default_factory=dict)


def table(schema: TableSchema, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table of `schema`; columns that may not be null and are not given get a value of their type."""
    required = {c.name: _DEFAULTS.get(c.type) for c in schema.columns if c.key or not c.nullable}
    return schema.to_arrow(required | {"experiment": EXPERIMENT} | dict(row) for row in rows)


def arm_tables(
    arms: Mapping[str, list[Outcome]],
    experiment: str = EXPERIMENT,
    max_turns: int | None = None,
    strict: Iterable[str] = (),
    gold_free: Iterable[str] = (),
    written: Mapping[str, Mapping[str, Any]] = {},
) -> dict[str, pa.Table]:
    """The tables `rollouts`, `trajectories`, `attempts`, `examples`, `gold_audit` and `gold_features` of arms over the
    same examples.

    An arm's `max_turns` is the most turns that one of its outcomes took, unless it is given; those in `strict` are
    judged by the strict rule, and in those in `gold_free` a rule that does not know the gold decides. `written` has an arm's
    settings of `rollouts` that are not the defaults, as `schema_style` or `num_samples`.
    """
    base = {"experiment": experiment, "split": "dev"}
    rollouts, trajectories, attempts, examples, audit, features = [], [], [], {}, {}, {}
    for arm, outcomes in arms.items():
        turns = max_turns or max(len(o.turns) for o in outcomes)
        rollouts.append(
            base
            | {"rollout": arm, "model": "nano", "max_turns": turns, "num_samples": 1}
            | {"gold_free": turns == 1 or arm in gold_free, "verifier": "my_rule" if arm in gold_free else "gold"}
            | {"feedback_detail": "basic", "repair_scope": "verified", "feedback_mode": "result_status"}
            | {"match_rule": "strict" if arm in strict else "official"}
            | {"schema_style": "compact", "prompt_style": "plain", "token_budget": "none"}
            | dict(written.get(arm, {}))
        )
        for number, outcome in enumerate(outcomes):
            example = {"experiment": experiment, "example_id": f"spider/dev/{number:05}"}
            examples[number] = (
                base
                | example
                | {"hardness": outcome.hardness, "excluded_reason": outcome.excluded_reason}
                | {"database_id": outcome.database_id, "question": f"Question {number}?"}
            )
            audit[number] = base | example | {"source_row": number, "audited": outcome.audited, "detail": []}
            features[number] = base | example | {"parsed": True} | dict(outcome.uses)
            attempts += [
                example
                | {"rollout": arm, "turn": turn, "sample": 0, "correct": correct, "executable": executable}
                | {"correct_official": correct, "correct_strict": correct}
                | {"error_class": "execution_correct" if correct else outcome.first_class}
                | {"signals": list(outcome.signals) if turn == 1 else []}
                | {"syntax_valid": True, "schema_valid": executable, "reward": 1.0 if correct else -0.5}
                for turn, (correct, executable) in enumerate(outcome.turns, start=1)
            ]
            trajectories.append(example | _trajectory(arm, outcome))
    return {
        "rollouts": table(ROLLOUTS, rollouts),
        "trajectories": table(TRAJECTORIES, trajectories),
        "attempts": table(ATTEMPTS, attempts),
        "examples": table(EXAMPLES, examples.values()),
        "gold_audit": table(GOLD_AUDIT, audit.values()),
        "gold_features": table(GOLD_FEATURES, features.values()),
    }


def all_tables(arms: Mapping[str, list[Outcome]], **of_arms: Any) -> dict[str, pa.Table]:
    """Every table that some report reads: those of the arms and their metrics; the others are empty."""
    tables = arm_tables(arms, **of_arms)
    tables["evaluations"] = arm_metrics(EXPERIMENT, **tables)
    read = {name for report in REPORTS.values() for name in report.reads}
    return {name: registry()[name].arrow.empty_table() for name in read} | tables


def _trajectory(arm: str, outcome: Outcome) -> dict[str, Any]:
    first, last = outcome.turns[0][0], outcome.turns[-1][0]
    return {
        "rollout": arm,
        "database_id": outcome.database_id,
        "first_error_class": outcome.first_class,
        "final_error_class": outcome.final_class or outcome.first_class,
        "final_turn": len(outcome.turns),
        "final_sample": 0,
        "first_correct": first,
        "final_correct": last if outcome.final_correct is None else outcome.final_correct,
        "any_correct": any(correct for correct, _ in outcome.turns),
        "excluded_reason": outcome.excluded_reason,
    }


def config(*arms: str) -> ExperimentConfig:
    return ExperimentConfig(
        name=EXPERIMENT,
        evaluation=EvaluationConfig(dataset="spider"),
        models={"nano": ModelConfig(path="builtin:nano")},
        arms={arm: ArmConfig(model="nano") for arm in arms},
    )


def beside_another_experiment(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The same tables with every row a second time under another experiment's name, as the catalogue's views are."""
    found = {}
    for name, content in tables.items():
        position = content.schema.get_field_index("experiment")
        other = content.set_column(
            position, content.schema.field(position), pa.array(["other"] * content.num_rows, pa.string())
        )
        found[name] = pa.concat_tables([content, other])
    return found

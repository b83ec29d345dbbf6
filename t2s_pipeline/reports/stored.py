"""The answers of an arm as the warehouse has them, for a comparison with another's.

    stored = stored_arm(warehouse, load_experiment("demo"), "base")
    stored.rule                                    # the match rule that it was judged by
    stored.answers()                               # its last answers, in the order of their ids
    stored.answers(MatchRule.STRICT)               # the same, right by another rule

Nothing is run: what no stored verdict says is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.errors import T2sError
from t2s_pipeline.evaluation.comparison import Answer
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.score_rows import stored_class
from t2s_pipeline.reports.run import run_sql
from t2s_pipeline.warehouse import TableRef, Warehouse


class StoredArmError(T2sError, ValueError):
    """An arm without the answers that are asked for; the message names it and what to do."""


@dataclass(frozen=True)
class StoredArm:
    """The last answers of an arm: `rows` of stored_answers.sql. `gold_aware`: the gold had a hand in them."""

    name: str
    rule: MatchRule
    gold_aware: bool
    rows: tuple[dict[str, Any], ...]

    def answers(self, rule: MatchRule | None = None) -> list[Answer]:
        """The answers, correct by `rule`, else by the arm's own. Raises StoredArmError where no verdict says so."""
        wanted = rule or self.rule
        if all(row[wanted.field] is None for row in self.rows) and wanted is not self.rule:
            raise StoredArmError(f"{self.name}: was not judged by {wanted}; compare by {self.rule}, or judge it again")
        return [_answer(row, None if wanted is self.rule else wanted) for row in self.rows]


def stored_arm(warehouse: Warehouse, config: ExperimentConfig, arm: str) -> StoredArm:
    """What the warehouse has of the arm. Raises StoredArmError where it is not declared or has no answers yet,
    WarehouseError where they are damaged."""
    name = f"{config.name}/{arm}"
    if arm not in config.arms:
        there = ", ".join(config.arms) or "none"
        raise StoredArmError(f"{name}: experiment {config.name} declares no arm {arm!r}; there are: {there}")
    with warehouse.connect() as connection:
        rows = run_sql("stored_answers", connection, {"experiment": config.name, "arm": arm})
        asked = run_sql("stored_pass", connection, {"experiment": config.name, "arm": arm})
    if not rows or not asked:
        for table in ("trajectories", "rollouts"):
            warehouse.footer(TableRef(table, config.name, arm))  # a damaged file is left out of the catalogue
        raise StoredArmError(f"{name}: has no answers yet: t2s run -e {config.name} 'arm_rollouts[{arm}]'")
    return StoredArm(name, MatchRule(asked[0]["match_rule"]), asked[0]["gold_aware"], tuple(rows))


def _answer(row: dict[str, Any], rule: MatchRule | None) -> Answer:
    """The answer by the arm's own verdict, or by another rule."""
    correct, error_class = row["final_correct"], row["final_error_class"]
    if rule is not None:
        correct = row[rule.field]
        facts = [row[name] for name in ("sql", "status", "error", "row_count", "gold_row_count")]
        error_class = stored_class(*facts, correct, unseen=error_class)
    shown = {name: row[name] for name in ("example_id", "database_id", "hardness", "question", "gold", "sql")}
    return Answer(
        **shown, correct=correct is True, error_class=error_class, database_fingerprint=row["database_fingerprint"]
    )

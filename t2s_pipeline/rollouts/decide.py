"""Who decides in a rollout of several turns: which answer stands, what is repaired, and with which reason.

In the scope `verified`, `GoldDecider` goes by the gold's verdict, and `RuleDecider` by a user's rule
(`evaluation/custom_verifier.py`). In the scopes `online` and `online_guarded`, `ScopeDecider` goes by what the executor
shows. Those two keep the gold out: its verdict is in the row, for the metrics, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_parsing import GOLD_VERIFIER
from t2s_pipeline.evaluation.custom_verifier import Answer, Evidence, Judgement, OpenRule
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.rollouts.repairs import shows_gold
from t2s_pipeline.rollouts.rows import StopReason


@dataclass(frozen=True)
class Case:
    """A candidate to decide on: its example, its row of `attempts`, its verdict, and the schema text that was shown."""

    example: Mapping[str, Any]
    row: Mapping[str, Any]
    verdict: Verdict
    schema_text: str


class Decider(Protocol):
    """`accepted` is why a trajectory stops where this decider accepts its answer."""

    name: str
    knows_gold: bool
    accepted: StopReason

    def decide(self, cases: Sequence[Case]) -> list[Judgement]:
        """One judgement a case, in order."""
        ...


class GoldDecider:
    """Accepts what is right by the rollout's match rule; says nothing about what is wrong with the rest."""

    name = GOLD_VERIFIER
    knows_gold = True
    accepted = StopReason.CORRECT

    def decide(self, cases: Sequence[Case]) -> list[Judgement]:
        return [Judgement(Answer.ACCEPTED if case.row["correct"] else Answer.REJECTED) for case in cases]


class ScopeDecider:
    """Rejects what the scope repairs: in `online` an answer that did not run, in `online_guarded` any with a signal."""

    name = GOLD_VERIFIER  # the setting's default: nobody else is asked
    knows_gold = False
    accepted = StopReason.NOTHING_TO_REPAIR

    def __init__(self, scope: str) -> None:
        self._guarded = scope == "online_guarded"

    def decide(self, cases: Sequence[Case]) -> list[Judgement]:
        return [Judgement(Answer.REJECTED if self._repairs(case.row) else Answer.ACCEPTED) for case in cases]

    def _repairs(self, row: Mapping[str, Any]) -> bool:
        return bool(row["signals"]) if self._guarded else not row["executable"]


class RuleDecider:
    """Asks a user's rule."""

    accepted = StopReason.ACCEPTED

    def __init__(self, rule: OpenRule) -> None:
        self._rule = rule
        self.name = rule.name
        self.knows_gold = rule.knows_gold

    def decide(self, cases: Sequence[Case]) -> list[Judgement]:
        """Raises RuleError where the rule fails."""
        return self._rule.judge([self._evidence(case) for case in cases])

    def _evidence(self, case: Case) -> Evidence:
        verdict = case.verdict
        return Evidence(
            example_id=case.example["example_id"],
            database_id=case.example["database_id"],
            question=case.example["question"],
            schema_text=case.schema_text,
            sql=case.row["sql"] or "",
            status=verdict.status.value,
            error=verdict.error,
            row_count=verdict.row_count,
            columns=verdict.column_names,
            rows=verdict.preview_rows,
            gold_sql=case.example["gold"] if self.knows_gold else None,
        )


def decider_of(settings: RolloutConfig, rule: OpenRule | None = None) -> Decider:
    """Who decides under these settings. `rule` is the user's that `settings.verifier` names, None for the gold.

    Raises ValueError where they do not fit.
    """
    named = GOLD_VERIFIER if rule is None else rule.name
    if named != settings.verifier:
        raise ValueError(f"verifier = {settings.verifier!r}, but {named!r} was given")
    if settings.repair_scope != "verified":
        return ScopeDecider(settings.repair_scope)
    return GoldDecider() if rule is None else RuleDecider(rule)


def is_gold_free(settings: RolloutConfig, decider: Decider) -> bool:
    """Whether the gold reaches no prompt, stop rule or selection: nobody decides in a pass of one turn."""
    return settings.max_turns == 1 or not (decider.knows_gold or shows_gold(settings))

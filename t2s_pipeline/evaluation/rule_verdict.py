"""One rule's answer on two executions of its own texts, as the official evaluator compares them.

    compare(gold, candidate, order_matters=False)    # RuleVerdict(correct=True, difference=None)

`difference` says where our sandbox, and not the candidate, may have decided.
"""

from __future__ import annotations

from dataclasses import dataclass

from t2s_pipeline.evaluation.result_match import results_match
from t2s_pipeline.evaluation.verdict import SandboxDifference
from t2s_pipeline.sandbox.execute import Execution, Row, Status


@dataclass(frozen=True)
class RuleVerdict:
    correct: bool | None
    difference: SandboxDifference | None


def compare(gold: Execution, candidate: Execution, order_matters: bool) -> RuleVerdict:
    """One rule's verdict on two executions of its own texts."""
    answer = _compared(gold, candidate, order_matters)
    if answer.difference is None and (gold.clock_read or candidate.clock_read):
        return RuleVerdict(answer.correct, SandboxDifference.FIXED_CLOCK)
    return answer


def _compared(gold: Execution, candidate: Execution, order_matters: bool) -> RuleVerdict:
    """The verdict, whatever the time."""
    gold_rows = _rows(gold)
    if gold_rows is None or gold.truncated:
        reason = SandboxDifference.TRUNCATED if gold.truncated else SandboxDifference.GOLD_FAILED
        return RuleVerdict(None, reason)
    rows = _rows(candidate)
    if rows is None:
        return RuleVerdict(False, _refused(candidate))
    if candidate.truncated:
        more_rows = len(rows) >= len(gold_rows)
        return RuleVerdict(False, None) if more_rows else RuleVerdict(None, SandboxDifference.TRUNCATED)
    answer = True if same_rows(gold, candidate) else results_match(gold_rows, rows, order_matters)
    if answer is None:
        return RuleVerdict(None, SandboxDifference.UNDECIDED_MATCH)
    return RuleVerdict(answer, None)


def same_rows(gold: Execution, candidate: Execution) -> bool:
    """Are the rows the same in order, values and types, so that every rule takes them for equal?"""
    if gold.rows is candidate.rows:
        return True
    if gold.rows != candidate.rows:
        return False
    # Where there are floats, values of unlike type or sign may be equal: 1 and 1.0, 0.0 and -0.0.
    return not (gold.holds_floats or candidate.holds_floats) or repr(gold.rows) == repr(candidate.rows)


def on_both(one: RuleVerdict, other: RuleVerdict) -> RuleVerdict:
    """What two files' answers come to: wrong where one is, for the reason that our sandbox has least to do with."""
    return min(one, other, key=_weight)


def _weight(answer: RuleVerdict) -> tuple[int, bool]:
    """Small where the answer decides: wrong, then undecided; of right ones, that which is marked."""
    if answer.correct:
        return (2, answer.difference is None)
    return (answer.correct is None, answer.difference is not None)


def gives_rows(execution: Execution) -> bool:
    """Does the official evaluator get rows of it, and no error?"""
    return execution.status is Status.OK or execution.no_statement


def _rows(execution: Execution) -> tuple[Row, ...] | None:
    """Rows as the official evaluator gets them, None where it gets an error: comments alone give no rows."""
    return execution.rows if gives_rows(execution) else None


def _refused(execution: Execution) -> SandboxDifference | None:
    """How our refusal differs from what the official evaluator would have done; None where it fails as well."""
    if execution.status is Status.DENIED and execution.refused_function:
        return SandboxDifference.DENIED_FUNCTION
    return _REFUSALS.get(execution.status)


_REFUSALS = {
    Status.DENIED: SandboxDifference.DENIED_STATEMENT,
    Status.NOT_A_QUERY: SandboxDifference.DENIED_STATEMENT,
    Status.TIMEOUT: SandboxDifference.TIMEOUT,
    Status.RESOURCE_LIMIT: SandboxDifference.RESOURCE_LIMIT,
    Status.WORKER_DIED: SandboxDifference.WORKER_DIED,
}

"""A verdict on one candidate, and the closed list of how ours may differ from the official evaluator's.

Status, error class, error, rows and columns describe the SQL as written. Each match rule runs its own text
(`official_text.py`), so that a query may fail as written and be correct under a rule, or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from t2s_pipeline.evaluation.error_class import ErrorClass, classify
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.sandbox.execute import Execution, Status

VERDICT_VERSION = "6"
"""Bump it when the same SQL on the same database would get another verdict: sandbox, official text, matching of
results, error classes. Everything that was judged is then judged again."""

PREVIEW_ROWS = 3
PREVIEW_TEXT = 200
Cell = int | float | str | None


class SandboxDifference(StrEnum):
    """Why the official evaluator might say otherwise about this row. Nothing else makes a difference.

    It runs whatever it is given, without limits; we refuse, bound or fix it:
    `denied_statement` (no query, or one that reaches out of its database), `denied_function` (`random()` and
    others off the list), `timeout` (it has none that works), `resource_limit` (length, depth, memory),
    `truncated` (more rows or bytes than the cap, in gold's result or the candidate's: what was not fetched is not
    compared, so the answer is None even where the candidate's text is gold's own), `worker_died`, `fixed_clock` (the
    verdict rests on the current time, which stands still here), `undecided_match` (the column search hit its bound;
    the official one might not have returned), `undecided_values` (`plug_value` alone: no way to fill in gold's values
    passed within the bound on tries), `gold_failed` (gold gives no rows here: where it fails there too, it stops that
    whole run; where our sandbox alone refuses it (EXPLAIN, BEGIN, a change of the schema, a function off the list)
    or stops it at a limit, the official one may run it).
    """

    DENIED_STATEMENT = "denied_statement"
    DENIED_FUNCTION = "denied_function"
    TIMEOUT = "timeout"
    RESOURCE_LIMIT = "resource_limit"
    TRUNCATED = "truncated"
    WORKER_DIED = "worker_died"
    FIXED_CLOCK = "fixed_clock"
    UNDECIDED_MATCH = "undecided_match"
    UNDECIDED_VALUES = "undecided_values"
    GOLD_FAILED = "gold_failed"


@dataclass(frozen=True)
class Verdict:
    """What is known of one candidate.

    `row_count`, `column_count`, `column_names`, `result_digest` and `preview_rows` are None (empty) unless it ran; a
    truncated result's `row_count` is what was fetched and has no digest. Equal digests mean equal multisets of rows,
    columns in order, 1 equal to 1.0: for voting and for telling candidates apart. `correct_*` are the match rules'
    answers (`match_rules.py`), None where there is no gold, gold fails under that rule, or the match is undecided;
    `correct_plug_value` also where the candidate did not ask for it. `gold_row_count` is the oracle's: it must not
    reach a prompt at evaluation. `elapsed_ms` is the only field that differs between runs.
    """

    sql: str
    status: Status
    error_class: ErrorClass | None
    error: str | None
    row_count: int | None
    column_count: int | None
    column_names: tuple[str, ...]
    truncated: bool
    result_digest: str | None
    preview_rows: tuple[tuple[Cell, ...], ...]
    correct_official: bool | None
    correct_strict: bool | None
    correct_execution_guided: bool | None
    correct_bird: bool | None
    correct_star: bool | None
    correct_plug_value: bool | None
    sandbox_difference: SandboxDifference | None
    syntax_valid: bool
    schema_valid: bool
    executable: bool
    quoted_identifier_as_literal: bool
    gold_row_count: int | None
    gold_error: str | None
    elapsed_ms: float
    sqlite_version: str

    def correct(self, rule: MatchRule | str) -> bool | None:
        """The answer of one rule. None is undecided: it counts as wrong, and is to be reported as undecided."""
        return getattr(self, MatchRule(rule).field)

    def error_class_by(self, rule: MatchRule | str) -> ErrorClass | None:
        """`error_class` where right and wrong are one rule's; None for what ran while that rule is undecided."""
        return classify(
            self.sql, self.status, self.error, self.row_count, self.gold_row_count, self.correct(rule)
        )  # fmt: skip


def result_digest(execution: Execution) -> str | None:
    """128 bits in hex over a complete result's rows as a multiset; None for what is not complete."""
    if execution.status is not Status.OK or execution.truncated:
        return None
    rows: Iterable[tuple[Any, ...]] = execution.rows
    if execution.holds_floats:
        rows = [tuple(map(_canonical, row)) for row in rows]
    lines = [str(len(execution.columns)), *sorted(map(repr, rows))]
    return blake2b("\n".join(lines).encode("utf-8"), digest_size=16).hexdigest()


def preview(execution: Execution) -> tuple[tuple[Cell, ...], ...]:
    """The first rows, fit for JSON and for a prompt: long text cut, blobs as SQLite writes them."""
    return tuple(tuple(_shown(v) for v in row) for row in execution.rows[:PREVIEW_ROWS])


def _canonical(value: Any) -> Any:
    """One form for values that are equal: whole floats as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _shown(value: Any) -> Cell:
    if isinstance(value, bytes):
        return f"x'{value[: PREVIEW_TEXT // 2].hex()}'"
    if isinstance(value, str):
        return value[:PREVIEW_TEXT]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    return value

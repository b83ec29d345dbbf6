"""What can be seen against a candidate without the gold: the executor's word, its plan, and the parsed query.

    seen = inspect(verdict, plan, catalogue)       # plan, catalogue: GoldVerifier.plans, .catalogues
    seen.signals                                   # (Signal.CARTESIAN_JOIN_RISK,)

A signal is a suspicion, not a verdict: a right answer may be empty. Nothing here looks at the gold's side of a verdict.
Names are those of the execution-guided reference but for `scan_without_need`; its `cartesian_join_risk`, which waits
for SQLite to print CARTESIAN, never fires.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.hidden_keys import HiddenKey, hidden_keys
from t2s_pipeline.sql.join_graph import Groups, unjoined
from t2s_pipeline.sql.names import Names
from t2s_pipeline.sql.parse import parse_query

Catalogues = Mapping[str, Catalogue]
"""By database_id."""


class Signal(StrEnum):
    """What each means is told in docs/prompts.md."""

    EXECUTOR_ERROR = "executor_error"
    SYNTAX_GUARD_FAILED = "syntax_guard_failed"
    SCHEMA_GUARD_FAILED = "schema_guard_failed"
    NOT_EXECUTABLE = "not_executable"
    EMPTY_RESULT = "empty_result"
    EXPLAIN_PLAN_ERROR = "explain_plan_error"
    CARTESIAN_JOIN_RISK = "cartesian_join_risk"
    SCAN_WITHOUT_NEED = "scan_without_need"


@dataclass(frozen=True)
class Inspection:
    """`products`: the groups of tables that nothing joins, a SELECT each; `hidden_keys` of needless scans; `plan` is
    None unless the query ran and has one."""

    signals: tuple[Signal, ...]
    plan: tuple[str, ...] | None = None
    products: tuple[Groups, ...] = ()
    hidden_keys: tuple[HiddenKey, ...] = ()


class Seen(Protocol):
    """What of a `Verdict` is looked at."""

    @property
    def sql(self) -> str: ...
    @property
    def row_count(self) -> int | None: ...
    @property
    def executable(self) -> bool: ...
    @property
    def syntax_valid(self) -> bool: ...
    @property
    def schema_valid(self) -> bool: ...


def inspect(verdict: Seen, plan: Sequence[str] | None, catalogue: Catalogue) -> Inspection:
    """What is to be seen of one candidate. `plan` is None where it did not run, or has none."""
    if not verdict.executable:
        return Inspection(tuple(_failures(verdict)))
    signals = [Signal.EMPTY_RESULT] if verdict.row_count == 0 else []
    if plan is None:
        signals.append(Signal.EXPLAIN_PLAN_ERROR)
    products, hidden = _structure(verdict.sql, tuple(plan or ()), catalogue)
    if products:
        signals.append(Signal.CARTESIAN_JOIN_RISK)
    if hidden:
        signals.append(Signal.SCAN_WITHOUT_NEED)
    return Inspection(tuple(signals), None if plan is None else tuple(plan), products, hidden)


def _failures(verdict: Seen) -> list[Signal]:
    signals = [Signal.EXECUTOR_ERROR] if verdict.sql.strip() else []
    if not verdict.syntax_valid:
        signals.append(Signal.SYNTAX_GUARD_FAILED)
    elif not verdict.schema_valid:
        signals.append(Signal.SCHEMA_GUARD_FAILED)
    return [*signals, Signal.NOT_EXECUTABLE]


def _structure(
    sql: str, plan: tuple[str, ...], catalogue: Catalogue
) -> tuple[tuple[Groups, ...], tuple[HiddenKey, ...]]:
    """What the parsed query shows; nothing where it cannot be parsed or is too deep."""
    joins, hides = _MAY_JOIN.search(sql), _MAY_HIDE.search(sql)
    if not joins and not hides:  # parsing costs as much as running
        return (), ()
    query = parse_query(sql)
    if query is None:
        return (), ()
    names = Names(query, catalogue)
    try:
        return (
            tuple(unjoined(names)) if joins else (),
            tuple(hidden_keys(names, plan)) if hides else (),
        )
    except RecursionError:
        return (), ()


# What a query of several tables, and an expression around a key, cannot be written without.
_MAY_JOIN = re.compile(r"\bjoin\b|\bfrom\b.*,", re.IGNORECASE | re.DOTALL)
_MAY_HIDE = re.compile(r"(?:\bwhere|\bon)\b.*(?:[-+*/]|\|\||\b(?:cast|coalesce|ifnull)\b)", re.IGNORECASE | re.DOTALL)

"""Other ways to write a SELECT, for comparing two that were written differently.

Each function takes a core and returns one that means the same but for ties and duplicates, or the core itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from t2s_pipeline.evaluation.term_pairs import renamed
from t2s_pipeline.sql.shape import Core, Shape, Term, TermKind, only_selects


def superlative(core: Core) -> Core:
    """`x = (SELECT max(x) FROM t)` as `ORDER BY x DESC LIMIT 1`; the subquery filters by nothing that we do not."""
    if core.order or core.limit:
        return core
    for condition in core.conditions:
        inner = _query_of(condition)
        if condition.value != "=" or inner is None or inner.group or not set(inner.conditions) <= set(core.conditions):
            continue
        value = next((part for part in condition.parts if part.kind is TermKind.COLUMN), None)
        sought = inner.projection[0] if len(inner.projection) == 1 else None
        if value and sought and sought.value in ("min", "max") and sought.parts == (value,):
            kept = tuple(c for c in core.conditions if c is not condition)
            return replace(core, conditions=kept, order=((value, sought.value == "max"),), limit="1")
    return core


def joined(core: Core) -> Core:
    """`x IN (SELECT y FROM t WHERE ...)`, or `x = (...)`, as a join with t on x = y; inside out."""
    kept: list[Term] = []
    for condition in core.conditions:
        inner = _query_of(condition)
        column = next((part for part in condition.parts if part.kind is TermKind.COLUMN), None)
        inner = joined(inner) if inner is not None else None
        selects = inner is not None and only_selects(inner) and len(inner.projection) == 1
        if not selects or column is None or condition.value not in ("in", "=") or not inner.projection[0].columns:
            kept.append(condition)
            continue
        core = replace(
            core,
            tables=tuple(sorted(core.tables + inner.tables)),
            joins=core.joins | inner.joins | {frozenset((column, inner.projection[0]))},
            derived=core.derived + inner.derived,
        )
        kept += inner.conditions
    return replace(core, conditions=tuple(kept))


def ungrouped(core: Core) -> Core:
    """GROUP BY of just what is selected, nothing aggregated, as DISTINCT."""
    terms = core.terms
    if core.group and core.group == set(core.projection) and not any(t.of_kind(TermKind.AGGREGATE) for t in terms):
        return replace(core, group=frozenset(), distinct=True)
    return core


def with_equal_columns(core: Core, same: dict[str, str]) -> Core:
    """The core with its columns, but for those of joins, under the names that `equal_columns` gives."""
    if not same:
        return core
    return replace(
        core,
        conditions=tuple(renamed(term, same) for term in core.conditions),
        projection=tuple(renamed(term, same) for term in core.projection),
        group=frozenset(renamed(term, same) for term in core.group),
        order=tuple((renamed(term, same), down) for term, down in core.order),
    )


def equal_columns(*cores: Core) -> dict[str, str]:
    """For each column that a join makes equal to another's: the first of them. Tables that stand twice are left out."""
    twice = {t for core in cores for t, n in Counter(core.tables).items() if n > 1}
    joins = [
        join for core in cores for join in core.joins if len({t for term in join for t in term.tables} - twice) > 1
    ]
    return {column: min(together) for together in join_classes(joins) for column in together}


def join_classes(joins: Iterable[frozenset[Term]]) -> set[frozenset[str]]:
    """Columns that the joins make equal, together."""
    found: list[frozenset[str]] = []
    for join in joins:
        columns = frozenset(term.value for term in join)
        touching = [c for c in found if c & columns]
        found = [c for c in found if not c & columns] + [columns.union(*touching)]
    return set(found)


def grouped_tables(core: Core) -> set[str]:
    """The tables of what is grouped by, with those whose columns a join makes equal to it."""
    columns = {column for term in core.group for column in term.columns}
    equal = [together for together in join_classes(core.joins) if together & columns]
    return {column.rpartition(".")[0] for column in columns.union(*equal)}


def _query_of(condition: Term) -> Core | None:
    """The plain subquery that a condition compares with, or None."""
    inner: Shape | None = next((part.query for part in condition.parts if part.query is not None), None)
    return inner if isinstance(inner, Core) else None

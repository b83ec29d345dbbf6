"""Queries that show whether a LIMIT cuts through rows with equal order keys.

    for probe in limit_probes(parse_query("SELECT name FROM singer ORDER BY age DESC LIMIT 1")):
        probe.sql            # SELECT name, age FROM singer ORDER BY age DESC LIMIT 2
        probe.cuts(rows)     # do row k and row k + 1 have equal keys?

A probe for every ORDER BY ... LIMIT, of the query and of its subqueries; None stands for one that cannot be asked by
itself: its LIMIT is no plain number, its keys are not in what it returns (DISTINCT, compounds), a `*` hides what a
position means, or it stands in a CTE's reach. A subquery that refers to the query around it fails when it is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp


@dataclass(frozen=True)
class LimitProbe:
    """`sql` returns one row more than the LIMIT `kept`; `keys` are the places of the order keys in a row, from the
    end where negative."""

    sql: str
    kept: int
    keys: tuple[int, ...]

    def cuts(self, rows: Sequence[Sequence[Any]]) -> bool:
        """Whether the LIMIT's last row and the first one left out have equal keys."""
        if self.kept == 0 or len(rows) <= self.kept:
            return False
        last, left_out = rows[self.kept - 1], rows[self.kept]
        return all(last[place] == left_out[place] for place in self.keys)


def limit_probes(root: exp.Query) -> list[LimitProbe | None]:
    """A probe for every ORDER BY with a LIMIT in `root`; None for one that cannot be told."""
    return [
        _probe(query, root)
        for query in root.find_all(exp.Select, exp.SetOperation)
        if query.args.get("limit") and query.args.get("order")
    ]


def _probe(query: exp.Query, root: exp.Query) -> LimitProbe | None:
    kept = _number(query.args["limit"])
    if kept is None or (query is not root and root.find(exp.With)):
        return None
    copy = query.copy()
    copy.set("limit", exp.Limit(expression=exp.Literal.number(kept + 1)))
    terms = [ordered.this for ordered in copy.args["order"].expressions]
    if isinstance(copy, exp.Select) and not copy.args.get("distinct"):
        meant = [_meant(term, copy) for term in terms]
        if None in meant:
            return None
        copy.set("expressions", [*copy.expressions, *(node.copy() for node in meant)])
        return LimitProbe(copy.sql(dialect="sqlite"), kept, tuple(range(-len(meant), 0)))
    places = [_place(term, copy) for term in terms]
    return None if None in places else LimitProbe(copy.sql(dialect="sqlite"), kept, tuple(places))


def _number(limit: exp.Expression) -> int | None:
    value = limit.expression
    return int(value.name) if isinstance(value, exp.Literal) and value.is_int else None


def _meant(term: exp.Expression, query: exp.Select) -> exp.Expression | None:
    """The expression that a term of ORDER BY sorts by."""
    if isinstance(term, exp.Literal) and term.is_int:
        place = _place(term, query)
        return None if place is None else query.expressions[place].unalias()
    if isinstance(term, exp.Column) and not term.table:
        for node in query.expressions:
            if isinstance(node, exp.Alias) and node.alias.lower() == term.name.lower():
                return node.this
    return term


def _place(term: exp.Expression, query: exp.Query) -> int | None:
    """The place among the query's columns, from 0, that a term of ORDER BY names."""
    columns = query.selects
    if any(node.is_star for node in columns):
        return None
    if isinstance(term, exp.Literal) and term.is_int:
        place = int(term.name) - 1
        return place if 0 <= place < len(columns) else None
    wanted = term.sql(dialect="sqlite").lower()
    for place, node in enumerate(columns):
        if wanted in (node.alias_or_name.lower(), node.unalias().sql(dialect="sqlite").lower()):
            return place
    return None

"""Plausible mistakes: edits of a parsed gold query, each of a named kind.

    for edit in all_edits(query, values)[EditKind.WRONG_COLUMN]: edit.apply(query.sql)

Here: `wrong_aggregation`, another aggregate that takes the same column, or DISTINCT put into a count or taken out of
it; `wrong_group_by`, another column of the same table, or no grouping. The other kinds are in `edit_tables.py` and
`edit_conditions.py`.

No edit uses a made-up name or a sentinel value. Whether an edited query is wrong at all is for a verifier to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from t2s_pipeline.preferences.edit import Edit, like
from t2s_pipeline.preferences.edit_conditions import ColumnValues, condition_edits, order_limit_edits
from t2s_pipeline.preferences.edit_tables import missing_join_edits, wrong_column_edits, wrong_table_edits
from t2s_pipeline.preferences.gold_query import GoldQuery, selects, span, type_kind
from t2s_pipeline.preferences.pair_types import EditKind
from t2s_pipeline.schema.serialise import quote_identifier

_AGGREGATES = {
    exp.Count: ("SUM", "AVG"),
    exp.Sum: ("AVG", "MAX"),
    exp.Avg: ("SUM", "MAX", "MIN"),
    exp.Min: ("MAX", "AVG"),
    exp.Max: ("MIN", "AVG"),
}
_NUMERIC_ONLY = {"SUM", "AVG"}


def all_edits(query: GoldQuery, values: ColumnValues) -> dict[EditKind, list[Edit]]:
    """Every edit of every kind, each once and in the order of the text; kinds without one have an empty list."""
    found = {
        EditKind.WRONG_AGGREGATION: _aggregations(query),
        EditKind.WRONG_COLUMN: wrong_column_edits(query),
        EditKind.WRONG_CONDITION: condition_edits(query, values),
        EditKind.WRONG_GROUP_BY: _groupings(query),
        EditKind.WRONG_ORDER_LIMIT: order_limit_edits(query),
        EditKind.WRONG_TABLE: wrong_table_edits(query),
        EditKind.MISSING_JOIN: missing_join_edits(query),
    }
    return {kind: sorted(set(edits)) for kind, edits in found.items()}


def _aggregations(query: GoldQuery) -> Iterator[Edit]:
    for node in query.tree.find_all(*_AGGREGATES):
        if "start" not in node.meta:
            continue
        start, stop = node.meta["start"], node.meta["end"] + 1
        if isinstance(node, exp.Count):
            yield from _distinct(query, node, query.sql[start:stop])
        owner = query.owner(node.this)
        if owner is None:
            continue
        for name in _AGGREGATES[type(node)]:
            if name not in _NUMERIC_ONLY or type_kind(owner[1]) == "number":
                yield Edit.of(EditKind.WRONG_AGGREGATION, start, stop, like(query.sql[start:stop], name))


def _distinct(query: GoldQuery, node: exp.Count, name: str) -> Iterator[Edit]:
    """A count of a column with DISTINCT put in, or taken out."""
    distinct = isinstance(node.this, exp.Distinct)
    counted = node.this.expressions if distinct else [node.this]
    place = span(counted[0])
    if len(counted) != 1 or query.owner(counted[0]) is None or place is None:
        return
    if not distinct:
        yield Edit.of(EditKind.WRONG_AGGREGATION, place[0], place[0], like(name, "DISTINCT "))
        return
    before = query.tokens[query.token_after(place[0] - 1) - 1]
    if before.token_type == TokenType.DISTINCT:
        yield Edit.of(EditKind.WRONG_AGGREGATION, before.start, place[0], "")


def _groupings(query: GoldQuery) -> Iterator[Edit]:
    for select in selects(query):
        group = select.args.get("group")
        place = span(group) if group is not None else None
        if place is None:
            continue
        first = query.token_after(place[0] - 1) - 1
        if query.tokens[first].token_type == TokenType.GROUP_BY:
            start, last = query.tokens[first - 1].end + 1, query.clause_end(first) - 1
            yield Edit.of(EditKind.WRONG_GROUP_BY, start, query.tokens[last].end + 1, "")
        for node in group.expressions:
            owner = query.owner(node)
            if owner is None:
                continue
            qualified = bool(node.table)
            for other in owner[0].columns:
                if other.name != owner[1].name and (qualified or _unambiguous(query, node, other.name)):
                    meta = node.this.meta
                    yield Edit.of(EditKind.WRONG_GROUP_BY, meta["start"], meta["end"] + 1, quote_identifier(other.name))


def _unambiguous(query: GoldQuery, node: exp.Expression, name: str) -> bool:
    return sum(query.table_of(s).column(name) is not None for s in query.tables_beside(node)) == 1

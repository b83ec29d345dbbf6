"""Plausible mistakes: single edits of a parsed gold query, each of a named kind.

    for edit in all_edits(query, values): edit.kind, edit.apply(query.sql)

* `wrong_aggregation`: another aggregate that takes the same column.
* `wrong_column`: another column of the same table and kind of type.
* `wrong_condition`: a comparison, a connective, or a literal of WHERE or HAVING; a literal becomes one that
  another gold compares the same column with, or the next number.
* `wrong_order_limit`: the other direction, or another LIMIT.

No edit uses a made-up name or a sentinel value. Whether an edited query is wrong at all is for a verifier to
say. Conditions of joins are left alone. Not built: missing joins, wrong grouping, wrong tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from t2s_pipeline.preferences.gold_query import GoldQuery, span
from t2s_pipeline.schema.catalog import Column, Table
from t2s_pipeline.schema.serialise import quote_identifier


class EditKind(StrEnum):
    WRONG_AGGREGATION = "wrong_aggregation"
    WRONG_COLUMN = "wrong_column"
    WRONG_CONDITION = "wrong_condition"
    WRONG_ORDER_LIMIT = "wrong_order_limit"


@dataclass(frozen=True)
class Edit:
    """Replace the characters `start` up to `stop` (not included) by `text`."""

    kind: EditKind
    start: int
    stop: int
    text: str

    def apply(self, sql: str) -> str:
        return sql[: self.start] + self.text + sql[self.stop :]


ColumnValues = Mapping[tuple[str, str, str], tuple[str, ...]]
"""Literals as written, by (database_id, lower-case table, lower-case column)."""

_AGGREGATES = {
    exp.Count: ("SUM", "AVG"),
    exp.Sum: ("AVG", "MAX"),
    exp.Avg: ("SUM", "MAX", "MIN"),
    exp.Min: ("MAX", "AVG"),
    exp.Max: ("MIN", "AVG"),
}
_NUMERIC_ONLY = {"SUM", "AVG"}
_OPERATORS = {
    exp.GT: ("<", ">="),
    exp.LT: (">", "<="),
    exp.GTE: (">", "<"),
    exp.LTE: ("<", ">"),
    exp.EQ: ("!=",),
    exp.NEQ: ("=",),
}
_COMPARISONS = (*_OPERATORS, exp.Like, exp.In, exp.Between)
_DIRECTIONS = {TokenType.ASC: "DESC", TokenType.DESC: "ASC"}


def all_edits(query: GoldQuery, values: ColumnValues) -> dict[EditKind, list[Edit]]:
    """Every edit of every kind, in the order of the text; kinds without one have an empty list."""
    found = {
        EditKind.WRONG_AGGREGATION: _aggregations(query),
        EditKind.WRONG_COLUMN: _columns(query),
        EditKind.WRONG_CONDITION: _conditions(query, values),
        EditKind.WRONG_ORDER_LIMIT: _order_limits(query),
    }
    return {kind: sorted(set(edits), key=lambda e: (e.start, e.stop, e.text)) for kind, edits in found.items()}


def literal_values(queries: Iterable[GoldQuery]) -> ColumnValues:
    """What the golds compare each column with, each literal once and sorted."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for query in queries:
        for column, literals in _compared(query):
            key = _key(query, column)
            for literal in literals if key else ():
                found.setdefault(key, {})[_text(query, literal)] = None
    return {key: tuple(sorted(texts)) for key, texts in found.items()}


def _aggregations(query: GoldQuery) -> Iterator[Edit]:
    for node in query.tree.find_all(*_AGGREGATES):
        owner = query.owner(node.this)
        if owner is None or "start" not in node.meta:
            continue
        start, stop = node.meta["start"], node.meta["end"] + 1
        for name in _AGGREGATES[type(node)]:
            if name not in _NUMERIC_ONLY or _type_kind(owner[1]) == "number":
                yield Edit(EditKind.WRONG_AGGREGATION, start, stop, _like(query.sql[start:stop], name))


def _columns(query: GoldQuery) -> Iterator[Edit]:
    for node in query.tree.find_all(exp.Column):
        owner = query.owner(node)
        if owner is None or _in_join(query, node):
            continue
        table, column = owner
        start, stop = node.this.meta["start"], node.this.meta["end"] + 1
        for other in table.columns:
            if other.name == column.name or _type_kind(other) != _type_kind(column):
                continue
            if node.table or _unambiguous(query, node, table, other):
                yield Edit(EditKind.WRONG_COLUMN, start, stop, quote_identifier(other.name))


def _unambiguous(query: GoldQuery, node: exp.Expression, table: Table, column: Column) -> bool:
    """No other table in the node's own FROM clause has a column of that name."""
    tables = next(query.sources(node), {})
    return [t.name for t in tables.values() if t.column(column.name)] == [table.name]


def _conditions(query: GoldQuery, values: ColumnValues) -> Iterator[Edit]:
    for node in query.tree.find_all(*_OPERATORS):
        if _judges_a_value(query, node):
            token = query.operator_after(node.this)
            for text in _OPERATORS[type(node)] if _is_operator(token) else ():
                yield Edit(EditKind.WRONG_CONDITION, token.start, token.end + 1, text)
    for node in query.tree.find_all(exp.And, exp.Or):
        token = query.operator_after(node.this)
        wanted, other = (TokenType.AND, "OR") if isinstance(node, exp.And) else (TokenType.OR, "AND")
        if token is not None and token.token_type == wanted and not _in_join(query, node):
            yield Edit(EditKind.WRONG_CONDITION, token.start, token.end + 1, _like(token.text, other))
    for column, literals in _compared(query):
        known = values.get(_key(query, column) or ("", "", ""), ())
        for literal in literals:
            start, end = span(literal)
            for text in _other_literals(query, literal, known):
                yield Edit(EditKind.WRONG_CONDITION, start, end + 1, text)


def _judges_a_value(query: GoldQuery, node: exp.Expression) -> bool:
    """A comparison outside a join's condition that is not between two columns, as a join in WHERE is."""
    return not _in_join(query, node) and not (query.owner(node.this) and query.owner(node.expression))


def _is_operator(token: Token | None) -> bool:
    comparisons = (TokenType.GT, TokenType.LT, TokenType.GTE, TokenType.LTE, TokenType.EQ, TokenType.NEQ)
    return token is not None and token.token_type in comparisons


def _compared(query: GoldQuery) -> Iterator[tuple[exp.Expression, list[exp.Expression]]]:
    """Each left side of a comparison, outside join conditions, with the literals it is compared with."""
    for node in query.tree.find_all(*_COMPARISONS):
        sides = [node.args.get(name) for name in ("expression", "low", "high")] + node.expressions
        literals = [s for s in sides if isinstance(s, exp.Literal) or query.is_text_literal(s)]
        if literals and not _in_join(query, node):
            yield node.this, literals


def _other_literals(query: GoldQuery, literal: exp.Expression, known: tuple[str, ...]) -> list[str]:
    """Other literals of the same column and kind; for a whole number also its neighbours."""
    own = _text(query, literal)
    if query.is_text_literal(literal):
        # Same contents in other quotes is no other value.
        return [text for text in known if text[0] in "'\"" and text[1:-1] != own[1:-1]]
    others = [text for text in known if text[0] not in "'\"" and text != own]
    neighbours = [str(int(own) + 1), str(int(own) - 1)] if own.isdecimal() and int(own) > 0 else []
    return list(dict.fromkeys(others + neighbours))


def _order_limits(query: GoldQuery) -> Iterator[Edit]:
    for node in query.tree.find_all(exp.Ordered):
        place = span(node)
        if place is None:
            continue
        index = _end_of_item(query, place[0])
        token = query.tokens[index] if index < len(query.tokens) else None
        if token is not None and token.token_type in _DIRECTIONS:
            text = _like(token.text, _DIRECTIONS[token.token_type])
            yield Edit(EditKind.WRONG_ORDER_LIMIT, token.start, token.end + 1, text)
        else:
            stop = query.tokens[index - 1].end + 1
            yield Edit(EditKind.WRONG_ORDER_LIMIT, stop, stop, " DESC")
    for node in query.tree.find_all(exp.Limit):
        number = node.expression
        if isinstance(number, exp.Literal) and number.name.isdecimal() and "start" in number.meta:
            start, stop = number.meta["start"], number.meta["end"] + 1
            for other in {int(number.name) + 1: None, 1: None}:
                if other != int(number.name):
                    yield Edit(EditKind.WRONG_ORDER_LIMIT, start, stop, str(other))


def _end_of_item(query: GoldQuery, start: int) -> int:
    """Index of the token after the ORDER BY item at `start`: a direction, a comma, LIMIT, a parenthesis."""
    depth = 0
    for index in range(query.token_after(start - 1), len(query.tokens)):
        kind = query.tokens[index].token_type
        ends = (TokenType.COMMA, TokenType.LIMIT, TokenType.R_PAREN, TokenType.SEMICOLON, *_DIRECTIONS)
        if depth == 0 and (kind in ends or query.tokens[index].text.upper() == "NULLS"):
            return index
        depth += (kind == TokenType.L_PAREN) - (kind == TokenType.R_PAREN)
    return len(query.tokens)


def _in_join(query: GoldQuery, node: exp.Expression) -> bool:
    """Inside a join's own condition, and not in a subquery of it."""
    inside = node.find_ancestor(exp.Join, exp.Select)
    return isinstance(inside, exp.Join)


def _key(query: GoldQuery, column: exp.Expression) -> tuple[str, str, str] | None:
    owner = query.owner(column)
    return owner and (query.schema.database_id, owner[0].name.lower(), owner[1].name.lower())


def _text(query: GoldQuery, node: exp.Expression) -> str:
    start, end = span(node)
    return query.sql[start : end + 1]


def _like(original: str, text: str) -> str:
    """`text` in the case that `original` is written in."""
    return text.lower() if original.islower() else text


def _type_kind(column: Column) -> str:
    """`date`, `number` or `text` of a declared type, by SQLite's affinity rules apart from dates."""
    kind = column.type.upper()
    if "DATE" in kind or "TIME" in kind:
        return "date"
    if "INT" not in kind and any(part in kind for part in ("CHAR", "CLOB", "TEXT")):
        return "text"
    return "text" if "BLOB" in kind or not kind else "number"

"""Mistakes in what is asked for: conditions, the order, the limit.

    condition_edits(query, literal_values(queries)), order_limit_edits(query)

* `wrong_condition`: a comparison, a connective, or a literal of WHERE or HAVING; a literal becomes one that
  another gold compares the same column with, or the next number. Conditions of joins are left alone.
* `wrong_order_limit`: the other direction, or another LIMIT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from t2s_pipeline.preferences.edit import Edit, in_join, like
from t2s_pipeline.preferences.gold_query import GoldQuery, span
from t2s_pipeline.preferences.pair_types import EditKind

ColumnValues = Mapping[tuple[str, str, str], tuple[str, ...]]
"""Literals as written, by (database_id, lower-case table, lower-case column)."""

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


def literal_values(queries: Iterable[GoldQuery]) -> ColumnValues:
    """What the golds compare each column with, each literal once and sorted."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for query in queries:
        for column, literals in _compared(query):
            key = _key(query, column)
            for literal in literals if key else ():
                found.setdefault(key, {})[_text(query, literal)] = None
    return {key: tuple(sorted(texts)) for key, texts in found.items()}


def condition_edits(query: GoldQuery, values: ColumnValues) -> Iterator[Edit]:
    """`values` are the literals that other golds compare each column with."""
    for node in query.tree.find_all(*_OPERATORS):
        if _judges_a_value(query, node):
            token = query.operator_after(node.this)
            for text in _OPERATORS[type(node)] if _is_operator(token) else ():
                yield Edit.of(EditKind.WRONG_CONDITION, token.start, token.end + 1, text)
    for node in query.tree.find_all(exp.And, exp.Or):
        token = query.operator_after(node.this)
        wanted, other = (TokenType.AND, "OR") if isinstance(node, exp.And) else (TokenType.OR, "AND")
        if token is not None and token.token_type == wanted and not in_join(node):
            yield Edit.of(EditKind.WRONG_CONDITION, token.start, token.end + 1, like(token.text, other))
    for column, literals in _compared(query):
        known = values.get(_key(query, column) or ("", "", ""), ())
        for literal in literals:
            start, end = span(literal)
            for text in _other_literals(query, literal, known):
                yield Edit.of(EditKind.WRONG_CONDITION, start, end + 1, text)


def _judges_a_value(query: GoldQuery, node: exp.Expression) -> bool:
    """A comparison outside a join's condition that is not between two columns, as a join in WHERE is."""
    return not in_join(node) and not (query.owner(node.this) and query.owner(node.expression))


def _is_operator(token: Token | None) -> bool:
    comparisons = (TokenType.GT, TokenType.LT, TokenType.GTE, TokenType.LTE, TokenType.EQ, TokenType.NEQ)
    return token is not None and token.token_type in comparisons


def _compared(query: GoldQuery) -> Iterator[tuple[exp.Expression, list[exp.Expression]]]:
    """Each left side of a comparison, outside join conditions, with the literals it is compared with."""
    for node in query.tree.find_all(*_COMPARISONS):
        sides = [node.args.get(name) for name in ("expression", "low", "high")] + node.expressions
        literals = [s for s in sides if isinstance(s, exp.Literal) or query.is_text_literal(s)]
        if literals and not in_join(node):
            yield node.this, literals


def _other_literals(query: GoldQuery, literal: exp.Expression, known: tuple[str, ...]) -> list[str]:
    """Other literals of the same column and kind; for a whole number also its neighbours."""
    own = _text(query, literal)
    if query.is_text_literal(literal):
        texts = (_in_quotes_of(query, own, text) for text in known if text[0] in "'\"")
        # Same contents in other quotes is no other value.
        return list(dict.fromkeys(text for text in texts if text[1:-1] != own[1:-1]))
    others = [text for text in known if text[0] not in "'\"" and text != own]
    neighbours = [str(int(own) + 1), str(int(own) - 1)] if own.isdecimal() and int(own) > 0 else []
    return list(dict.fromkeys(others + neighbours))


def _in_quotes_of(query: GoldQuery, own: str, text: str) -> str:
    """A text literal in the quotes of `own`, so that quotes do not tell an edit; as it is where they would mean another
    thing: what is doubled in it, or a column."""
    content = text[1:-1]
    names_a_column = own[0] == '"' and any(table.column(content) for table in query.schema.tables)
    return text if "'" in content or '"' in content or names_a_column else f"{own[0]}{content}{own[0]}"


def order_limit_edits(query: GoldQuery) -> Iterator[Edit]:
    """For each term of ORDER BY the other direction; for each LIMIT one more, and 1."""
    for node in query.tree.find_all(exp.Ordered):
        place = span(node)
        if place is None:
            continue
        index = _end_of_item(query, place[0])
        token = query.tokens[index] if index < len(query.tokens) else None
        if token is not None and token.token_type in _DIRECTIONS:
            text = like(token.text, _DIRECTIONS[token.token_type])
            yield Edit.of(EditKind.WRONG_ORDER_LIMIT, token.start, token.end + 1, text)
        else:
            stop = query.tokens[index - 1].end + 1
            yield Edit.of(EditKind.WRONG_ORDER_LIMIT, stop, stop, like(_order_by(query, index), " DESC"))
    for node in query.tree.find_all(exp.Limit):
        number = node.expression
        if isinstance(number, exp.Literal) and number.name.isdecimal() and "start" in number.meta:
            start, stop = number.meta["start"], number.meta["end"] + 1
            for other in {int(number.name) + 1: None, 1: None}:
                if other != int(number.name):
                    yield Edit.of(EditKind.WRONG_ORDER_LIMIT, start, stop, str(other))


def _order_by(query: GoldQuery, index: int) -> str:
    """The last ORDER BY before a token, as it is written."""
    token = next(t for t in reversed(query.tokens[:index]) if t.token_type == TokenType.ORDER_BY)
    return query.sql[token.start : token.end + 1]


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


def _key(query: GoldQuery, column: exp.Expression) -> tuple[str, str, str] | None:
    owner = query.owner(column)
    return owner and (query.schema.database_id, owner[0].name.lower(), owner[1].name.lower())


def _text(query: GoldQuery, node: exp.Expression) -> str:
    start, end = span(node)
    return query.sql[start : end + 1]

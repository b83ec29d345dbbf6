"""The operations of a query as FINER-SQL's public code counts them, its defects included: for comparison alone.

    reference_atoms("SELECT T1.Name FROM singer AS T1 JOIN band AS T2 ON T1.b = T2.id WHERE T2.year = 2014")
    # {"JOIN(band.t2, INNER)", "ON_EQ(T1.b, T2.id)", "SELECT_COL(name)", "WHERE_PRED(EQ, year, VALUE(2014))"}

`[adapters.<name>.grpo] rewards = { atoms = "reference" }` takes these in the place of `sql/atoms.py`, which is what the
paper means. Rebuilt from what that code was seen to yield, not from its text; what it does with the rest is not known.
What it does otherwise than the paper says:

- FROM counts for nothing, so that the same SELECT of two tables is one; common table expressions and subqueries of FROM
  are not entered. The joins of every subquery count as the outer query's too.
- ON keeps the writer's aliases, in their case, and a joined table its alias: other aliases are other operations. The
  side of a join is lost; a comma is a CROSS JOIN. Both sides of an equality have their order.
- Elsewhere a column is its bare name. Numbers are their text.
- Functions lose what is not their first argument: `count(*)` is `*(*)`, CASE is `CASE()`.
- OR and NOT are one operation, as text. EXISTS leaves nothing of the whole query.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from t2s_pipeline.sql.atoms import Atoms
from t2s_pipeline.sql.parse import parse_query

SUBQUERY = "SUBQ_LAST"
"""What a predicate says of the subquery in it."""

_COMPARED = {exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike, exp.Is}
_SET_OPERATIONS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


class _Unread(Exception):
    """What the public code fails on, so that nothing is left of the query."""


def reference_atoms(sql: str) -> Atoms:
    """The operations of the one query in `sql`; none where it cannot be parsed, or the public code fails on it."""
    query = parse_query(sql)
    if query is None:
        return frozenset()
    try:
        return frozenset(_query(query))
    except (_Unread, RecursionError):
        return frozenset()


def _query(query: exp.Expression) -> Iterator[str]:
    query = query.unnest() if isinstance(query, exp.Subquery) else query
    if isinstance(query, exp.SetOperation):
        yield from _query(query.left)
        yield _SET_OPERATIONS[type(query)] + ("" if query.args.get("distinct", True) else "_ALL")
        yield from _entered("SET_RIGHT", query.right)
    elif isinstance(query, exp.Select):
        yield from _joins(query)
        yield from _selected(query)
        if query.args.get("where") is not None:
            yield from _predicates(query.args["where"].this, "WHERE")
        if query.args.get("group") is not None:
            yield from (f"GROUP_BY({_text(node)})" for node in query.args["group"].expressions)
        if query.args.get("having") is not None:
            yield from _predicates(query.args["having"].this, "HAVING")
    if query.args.get("order") is not None:
        for node in query.args["order"].expressions:
            yield f"ORDER_BY({_text(node.this)}, {'DESC' if node.args.get('desc') else 'ASC'})"
    if query.args.get("limit") is not None:
        yield f"LIMIT({query.args['limit'].expression.sql()})"


def _entered(role: str, query: exp.Expression) -> Iterator[str]:
    yield f"ENTER_SUBQUERY({role})"
    yield from _query(query)
    yield f"EXIT_SUBQUERY({role})"


def _joins(select: exp.Select) -> Iterator[str]:
    for join in select.find_all(exp.Join):
        on = join.args.get("on")
        bare = on is None or isinstance(on, exp.Boolean)  # sqlglot writes ON TRUE where nothing is said
        kind = join.kind or ("CROSS" if bare and not join.args.get("using") and not join.side else "INNER")
        yield f"JOIN({_joined(join.this)}, {kind})"
        for node in () if bare else on.flatten() if isinstance(on, exp.And) else (on,):
            node = node.unnest()
            if isinstance(node, exp.EQ):
                yield f"ON_EQ({_of_alias(node.left)}, {_of_alias(node.right)})"
            elif type(node) in _COMPARED:
                yield f"ON_PRED({node.key.upper()}, {_of_alias(node.this)}, {_of_alias(node.expression)})"
            else:
                yield f"ON_PRED_TREE({node.sql()})"


def _joined(source: exp.Expression) -> str:
    return ".".join(part for part in (source.name.lower(), source.alias.lower()) if part)


def _of_alias(node: exp.Expression) -> str:
    """A side of a condition of ON: the qualifier as it is written."""
    if isinstance(node, exp.Column):
        return f"{node.table}.{node.name.lower()}" if node.table else node.name.lower()
    return _text(node)


def _selected(select: exp.Select) -> Iterator[str]:
    if select.args.get("distinct") is not None:
        yield "DISTINCT"
    for node in select.expressions:
        inner = node.unalias().unnest()
        plain = isinstance(inner, exp.Column | exp.Star)
        yield f"{'SELECT_COL' if plain else 'SELECT_EXPR'}({_text(inner)})"
        if isinstance(node, exp.Alias):
            yield f"ALIAS(COLUMN, {_text(inner)}, {node.alias.lower()})"


def _predicates(node: exp.Expression, clause: str) -> Iterator[str]:
    """The members of a conjunction, sorted; what a predicate's subquery does stands before it."""
    node = node.unnest()
    if isinstance(node, exp.And):
        for part in node.flatten():
            yield from _predicates(part, clause)
    elif isinstance(node, exp.Exists):
        raise _Unread
    elif type(node) in _COMPARED:
        sides = []
        for side in (node.this, node.expression):
            if isinstance(side, exp.Subquery):
                yield from _entered(f"{clause}_SCALAR", side)
            sides.append(_text(side))
        yield f"{clause}_PRED({node.key.upper()}, {', '.join(sides)})"
    elif isinstance(node, exp.Between):
        low, high = (_text(node.args[key]) for key in ("low", "high"))
        yield f"{clause}_PRED(BETWEEN, {_text(node.this)}, [{low}, {high}])"
    elif isinstance(node, exp.In) and node.args.get("query") is not None:
        yield from _entered(f"{clause}_IN", node.args["query"])
        yield f"{clause}_PRED(IN, {_text(node.this)}, {SUBQUERY})"
    elif isinstance(node, exp.In):
        yield f"{clause}_PRED(IN, {_text(node.this)}, [{', '.join(map(_text, node.expressions))}])"
    else:
        yield f"{clause}_TREE({node.sql()})"


def _text(node: exp.Expression) -> str:
    """An operand: a column's bare name, a literal as it is written, and of a function its first argument."""
    node = node.unnest() if isinstance(node, exp.Paren) else node
    if isinstance(node, exp.Column):
        return node.name.lower()
    if isinstance(node, exp.Star):
        return "*"
    if isinstance(node, exp.Literal | exp.Null):
        return f"VALUE({node.sql()})"
    if isinstance(node, exp.Subquery | exp.Query):
        return SUBQUERY
    if isinstance(node, exp.Neg):
        return node.sql()
    inner = node.this if isinstance(node.this, exp.Expression) else None
    parts = [_text(part) for part in (inner, *node.expressions) if part is not None]
    return f"{(node.name or node.key).upper()}({', '.join(parts)})"

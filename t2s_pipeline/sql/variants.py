"""Other ways to write a query, which may or may not return the same: whoever uses one runs both and compares.

    variants("SELECT id FROM a EXCEPT SELECT a_id FROM b")
    # ("SELECT DISTINCT id FROM a WHERE NOT id IN (SELECT a_id FROM b)",)

Of the whole query, not of its subqueries: the sides of UNION and INTERSECT swapped; INTERSECT and EXCEPT of one column
as IN and NOT IN, and NOT IN as EXCEPT; the largest or smallest by ORDER BY ... LIMIT 1 as a comparison with MAX or MIN,
and back. They are written by sqlglot, so that quotes and capitals are not the author's.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.errors import SqlglotError

from t2s_pipeline.sql.parse import parse_query

_TAIL = ("order", "limit", "offset", "with_")


def variants(sql: str) -> tuple[str, ...]:
    """Other texts for the one query in `sql`, each once, itself left out; none where it cannot be parsed."""
    query = parse_query(sql)
    if query is None:
        return ()
    try:
        own = query.sql("sqlite")
        texts = dict.fromkeys(found.sql("sqlite") for found in _variants(query))
    except (RecursionError, SqlglotError):
        return ()
    return tuple(text for text in texts if text != own)


def _variants(query: exp.Query) -> Iterator[exp.Query]:
    if isinstance(query, exp.SetOperation) and not any(query.args.get(name) for name in _TAIL):
        yield from _of_set_operation(query)
    elif isinstance(query, exp.Select):
        yield from _as_except(query)
        yield from _as_superlative(query)
        yield from _as_order(query)


def _of_set_operation(query: exp.SetOperation) -> Iterator[exp.Query]:
    if not isinstance(query, exp.Except):
        swapped = query.copy()
        swapped.set("this", query.expression.copy())
        swapped.set("expression", query.this.copy())
        yield swapped
    left = query.left.unnest()
    column = _only_column(left)
    if isinstance(query, exp.Union) or column is None or any(left.args.get(name) for name in ("group", *_TAIL)):
        return
    inside = exp.In(this=column.copy(), query=exp.Subquery(this=query.right.unnest().copy()))
    condition = exp.Not(this=inside) if isinstance(query, exp.Except) else inside
    found = left.copy().where(condition, dialect="sqlite")
    found.set("distinct", exp.Distinct())
    yield found


def _as_except(select: exp.Select) -> Iterator[exp.Query]:
    """`SELECT x FROM t WHERE x NOT IN (...)` as EXCEPT."""
    where, column = select.args.get("where"), _only_column(select)
    if where is None or column is None or any(select.args.get(name) for name in ("group", *_TAIL)):
        return
    for condition in where.this.flatten() if isinstance(where.this, exp.And) else [where.this]:
        inside = condition.this if isinstance(condition, exp.Not) else None
        if isinstance(inside, exp.In) and inside.args.get("query") is not None and inside.this == column:
            left = select.copy()
            left.set("where", None)
            for other in where.this.flatten() if isinstance(where.this, exp.And) else ():
                if other is not condition:
                    left = left.where(other.copy(), dialect="sqlite")
            yield exp.Except(this=left, expression=inside.args["query"].unnest().copy(), distinct=True)


def _as_superlative(select: exp.Select) -> Iterator[exp.Query]:
    """`ORDER BY x DESC LIMIT 1` as `x = (SELECT max(x) ...)`."""
    order, limit = select.args.get("order"), select.args.get("limit")
    if order is None or limit is None or len(order.expressions) != 1 or limit.expression.sql() != "1":
        return
    sought = order.expressions[0].this
    if not isinstance(sought, exp.Column) or any(select.args.get(n) for n in ("group", "having", "offset", "with_")):
        return
    extreme = exp.Max if order.expressions[0].args.get("desc") else exp.Min
    outer, inner = select.copy(), select.copy()
    for query in (outer, inner):
        query.set("order", None)
        query.set("limit", None)
    inner.set("distinct", None)
    inner.set("expressions", [extreme(this=sought.copy())])
    yield outer.where(exp.EQ(this=sought.copy(), expression=exp.Subquery(this=inner)), dialect="sqlite")


def _as_order(select: exp.Select) -> Iterator[exp.Query]:
    """`WHERE x = (SELECT max(x) FROM t)` as `ORDER BY x DESC LIMIT 1`, where that is the whole condition."""
    where = select.args.get("where")
    if where is None or not isinstance(where.this, exp.EQ) or any(select.args.get(n) for n in ("group", *_TAIL)):
        return
    sought, inner = where.this.this, where.this.expression.unnest()
    if not isinstance(sought, exp.Column) or not isinstance(inner, exp.Select) or inner.args.get("where") is not None:
        return
    extreme = inner.expressions[0] if len(inner.expressions) == 1 else None
    if not isinstance(extreme, exp.Max | exp.Min) or extreme.this.name.lower() != sought.name.lower():
        return
    found = select.copy()
    found.set("where", None)
    ordered = exp.Ordered(this=sought.copy(), desc=isinstance(extreme, exp.Max))
    yield found.order_by(ordered, dialect="sqlite").limit(1)


def _only_column(query: exp.Expression) -> exp.Column | None:
    """The plain column that a SELECT of one column selects."""
    if not isinstance(query, exp.Select) or len(query.expressions) != 1:
        return None
    column = query.expressions[0].unalias()
    return column if isinstance(column, exp.Column) and isinstance(column.this, exp.Identifier) else None

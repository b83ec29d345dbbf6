"""What a query uses, counted: joins, subqueries, aggregates and so on, after NL2SQL360's SQL characteristics.

    query_features("SELECT name FROM singer WHERE age > 20 AND name LIKE 'A%'")
    # QueryFeatures(selected=1, joins=0, ..., logical_connectors=1, likes=1, ...)

Counts are of the whole text, subqueries and both halves of a set operation included. NL2SQL360 (Li et al. 2024, VLDB
17:3318) counts the nodes of sqlglot's tree likewise; what differs here: EXISTS (SELECT ...) and a WITH clause's query
are subqueries too, MIN and MAX of several values are scalar functions as in SQLite, an ORDER BY within a window or an
aggregate is none of the query's, and every function that is no aggregate counts as a scalar one. Nothing is looked up
in a database.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from t2s_pipeline.sql.parse import parse_query

_LOGIC = (exp.Connector, exp.Exists, exp.Case, exp.If)
"""What sqlglot has among functions, but is no call of one."""
_CONVERSIONS = (exp.TsOrDsToTimestamp, exp.TsOrDsToDate)
"""What sqlglot wraps around the argument of a function of dates, and nobody wrote."""
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)


@dataclass(frozen=True)
class QueryFeatures:
    """How often each is in a query; `selected` is of its outermost SELECT, the first one of a set operation."""

    selected: int
    joins: int
    subqueries: int
    set_operations: int
    aggregates: int
    predicates: int
    logical_connectors: int
    likes: int
    group_by: int
    having: int
    order_by: int
    limits: int
    distincts: int
    arithmetic: int
    scalar_functions: int
    cases: int
    window_functions: int


def query_features(sql: str) -> QueryFeatures | None:
    """The counts of the one query in `sql`; None where it cannot be parsed."""
    query = parse_query(sql)
    if query is None:
        return None
    nodes = list(query.walk())
    queries = [node for node in nodes if isinstance(node, exp.Select | exp.SetOperation)]
    outermost = query
    while isinstance(outermost, exp.SetOperation | exp.Subquery):
        outermost = outermost.this
    return QueryFeatures(
        selected=len(outermost.expressions),
        joins=_count(nodes, exp.Join),
        subqueries=sum(_is_subquery(node) for node in queries),
        set_operations=_count(nodes, exp.SetOperation),
        aggregates=sum(_is_aggregate(node) for node in nodes),
        predicates=_count(nodes, exp.Predicate),
        logical_connectors=_count(nodes, exp.And, exp.Or),
        likes=_count(nodes, exp.Like),
        group_by=_with(queries, "group"),
        having=_with(queries, "having"),
        order_by=_with(queries, "order"),
        limits=_with(queries, "limit"),
        distincts=_count(nodes, exp.Distinct),
        arithmetic=_count(nodes, *_ARITHMETIC),
        scalar_functions=sum(_is_scalar_function(node) for node in nodes),
        cases=_count(nodes, exp.Case) + sum(_is_if(node) for node in nodes),
        window_functions=_count(nodes, exp.Window),
    )


def _count(nodes: list[exp.Expression], *kinds: type[exp.Expression]) -> int:
    return sum(isinstance(node, kinds) for node in nodes)


def _with(queries: list[exp.Expression], clause: str) -> int:
    return sum(node.args.get(clause) is not None for node in queries)


def _is_subquery(query: exp.Expression) -> bool:
    """Whether a query stands within another one, and not as a half of a set operation."""
    holder = query.parent
    while isinstance(holder, exp.Subquery) and isinstance(holder.parent, exp.Subquery):
        holder = holder.parent
    if isinstance(holder, exp.Subquery) and isinstance(holder.parent, exp.SetOperation):
        return False
    return holder is not None and not isinstance(holder, exp.SetOperation)


def _is_aggregate(node: exp.Expression) -> bool:
    if isinstance(node.parent, exp.Window) or _is_scalar_extreme(node):
        return False
    return isinstance(node, exp.AggFunc) or _is_total(node)


def _is_total(node: exp.Expression) -> bool:
    """SQLite's own TOTAL, which sqlglot does not know."""
    return isinstance(node, exp.Anonymous) and node.name.upper() == "TOTAL"


def _is_scalar_extreme(node: exp.Expression) -> bool:
    """MIN or MAX of several values."""
    return isinstance(node, exp.Min | exp.Max) and bool(node.expressions)


def _is_scalar_function(node: exp.Expression) -> bool:
    if not isinstance(node, exp.Func) or isinstance(node, (*_LOGIC, *_CONVERSIONS)):
        return False
    return not (_is_aggregate(node) or isinstance(node.parent, exp.Window))


def _is_if(node: exp.Expression) -> bool:
    """IIF(...); the branches of a CASE are of this type, too."""
    return isinstance(node, exp.If) and node.arg_key != "ifs"

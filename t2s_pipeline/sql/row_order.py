"""Where a query leaves the order of rows open, and texts that settle it in different ways.

    variants = order_variants(parse_query("SELECT name FROM singer ORDER BY age LIMIT 1"), columns=1, ordered=True)
    variants.plain                  # the query as it is, written again: must give what the query gives
    variants.groups[0].texts        # ... ORDER BY age, 1 COLLATE BINARY LIMIT 1, and the same with DESC

The texts of a group give one result, unless the query's result depends on the order in which SQLite happens to
meet the rows. What is settled: ties of an ORDER BY, a LIMIT without ORDER BY (of the query, and of subqueries), a
subquery used as a value that has more than one row, `group_concat` without an order, and columns beside aggregates
that are neither aggregated nor grouped by.

Not settled, and named in `open_points`: window functions, JSON aggregates, `*` beside an aggregate or in a subquery
with a LIMIT, and DISTINCT ordered by what it does not return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

_JSON_AGGREGATES = (exp.JSONArrayAgg, exp.JSONObjectAgg)


@dataclass(frozen=True)
class VariantGroup:
    """Texts that should give one result. Where they do not: with `decisive`, the result depends on the order of rows;
    without, it may (SQLite has a rule of its own there, which the texts do not follow)."""

    what: str
    texts: tuple[str, ...]
    decisive: bool = True


@dataclass(frozen=True)
class OrderVariants:
    """`plain` is the query written again (empty where there is no group), `open_points` says what no group covers."""

    plain: str
    groups: tuple[VariantGroup, ...]
    open_points: tuple[str, ...]


def order_variants(root: exp.Query, columns: int, ordered: bool) -> OrderVariants:
    """The texts that settle what `root` leaves open. `columns`: how many it returns; `ordered`: whether the order of
    its rows is part of its result."""
    groups, open_points = [], []
    tied = [query for query in _queries(root) if _needs_order(query, root, ordered)]
    countable = [query for query in tied if query is root or _width(query) is not None]
    if len(countable) < len(tied):
        open_points.append("`*` in a subquery with a LIMIT")
    if countable:
        groups.append(VariantGroup("ties", _settled(root, countable, columns)))
    concatenated = [node for node in root.find_all(exp.GroupConcat) if not _has_order(node)]
    if concatenated:
        groups.append(VariantGroup("group_concat", _concatenated(root)))
    bare = [(query, found) for query in _selects(root) if (found := _bare_columns(query))]
    if any(isinstance(column, exp.Star) for _, found in bare for column in found):
        open_points.append("`*` beside an aggregate")
    elif bare:
        special = any(_has_min_or_max(query) for query, _ in bare)
        groups.append(VariantGroup("columns beside aggregates", _aggregated(root), decisive=not special))
    if root.find(exp.Window):
        open_points.append("a window function")
    if root.find(*_JSON_AGGREGATES):
        open_points.append("a JSON aggregate")
    if any(_ordered_by_what_is_dropped(query) for query in _selects(root)):
        open_points.append("DISTINCT ordered by what it does not return")
    return OrderVariants(_text(root) if groups else "", tuple(groups), tuple(open_points))


def _text(root: exp.Expression) -> str:
    return root.sql(dialect="sqlite")


def _queries(root: exp.Query) -> list[exp.Query]:
    return [node for node in root.find_all(exp.Select, exp.SetOperation)]


def _selects(root: exp.Query) -> list[exp.Select]:
    return list(root.find_all(exp.Select))


def _needs_order(query: exp.Query, root: exp.Query, ordered: bool) -> bool:
    if query is root:
        return ordered or query.args.get("limit") is not None
    if query.args.get("limit") is not None:
        return True
    return _is_value(query) and not _is_single_row(query)


def _is_value(query: exp.Query) -> bool:
    """Whether it is a subquery used as a value: SQLite takes its first row."""
    inside = query.parent
    if not isinstance(inside, exp.Subquery) or inside.args.get("alias"):
        return False
    return not isinstance(inside.parent, exp.From | exp.Join | exp.In | exp.Exists | exp.SetOperation | exp.CTE)


def _is_single_row(query: exp.Query) -> bool:
    return isinstance(query, exp.Select) and not query.args.get("group") and _aggregates(query) != []


def _width(query: exp.Query) -> int | None:
    """Columns that the query returns, None where a `*` hides it."""
    selects = query.selects
    return None if any(node.is_star for node in selects) else len(selects)


def _settled(root: exp.Query, queries: list[exp.Query], columns: int) -> tuple[str, ...]:
    """The query with all its columns as last order keys wherever order decides: ascending, then descending."""
    numbers = [number for number, query in enumerate(_queries(root)) if any(query is tied for tied in queries)]

    def text(descending: bool) -> str:
        copy = root.copy()
        found = _queries(copy)
        for query in [found[number] for number in numbers]:
            width = columns if query is copy else _width(query)
            order = query.args.get("order")
            keys = list(order.expressions) if order else []
            keys += [_position(place, descending) for place in range(1, width + 1)]
            query.set("order", exp.Order(expressions=keys))
            if query is not copy and query.args.get("limit") is None:
                query.set("limit", exp.Limit(expression=exp.Literal.number(1)))
        return _text(copy)

    return text(False), text(True)


def _position(place: int, descending: bool) -> exp.Ordered:
    key = exp.Collate(this=exp.Literal.number(place), expression=exp.Var(this="BINARY"))
    return exp.Ordered(this=key, desc=descending, nulls_first=not descending)


def _has_order(node: exp.GroupConcat) -> bool:
    return node.find(exp.Order) is not None


def _concatenated(root: exp.Query) -> tuple[str, ...]:
    """The query with every unordered group_concat in the order of its values: ascending, then descending."""

    def text(descending: bool) -> str:
        copy = root.copy()
        for node in [n for n in copy.find_all(exp.GroupConcat) if not _has_order(n)]:
            value = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
            key = exp.Ordered(this=value.copy(), desc=descending, nulls_first=not descending)
            node.set("this", exp.Order(this=node.this.copy(), expressions=[key]))
        return _text(copy)

    return text(False), text(True)


def _aggregates(query: exp.Select) -> list[exp.Expression]:
    """The aggregate calls that belong to `query` itself."""
    return [node for node in _own(query) if isinstance(node, exp.AggFunc) and not isinstance(node.parent, exp.Window)]


def _own(query: exp.Select) -> list[exp.Expression]:
    """Nodes of the query's result, HAVING and ORDER BY, without those of subqueries."""
    roots = [*query.expressions, query.args.get("having"), query.args.get("order")]
    found = []
    for start in filter(None, roots):
        found += list(start.walk(prune=lambda n: isinstance(n, exp.Query)))
    return [node for node in found if not isinstance(node, exp.Query)]


def _has_min_or_max(query: exp.Select) -> bool:
    return any(isinstance(node, exp.Min | exp.Max) for node in _aggregates(query))


def _bare_columns(query: exp.Select) -> list[exp.Expression]:
    """Columns (and `*`) of an aggregate query that are neither aggregated nor grouped by."""
    group = query.args.get("group")
    if not group and not _aggregates(query):
        return []
    aliases = {node.alias.lower(): node.this for node in query.expressions if isinstance(node, exp.Alias)}
    keys = [_meant(key, query, aliases) for key in group.expressions] if group else []
    inner = {column.name.lower(): column.table.lower() for column in keys if isinstance(column, exp.Column)}
    texts = {_text(key).lower() for key in keys}
    return [node for node in _own(query) if _is_bare(node, aliases, inner, texts)]


def _meant(key: exp.Expression, query: exp.Select, aliases: dict[str, exp.Expression]) -> exp.Expression:
    """What a term of GROUP BY stands for: a position or an alias is the expression that it names."""
    if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.name) <= len(query.expressions):
        return query.expressions[int(key.name) - 1].unalias()
    if isinstance(key, exp.Column) and not key.table and key.name.lower() in aliases:
        return aliases[key.name.lower()]
    return key


def _is_bare(
    node: exp.Expression, aliases: dict[str, exp.Expression], grouped: dict[str, str], texts: set[str]
) -> bool:
    if not isinstance(node, exp.Column | exp.Star):
        return False
    if isinstance(node, exp.Column):
        name, table = node.name.lower(), node.table.lower()
        if name in grouped and (not table or not grouped[name] or table == grouped[name]):
            return False
        if not table and name in aliases and node.find_ancestor(exp.Order, exp.Having):
            return False
    ancestor = node
    while ancestor is not None and not isinstance(ancestor, exp.Query):
        if isinstance(ancestor, exp.AggFunc | exp.Window) or _text(ancestor).lower() in texts:
            return False
        ancestor = ancestor.parent
    return True


def _aggregated(root: exp.Query) -> tuple[str, ...]:
    """The query with every bare column as its group's least, its greatest, and (where the group has a NULL) NULL."""

    def text(wrapped: Callable[[exp.Expression], exp.Expression]) -> str:
        copy = root.copy()
        found = [column for query in _selects(copy) for column in _bare_columns(query)]
        for column in found:
            column.replace(wrapped(column.copy()))
        return _text(copy)

    def null_if_any(column: exp.Expression) -> exp.Expression:
        full = exp.EQ(this=exp.Count(this=column), expression=exp.Count(this=exp.Star()))
        return exp.Case(ifs=[exp.If(this=full, true=exp.Min(this=column.copy()))])

    return text(lambda c: exp.Min(this=c)), text(lambda c: exp.Max(this=c)), text(null_if_any)


def _ordered_by_what_is_dropped(query: exp.Select) -> bool:
    """Whether DISTINCT rows are ordered by something that is not among their columns."""
    order = query.args.get("order")
    if not query.args.get("distinct") or not order:
        return False
    shown = {_text(node.unalias()).lower() for node in query.expressions}
    shown |= {node.alias_or_name.lower() for node in query.expressions}
    keys = [key.this for key in order.expressions]
    return any(not isinstance(key, exp.Literal) and _text(key).lower() not in shown for key in keys)

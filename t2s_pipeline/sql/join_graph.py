"""Which tables of a FROM the query joins, and which it pairs row by row with the rest: a Cartesian product.

    unjoined(Names(parse_query("SELECT * FROM a, b WHERE a.x = 1"), catalogue))      # [((a,), (b,))]
    spare_joins(Names(parse_query("SELECT a.x FROM a JOIN b ON a.id = b.a_id"), catalogue))      # [b]

Two tables are joined where a condition that every row has to meet names a column of both, wherever it stands: ON,
WHERE, USING, NATURAL. Of an OR every side has to join them. `ON 1`, `ON T1.id = T1.id` and `ON T2.x = 5` join nothing.
What a subquery compares with both joins them, too, and so do two tables that are each compared with the same outer
query.

Counts as joined, because nothing is multiplied by it or it cannot be told: a subquery that gives one row (an aggregate
without GROUP BY, LIMIT 1), a table-valued function, a condition with a column of something unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce

from sqlglot import exp

from t2s_pipeline.sql.identifiers import columns_of
from t2s_pipeline.sql.names import Names, NameState, Source

Groups = tuple[tuple[Source, ...], ...]
_Labels = tuple[int, ...]
"""A partition: equal labels are one group. The last place stands for the queries around."""


def unjoined(names: Names) -> list[Groups]:
    """For each SELECT that pairs rows without a condition: the groups of tables that nothing joins.

    Raises RecursionError where the query is too deep.
    """
    found = []
    for select in names.query.find_all(exp.Select, bfs=False):
        sources = names.sources(select)
        if len(sources) > 1:
            groups = _groups(names, select, sources)
            if len(groups) > 1:
                found.append(groups)
    return found


def spare_joins(names: Names) -> list[Source]:
    """Tables of which a query uses nothing but what joins them to one other: dropping one changes the rows only where
    the join leaves some out or repeats them. None where a row that comes twice counts twice (`count`, `sum`, `avg`), or
    a star selects all."""
    found = []
    for select in names.query.find_all(exp.Select, bfs=False):
        sources = names.sources(select)
        if len(sources) > 1 and not _takes_whole_rows(select):
            found += _spare(names, select, sources)
    return found


def _groups(names: Names, select: exp.Select, sources: tuple[Source, ...]) -> Groups:
    graph = _Graph(names, select, sources)
    labels = graph.labels()
    anchor = labels[-1]
    groups: dict[int, list[Source]] = {}
    for source, label in zip(sources, labels, strict=False):
        groups.setdefault(label, []).append(source)
    # What only one row comes of multiplies nothing; it is in the outer queries' group.
    loose = groups.pop(anchor, [])
    kept = [tuple(group) for group in groups.values()]
    if any(not graph.is_single(source) for source in loose):
        kept.append(tuple(loose))
    return tuple(kept)


class _Graph:
    """The conditions of one SELECT over its sources."""

    def __init__(self, names: Names, select: exp.Select, sources: tuple[Source, ...]) -> None:
        self._names = names
        self._select = select
        self._sources = sources
        self._outer = set(map(id, names.visible(select)))
        self._places = {id(source): place for place, source in enumerate(sources)}
        self._apart: _Labels = tuple(range(len(sources) + 1))

    def labels(self) -> _Labels:
        labels = self._apart
        for place, source in enumerate(self._sources):
            if self.is_single(source):
                labels = _united(labels, {place, len(self._sources)})
            elif source.table is None and source.query is None:
                labels = _united(labels, set(range(len(self._sources))))
        for join in _joins(self._select):
            labels = _united(labels, self._merged(join))
        return self._under(labels, list(_conditions(self._select)))

    def is_single(self, source: Source) -> bool:
        """Whether a subquery gives one row at most."""
        return source.query is not None and _gives_one_row(source.query)

    def _merged(self, join: exp.Join) -> set[int]:
        """The sources that USING or NATURAL join; all where it cannot be told which."""
        using = [identifier.name for identifier in join.args.get("using") or ()]
        natural = join.args.get("method") == "NATURAL"
        if not using and not natural:
            return set()
        alias = join.this.alias_or_name.lower()
        place = next((n for n, source in enumerate(self._sources) if source.alias == alias), None)
        if place is None or not alias:
            return set(range(len(self._sources)))
        names = self._names.column_names(self._sources[place]) if natural else using
        if names is None:
            return set(range(place + 1))
        return {place}.union(*(self._with_column(name, place) for name in names))

    def _with_column(self, name: str, place: int) -> Iterator[int]:
        """Of the sources before a place, the one that USING means by a name: the first that has such a column. Also
        those before it of which that is not known."""
        for number, source in enumerate(self._sources[:place]):
            if self._names.provides(source, name):
                yield number
                if self._names.column_names(source) is not None:
                    return

    def _under(self, labels: _Labels, conditions: list[exp.Expression]) -> _Labels:
        """What is joined where all the conditions hold, with what `labels` join already."""
        choices = [node for node in conditions if isinstance(node, exp.Or)]
        for node in conditions:
            if not isinstance(node, exp.Or):
                labels = _united(labels, self._mentioned(node))
        for node in choices:  # last: each side of an OR may count on all the rest
            sides = [self._under(labels, list(_parts(side, exp.And))) for side in _parts(node, exp.Or)]
            labels = reduce(_either, sides)
        return labels

    def _mentioned(self, node: exp.Expression) -> set[int]:
        """The sources that a condition names a column of."""
        found: set[int] = set()
        for column in columns_of(node):
            resolution = self._names.resolve(column)
            if resolution.state is NameState.UNKNOWN and resolution.source is None:
                return set(range(len(self._sources)))
            key = id(resolution.source)
            if key in self._places:
                found.add(self._places[key])
            elif key in self._outer:
                found.add(len(self._sources))
        return found


def _spare(names: Names, select: exp.Select, sources: tuple[Source, ...]) -> Iterator[Source]:
    places = {id(source): place for place, source in enumerate(sources)}
    joining: set[int] = set()
    neighbours: dict[int, set[int]] = {place: set() for place in range(len(sources))}
    for condition in _conditions(select):
        if not isinstance(condition, exp.EQ):
            continue
        sides = [condition.left.unnest(), condition.right.unnest()]
        if not all(isinstance(side, exp.Column) for side in sides):
            continue
        ends = [places.get(id(names.resolve(side).source)) for side in sides]
        if None not in ends and ends[0] != ends[1]:
            joining |= set(map(id, sides))
            neighbours[ends[0]].add(ends[1])
            neighbours[ends[1]].add(ends[0])
    used = {places.get(id(names.resolve(column).source)) for column in columns_of(select) if id(column) not in joining}
    for place, source in enumerate(sources):
        if place not in used and len(neighbours[place]) == 1 and source.table is not None:
            yield source


def _takes_whole_rows(select: exp.Select) -> bool:
    """Whether a row that comes twice counts twice, or a star selects all columns."""
    return any(node.parent_select is select and _counts(node) for node in select.find_all(exp.Star, exp.AggFunc))


def _counts(node: exp.Expression) -> bool:
    return not isinstance(node, exp.Min | exp.Max) and not isinstance(node.this, exp.Distinct)


def _conditions(select: exp.Select) -> Iterator[exp.Expression]:
    """The parts of ON and WHERE that every row has to meet."""
    nodes = [join.args.get("on") for join in _joins(select)]
    where = select.args.get("where")
    nodes.append(where.this if where is not None else None)
    for node in nodes:
        if node is not None:
            yield from _parts(node, exp.And)


def _joins(select: exp.Select) -> Iterator[exp.Join]:
    """The joins of a FROM, those in parentheses included, those of subqueries not."""

    def within(node: exp.Expression) -> Iterator[exp.Join]:
        for join in node.args.get("joins") or ():
            yield join
            yield from within(join.this)
        if isinstance(node, exp.Subquery | exp.Paren) and not isinstance(node.unnest(), exp.Query):
            yield from within(node.this)

    clause = select.args.get("from_")
    if clause is not None:
        yield from within(clause.this)
    for join in select.args.get("joins") or ():
        yield join
        yield from within(join.this)


def _gives_one_row(query: exp.Expression) -> bool:
    if not isinstance(query, exp.Select):
        return False
    limit = query.args.get("limit")
    if limit is not None and isinstance(limit.expression, exp.Literal) and limit.expression.this in ("0", "1"):
        return True
    if query.args.get("from_") is None:
        return True
    aggregates = any(
        aggregate.parent_select is query and not isinstance(aggregate.parent, exp.Window)
        for node in query.expressions
        for aggregate in node.find_all(exp.AggFunc)
    )
    return aggregates and query.args.get("group") is None


def _parts(node: exp.Expression, kind: type[exp.Expression]) -> Iterator[exp.Expression]:
    """The operands of a chain of AND, or of OR; anything else is its own only one."""
    if isinstance(node, exp.Paren):
        yield from _parts(node.this, kind)
    elif isinstance(node, kind):
        yield from _parts(node.left, kind)
        yield from _parts(node.right, kind)
    else:
        yield node


def _united(labels: _Labels, members: Iterable[int]) -> _Labels:
    """The partition with the groups of `members` made one."""
    groups = {labels[member] for member in members}
    if len(groups) < 2:
        return labels
    label = min(groups)
    return tuple(label if own in groups else own for own in labels)


def _either(one: _Labels, other: _Labels) -> _Labels:
    """What is joined whichever of the two holds."""
    seen: dict[tuple[int, int], int] = {}
    return tuple(seen.setdefault(pair, place) for place, pair in enumerate(zip(one, other, strict=True)))

"""What a query does, operation by operation: the set by whose overlap two queries are said to be near each other.

    atoms("SELECT T1.Name FROM singer AS T1 WHERE 30 < T1.Age", catalogue)
    # {"from(singer)", "select(singer.name)", "where(30 < singer.age)"}

    FROM, JOIN     from(t)   from(t #2)   join(left t)   on(a = b)
    WHERE, HAVING  where(p)  where_or(p | q)  having(p)  having_or(p | q)
    SELECT         select(e) distinct     group_by(e)    order_by(e desc)    limit(n)    offset(n)
    set operation  union     union_all    intersect      except

Columns are `table.column` of the database, whatever the aliases; literals are numbers by value and text as it stands;
the sides of a comparison, BETWEEN, IN over literals and negation have one form (`canonical.py`). An equality of two
columns is `on` wherever it is written, and the other conditions of an inner join are those of WHERE: a comma join and
USING are the joins that they mean. An outer join says its side, and its conditions are `left_on(p)`. The members of an
OR are operations of their own beside the OR itself, so that each counts. Names of result columns count for nothing.

What stands in a subquery has its place before it, as in `where_in: from(song)`: `from` (a common table expression
too), `where_in`, `where_exists`, `where_scalar`, the same of other clauses, and the name of a set operation for its
right side. A subquery of FROM that only joins, filters and selects is part of the query around it.

A query that reads no table of the catalogue does nothing here: `SELECT the best` is prose. Not covered: how often an
operation occurs, the order of result columns, which side of a self-join a column is of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlglot import exp

from t2s_pipeline.sql.canonical import Shaper, TooLarge
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.names import Names, Source, joins_of_sources
from t2s_pipeline.sql.parse import parse_query
from t2s_pipeline.sql.shape import Term, TermKind

Atoms = frozenset[str]

_SET_OPERATIONS = {exp.Union: "union", exp.Intersect: "intersect", exp.Except: "except"}
_NAMES = (TermKind.COLUMN, TermKind.NAME)


def atoms(sql: str, catalogue: Catalogue, fold_case: bool = False) -> Atoms:
    """The operations of the one query in `sql`; none where it cannot be parsed, is too large, or reads no table.

    `fold_case`: text literals that differ only in case are one.
    """
    query = parse_query(sql)
    if query is None:
        return frozenset()
    collector = _Collector(Names(query, catalogue), fold_case)
    try:
        collector.enter(query, "")
    except (RecursionError, TooLarge):
        return frozenset()
    return frozenset(collector.found) if collector.reads_tables else frozenset()


class _Collector:
    """`found` fills as queries are entered; `place` is what stands before each operation, with its colon."""

    def __init__(self, names: Names, fold_case: bool) -> None:
        self.found: set[str] = set()
        self.reads_tables = False
        self._names = names
        self._shaper = Shaper(names)
        self._fold_case = fold_case
        self._open: set[int] = set()

    def enter(self, query: exp.Expression, place: str, rows_alone: bool = False) -> None:
        """Add a query's operations; `rows_alone` leaves out what it selects. A recursive CTE is entered once."""
        query = query.unnest() if isinstance(query, exp.Subquery) else query
        if id(query) in self._open:
            return
        self._shaper.count()
        self._open.add(id(query))
        if isinstance(query, exp.SetOperation):
            self._set_operation(query, place)
        elif isinstance(query, exp.Select):
            self._rows(query, place)
            if not rows_alone:
                self._result(query, place)
        self._open.discard(id(query))

    def _set_operation(self, query: exp.SetOperation, place: str) -> None:
        name = _SET_OPERATIONS[type(query)] + ("" if query.args.get("distinct", True) else "_all")
        self._add(place, name)
        self.enter(query.left, place)
        self.enter(query.right, f"{place}{name}: ")
        self._order_and_limit(query, place)

    def _rows(self, select: exp.Select, place: str) -> None:
        """FROM, the joins and WHERE."""
        times: Counter[str] = Counter()
        conditions: list[exp.Expression] = []
        for source, join in zip(self._names.sources(select), joins_of_sources(select), strict=True):
            side = str(join.args.get("side") or "").lower() if join is not None else ""
            self._source(source, side, times, place)
            if join is None:
                continue
            for merged in self._shaper.merged(select, join):
                self._add(place, f"{side}_on" if side else "on", " = ".join(sorted(map(self._text, merged))))
            if join.args.get("on") is None or isinstance(join.args["on"], exp.Boolean):  # sqlglot adds ON TRUE
                continue
            if side:
                self._conditions(join.args["on"], f"{side}_on", place)
            else:
                conditions.append(join.args["on"])
        if select.args.get("where") is not None:
            conditions.append(select.args["where"].this)
        for condition in conditions:
            self._conditions(condition, "where", place)

    def _source(self, source: Source, side: str, times: Counter[str], place: str) -> None:
        """One entry of a FROM, joined to the `side`."""
        if source.query is None:
            self.reads_tables = self.reads_tables or source.table is not None
            name = source.table.name.lower() if source.table else f"?{source.alias}"
            times[name] += 1
            name += f" #{times[name]}" if times[name] > 1 else ""
            self._add(place, "join" if side else "from", f"{side} {name}".strip())
        elif not side and _only_selects(source.query):
            self.enter(source.query, place, rows_alone=True)
        else:
            if side:
                self._add(place, "join", f"{side} subquery")
            self.enter(source.query, f"{place}from: ")

    def _result(self, select: exp.Select, place: str) -> None:
        """What is made of the rows."""
        for term in self._shaper.projection(select):
            self._add(place, "select", self._text(term))
        if select.args.get("distinct") is not None:
            self._add(place, "distinct")
        for term in self._shaper.group(select):
            self._add(place, "group_by", self._text(term))
        if select.args.get("having") is not None:
            self._conditions(select.args["having"].this, "having", place)
        for expression in select.expressions:
            self._subqueries(expression, "select", place)
        self._order_and_limit(select, place)

    def _order_and_limit(self, query: exp.Query, place: str) -> None:
        order = query.args.get("order")
        for node in order.expressions if order is not None else ():
            text = self._text(self._shaper.numbered(query, node.this))
            descending = bool(node.args.get("desc"))
            nulls_first = bool(node.args.get("nulls_first"))
            text += " desc" if descending else ""
            if nulls_first is descending:  # SQLite takes NULL for the smallest value
                text += " nulls first" if nulls_first else " nulls last"
            self._add(place, "order_by", text)
            self._subqueries(node.this, "order_by", place)
        for name in ("limit", "offset"):
            if query.args.get(name) is not None:
                self._add(place, name, self._text(self._shaper.term(query.args[name].expression)))

    def _conditions(self, node: exp.Expression, clause: str, place: str) -> None:
        self._predicates(self._shaper.term(node), clause, place)
        self._subqueries(node, clause, place)

    def _predicates(self, term: Term, clause: str, place: str) -> None:
        if term.kind is TermKind.OR:
            self._add(place, f"{clause}_or", " | ".join(sorted(map(self._text, term.parts))))
        if term.kind in (TermKind.AND, TermKind.OR):
            for part in term.parts:
                self._predicates(part, clause, place)
        elif clause == "where" and term.value == "=" and all(part.kind in _NAMES for part in term.parts):
            self._add(place, "on", self._text(term))
        else:
            self._add(place, clause, self._text(term))

    def _subqueries(self, node: exp.Expression, clause: str, place: str) -> None:
        for query in _outermost_queries(node):
            around = query.parent
            use = "in" if isinstance(around, exp.In) else "exists" if isinstance(around, exp.Exists) else "scalar"
            self.enter(query, f"{place}{clause}_{use}: ")

    def _add(self, place: str, operation: str, argument: str | None = None) -> None:
        self.found.add(f"{place}{operation}" if argument is None else f"{place}{operation}({argument})")

    def _text(self, term: Term) -> str:
        """A term in words of its own; a subquery stands as `subquery`, its operations are elsewhere."""
        if term.kind is TermKind.QUERY:
            return "subquery"
        if term.kind is TermKind.STAR:
            return "*"
        if term.kind is TermKind.LITERAL:
            return term.value.lower() if self._fold_case else term.value
        if term.kind in _NAMES:
            return term.value if term.kind is TermKind.COLUMN else f"?{term.value}"
        parts = [self._text(part) for part in term.parts]
        if term.kind is TermKind.COMPARE and len(parts) == 2:
            return f" {term.value} ".join(sorted(parts) if term.value in ("=", "<>") else parts)
        if term.kind in (TermKind.AND, TermKind.OR):
            return f"({f' {term.kind} '.join(sorted(parts))})"
        return f"{term.value}({', '.join(parts)})"


def _outermost_queries(node: exp.Expression) -> Iterator[exp.Expression]:
    """The queries in an expression that are in no other one of it; a query in parentheses as its parentheses."""
    for found in node.walk(bfs=False, prune=lambda n: isinstance(n, exp.Query)):
        if isinstance(found, exp.Query):
            yield found


def _only_selects(query: exp.Expression) -> bool:
    """Whether a subquery of FROM only joins, filters and selects."""
    if not isinstance(query, exp.Select):
        return False
    if any(query.args.get(name) is not None for name in ("distinct", "group", "having", "limit", "offset")):
        return False
    if any(join.args.get("side") for join in query.args.get("joins") or ()):
        return False
    return not any(node.find(exp.AggFunc, exp.Window) for node in query.expressions)

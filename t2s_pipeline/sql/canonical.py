"""The shape of a parsed query: names resolved, joins told from conditions, operands in one order.

    shape_of("SELECT T1.Name FROM singer AS T1 WHERE 30 < T1.Age", catalogue)    # as for `... WHERE age > 30`

What is brought into one form: aliases, letter case of names, the sides of a comparison, BETWEEN, IN over literals,
negation, commutative operands, USING and NATURAL, comma joins, numbers in quotes, plain subqueries in FROM, ORDER BY
and GROUP BY by number or alias. Nothing else is: two queries of different shape may well mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.names import Names, NameState, Source, from_items
from t2s_pipeline.sql.parse import parse_query
from t2s_pipeline.sql.shape import Core, SetOperation, Shape, Term, TermKind, only_selects

_AGGREGATES = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.GroupConcat)
_COMPARE = {
    exp.EQ: ("=", False),
    exp.NEQ: ("<>", False),
    exp.LT: ("<", False),
    exp.LTE: ("<=", False),
    exp.GT: ("<", True),
    exp.GTE: ("<=", True),
    exp.Is: ("is", False),
    exp.Like: ("like", False),
    exp.Glob: ("glob", False),
}
_INVERSE = {"=": "<>", "is": "is not", "like": "not like", "glob": "not glob", "in": "not in", "exists": "not exists"}
_INVERSE |= {value: key for key, value in _INVERSE.items()}
_MIRRORED = {"<": "<=", "<=": "<"}
"""Negating turns the sides: not (a < b) is b <= a."""
_SET_OPERATIONS = {exp.Union: "union", exp.Intersect: "intersect", exp.Except: "except"}
_DEEPEST = 60
MOST_TERMS = 1000
"""Expressions, subqueries and columns of stars, each as often as it counts where a query of WITH is named again."""


def shape_of(sql: str, catalogue: Catalogue) -> Shape | None:
    """The shape of the one query in `sql`; None where it cannot be parsed, is too deep or has over `MOST_TERMS`."""
    query = parse_query(sql)
    if query is None:
        return None
    try:
        return Shaper(Names(query, catalogue)).shape(query)
    except (RecursionError, TooLarge):
        return None


class TooLarge(Exception):
    """More than `MOST_TERMS`."""


class Shaper:
    """Shapes and terms of one query. Raises TooLarge, and RecursionError where it is too deep."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._depth = 0
        self._terms = 0

    def count(self, terms: int = 1) -> None:
        """Count work done. Raises TooLarge."""
        self._terms += terms
        if self._terms > MOST_TERMS:
            raise TooLarge

    def shape(self, query: exp.Expression) -> Shape:
        self.count()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RecursionError
        try:
            query = query.unnest() if isinstance(query, exp.Subquery) else query
            return self._set_operation(query) if isinstance(query, exp.SetOperation) else self._core(query)
        finally:
            self._depth -= 1

    def _set_operation(self, query: exp.SetOperation) -> SetOperation:
        name = _SET_OPERATIONS[type(query)] + ("" if query.args.get("distinct", True) else " all")
        return SetOperation(name, self.shape(query.left), self.shape(query.right), self._order(query), _limit(query))

    def _core(self, select: exp.Expression) -> Core:
        tables: list[str] = []
        derived: list[Shape] = []
        conditions: list[Term] = []
        joins: set[frozenset[Term]] = set()
        for source in self.names.sources(select) if isinstance(select, exp.Select) else ():
            self._take_source(source, tables, derived, conditions, joins)
        outer = []
        for join in _joins(select):
            if join.args.get("side"):
                outer.append(f"{join.args['side']} {join.this.alias_or_name}".lower())
            joins |= set(self.merged(select, join))
            if join.args.get("on") is not None:
                conditions += _conjuncts(self.term(join.args["on"]))
        for clause in ("where", "having"):
            if select.args.get(clause) is not None:
                conditions += _conjuncts(self.term(select.args[clause].this))
        joins |= {frozenset(c.parts) for c in conditions if _is_join(c)}
        return Core(
            tables=tuple(sorted(tables)),
            joins=frozenset(joins),
            outer_joins=tuple(sorted(side.split()[0] for side in outer)),
            conditions=tuple(sorted((c for c in conditions if not _is_join(c)), key=lambda term: term.key)),
            projection=tuple(self.projection(select)),
            distinct=select.args.get("distinct") is not None,
            group=self.group(select),
            order=self._order(select),
            limit=_limit(select),
            derived=tuple(derived),
        )

    def _take_source(
        self,
        source: Source,
        tables: list[str],
        derived: list[Shape],
        conditions: list[Term],
        joins: set[frozenset[Term]],
    ) -> None:
        """Add what one entry of FROM brings: a table, or a subquery, taken apart where it only selects."""
        if source.query is None:
            tables.append(source.table.name.lower() if source.table else source.alias)
            return
        inner = self.shape(source.query)
        if isinstance(inner, Core) and only_selects(inner):
            tables += inner.tables
            derived += inner.derived
            conditions += inner.conditions
            joins |= inner.joins
        else:
            derived.append(inner)

    def merged(self, select: exp.Expression, join: exp.Join) -> Iterator[frozenset[Term]]:
        """The equalities that USING or NATURAL stands for."""
        sources = self.names.sources(select)
        right = next((s for s in sources if s.alias == join.this.alias_or_name.lower()), None)
        if right is None or right.table is None:
            return
        left = [s.table for s in sources[: sources.index(right)] if s.table is not None]
        merged = [c.name for c in join.args.get("using") or ()]
        if join.args.get("method") == "NATURAL":
            merged = [c for c in right.table.columns if any(c in table.columns for table in left)]
        for name in merged:
            owner = next((table for table in left if table.column(name)), None)
            if owner is not None:
                yield frozenset(_column(t.name, name) for t in (owner, right.table))

    def projection(self, select: exp.Expression) -> Iterator[Term]:
        """The result columns of a SELECT, those that a star stands for one by one."""
        for node in select.expressions:
            if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
                yield from self._star(select, node.table.lower() if isinstance(node, exp.Column) else "")
            else:
                yield self.term(node)

    def _star(self, select: exp.Expression, qualifier: str) -> Iterator[Term]:
        for source in self.names.sources(select) if isinstance(select, exp.Select) else ():
            if qualifier and source.alias != qualifier:
                continue
            if source.table is not None:
                self.count(len(source.table.columns))
                yield from (_column(source.table.name, name) for name in source.table.columns)
            elif source.query is not None and isinstance(inner := self.shape(source.query), Core):
                self.count(len(inner.projection))
                yield from inner.projection
            else:
                yield Term(TermKind.STAR)

    def group(self, select: exp.Expression) -> frozenset[Term]:
        """What a SELECT groups by."""
        clause = select.args.get("group")
        if clause is None:
            return frozenset()
        return frozenset(self.numbered(select, node) for node in clause.expressions)

    def _order(self, query: exp.Expression) -> tuple[tuple[Term, bool], ...]:
        clause = query.args.get("order")
        if clause is None:
            return ()
        return tuple((self.numbered(query, node.this), bool(node.args.get("desc"))) for node in clause.expressions)

    def numbered(self, query: exp.Expression, node: exp.Expression) -> Term:
        """The term of GROUP BY or ORDER BY, where a number is the place of a result column."""
        if isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit():
            selected = query.selects if isinstance(query, exp.Query) else []
            place = int(node.this) - 1
            if 0 <= place < len(selected):
                return self.term(selected[place])
        return self.term(node)

    def term(self, node: exp.Expression) -> Term:
        """The term of an expression."""
        self.count()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RecursionError
        try:
            return self._term(node)
        finally:
            self._depth -= 1

    def _term(self, node: exp.Expression) -> Term:
        if isinstance(node, exp.Paren | exp.Alias):
            return self.term(node.this)
        if isinstance(node, exp.Query):
            return Term(TermKind.QUERY, query=self.shape(node))
        if isinstance(node, exp.Star):
            return Term(TermKind.STAR)
        if isinstance(node, exp.Column):
            return self._named(node)
        if isinstance(node, exp.Literal | exp.Boolean | exp.Null | exp.Neg):
            literal = _literal(node)
            if literal is not None:
                return literal
        if isinstance(node, _AGGREGATES) and not (isinstance(node, exp.Min | exp.Max) and node.expressions):
            return self._aggregate(node)
        if isinstance(node, exp.And | exp.Or):
            return _connected(TermKind.AND if isinstance(node, exp.And) else TermKind.OR, map(self.term, _flat(node)))
        if isinstance(node, exp.Not):
            return _negated(self.term(node.this))
        return self._predicate(node) or self._call(node)

    def _predicate(self, node: exp.Expression) -> Term | None:
        if type(node) in _COMPARE:
            operator, turned = _COMPARE[type(node)]
            sides = [self.term(node.this), self.term(node.expression)]
            return _compare(operator, *(reversed(sides) if turned else sides))
        if isinstance(node, exp.Between):
            value = self.term(node.this)
            ends = (
                _compare("<=", self.term(node.args["low"]), value),
                _compare("<=", value, self.term(node.args["high"])),
            )
            return _connected(TermKind.AND, ends)
        if isinstance(node, exp.In):
            value = self.term(node.this)
            inside = node.args.get("query") or node.args.get("field")
            if inside is not None:
                return Term(TermKind.COMPARE, "in", (value, self.term(inside)))
            return _connected(TermKind.OR, [_compare("=", value, self.term(item)) for item in node.expressions])
        if isinstance(node, exp.Exists):
            return Term(TermKind.COMPARE, "exists", (self.term(node.this),))
        return None

    def _aggregate(self, node: exp.Expression) -> Term:
        argument, distinct = node.this, False
        if isinstance(argument, exp.Distinct):
            distinct, argument = True, next(iter(argument.expressions), None)
        name = type(node).__name__.lower() + (" distinct" if distinct else "")
        return Term(TermKind.AGGREGATE, name, (self.term(argument),) if argument is not None else ())

    def _named(self, node: exp.Column) -> Term:
        if isinstance(node.this, exp.Star):
            return Term(TermKind.STAR)
        resolved = self.names.resolve(node)
        if resolved.origin is not None:
            return _column(*resolved.origin)
        if resolved.state is NameState.LITERAL:
            return _text(node.name)
        if resolved.state is NameState.EXPRESSION and resolved.node is not None and resolved.node is not node:
            return self.term(resolved.node)
        return Term(TermKind.NAME, node.name.lower())

    def _call(self, node: exp.Expression) -> Term:
        name = node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__.lower()
        parts, words = [], [name]
        for key, value in node.args.items():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, exp.Expression):
                    parts.append(self.term(item))
                elif item and not (isinstance(node, exp.Anonymous) and key == "this"):
                    words.append(f"{key}={item}".lower())
        if isinstance(node, exp.Add | exp.Mul):
            parts.sort(key=lambda term: term.key)
        return Term(TermKind.CALL, " ".join(words), tuple(parts))


def _joins(select: exp.Expression) -> Iterator[exp.Join]:
    """The joins of a SELECT, those inside parentheses too."""
    yield from select.args.get("joins") or ()
    for item in from_items(select) if isinstance(select, exp.Select) else ():
        while isinstance(item, exp.Subquery | exp.Paren | exp.Table):
            yield from item.args.get("joins") or ()
            item = item.this


def _limit(query: exp.Expression) -> str | None:
    parts = [query.args.get(name) for name in ("limit", "offset")]
    texts = [part.expression.sql("sqlite") if part is not None else "" for part in parts]
    return " offset ".join(filter(None, texts)) or None


def _flat(node: exp.Expression) -> list[exp.Expression]:
    """The operands of a chain of one connective, whatever its parentheses; no recursion, chains can be long."""
    found, waiting = [], [node]
    while waiting:
        item = waiting.pop().unnest()
        waiting += [item.expression, item.this] if type(item) is type(node) else []
        found += [] if type(item) is type(node) else [item]
    return found


def _conjuncts(term: Term) -> tuple[Term, ...]:
    return term.parts if term.kind is TermKind.AND else (term,)


def _connected(kind: TermKind, terms: Iterable[Term]) -> Term:
    parts: dict[Term, None] = {}
    for term in terms:
        parts |= dict.fromkeys(term.parts if term.kind is kind else (term,))
    if len(parts) == 1:
        return next(iter(parts))
    return Term(kind, parts=tuple(sorted(parts, key=lambda term: term.key)))


def _compare(operator: str, left: Term, right: Term) -> Term:
    sides = (left, right)
    if operator in ("=", "<>"):
        sides = tuple(sorted(sides, key=lambda term: term.key))
    return Term(TermKind.COMPARE, operator, sides)


def _negated(term: Term) -> Term:
    if term.kind in (TermKind.AND, TermKind.OR):
        other = TermKind.OR if term.kind is TermKind.AND else TermKind.AND
        return _connected(other, map(_negated, term.parts))
    if term.kind is TermKind.COMPARE and term.value in _MIRRORED:
        return Term(TermKind.COMPARE, _MIRRORED[term.value], term.parts[::-1])
    if term.kind is TermKind.COMPARE and term.value in _INVERSE:
        return replace(term, value=_INVERSE[term.value])
    return Term(TermKind.CALL, "not", (term,))


def _is_join(term: Term) -> bool:
    columns = (TermKind.COLUMN, TermKind.NAME)
    return term.kind is TermKind.COMPARE and term.value == "=" and all(part.kind in columns for part in term.parts)


def _column(table: str, column: str) -> Term:
    return Term(TermKind.COLUMN, f"{table}.{column}".lower())


def _literal(node: exp.Expression) -> Term | None:
    if isinstance(node, exp.Neg):
        inner = _literal(node.this)
        return _text("-" + inner.value) if inner is not None else None
    if isinstance(node, exp.Null):
        return Term(TermKind.LITERAL, "NULL")
    if isinstance(node, exp.Boolean):
        return _text("1" if node.this else "0")
    return _text(node.this) if isinstance(node, exp.Literal) else None


def _text(value: str) -> Term:
    """A literal. A number in quotes is that number: SQLite makes it one beside a column of numbers."""
    try:
        return Term(TermKind.LITERAL, f"{float(value):.15g}")
    except ValueError:
        return Term(TermKind.LITERAL, f"'{value}'")

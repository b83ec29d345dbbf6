"""Why a query that runs gives another result than the gold: differences of the two parsed queries, most telling first.

    causes(shape_of(gold, catalogue), shape_of(sql, catalogue))      # (Cause.MISSING_WHERE,)

Shapes are compared, not texts: aliases, the order of tables, conditions and columns, and the ways of writing that
`sql/canonical.py` brings together make no difference. Columns that a join makes equal count as one column. What
follows from another difference is not named: a column of a table that is missing is no wrong column. Differences that
seldom change a result (see `Care`) are looked at only where there is no other.

Not covered: two queries of different shape that mean the same, so a named cause is a difference, and need not be the
only reason; what the question meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from t2s_pipeline.evaluation.rewrites import (
    equal_columns,
    grouped_tables,
    join_classes,
    joined,
    superlative,
    ungrouped,
    with_equal_columns,
)
from t2s_pipeline.evaluation.term_pairs import Pair, pair_terms
from t2s_pipeline.sql.shape import Core, SetOperation, Shape, Term, TermKind, tables_of


class Cause(StrEnum):
    """In order of precedence: the first of an attempt's causes is its leading one."""

    WRONG_TABLE = "wrong_table"
    MISSING_JOIN = "missing_join"
    EXTRA_JOIN = "extra_join"
    MISSING_WHERE = "missing_where"
    MISSING_GROUP_BY = "missing_group_by"
    MISSING_ORDER_BY = "missing_order_by"
    EXTRA_WHERE = "extra_where"
    EXTRA_GROUP_BY = "extra_group_by"
    EXTRA_ORDER_BY = "extra_order_by"
    WRONG_AGGREGATE = "wrong_aggregate"
    WRONG_COLUMN = "wrong_column"
    WRONG_LITERAL = "wrong_literal"
    WRONG_LOGIC = "wrong_logic"
    MISSING_DISTINCT = "missing_distinct"
    EXTRA_DISTINCT = "extra_distinct"


MEANING: dict[Cause, str] = {
    Cause.WRONG_TABLE: "a table of the gold is missing and another stands in its place",
    Cause.MISSING_JOIN: "a table of the gold's FROM, or the condition that joins it, is missing",
    Cause.EXTRA_JOIN: "FROM has a table that the gold's has not",
    Cause.MISSING_WHERE: "a condition of the gold (WHERE or HAVING) is missing",
    Cause.MISSING_GROUP_BY: "the gold groups, the query does not",
    Cause.MISSING_ORDER_BY: "the gold orders, the query does not",
    Cause.EXTRA_WHERE: "a condition (WHERE or HAVING) that the gold does not have",
    Cause.EXTRA_GROUP_BY: "the query groups, the gold does not",
    Cause.EXTRA_ORDER_BY: "the query orders, the gold does not, and nothing else is different or a LIMIT cuts",
    Cause.WRONG_AGGREGATE: "another aggregate function, or a plain column in place of one, or one in place of it",
    Cause.WRONG_COLUMN: "another column is selected, compared, joined on, grouped or ordered by; or too few or many",
    Cause.WRONG_LITERAL: "a condition compares with another value",
    Cause.WRONG_LOGIC: "another operator, connective, direction, LIMIT, kind of join, nesting or set operation",
    Cause.MISSING_DISTINCT: "the gold's DISTINCT is missing",
    Cause.EXTRA_DISTINCT: "a DISTINCT that the gold does not have",
}


class Care(IntEnum):
    """How closely two shapes are looked at: each next step only where the one before found nothing.

    `coarse` leaves out what seldom changes a result: the kinds of joins and an ORDER BY that the gold does not have
    (from `joins` on), and GROUP BY another column of the same tables, the argument of COUNT, and `= (SELECT max ...)`
    for ORDER BY ... LIMIT 1 (in `exact`).
    """

    COARSE = 0
    JOINS = 1
    EXACT = 2


_RANK = {cause: rank for rank, cause in enumerate(Cause)}


def causes(gold: Shape, sql: Shape, *, distinct_counts: bool = True) -> tuple[Cause, ...]:
    """The causes, most telling first; empty where the two do not differ in shape.

    `distinct_counts` is False under a match rule that drops DISTINCT before it runs the queries. Raises TooManyTerms
    where too many terms differ for telling which stands for which.
    """
    for care in Care:
        found = _Comparison(care, distinct_counts)
        found.compare(gold, sql)
        if found.causes:
            break
    return tuple(sorted(found.causes, key=_RANK.__getitem__))


@dataclass
class _Comparison:
    """The differences of two shapes."""

    care: Care
    distinct_counts: bool
    causes: set[Cause] = field(default_factory=set)

    def compare(self, gold: Shape, sql: Shape) -> None:
        if isinstance(gold, Core) and isinstance(sql, Core):
            self._cores(gold, sql)
        elif isinstance(gold, SetOperation) and isinstance(sql, SetOperation) and gold.operation == sql.operation:
            self._arms(gold, sql)
            self._order(gold, sql, _same)
        else:
            self._tables(Counter(tables_of(gold)), Counter(tables_of(sql)), several=True, reuse=True)
            self.causes.add(Cause.WRONG_LOGIC)

    def _arms(self, gold: SetOperation, sql: SetOperation) -> None:
        """The arms side by side; of an operation that may be turned round, the way with fewer differences."""
        best: set[Cause] | None = None
        ways = [(sql.left, sql.right)] + ([] if gold.operation == "except" else [(sql.right, sql.left)])
        for left, right in ways:
            way = _Comparison(self.care, self.distinct_counts)
            way.compare(gold.left, left)
            way.compare(gold.right, right)
            if best is None or len(way.causes) < len(best):
                best = way.causes
        self.causes |= best or set()

    def _cores(self, gold: Core, sql: Core) -> None:
        gold, sql = self._alike(gold, sql)
        nested_gold, nested_sql = (Counter(t for q in core.subqueries for t in tables_of(q)) for core in (gold, sql))
        ours, theirs = Counter(tables_of(gold, nested=False)), Counter(tables_of(sql, nested=False))
        moved = ((ours - theirs) & (nested_sql - nested_gold)) + ((theirs - ours) & (nested_gold - nested_sql))
        different = self._tables(ours - moved, theirs - moved, several=sum(ours.values()) > 1)
        if moved:
            self.causes.add(Cause.WRONG_LOGIC)
        same = equal_columns(gold, sql)
        if not different and not moved:
            self._joins(gold, sql)
        gold, sql = (with_equal_columns(core, same) for core in (gold, sql))
        self._derived(gold, sql)
        elsewhere = different | frozenset(moved)

        def follows(term: Term) -> bool:
            return bool(term.tables & elsewhere) or bool(moved and term.of_kind(TermKind.QUERY))

        self._conditions(gold, sql, follows, nested=bool(moved))
        self._groups(gold, sql, follows)
        self._order(gold, sql, follows)
        self._projection(gold, sql, follows)
        if self.distinct_counts and gold.distinct != sql.distinct:
            self.causes.add(Cause.MISSING_DISTINCT if gold.distinct else Cause.EXTRA_DISTINCT)

    def _alike(self, gold: Core, sql: Core) -> tuple[Core, Core]:
        """The two in the same way of writing, where only that is different; that itself is a difference of logic."""
        if self.distinct_counts and bool(gold.group) != bool(sql.group):
            gold, sql = ungrouped(gold), ungrouped(sql)
        if bool(gold.order) != bool(sql.order):
            written = superlative(gold), superlative(sql)
            if self.care is Care.EXACT and written != (gold, sql):
                self.causes.add(Cause.WRONG_LOGIC)
            gold, sql = written
        if len(gold.subqueries) != len(sql.subqueries):
            written = joined(gold), joined(sql)
            if written != (gold, sql):
                self.causes.add(Cause.WRONG_LOGIC)
            gold, sql = written
        return gold, sql

    def _tables(self, gold: Counter[str], sql: Counter[str], *, several: bool, reuse: bool = False) -> frozenset[str]:
        """Name differences of tables; returns those that differ. `reuse`: how often one stands is no matter."""
        if reuse:
            gold, sql = Counter(set(gold)), Counter(set(sql))
        missing, extra = gold - sql, sql - gold
        swapped = min(missing.total(), extra.total())
        if swapped or (missing and not several):
            self.causes.add(Cause.WRONG_TABLE)
        if missing.total() > swapped and several:
            self.causes.add(Cause.MISSING_JOIN)
        if extra.total() > swapped:
            self.causes.add(Cause.EXTRA_JOIN)
        return frozenset(missing) | frozenset(extra)

    def _joins(self, gold: Core, sql: Core) -> None:
        ours, theirs = join_classes(gold.joins), join_classes(sql.joins)
        if ours != theirs:
            missing = [c for c in ours if not any(c <= other for other in theirs)]
            extra = [c for c in theirs if not any(c <= other for other in ours)]
            if missing and extra:
                self.causes.add(Cause.WRONG_COLUMN)
            elif missing:
                self.causes.add(Cause.MISSING_JOIN)
            else:
                self.causes.add(Cause.EXTRA_WHERE)
        if self.care >= Care.JOINS and gold.outer_joins != sql.outer_joins:
            self.causes.add(Cause.WRONG_LOGIC)

    def _derived(self, gold: Core, sql: Core) -> None:
        if len(gold.derived) != len(sql.derived):
            self.causes.add(Cause.WRONG_LOGIC)
            return
        for ours, theirs in zip(gold.derived, sql.derived, strict=True):
            self.compare(ours, theirs)

    def _conditions(self, gold: Core, sql: Core, follows: Callable[[Term], bool], nested: bool) -> None:
        """Leaf predicates against each other, then the connectives between them."""
        ours, theirs = (
            tuple(self._prepared(leaf) for c in core.conditions for leaf in _leaves(c)) for core in (gold, sql)
        )
        paired = pair_terms(ours, theirs)
        missing = [term for term in paired.missing if not (follows(term) and (theirs or nested))]
        stand_ins = len(paired.missing) - len(missing)
        extra = [term for term in paired.extra if not follows(term)][stand_ins:]
        if missing and extra and len(gold.subqueries) != len(sql.subqueries):
            self.causes.add(Cause.WRONG_LOGIC)  # one condition, nested otherwise
        elif len(missing) == len(extra) == 1 and _compare_alike(missing[0], extra[0]):
            self._pair(Pair(missing[0], extra[0]))
        else:
            self.causes |= {Cause.MISSING_WHERE for _ in missing} | {Cause.EXTRA_WHERE for _ in extra}
        for pair in paired.pairs:
            if not (follows(pair.gold) or follows(pair.sql)):
                self._pair(pair)
        if ours and theirs and not paired.missing and not paired.extra:
            whole = [_connectives(core.conditions) for core in (gold, sql)]
            if whole[0] != whole[1]:
                self.causes.add(Cause.WRONG_LOGIC)

    def _pair(self, pair: Pair) -> None:
        """Two predicates, or two selected terms, that stand for each other."""
        ours, theirs = pair.gold, pair.sql
        queries = [term.of_kind(TermKind.QUERY) for term in (ours, theirs)]
        if len(queries[0]) != len(queries[1]):
            self.causes.add(Cause.WRONG_LOGIC)
            return
        for one, other in zip(*queries, strict=True):
            if one.query is not None and other.query is not None:
                self.compare(one.query, other.query)
        if _aggregates(ours) != _aggregates(theirs):
            self._aggregates(ours, theirs)
        elif sorted(ours.columns) != sorted(theirs.columns):
            self.causes.add(Cause.WRONG_COLUMN)
        if _literals(ours) != _literals(theirs):
            self.causes.add(Cause.WRONG_LITERAL)
        if _operators(ours) != _operators(theirs) or (
            _sides(ours) != _sides(theirs) and _sides(ours) == _sides(theirs)[::-1]
        ):
            self.causes.add(Cause.WRONG_LOGIC)

    def _aggregates(self, ours: Term, theirs: Term) -> None:
        """Another function, or the same with or without DISTINCT."""
        names = [tuple(name.removesuffix(" distinct") for name in _aggregates(term)) for term in (ours, theirs)]
        if names[0] != names[1]:
            self.causes.add(Cause.WRONG_AGGREGATE)
        elif self.distinct_counts:
            more = sum(name.endswith(" distinct") for name in _aggregates(ours))
            less = sum(name.endswith(" distinct") for name in _aggregates(theirs))
            self.causes.add(Cause.MISSING_DISTINCT if more > less else Cause.EXTRA_DISTINCT)

    def _groups(self, gold: Core, sql: Core, follows: Callable[[Term], bool]) -> None:
        if bool(gold.group) != bool(sql.group):
            self.causes.add(Cause.MISSING_GROUP_BY if gold.group else Cause.EXTRA_GROUP_BY)
        elif gold.group != sql.group and not any(map(follows, gold.group ^ sql.group)):
            of_the_same_tables = grouped_tables(gold) & grouped_tables(sql)
            if self.care is Care.EXACT or not of_the_same_tables:
                self.causes.add(Cause.WRONG_COLUMN)

    def _order(self, gold: Shape, sql: Shape, follows: Callable[[Term], bool]) -> None:
        if gold.order and not sql.order:
            self.causes.add(Cause.MISSING_ORDER_BY)
            return
        if sql.order and not gold.order:
            if sql.limit or self.care >= Care.JOINS:
                self.causes.add(Cause.EXTRA_ORDER_BY)
            return
        if gold.limit != sql.limit:
            self.causes.add(Cause.WRONG_LOGIC)
        ours, theirs = ([(self._prepared(term), down) for term, down in shape.order] for shape in (gold, sql))
        if ours == theirs:
            return
        paired = pair_terms([t for t, _ in ours], [t for t, _ in theirs])
        for pair in paired.pairs:
            if not (follows(pair.gold) or follows(pair.sql)):
                self._pair(pair)
        self.causes |= {Cause.WRONG_COLUMN for term in (*paired.missing, *paired.extra) if not follows(term)}
        directions = [[down for _, down in order] for order in (ours, theirs)]
        turned = directions[0] != directions[1] and len(ours) == len(theirs)
        if turned or not (paired.pairs or paired.missing or paired.extra):
            self.causes.add(Cause.WRONG_LOGIC)

    def _projection(self, gold: Core, sql: Core, follows: Callable[[Term], bool]) -> None:
        ours, theirs = (tuple(self._prepared(term) for term in core.projection) for core in (gold, sql))
        paired = pair_terms(ours, theirs)
        for pair in paired.pairs:
            if not (follows(pair.gold) or follows(pair.sql)):
                self._pair(pair)
        for term in (*paired.missing, *paired.extra):
            if not follows(term):
                self.causes.add(Cause.WRONG_COLUMN)

    def _prepared(self, term: Term) -> Term:
        """A term as this comparison sees it: DISTINCT only where it counts, counts of rows alike where lenient."""
        if not term.of_kind(TermKind.AGGREGATE):
            return term
        parts = tuple(map(self._prepared, term.parts))
        name = term.value
        if term.kind is TermKind.AGGREGATE:
            name = name if self.distinct_counts else name.removesuffix(" distinct")
            if self.care < Care.EXACT and name == "count":
                parts = (Term(TermKind.STAR),)
        return replace(term, value=name, parts=parts)


def _same(term: Term) -> bool:
    """Nothing follows from elsewhere."""
    return False


def _compare_alike(gold: Term, sql: Term) -> bool:
    """Whether two conditions both compare a column, or the same aggregate, with a literal."""
    return all(
        term.kind is TermKind.COMPARE and term.columns and _literals(term) and not term.of_kind(TermKind.QUERY)
        for term in (gold, sql)
    ) and _aggregates(gold) == _aggregates(sql)


def _leaves(term: Term) -> Iterable[Term]:
    if term.kind in (TermKind.AND, TermKind.OR):
        return (leaf for part in term.parts for leaf in _leaves(part))
    return (term,)


def _connectives(conditions: tuple[Term, ...]) -> str:
    """The tree of AND and OR over numbered leaves of one column each, so that literals and operators do not matter."""

    def drawn(term: Term) -> str:
        if term.kind in (TermKind.AND, TermKind.OR):
            return f"{term.kind}({','.join(sorted(map(drawn, term.parts)))})"
        return "leaf"

    return f"and({','.join(sorted(map(drawn, conditions)))})"


def _aggregates(term: Term) -> tuple[str, ...]:
    return tuple(sorted(t.value for t in term.of_kind(TermKind.AGGREGATE)))


def _literals(term: Term) -> tuple[str, ...]:
    return tuple(sorted(t.value for t in term.of_kind(TermKind.LITERAL)))


def _operators(term: Term) -> tuple[str, ...]:
    return tuple(t.value for t in term.walk() if t.kind in (TermKind.COMPARE, TermKind.CALL))


def _sides(term: Term) -> tuple[str, ...]:
    """What kind stands on which side: `<` turned round differs in this alone."""
    return tuple(part.kind.value for part in term.parts)

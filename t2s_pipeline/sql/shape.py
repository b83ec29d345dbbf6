"""What a query says, apart from how it is written: the form in which two queries are compared.

A `Term` is an expression whose columns are `table.column` of the database, whose operators stand one way round and
whose commutative operands are in order. A `Core` is one SELECT ... FROM ...; a `Shape` is a core, or a set operation
over shapes. Made by `canonical.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class TermKind(StrEnum):
    """`name` is a column that could not be resolved, `call` any function or operator, `compare` a leaf predicate."""

    COLUMN = "column"
    NAME = "name"
    LITERAL = "literal"
    STAR = "star"
    AGGREGATE = "aggregate"
    CALL = "call"
    COMPARE = "compare"
    AND = "and"
    OR = "or"
    QUERY = "query"


@dataclass(frozen=True)
class Term:
    """`value`: the column, the literal, the function or the operator. `query` is set for kind `query` alone."""

    kind: TermKind
    value: str = ""
    parts: tuple[Term, ...] = ()
    query: Shape | None = None

    @cached_property
    def key(self) -> str:
        """A text to sort by."""
        return repr(self)

    def walk(self) -> Iterator[Term]:
        """This term and all below it, subqueries not entered."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def of_kind(self, kind: TermKind) -> tuple[Term, ...]:
        return tuple(term for term in self.walk() if term.kind is kind)

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns, `table.column`, in order, subqueries not entered."""
        return tuple(term.value for term in self.walk() if term.kind in (TermKind.COLUMN, TermKind.NAME))

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(t.value.rpartition(".")[0] for t in self.of_kind(TermKind.COLUMN))


@dataclass(frozen=True)
class Core:
    """One SELECT. `tables` with repetition, those of plain subqueries in FROM included; `joins` the equalities between
    two columns, wherever they are written; `conditions` the rest of ON, WHERE and HAVING, joined by AND; `derived` the
    subqueries of FROM that group, limit or combine. `order` holds (term, descending).
    """

    tables: tuple[str, ...]
    joins: frozenset[frozenset[Term]]
    outer_joins: tuple[str, ...]
    conditions: tuple[Term, ...]
    projection: tuple[Term, ...]
    distinct: bool
    group: frozenset[Term]
    order: tuple[tuple[Term, bool], ...]
    limit: str | None
    derived: tuple[Shape, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term of the query but those of its joins."""
        return (*self.projection, *self.conditions, *self.group, *(term for term, _ in self.order))

    @property
    def subqueries(self) -> tuple[Shape, ...]:
        """Subqueries outside FROM."""
        return tuple(q.query for term in self.terms for q in term.of_kind(TermKind.QUERY) if q.query is not None)


@dataclass(frozen=True)
class SetOperation:
    """`operation`: `union`, `union all`, `intersect` or `except`."""

    operation: str
    left: Shape
    right: Shape
    order: tuple[tuple[Term, bool], ...]
    limit: str | None


Shape = Core | SetOperation


def tables_of(shape: Shape, nested: bool = True) -> tuple[str, ...]:
    """Every table that a shape reads, with repetition; those of subqueries outside FROM only where `nested`."""
    if isinstance(shape, SetOperation):
        return tables_of(shape.left, nested) + tables_of(shape.right, nested)
    found = shape.tables + tuple(t for inner in shape.derived for t in tables_of(inner, nested))
    return found + tuple(t for inner in shape.subqueries for t in tables_of(inner)) if nested else found


def only_selects(core: Core) -> bool:
    """Whether a core only joins, filters and selects: as a subquery it could be part of the query around it."""
    aggregates = any(term.of_kind(TermKind.AGGREGATE) for term in core.projection)
    return not (core.distinct or core.group or core.limit or core.outer_joins or aggregates)

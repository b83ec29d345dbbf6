"""The little SQL grammar that the official hardness is defined over, gaps and faults included.

One SELECT with explicit joins, at most one set operation, no comma joins, no aliases without AS, no functions
but five aggregates. What it can't read raises `NotInGrammar`. Where it reads too loosely, so does this: a bare
column on the right of a comparison swallows everything up to the next `and`, comma or clause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

AGGREGATES = ("none", "max", "min", "count", "sum", "avg")
_ARITHMETIC = ("none", "-", "+", "*", "/")
_COMPARISONS = ("not", "between", "=", ">", "<", ">=", "<=", "!=", "in", "like", "is", "exists")
SET_OPERATIONS = ("intersect", "union", "except")
_CLAUSES = ("select", "from", "where", "group", "order", "limit", *SET_OPERATIONS)
_JOIN_WORDS = ("join", "on", "as")


class NotInGrammar(ValueError):
    """The query is outside the grammar, or names what the schema does not have."""


@dataclass(frozen=True)
class ColumnUnit:
    """A column, perhaps aggregated: `count(x)` or `x`."""

    aggregated: bool


@dataclass(frozen=True)
class ValueUnit:
    """One column unit, or two joined by an arithmetic operator."""

    first: ColumnUnit
    second: ColumnUnit | None


@dataclass(frozen=True)
class SelectItem:
    aggregated: bool


@dataclass(frozen=True)
class Condition:
    negated: bool
    operator: str
    subqueries: int


# Conditions and the words between them, in order: the official counts go by position.
Conditions = list["Condition | str"]


@dataclass
class Select:
    """The outermost structure, as far as hardness counts it."""

    items: list[SelectItem] = field(default_factory=list)
    from_units: int = 0
    on: Conditions = field(default_factory=list)
    where: Conditions = field(default_factory=list)
    group: list[ColumnUnit] = field(default_factory=list)
    having: Conditions = field(default_factory=list)
    order: list[ValueUnit] = field(default_factory=list)
    limit: bool = False
    set_operation: str | None = None


def parse(tokens: Sequence[str], tables: Mapping[str, Sequence[str]]) -> Select:
    """Parse tokens against a schema of lower-case names. What follows the first query is ignored.

    Raises NotInGrammar.
    """
    try:
        return _Parser(list(tokens), tables).select(0)[1]
    except (IndexError, KeyError, RecursionError) as error:
        raise NotInGrammar(f"not in the official grammar ({type(error).__name__}: {error})") from error


class _Parser:
    """Methods take a position and return the next one with what they read."""

    def __init__(self, tokens: list[str], tables: Mapping[str, Sequence[str]]) -> None:
        self.tokens = tokens
        self.columns = {name.lower(): frozenset(c.lower() for c in cols) for name, cols in tables.items()}
        self.aliases = {tokens[i + 1]: tokens[i - 1] for i, token in enumerate(tokens) if token == "as"}
        for name in self.columns:
            if name in self.aliases:
                raise NotInGrammar(f"the alias {name} is also a table")
            self.aliases[name] = name

    def at(self, i: int, *words: str) -> bool:
        return i < len(self.tokens) and self.tokens[i] in words

    def expect(self, i: int, *words: str) -> int:
        if not self.at(i, *words):
            found = self.tokens[i] if i < len(self.tokens) else "the end"
            raise NotInGrammar(f"expected {' or '.join(words)}, found {found}")
        return i + 1

    def select(self, start: int) -> tuple[int, Select]:
        i, parenthesis = self.opened(start)
        query = Select()
        after_from, scope = self.from_clause(start, query)
        self.select_list(i, query, scope)
        i = after_from
        if self.at(i, "where"):
            i, query.where = self.conditions(i + 1, scope)
        i = self.group_clause(i, query, scope)
        if self.at(i, "having"):
            i, query.having = self.conditions(i + 1, scope)
        i = self.order_clause(i, query, scope)
        if self.at(i, "limit"):
            self.tokens[i + 1]  # a LIMIT without a number is not in the grammar
            i, query.limit = i + 2, True
        i = self.past_semicolons(i)
        if parenthesis:
            i = self.expect(i, ")")
        i = self.past_semicolons(i)
        if self.at(i, *SET_OPERATIONS):
            query.set_operation = self.tokens[i]
            i, _ = self.select(i + 1)
        return i, query

    def from_clause(self, start: int, query: Select) -> tuple[int, list[str]]:
        if "from" not in self.tokens[start:]:
            raise NotInGrammar("no FROM")
        i = self.tokens.index("from", start) + 1
        scope: list[str] = []
        while i < len(self.tokens):
            i, parenthesis = self.opened(i)
            if self.tokens[i] == "select":
                i, _ = self.select(i)
            else:
                i, table = self.table(i + 1 if self.at(i, "join") else i)
                scope.append(table)
            query.from_units += 1
            if self.at(i, "on"):
                i, conditions = self.conditions(i + 1, scope)
                query.on += ["and", *conditions] if query.on else conditions
            if parenthesis:
                i = self.expect(i, ")")
            if self.at(i, *_CLAUSES, ")", ";"):
                break
        return i, scope

    def table(self, i: int) -> tuple[int, str]:
        name = self.aliases[self.tokens[i]]
        if name not in self.columns:
            raise NotInGrammar(f"no table {name}")
        return (i + 3 if self.at(i + 1, "as") else i + 1), name

    def select_list(self, i: int, query: Select, scope: list[str]) -> None:
        i = self.expect(i, "select")
        i += self.at(i, "distinct")
        while i < len(self.tokens) and self.tokens[i] not in _CLAUSES:
            aggregated = False
            if self.tokens[i] in AGGREGATES:
                aggregated = self.tokens[i] != "none"
                i += 1
            i, _ = self.value_unit(i, scope)
            query.items.append(SelectItem(aggregated))
            i += self.at(i, ",")

    def value_unit(self, i: int, scope: list[str]) -> tuple[int, ValueUnit]:
        i, parenthesis = self.opened(i)
        i, first = self.column_unit(self.tokens, i, scope)
        second = None
        if self.at(i, *_ARITHMETIC):
            i, second = self.column_unit(self.tokens, i + 1, scope)
        if parenthesis:
            i = self.expect(i, ")")
        return i, ValueUnit(first, second)

    def column_unit(self, tokens: list[str], i: int, scope: list[str]) -> tuple[int, ColumnUnit]:
        """`tokens` is the whole text, or the slice of it that a bare column on the right may use."""
        parenthesis = tokens[i] == "("
        i += parenthesis
        if tokens[i] in AGGREGATES:
            aggregated = tokens[i] != "none"
            if tokens[i + 1] != "(":
                raise NotInGrammar(f"{tokens[i]} without a parenthesis")
            i += 3 if tokens[i + 2] == "distinct" else 2
            self.column(tokens[i], scope)
            if tokens[i + 1] != ")":
                raise NotInGrammar("an aggregate of more than a column")
            return i + 2, ColumnUnit(aggregated)
        i += tokens[i] == "distinct"
        self.column(tokens[i], scope)
        i += 1
        if parenthesis:
            if tokens[i] != ")":
                raise NotInGrammar("a parenthesis around more than a column")
            i += 1
        return i, ColumnUnit(False)

    def column(self, token: str, scope: list[str]) -> None:
        if token == "*":
            return
        if "." in token:
            parts = token.split(".")
            if len(parts) != 2 or parts[1] not in self.columns.get(self.aliases[parts[0]], ()):
                raise NotInGrammar(f"no column {token}")
        elif not any(token in self.columns[table] for table in scope):
            raise NotInGrammar(f"no column {token}")

    def conditions(self, i: int, scope: list[str]) -> tuple[int, Conditions]:
        conditions: Conditions = []
        while i < len(self.tokens):
            i, _ = self.value_unit(i, scope)
            negated = self.tokens[i] == "not"
            i += negated
            operator = self.tokens[i]
            i = self.expect(i, *_COMPARISONS)
            i, subqueries = self.value(i, scope)
            if operator == "between":
                i, more = self.value(self.expect(i, "and"), scope)
                subqueries += more
            conditions.append(Condition(negated, operator, subqueries))
            if self.at(i, *_CLAUSES, ")", ";", *_JOIN_WORDS):
                break
            if self.at(i, "and", "or"):
                conditions.append(self.tokens[i])
                i += 1
        return i, conditions

    def value(self, start: int, scope: list[str]) -> tuple[int, int]:
        """A literal, a column or a subquery; returns how many subqueries it was."""
        i, parenthesis = self.opened(start)
        subqueries = 0
        if self.tokens[i] == "select":
            i, _ = self.select(i)
            subqueries = 1
        elif '"' in self.tokens[i] or _is_number(self.tokens[i]):
            i += 1
        else:
            end = i
            while end < len(self.tokens) and self.tokens[end] not in (",", ")", "and", *_CLAUSES, *_JOIN_WORDS):
                end += 1
            self.column_unit(self.tokens[start:end], 0, scope)
            i = end
        if parenthesis:
            i = self.expect(i, ")")
        return i, subqueries

    def group_clause(self, i: int, query: Select, scope: list[str]) -> int:
        if not self.at(i, "group"):
            return i
        i = self.expect(i + 1, "by")
        while i < len(self.tokens) and not self.at(i, *_CLAUSES, ")", ";"):
            i, unit = self.column_unit(self.tokens, i, scope)
            query.group.append(unit)
            if not self.at(i, ","):
                break
            i += 1
        return i

    def order_clause(self, i: int, query: Select, scope: list[str]) -> int:
        if not self.at(i, "order"):
            return i
        i = self.expect(i + 1, "by")
        while i < len(self.tokens) and not self.at(i, *_CLAUSES, ")", ";"):
            i, unit = self.value_unit(i, scope)
            query.order.append(unit)
            i += self.at(i, "asc", "desc")
            if not self.at(i, ","):
                break
            i += 1
        return i

    def opened(self, i: int) -> tuple[int, bool]:
        """Past an opening parenthesis, if there is one here."""
        parenthesis = self.tokens[i] == "("
        return i + parenthesis, parenthesis

    def past_semicolons(self, i: int) -> int:
        while self.at(i, ";"):
            i += 1
        return i


def _is_number(token: str) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True

"""What every name of a parsed query stands for, by SQLite's rules of scope.

    names = Names(parse_query(sql), catalogue)
    names.resolve(column).origin            # ("singer", "Name"), or None with the reason in `.state`

A name is looked for in the FROM of its own SELECT, then of the queries around it. A subquery in FROM does not see its
neighbours, nor a join in parentheses the tables around it; a common table expression does not see the query that uses
it; each arm of a set operation has a FROM of its own; the ORDER BY of a set operation sees its result columns alone.
Result aliases come after columns, but first where they are a whole term of ORDER BY. A double-quoted name that is
nothing else is a text literal.

Not covered: table-valued functions, joins in parentheses with an alias (their columns are unknown), RIGHT and FULL
joins' rules for USING; a query of more than `MOST_COLUMNS` result columns, whose columns are unknown (SQLite refuses
it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlglot import exp

from t2s_pipeline.sql.catalogue import Catalogue, CatalogueTable
from t2s_pipeline.sql.references import visible_cte

_SEES_ALIASES = frozenset({"joins", "where", "group", "having", "order"})
MOST_COLUMNS = 2000
Origin = tuple[str, str]
"""Table and column, as the database spells them."""


class NameState(StrEnum):
    """`expression`: it stands for a result column that is computed. `unknown`: a table of the FROM is not known."""

    COLUMN = "column"
    EXPRESSION = "expression"
    LITERAL = "literal"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    UNDEFINED_QUALIFIER = "undefined_qualifier"
    NO_SUCH_COLUMN = "no_such_column"


@dataclass(frozen=True)
class Source:
    """One entry of a FROM. `table` for a table of the database, `query` for a subquery or CTE, else neither. `written`
    is the alias as the query spells it."""

    alias: str
    table: CatalogueTable | None = None
    query: exp.Query | None = None
    column_names: tuple[str, ...] = ()
    written: str = ""


@dataclass(frozen=True)
class Output:
    """A result column of a query: where it comes from, or the expression that computes it; whether a star stands for
    it."""

    name: str
    origin: Origin | None
    node: exp.Expression | None
    by_star: bool = False


@dataclass(frozen=True)
class Resolution:
    """`source` is what the qualifier names, also where that has no such column; `candidates` of an ambiguous name."""

    state: NameState
    origin: Origin | None = None
    node: exp.Expression | None = None
    source: Source | None = None
    candidates: tuple[Source, ...] = ()


class Names:
    """The names of one parsed query over one catalogue."""

    def __init__(self, query: exp.Query, catalogue: Catalogue) -> None:
        self.query = query
        self.catalogue = catalogue
        self._sources: dict[int, tuple[Source, ...]] = {}
        self._outputs: dict[int, tuple[Output, ...] | None] = {}

    def sources(self, select: exp.Select) -> tuple[Source, ...]:
        """The FROM of a SELECT, in order, parenthesised joins taken apart."""
        if id(select) not in self._sources:
            self._sources[id(select)] = tuple(s for node in from_items(select) for s in self._source(node))
        return self._sources[id(select)]

    def outputs(self, query: exp.Expression) -> tuple[Output, ...] | None:
        """The result columns of a query; None where a star is over something unknown."""
        key = id(query)
        if key not in self._outputs:
            self._outputs[key] = None  # a recursive CTE asks for its own columns meanwhile
            self._outputs[key] = self._find_outputs(query)
        return self._outputs[key]

    def visible(self, node: exp.Expression) -> tuple[Source, ...]:
        """Everything in scope of a node, innermost query first."""
        return tuple(source for _, _, sources in self._scopes(node) for source in sources)

    def resolve(self, column: exp.Column) -> Resolution:
        """What a column node (not a star) stands for."""
        name, qualifier = column.name.lower(), column.table.lower()
        named: Source | None = None
        unknown = False
        for place, clause, sources in self._scopes(column):
            if isinstance(place, exp.SetOperation) or (not qualifier and _is_order_term(column, place)):
                alias = self._alias(place, name)
                if alias is not None:
                    return alias
            within = [s for s in sources if not qualifier or s.alias == qualifier]
            named = named or (within[0] if qualifier and within else None)
            found = [(s, output) for s in within if (output := self._column_of(s, name)) is not None]
            if len(found) > 1:
                whole = self.sources(place)
                found = [found[0], *(match for match in found[1:] if not _is_merged(place, whole, match[0], name))]
            if len(found) > 1:
                return Resolution(NameState.AMBIGUOUS, candidates=tuple(s for s, _ in found))
            if found:
                source, output = found[0]
                state = NameState.COLUMN if output.origin else NameState.EXPRESSION
                return Resolution(state, output.origin, output.node, source)
            unknown = unknown or any(self._is_unknown(s) for s in within)
            alias = self._alias(place, name) if clause in _SEES_ALIASES and not qualifier else None
            if alias is not None:
                return alias
        if not qualifier and column.this.args.get("quoted"):
            return Resolution(NameState.LITERAL)
        if unknown:
            return Resolution(NameState.UNKNOWN, source=named)
        undefined = bool(qualifier) and named is None
        return Resolution(NameState.UNDEFINED_QUALIFIER if undefined else NameState.NO_SUCH_COLUMN, source=named)

    def provides(self, source: Source, name: str) -> bool:
        """Whether a source has a column of that name, or may have: its columns are not known."""
        return self._is_unknown(source) or self._column_of(source, name.lower()) is not None

    def column_names(self, source: Source) -> tuple[str, ...] | None:
        """The lower-case names of a source's columns; None where they are not known."""
        columns = self._columns_of(source)
        return None if columns is None else tuple(column.name for column in columns)

    def _scopes(self, node: exp.Expression) -> Iterator[tuple[exp.Query, str, tuple[Source, ...]]]:
        """The queries whose names a node sees, innermost first, each with the clause it stands in, and its FROM."""
        child, place = node, node.parent
        bracketed: frozenset[str] | None = None
        while place is not None:
            key = child.arg_key or ""
            if bracketed is None and _holds_tables(place):
                bracketed = frozenset(source.alias for source in self._source(place))
            if isinstance(place, exp.Select) and key != "with_" and not _stands_in_from(child, node):
                sources = self.sources(place)
                yield place, key, tuple(s for s in sources if bracketed is None or s.alias in bracketed)
                bracketed = None
            elif isinstance(place, exp.SetOperation) and key in ("order", "limit", "offset"):
                yield place, key, ()
            child, place = place, place.parent

    def _source(self, node: exp.Expression) -> Iterator[Source]:
        if isinstance(node, exp.Subquery) and isinstance(node.unnest(), exp.Query):
            alias = node.args.get("alias")
            names = tuple(c.name.lower() for c in alias.columns) if alias else ()
            yield Source(node.alias.lower(), query=node.unnest(), column_names=names, written=node.alias)
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            cte = None if node.args.get("db") else visible_cte(node, node.name)
            written = node.alias_or_name
            alias = written.lower()
            if cte is None:
                yield Source(alias, table=self.catalogue.table(node.name), written=written)
            else:
                names = tuple(c.name.lower() for c in cte.args["alias"].columns)
                yield Source(alias, query=cte.this, column_names=names, written=written)
        elif is_bracketed_join(node):
            yield from self._source(node.this)
        else:
            yield Source(node.alias_or_name.lower())
        for join in node.args.get("joins") or ():
            yield from self._source(join.this)

    def _columns_of(self, source: Source) -> tuple[Output, ...] | None:
        if source.table is not None:
            return tuple(Output(c.lower(), (source.table.name, c), None) for c in source.table.columns.values())
        outputs = self.outputs(source.query) if source.query is not None else None
        if outputs and source.column_names:
            return tuple(
                Output(name, output.origin, output.node)
                for name, output in zip(source.column_names, outputs, strict=False)
            )
        return outputs

    def _column_of(self, source: Source, name: str) -> Output | None:
        if source.table is not None:
            column = source.table.column(name)
            return Output(name, (source.table.name, column), None) if column else None
        return next((output for output in self._columns_of(source) or () if output.name == name), None)

    def _is_unknown(self, source: Source) -> bool:
        return source.table is None and self._columns_of(source) is None

    def _alias(self, place: exp.Query, name: str) -> Resolution | None:
        """A result column of the query `place` that is given the name by AS, or has it by a star (of a set operation:
        any)."""
        for output in self._named_outputs(place):
            if output.name != name:
                continue
            state = NameState.COLUMN if output.origin else NameState.EXPRESSION
            if isinstance(place, exp.SetOperation) or output.by_star:
                return Resolution(state, output.origin, output.node)
            if isinstance(output.node, exp.Alias):
                return Resolution(state, output.origin, output.node.this)
        return None

    def _named_outputs(self, place: exp.Expression) -> Iterator[Output]:
        """The result columns by whose names ORDER BY can sort: those of every part of a set operation."""
        if isinstance(place, exp.SetOperation):
            for part in (place.left, place.right):
                yield from self._named_outputs(part.unnest())
        else:
            yield from self.outputs(place) or ()

    def _find_outputs(self, query: exp.Expression) -> tuple[Output, ...] | None:
        query = query.unnest() if isinstance(query, exp.Subquery) else query
        if isinstance(query, exp.SetOperation):
            return self.outputs(query.left)
        if not isinstance(query, exp.Select):
            return None
        found: list[Output] = []
        for node in query.expressions:
            if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
                qualifier = node.table.lower() if isinstance(node, exp.Column) else ""
                for source in self.sources(query):
                    if not qualifier or source.alias == qualifier:
                        columns = self._columns_of(source)
                        if columns is None:
                            return None
                        found += [replace(column, by_star=True) for column in columns]
                    if len(found) > MOST_COLUMNS:  # stars over stars over stars
                        return None
            else:
                found.append(self._output(node))
        return tuple(found)

    def _output(self, node: exp.Expression) -> Output:
        inner = node.unalias()
        if isinstance(inner, exp.Column):
            resolved = self.resolve(inner)
            shown = node if isinstance(node, exp.Alias) else (resolved.node or inner)
            return Output(node.alias_or_name.lower(), resolved.origin, shown)
        return Output(node.alias_or_name.lower() or node.sql("sqlite").lower(), None, node)


def from_items(select: exp.Select) -> Iterator[exp.Expression]:
    """The entries of a FROM: what stands after it, and what each join adds."""
    clause = select.args.get("from_")
    if clause is not None:
        yield clause.this
    for join in select.args.get("joins") or ():
        yield join.this


def is_bracketed_join(node: exp.Expression) -> bool:
    """Whether an entry of a FROM is tables in parentheses, whose names are those of the FROM around them: not with an
    alias, behind which SQLite alone knows how the columns are called."""
    return _holds_tables(node) and not node.alias


def _holds_tables(node: exp.Expression) -> bool:
    if not isinstance(node, exp.Subquery | exp.Paren) or isinstance(node.unnest(), exp.Query):
        return False
    return isinstance(node.this, exp.Table | exp.Subquery | exp.Paren)


def _stands_in_from(child: exp.Expression, node: exp.Expression) -> bool:
    """Whether `node`, below `child` of a SELECT, is inside a subquery of its FROM, and so sees nothing of it."""
    if not isinstance(child, exp.From | exp.Join):
        return False
    outermost = None
    while node is not child:
        outermost = node if isinstance(node, exp.Query) and not isinstance(node, exp.Subquery) else outermost
        node = node.parent
    while outermost is not None and outermost is not child:
        if outermost.arg_key == "on":
            return False
        outermost = outermost.parent
    return outermost is not None


def _is_order_term(column: exp.Column, place: exp.Query) -> bool:
    """Whether the column alone is a term of the ORDER BY of `place`."""
    ordered = column.parent
    return isinstance(ordered, exp.Ordered) and ordered.parent is place.args.get("order")


def _is_merged(place: exp.Query, sources: tuple[Source, ...], source: Source, name: str) -> bool:
    """Whether the join that adds `source`, one of the `sources` of `place`, makes its column of that name one with the
    column of a source before it."""
    number = next(number for number, other in enumerate(sources) if other is source)
    join = list(joins_of_sources(place))[number]
    if join is None:
        return False
    merged = (identifier.name.lower() for identifier in join.args.get("using") or ())
    return join.args.get("method") == "NATURAL" or name in merged


def joins_of_sources(select: exp.Expression) -> Iterator[exp.Join | None]:
    """For each source of a SELECT, or of a join in parentheses, the join that adds it."""
    for item in from_items(select):
        yield from _joins_of_entry(item, item.parent if isinstance(item.parent, exp.Join) else None)


def _joins_of_entry(item: exp.Expression, join: exp.Join | None) -> Iterator[exp.Join | None]:
    """As `Names._source` takes an entry of a FROM apart."""
    if is_bracketed_join(item):
        yield from _joins_of_entry(item.this, join)
    else:
        yield join
    for nested in item.args.get("joins") or ():
        yield from _joins_of_entry(nested.this, nested)

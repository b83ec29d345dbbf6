"""The names of a query that stand for nothing: what each qualifier is, and which tables have the column.

    invalid_columns(Names(parse_query("SELECT T1.nation FROM concert AS T1"), catalogue))
    # [InvalidColumn(fault=not_in_source, reference="T1.nation", source=concert, owners=("singer",))]

`column_errors.py` tags the one that SQLite reports, feedback to a model tells of several: both read them here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.names import Names, NameState, Source, is_bracketed_join
from t2s_pipeline.sql.references import visible_cte

_SCHEMA_TABLES = frozenset({"sqlite_master", "sqlite_schema"})


class Fault(StrEnum):
    """What is wrong with a column's name.

    `no_such_source`: its qualifier names nothing in scope; `not_in_source`: what its qualifier names has no such
    column; `not_in_scope`: it has no qualifier, and no table in scope has it; `ambiguous`: several have it;
    `read_as_text`: it stands in double quotes and is no column, so that SQLite reads it as text; `not_merged`: USING
    names it, and one of the two sides does not have it.
    """

    NO_SUCH_SOURCE = "no_such_source"
    NOT_IN_SOURCE = "not_in_source"
    NOT_IN_SCOPE = "not_in_scope"
    AMBIGUOUS = "ambiguous"
    READ_AS_TEXT = "read_as_text"
    NOT_MERGED = "not_merged"


@dataclass(frozen=True)
class InvalidColumn:
    """`reference` as the query writes it, without quotes; `source` what its qualifier names; `owners` the tables of the
    database that have such a column, those in scope first; `candidates` where it is ambiguous; `scope` the FROM that it
    was looked for in."""

    fault: Fault
    reference: str
    name: str
    qualifier: str
    source: Source | None
    owners: tuple[str, ...]
    candidates: tuple[Source, ...] = ()
    scope: tuple[Source, ...] = ()


_FAULTS = {
    NameState.UNDEFINED_QUALIFIER: Fault.NO_SUCH_SOURCE,
    NameState.AMBIGUOUS: Fault.AMBIGUOUS,
    NameState.LITERAL: Fault.READ_AS_TEXT,
}


def invalid_columns(names: Names) -> list[InvalidColumn]:
    """Every invalid column of the query, in the order of its text. Raises RecursionError where it is too deep."""
    found = [_invalid(column, names) for column in columns_of(names.query)]
    return [invalid for invalid in found if invalid is not None] + list(_not_merged(names))


def invalid_tables(names: Names) -> list[str]:
    """Tables of a FROM that the database does not have, as the query writes them, each once."""
    found: dict[str, str] = {}
    for table in names.query.find_all(exp.Table, bfs=False):
        if not isinstance(table.this, exp.Identifier) or table.name.lower() in _SCHEMA_TABLES:
            continue
        if not table.args.get("db") and visible_cte(table, table.name) is not None:
            continue
        if names.catalogue.table(table.name) is None:
            found.setdefault(table.name.lower(), table.name)
    return list(found.values())


def columns_of(query: exp.Expression) -> Iterator[exp.Column]:
    """The column names in a query, stars left out, in the order of the text."""
    for column in query.find_all(exp.Column, bfs=False):
        if isinstance(column.this, exp.Identifier):
            yield column


def written(column: exp.Column) -> str:
    """A column with its qualifiers, as SQLite's messages have it."""
    return ".".join(part.name for part in column.parts)


def _invalid(column: exp.Column, names: Names) -> InvalidColumn | None:
    resolution = names.resolve(column)
    if resolution.state in _FAULTS:
        fault = _FAULTS[resolution.state]
    elif resolution.state is NameState.NO_SUCH_COLUMN:
        fault = Fault.NOT_IN_SOURCE if column.table else Fault.NOT_IN_SCOPE
    else:
        return None
    scope = names.visible(column)
    return InvalidColumn(
        fault,
        written(column),
        column.name,
        column.table,
        resolution.source,
        owners_of(column.name, names.catalogue, scope),
        resolution.candidates,
        scope,
    )


def _not_merged(names: Names) -> Iterator[InvalidColumn]:
    for join in names.query.find_all(exp.Join, bfs=False):
        merged = join.args.get("using") or ()
        select = join.parent
        if not merged or not isinstance(select, exp.Select):
            continue
        place = next((n for n, other in enumerate(select.args["joins"]) if other is join), 0)
        before = tuple(_sources_before(names, select, place))
        joined = names.sources(select)[len(before)]
        for identifier in merged:
            name = identifier.name
            if names.provides(joined, name) and any(names.provides(source, name) for source in before):
                continue
            scope = (*before, joined)
            owners = owners_of(name, names.catalogue, scope)
            yield InvalidColumn(Fault.NOT_MERGED, name, name, "", None, owners, scope=scope)


def _sources_before(names: Names, select: exp.Select, place: int) -> Iterator[Source]:
    """The sources of a FROM before its join number `place`, parenthesised joins taken apart."""
    items = [select.args["from_"].this, *(join.this for join in select.args["joins"][:place])]
    count = sum(_width(item) for item in items)
    yield from names.sources(select)[:count]


def _width(item: exp.Expression) -> int:
    """How many sources an entry of a FROM is."""
    own = _width(item.this) if is_bracketed_join(item) else 1
    return own + sum(_width(join.this) for join in item.args.get("joins") or ())


def owners_of(name: str, catalogue: Catalogue, scope: tuple[Source, ...]) -> tuple[str, ...]:
    """The tables that have a column of that name, those in scope first."""
    in_scope = {source.table.name for source in scope if source.table}
    return tuple(sorted(catalogue.owners(name), key=lambda table: table not in in_scope))

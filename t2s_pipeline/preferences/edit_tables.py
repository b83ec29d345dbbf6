"""Mistakes about tables: a wrong owner of a column, a join that is missing, another table.

    wrong_column_edits(query), missing_join_edits(query), wrong_table_edits(query)

* `wrong_column`: an existing column of the same kind of type from a table that is not the owner: one of the same FROM
  (the query still runs), or one linked by a foreign key that the query does not read (it does not).
* `missing_join`: one joined table is left out, with its condition; what was read from it stands there still, or is
  read from a table that is left, where that has a column of the name.
* `wrong_table`: another table of the database, one that has a column of what is read or is linked by a foreign key.

Conditions of joins keep their columns; tables in parentheses, and comma joins, keep their place.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from t2s_pipeline.preferences.edit import Edit, Splice, in_join
from t2s_pipeline.preferences.gold_query import GoldQuery, SourceTable, selects, span, type_kind
from t2s_pipeline.preferences.pair_types import EditKind
from t2s_pipeline.schema.catalog import Column, Table
from t2s_pipeline.schema.serialise import quote_identifier
from t2s_pipeline.sql.names import Source

_JOIN_WORDS = frozenset(
    {TokenType.JOIN, TokenType.LEFT, TokenType.INNER, TokenType.OUTER, TokenType.CROSS, TokenType.NATURAL}
)


def wrong_column_edits(query: GoldQuery) -> Iterator[Edit]:
    """For every column outside join conditions: columns of the same kind that another table owns."""
    for node in query.tree.find_all(exp.Column):
        found = query.source_of(node)
        if found is None or in_join(node):
            continue
        source, column = found
        beside = query.tables_beside(node)
        for other in query.source_tables(node.find_ancestor(exp.Select)):
            if other.source is not source:
                for wrong in _same_kind(other.table, column):
                    qualified = node.table or not _unambiguous(query, beside, other.source, wrong)
                    yield _renamed(node, wrong, _as_written(query, other) if qualified else "")
        for table in _linked(query, query.table_of(source)):
            for wrong in _same_kind(table, column):
                if not any(query.table_of(s).column(wrong.name) for s in beside):
                    yield _renamed(node, wrong, node.table and query.sql[_start(node) : node.this.meta["start"] - 1])


def missing_join_edits(query: GoldQuery) -> Iterator[Edit]:
    """For every table that an explicit JOIN adds: the query without it."""
    for select in selects(query):
        tables = query.source_tables(select)
        for found in tables:
            dropped = _join_clause(query, found)
            if dropped is None:
                continue
            start, stop = dropped
            columns = query.columns_of(found.source)
            outside = [node for node in columns if not start <= _start(node) < stop]
            yield Edit.of(EditKind.MISSING_JOIN, start, stop, "")
            for other in tables:
                if outside and other is not found and all(other.table.column(node.name) for node in outside):
                    qualifier = _as_written(query, other)
                    splices = [(_start(node), node.this.meta["start"], f"{qualifier}.") for node in outside]
                    yield Edit(EditKind.MISSING_JOIN, tuple(sorted([*splices, (start, stop, "")])))


def wrong_table_edits(query: GoldQuery) -> Iterator[Edit]:
    """For every table of a FROM: others that have a column of what is read from it, or are linked to it."""
    for select in selects(query):
        tables = query.source_tables(select)
        aliases = {found.source.alias for found in tables}
        for found in tables:
            columns = query.columns_of(found.source)
            linked = {table.name for table in _linked(query, found.table)}
            for table in query.schema.tables:
                shares = any(table.column(node.name) for node in columns)
                if table.name == found.table.name or table.name.lower() in aliases:
                    continue
                if shares or table.name in linked:
                    yield _with_table(query, found, columns, table)


def _with_table(query: GoldQuery, found: SourceTable, columns: list[exp.Column], table: Table) -> Edit:
    """The table's name replaced, and with it the qualifiers of its columns where it has no alias."""
    name = quote_identifier(table.name)
    place = found.node.this.meta
    splices: list[Splice] = [(place["start"], place["end"] + 1, name)]
    if not found.node.alias:
        qualifiers = [node.args["table"].meta for node in columns if node.table]
        splices += [(meta["start"], meta["end"] + 1, name) for meta in qualifiers]
    return Edit(EditKind.WRONG_TABLE, tuple(sorted(splices)))


def _join_clause(query: GoldQuery, found: SourceTable) -> tuple[int, int] | None:
    """The characters of the JOIN that adds a table, with the space before; None where it is no explicit one."""
    if not isinstance(found.node.parent, exp.Join):
        return None
    name = query.token_after(found.node.this.meta["start"] - 1)
    first = name
    while first > 0 and query.tokens[first - 1].token_type in _JOIN_WORDS:
        first -= 1
    if first == name:
        return None
    last = query.clause_end(name, _JOIN_WORDS | {TokenType.COMMA})
    return query.tokens[first - 1].end + 1, query.tokens[last - 1].end + 1


def _linked(query: GoldQuery, table: Table) -> list[Table]:
    """The tables that a foreign key links with this one."""
    name = table.name.lower()
    linked = {key.referenced_table.lower() for key in query.schema.foreign_keys if key.table.lower() == name}
    linked |= {key.table.lower() for key in query.schema.foreign_keys if key.referenced_table.lower() == name}
    return [other for other in query.schema.tables if other.name.lower() in linked - {name}]


def _same_kind(table: Table, column: Column) -> list[Column]:
    return [other for other in table.columns if type_kind(other) == type_kind(column)]


def _unambiguous(query: GoldQuery, beside: list[Source], source: Source, column: Column) -> bool:
    """No other table of the FROM has a column of that name."""
    return all(other is source or not query.table_of(other).column(column.name) for other in beside)


def _renamed(node: exp.Column, column: Column, qualifier: str) -> Edit:
    text = quote_identifier(column.name)
    stop = node.this.meta["end"] + 1
    return Edit.of(EditKind.WRONG_COLUMN, _start(node), stop, f"{qualifier}.{text}" if qualifier else text)


def _as_written(query: GoldQuery, found: SourceTable) -> str:
    """How columns of the table are qualified: its alias, or its name, as the author wrote it."""
    alias = found.node.args.get("alias")
    start, end = span(alias.this if alias else found.node.this)
    return query.sql[start : end + 1]


def _start(node: exp.Column) -> int:
    return span(node)[0]

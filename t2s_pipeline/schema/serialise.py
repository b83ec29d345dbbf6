"""A database's schema as the text that stands in a prompt: the style `compact`, and what all styles share.

The other styles are in `ddl.py` and `mschema.py`; `styles.py` knows them by name. `compact` is the execution-guided
reference's style: one line a table, then one line a foreign key.

    Table singer: singer_id INTEGER primary_key, name TEXT
    Table song: song_id INTEGER primary_key, singer_id INTEGER, "release year" INTEGER
    Foreign key: song.singer_id -> singer.singer_id

Unlike the reference's, names that SQLite would not accept bare (spaces, keywords, odd characters) stand in
double quotes, as they must be written in a query. Which tables to show is retrieval's business.
"""

from __future__ import annotations

import re

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table

MAX_COLUMNS = 80
"""Columns shown a table; the reference's limit."""

_BARE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# SQLite's keywords that cannot stand bare as a table's or column's name everywhere. The other 82 fall back to names
# (https://www.sqlite.org/lang_keywords.html); a test tries every keyword on SQLite itself.
_RESERVED = frozenset(
    """
    add all alter and as autoincrement between case cast check collate commit constraint create
    current_date current_time current_timestamp default deferrable delete distinct drop else escape except
    exists foreign from group having if in index insert intersect into is isnull join limit not nothing
    notnull null on or order primary raise references returning select set table then to transaction union
    unique update using values when where with
    """.split()
)


def quote_identifier(name: str) -> str:
    """`name` as a query must write it: bare where SQLite takes it so, else in double quotes."""
    if _BARE_NAME.fullmatch(name) and name.lower() not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def compact(schema: DatabaseSchema) -> str:
    """One `Table ...` line a table (its first 80 columns), then one `Foreign key: ...` line a key.

    Keys are shown only between tables of `schema`, so the text of a `subset` is closed in itself.
    """
    lines = [_table_line(table) for table in schema.tables]
    for key in schema.foreign_keys:
        if schema.table(key.table) and schema.table(key.referenced_table):
            source = f"{quote_identifier(key.table)}.{quote_identifier(key.column)}"
            target = f"{quote_identifier(key.referenced_table)}.{quote_identifier(key.referenced_column)}"
            lines.append(f"Foreign key: {source} -> {target}")
    return "\n".join(lines)


def shown_columns(table: Table) -> tuple[Column, ...]:
    """The columns of `table` that a prompt shows: its first 80."""
    return table.columns[:MAX_COLUMNS]


def shown_keys(schema: DatabaseSchema, table: Table) -> list[ForeignKey]:
    """The foreign keys of `table` whose two columns `schema` shows."""
    return [
        key
        for key in schema.foreign_keys
        if key.table.lower() == table.name.lower()
        and _shows(schema, key.table, key.column)
        and _shows(schema, key.referenced_table, key.referenced_column)
    ]


def column_type(column: Column) -> str:
    """The declared type on one line; TEXT where none was declared."""
    return " ".join(column.type.split()) or "TEXT"


def _shows(schema: DatabaseSchema, table: str, column: str) -> bool:
    found = schema.table(table)
    return found is not None and column.lower() in (shown.name.lower() for shown in shown_columns(found))


def _table_line(table: Table) -> str:
    columns = ", ".join(_column_text(column) for column in shown_columns(table))
    return f"Table {quote_identifier(table.name)}: {columns}"


def _column_text(column: Column) -> str:
    return f"{quote_identifier(column.name)} {column_type(column)}" + (" primary_key" if column.primary_key else "")

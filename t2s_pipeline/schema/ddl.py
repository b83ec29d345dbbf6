"""The `ddl` style of schema text: CREATE TABLE statements with types, primary and foreign keys.

    CREATE TABLE singer (
      singer_id INTEGER PRIMARY KEY,
      name TEXT
    );
    CREATE TABLE song (
      song_id INTEGER PRIMARY KEY,
      singer_id INTEGER,
      FOREIGN KEY (singer_id) REFERENCES singer (singer_id)
    );

SQLite takes the text as it stands, and its catalogue is then that of the tables shown. Written from the catalogue, not
copied from the database: constraints that it does not hold (NOT NULL, UNIQUE, defaults) and comments are not shown, the
columns of a composite primary key stand in the table's order, and a composite foreign key is one a column.
"""

from __future__ import annotations

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table
from t2s_pipeline.schema.serialise import column_type, quote_identifier, shown_columns, shown_keys


def ddl(schema: DatabaseSchema) -> str:
    """One CREATE TABLE a table (its first 80 columns), each with the keys to other tables of `schema`."""
    return "\n".join(_statement(schema, table) for table in schema.tables)


def _statement(schema: DatabaseSchema, table: Table) -> str:
    columns = shown_columns(table)
    primary = [column for column in columns if column.primary_key]
    lines = [_column_line(column, alone=len(primary) == 1) for column in columns]
    if len(primary) > 1:
        lines.append(f"PRIMARY KEY ({', '.join(quote_identifier(column.name) for column in primary)})")
    for key in shown_keys(schema, table):
        target = f"{quote_identifier(key.referenced_table)} ({quote_identifier(key.referenced_column)})"
        lines.append(f"FOREIGN KEY ({quote_identifier(key.column)}) REFERENCES {target}")
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {quote_identifier(table.name)} (\n  {body}\n);"


def _column_line(column: Column, alone: bool) -> str:
    key = " PRIMARY KEY" if column.primary_key and alone else ""
    return f"{quote_identifier(column.name)} {column_type(column)}{key}"

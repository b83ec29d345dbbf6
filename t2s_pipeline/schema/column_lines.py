"""The `columns` style of schema text: a line a column, which begins with its qualified name.

    singer.singer_id: INTEGER, primary key, values: 1, 2, 3
    singer.country: TEXT, where the singer was born, values: 'France', 'Netherlands', 'United States'
    song.song_id: INTEGER, primary key, values: 1, 2, 3
    song.singer_id: INTEGER, references singer.singer_id, values: 2, 1

What is known of FINER-SQL's prompts, whose builder is not published, points to such lines: its quality gate looks for a
`table.column:`. Values are SQL literals (`column_values.py` chooses them), and names that need quotes have them.
"""

from __future__ import annotations

from collections.abc import Mapping

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table
from t2s_pipeline.schema.mschema import ColumnKey
from t2s_pipeline.schema.serialise import column_type, quote_identifier, shown_columns, shown_keys


def column_lines(schema: DatabaseSchema, examples: Mapping[ColumnKey, tuple[str, ...]]) -> str:
    """The tables of `schema` (their first 80 columns), with `examples` (SQL literals) for columns that have some."""
    return "\n".join(
        _line(schema, table, column, examples) for table in schema.tables for column in shown_columns(table)
    )


def _line(schema: DatabaseSchema, table: Table, column: Column, examples: Mapping[ColumnKey, tuple[str, ...]]) -> str:
    parts = [f"{_qualified(table.name, column.name)}: {column_type(column)}"]
    if column.description:
        parts.append(column.description)
    if column.primary_key:
        parts.append("primary key")
    for key in shown_keys(schema, table):
        if key.column.lower() == column.name.lower():
            parts.append(f"references {_qualified(key.referenced_table, key.referenced_column)}")
    values = examples.get((table.name, column.name))
    if values:
        parts.append(f"values: {', '.join(values)}")
    return ", ".join(parts)


def _qualified(table: str, column: str) -> str:
    return f"{quote_identifier(table)}.{quote_identifier(column)}"

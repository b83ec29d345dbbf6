"""The `mschema` style of schema text: a line a column, with type, keys and example values.

    【DB_ID】 concert_singer
    【Schema】
    # Table: singer
    [
    (singer_id:INTEGER, Primary Key, Examples: [1, 2, 3]),
    (country:TEXT, where the singer was born, Examples: ['France', 'Netherlands', 'United States'])
    ]
    # Table: song
    [
    (song_id:INTEGER, Primary Key, Examples: [1, 2, 3]),
    (singer_id:INTEGER, Maps to singer(singer_id), Examples: [2, 1])
    ]

After M-Schema (arXiv 2411.08599, github.com/XGenerationLab/M-Schema), with three differences: a foreign key stands at
its column and not in a list at the end, examples are SQL literals, and names that need quotes have them. Which values
stand there is `column_values.py`'s business. What a column means stands there where the data set says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table
from t2s_pipeline.schema.serialise import column_type, quote_identifier, shown_columns, shown_keys

ColumnKey = tuple[str, str]
"""Table and column, as the catalogue spells them."""


def mschema(schema: DatabaseSchema, examples: Mapping[ColumnKey, tuple[str, ...]]) -> str:
    """The tables of `schema` (their first 80 columns), with `examples` (SQL literals) for columns that have some."""
    lines = [f"【DB_ID】 {schema.database_id.rpartition('/')[2]}", "【Schema】"]
    for table in schema.tables:
        lines += [f"# Table: {quote_identifier(table.name)}", "["]
        columns = shown_columns(table)
        lines.append(",\n".join(_column_line(schema, table, column, examples) for column in columns))
        lines.append("]")
    return "\n".join(lines)


def _column_line(
    schema: DatabaseSchema, table: Table, column: Column, examples: Mapping[ColumnKey, tuple[str, ...]]
) -> str:
    parts = [f"{quote_identifier(column.name)}:{column_type(column)}"]
    if column.description:
        parts.append(column.description)
    if column.primary_key:
        parts.append("Primary Key")
    for key in shown_keys(schema, table):
        if key.column.lower() == column.name.lower():
            target = f"{quote_identifier(key.referenced_table)}({quote_identifier(key.referenced_column)})"
            parts.append(f"Maps to {target}")
    values = examples.get((table.name, column.name))
    if values:
        parts.append(f"Examples: [{', '.join(values)}]")
    return f"({', '.join(parts)})"

"""The styles of schema text by name.

    schema_text(SchemaStyle.MSCHEMA, schema.subset(tables), examples)

A style is part of what a prompt is: an adapter is asked in the style that it was trained in.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from t2s_pipeline.schema.catalog import DatabaseSchema
from t2s_pipeline.schema.column_lines import column_lines
from t2s_pipeline.schema.ddl import ddl
from t2s_pipeline.schema.mschema import ColumnKey, mschema
from t2s_pipeline.schema.serialise import compact


class SchemaStyle(StrEnum):
    """How a schema is written: a line a table, CREATE TABLE, or a line a column with example values, in M-Schema's way
    or behind its qualified name."""

    COMPACT = "compact"
    DDL = "ddl"
    MSCHEMA = "mschema"
    COLUMNS = "columns"


WITH_EXAMPLES = frozenset({SchemaStyle.MSCHEMA, SchemaStyle.COLUMNS})
"""The styles that show values of columns, for which databases are read."""


def schema_text(style: SchemaStyle | str, schema: DatabaseSchema, examples: Mapping[ColumnKey, tuple[str, ...]]) -> str:
    """`schema` in that style. `examples` (SQL literals by table and column) are read for the styles
    WITH_EXAMPLES alone."""
    match SchemaStyle(style):
        case SchemaStyle.COMPACT:
            return compact(schema)
        case SchemaStyle.DDL:
            return ddl(schema)
        case SchemaStyle.MSCHEMA:
            return mschema(schema, examples)
        case SchemaStyle.COLUMNS:
            return column_lines(schema, examples)

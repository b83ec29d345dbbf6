"""The styles of schema text by name.

    schema_text(SchemaStyle.MSCHEMA, schema.subset(tables), examples)

A style is part of what a prompt is: an adapter is asked in the style that it was trained in.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from t2s_pipeline.schema.catalog import DatabaseSchema
from t2s_pipeline.schema.ddl import ddl
from t2s_pipeline.schema.mschema import ColumnKey, mschema
from t2s_pipeline.schema.serialise import compact


class SchemaStyle(StrEnum):
    """How a schema is written: a line a table, CREATE TABLE, or a line a column with example values."""

    COMPACT = "compact"
    DDL = "ddl"
    MSCHEMA = "mschema"


def schema_text(style: SchemaStyle | str, schema: DatabaseSchema, examples: Mapping[ColumnKey, tuple[str, ...]]) -> str:
    """`schema` in that style. `examples` (SQL literals by table and column) are read for `mschema` alone."""
    match SchemaStyle(style):
        case SchemaStyle.COMPACT:
            return compact(schema)
        case SchemaStyle.DDL:
            return ddl(schema)
        case SchemaStyle.MSCHEMA:
            return mschema(schema, examples)

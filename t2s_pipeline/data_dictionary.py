"""The data dictionary, `docs/data_dictionary.md`, from the tables' own schemas and the macros' own files.

python -m t2s_pipeline.data_dictionary > docs/data_dictionary.md
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.macros import Macro, all_macros
from t2s_pipeline.tables import TableSchema, registry
from t2s_pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    import duckdb

_HEAD = """# Data dictionary

Every table and macro of the warehouse, made from the schemas in `t2s_pipeline/table_definitions/` and the SQL in
`t2s_pipeline/macros/`; do not edit by hand:

    python -m t2s_pipeline.data_dictionary > docs/data_dictionary.md

Output tables are `data/tables/<table>/<experiment>/<partition>.parquet`, stores are
`data/stores/<table>/part-*.parquet`, and both are views of
`data/warehouse.duckdb`. A column marked volatile (a time, a path) is not part of the content's
identity. There, tables, columns and macros have the same descriptions as comments; see
[the warehouse in SQL](sql.md). The macros are at the end.
"""

_MACROS = """## Macros

Functions of the warehouse's own, in `data/warehouse.duckdb` as in every report. Of those with `:=` the argument has
that value where it is not given.
"""


def dictionary_text() -> str:
    """The whole dictionary as Markdown."""
    sections = [_section(table) for table in registry().values()]
    with tempfile.TemporaryDirectory() as folder, Warehouse(Path(folder)).connect() as connection:
        macros = [_macro_lines(macro, connection) for macro in all_macros()]
    return "\n".join([_HEAD, *sections, _MACROS, *macros])


def _section(table: TableSchema) -> str:
    lines = [
        f"## {table.name}",
        "",
        f"{table.description} ({table.kind}, version {table.version})",
        "",
        "| column | type | | meaning |",
        "|---|---|---|---|",
    ]
    for column in table.columns:
        marks = [("key", column.key), ("null", column.nullable and not column.key), ("volatile", column.volatile)]
        shown = ", ".join(mark for mark, applies in marks if applies)
        lines.append(f"| {column.name} | {column.type} | {shown} | {column.description} |")
    return "\n".join([*lines, ""])


def _macro_lines(macro: Macro, connection: duckdb.DuckDBPyConnection) -> str:
    """A macro with its arguments and meaning; one that makes rows with their columns, from an empty warehouse."""
    lines = [f"### {macro.name}", "", f"`{macro.call}`", "", macro.description]
    if macro.kind == "table":
        given = ", ".join("1" if argument == "of_k" else "''" for argument in macro.arguments if ":=" not in argument)
        columns = connection.sql(f"FROM {macro.name}({given})").columns
        lines += ["", "Columns: " + ", ".join(f"`{column}`" for column in columns) + "."]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(dictionary_text(), end="")

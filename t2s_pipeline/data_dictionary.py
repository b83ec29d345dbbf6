"""The data dictionary, `docs/data_dictionary.md`, from the tables' own schemas.

python -m t2s_pipeline.data_dictionary > docs/data_dictionary.md
"""

from __future__ import annotations

from t2s_pipeline.tables import TableSchema, registry

_HEAD = """# Data dictionary

Every table of the warehouse, made from the schemas in `t2s_pipeline/table_definitions/`; do not edit by hand:

    python -m t2s_pipeline.data_dictionary > docs/data_dictionary.md

Output tables are `data/tables/<table>/<experiment>/<partition>.parquet`, stores are
`data/stores/<table>/part-*.parquet`, and both are views of
`data/warehouse.duckdb`. A column marked volatile (a time, a path) is not part of the content's
identity.
"""


def dictionary_text() -> str:
    """The whole dictionary as Markdown."""
    return "\n".join([_HEAD, *(_section(table) for table in registry().values())])


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


if __name__ == "__main__":
    print(dictionary_text(), end="")

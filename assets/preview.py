"""The preview of a table on Dagster's page: its first rows as Markdown, by the columns that tell them apart.

    metadata["preview"] = MetadataValue.md(preview(first_rows, total_rows))

Given are the first rows of a table (LOOKED_AT of them are enough), and how many it has. Left out are columns that are
the same in each of these, texts that are those of a column before, digests, and JSON; a table of one row is shown from
top to bottom. Text is shown as code, whatever a model wrote into it, cut, in one line.
Not covered: the whole table, which is in the warehouse (`t2s sql`).
"""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from t2s_pipeline.reports.blocks import code_span

LOOKED_AT = 1_000
_ROWS, _COLUMNS, _WIDTH = 8, 8, 48
_UNREADABLE = re.compile(r'[0-9a-f]{32,64}$|\{"|\[\{|\[\]$|\{\}$')
_UNBROKEN = "\u00a0"
"""Instead of spaces within a cell: the page gives many columns little room, and would break a text after each word."""


def preview(table: pa.Table, rows: int) -> str:
    """The first rows of `table`, which begins a table of so many, in Markdown; a sentence where it has none."""
    if not table.num_rows:
        return "No rows."
    if table.num_rows == 1:
        (row,) = table.to_pylist()
        lines = [(name, value) for name, value in row.items() if name != "experiment" and value not in (None, [])]
        return _markdown(["column", "value"], [[name, _cell(value)] for name, value in lines])
    names: list[str] = []
    for name in table.column_names:
        if name != "experiment" and _tells(table[name]) and not _repeats(table, name, names):
            names.append(name)
    names = names[:_COLUMNS]
    first = table.select(names).slice(0, _ROWS).to_pylist()
    shown = _markdown(names, [[_cell(row[name]) for name in names] for row in first])
    return shown if rows <= _ROWS else f"{shown}\n\nThe first {_ROWS} of {rows:,} rows."


def _tells(column: pa.ChunkedArray) -> bool:
    """Whether a reader can tell rows apart by this column."""
    if types.is_nested(column.type):
        return types.is_list(column.type) and types.is_string(column.type.value_type)
    if pc.count_distinct(column, mode="all").as_py() < 2:
        return False
    texts = column.slice(0, _ROWS).drop_null().to_pylist() if types.is_string(column.type) else []
    return not texts or not all(_UNREADABLE.match(text) for text in texts)


def _repeats(table: pa.Table, name: str, before: list[str]) -> bool:
    return types.is_string(table[name].type) and any(table[name].equals(table[other]) for other in before)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    text = " ".join(", ".join(value).split() if isinstance(value, list) else str(value).split())
    shown = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
    return (code_span(shown) if isinstance(value, str | list) else shown).replace(" ", _UNBROKEN)


def _markdown(names: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])

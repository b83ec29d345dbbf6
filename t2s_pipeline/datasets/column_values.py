"""Distinct values of every column of a database, read through the sandbox.

    read = read_column_values(schemas, paths, config.sandbox)
    read.values["spider/concert_singer"].examples("Which singers are from France?")

Each database is read once, a query a column, in the sandbox's workers: no table is read beyond its first 100,000 rows,
and of each column the first thousand distinct values are kept. Left out are NULL, blobs, the empty text, text of more
than 50 characters, text with a control character (a line break would break the prompt's lines) or with `<|` (a chat
template's own marks, such as `<|im_end|>`, would end the message) and, where the sandbox had to decode leniently, text
that may have lost bytes. Of one file by one SQLite the values are always the same.

A column whose query fails (one of a virtual table, say) has no values, and is named in `unreadable`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.sandbox.execute import Execution, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.pool import Pool
from t2s_pipeline.sandbox.tasks import EXECUTE_TASK, unpacked_execution
from t2s_pipeline.schema.catalog import DatabaseSchema
from t2s_pipeline.schema.column_values import DatabaseValues, Value
from t2s_pipeline.schema.serialise import quote_identifier

ROWS_READ = 100_000
VALUES_KEPT = 1_000
MAX_CHARACTERS = 50
COLUMNS_AT_ONCE = 200

_VALUES_SQL = (
    "SELECT DISTINCT {column} FROM (SELECT {column} FROM {table} LIMIT {rows}) "
    "WHERE typeof({column}) IN ('integer', 'real', 'text') AND length({column}) BETWEEN 1 AND {characters} LIMIT {kept}"
)


@dataclass(frozen=True)
class ReadValues:
    """Values by database_id; `unreadable` names columns that could not be read, as (database_id, table, column)."""

    values: dict[str, DatabaseValues]
    unreadable: list[tuple[str, str, str]]


def read_column_values(
    schemas: Mapping[str, DatabaseSchema],
    paths: Mapping[str, Path],
    limits: SandboxConfig,
    progress: Callable[[int, int, str], None] | None = None,
) -> ReadValues:
    """The values of each database of `schemas`. Raises DatabaseFileError where a file is no usable database."""
    asked = [
        (database_id, (table.name, column.name))
        for database_id, schema in schemas.items()
        for table in schema.tables
        for column in table.columns
    ]
    found: dict[str, dict[tuple[str, str], list[Value]]] = {database_id: {} for database_id in schemas}
    unreadable = []
    policy = SandboxPolicy(timeout_seconds=limits.timeout_seconds, memory_mb=limits.memory_mb)
    with Pool(EXECUTE_TASK, policy, limits.workers or None) as pool:
        for start in range(0, len(asked), COLUMNS_AT_ONCE):
            batch = asked[start : start + COLUMNS_AT_ONCE]
            items = [(str(paths[database_id]), _query(*column)) for database_id, column in batch]
            outcomes = pool.run(items, [path for path, _ in items])
            for (database_id, column), outcome in zip(batch, outcomes, strict=True):
                execution = unpacked_execution(outcome, policy)
                found[database_id][column] = _usable(execution)
                if execution.status is not Status.OK:
                    unreadable.append((database_id, *column))
            if progress:
                progress(min(start + COLUMNS_AT_ONCE, len(asked)), len(asked), "columns read for example values")
    return ReadValues({database_id: DatabaseValues(values) for database_id, values in found.items()}, unreadable)


def _query(table: str, column: str) -> str:
    names = {"table": quote_identifier(table), "column": quote_identifier(column)}
    return _VALUES_SQL.format(**names, rows=ROWS_READ, characters=MAX_CHARACTERS, kept=VALUES_KEPT)


def _usable(execution: Execution) -> list[Value]:
    """The values that a prompt can show; a failed execution has no rows."""
    return [value for (value,) in execution.rows if _fits(value, execution.undecodable_text)]


def _fits(value: Value, lenient: bool) -> bool:
    if isinstance(value, str):
        readable = value.isprintable() and bool(value.strip()) and (value.isascii() or not lenient)
        return readable and "<|" not in value
    return not isinstance(value, float) or math.isfinite(value)

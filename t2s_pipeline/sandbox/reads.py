"""What a query really reads: the tables and columns that SQLite itself asks leave for while it compiles the query.

    reads = runner.reads(path, "SELECT T1.name FROM Singer AS T1 JOIN concert ON 1")
    reads.tables, reads.columns   # ("concert", "singer"), (("singer", "Name"),)

Nothing is run. Names are the schema's own, whatever the query calls them. Views are expanded: the tables and
columns beneath them are listed, the views are not. Columns are those whose value the query needs anywhere (also in
ON, WHERE, GROUP BY, ORDER BY); a table none of whose columns is needed (`SELECT count(*) FROM t`) is listed as a
table alone. A rowid that is no declared column is the column `ROWID`.

Not covered: which index serves a read; what a full-text table keeps elsewhere is listed by the names it has there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apsw

from t2s_pipeline.sandbox.authorizer import Authorizer

_SCHEMA_SQL = "SELECT name, type, tbl_name, rootpage FROM sqlite_schema WHERE type IN ('table', 'index', 'view')"


@dataclass(frozen=True)
class QueryReads:
    """`tables`: sorted names in `main`; `columns`: sorted (table, column) pairs of those tables."""

    tables: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


class ReadRecorder(Authorizer):
    """The connection's authorizer, which also remembers what was asked for since the last `reset`.

    `columns` are SQLite's own names; `without_columns` are names as written, which may also be those of common
    table expressions.
    """

    def __init__(self, tables: Iterable[str]) -> None:
        self.columns: set[tuple[str, str]] = set()
        self.without_columns: set[str] = set()
        super().__init__(tables)

    def reset(self) -> None:
        super().reset()
        self.columns.clear()
        self.without_columns.clear()

    def __call__(
        self, action: int, first: str | None, second: str | None, database: str | None, inner: str | None
    ) -> int:
        if action == apsw.SQLITE_READ and first:
            if second:
                self.columns.add((first, second))
            else:
                self.without_columns.add(first.lower())
        return super().__call__(action, first, second, database, inner)


class Schema:
    """The names in `main`: `tables` and views; `real` has the tables' own names by the lower-case ones, without
    the views; `table_of_page` says whose table or index begins on a page of the file."""

    def __init__(self, db: apsw.Connection) -> None:
        entries = _untraced(db, _SCHEMA_SQL)
        self.tables = [name for name, kind, _, _ in entries if kind != "index"]
        self.real = {name.lower(): name for name, kind, _, _ in entries if kind == "table"}
        self.table_of_page = {page: table.lower() for _, _, table, page in entries if page}
        self.virtual = {name.lower() for name, kind, _, page in entries if kind == "table" and not page}


def query_reads(db: apsw.Connection, recorder: ReadRecorder, schema: Schema, statement: str) -> QueryReads:
    """What was recorded while `statement` was compiled, in the schema's names."""
    real = schema.real
    columns = {(real[table.lower()], column) for table, column in recorder.columns if table.lower() in real}
    names = {table.lower() for table, _ in columns}
    in_doubt = {name for name in recorder.without_columns if name in real} - names
    if in_doubt and "with" in statement.lower():
        in_doubt &= _opened(db, schema, statement) | schema.virtual
    return QueryReads(tuple(sorted(real[name] for name in names | in_doubt)), tuple(sorted(columns)))


def _opened(db: apsw.Connection, schema: Schema, statement: str) -> set[str]:
    """The tables that the compiled program opens: `WITH t AS (...) SELECT count(*) FROM t` opens no table t."""
    pages = {row[3] for row in _untraced(db, "EXPLAIN " + statement) if row[1] == "OpenRead"}
    return {table for page, table in schema.table_of_page.items() if page in pages}


def _untraced(db: apsw.Connection, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a text of ours, past the trace that looks at everybody else's."""
    trace, db.exec_trace = db.exec_trace, None
    try:
        return list(db.execute(sql))
    finally:
        db.exec_trace = trace

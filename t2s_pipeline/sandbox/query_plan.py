"""What SQLite would do to answer a query, and the tables, columns and keys that it can use for that.

    runner.plan(path, "SELECT name FROM singer WHERE age > 30")      # ("SCAN singer",)
    runner.described(path)      # (DescribedTable("singer", ("id", "name", "age"), ("id",)),)

`plan` compiles and runs EXPLAIN QUERY PLAN under the connection's authorizer and limits: nothing of the query itself
runs. `described` is our own look into the schema, past the authorizer.

Not covered: how many rows a step reads; SQLite's plan does not say.
"""

from __future__ import annotations

from dataclasses import dataclass

import apsw

from t2s_pipeline.sandbox.statement_text import is_nothing

_EXPLAIN = "EXPLAIN QUERY PLAN "
_DETAIL = 3  # its place in a row of EXPLAIN QUERY PLAN
_TABLES_SQL = r"""
    SELECT name FROM sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
"""
_COLUMNS_SQL = "SELECT name, type, pk FROM pragma_table_xinfo(?)"
_INDEXED_SQL = """
    SELECT DISTINCT i.name
    FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i
    WHERE i.seqno = 0 AND l.partial = 0 AND i.name IS NOT NULL
"""


@dataclass(frozen=True)
class DescribedTable:
    """A table or view. `keys`: the columns by which SQLite finds rows without reading all: the row id under its own
    name, and the first column of each index that is not partial."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]


def plan_lines(db: apsw.Connection, sql: str) -> tuple[str, ...] | None:
    """The plan's lines, in order, as SQLite words them; None where `sql` does not compile or is no single query."""
    trace, db.exec_trace = db.exec_trace, _only_one_plan
    try:
        return tuple(row[_DETAIL] for row in db.execute(_EXPLAIN + sql))
    except (apsw.Error, UnicodeError):
        return None
    finally:
        db.exec_trace = trace


def described_tables(db: apsw.Connection) -> tuple[DescribedTable, ...]:
    """Every table and view of `main`, in the schema's order."""
    authorizer, trace = db.authorizer, db.exec_trace
    db.authorizer = db.exec_trace = None
    try:
        return tuple(_described(db, row[0]) for row in list(db.execute(_TABLES_SQL)))
    finally:
        db.authorizer, db.exec_trace = authorizer, trace


def _described(db: apsw.Connection, table: str) -> DescribedTable:
    columns = list(db.execute(_COLUMNS_SQL, (table,)))
    keys = dict.fromkeys(row[0] for row in db.execute(_INDEXED_SQL, (table,)))
    primary = [name for name, declared, place in columns if place]
    if len(primary) == 1 and any(name == primary[0] and (kind or "").upper() == "INTEGER" for name, kind, _ in columns):
        keys[primary[0]] = None  # another name of the row id: no index of its own
    return DescribedTable(table, tuple(row[0] for row in columns), tuple(keys))


def _only_one_plan(cursor: apsw.Cursor, statement: str, bindings: object) -> bool:
    """Whether a statement may run: EXPLAIN QUERY PLAN alone. A query after a semicolon is none, and stops it all."""
    return cursor.is_explain == 2 or is_nothing(statement)

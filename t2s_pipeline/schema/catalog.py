"""The catalogue of one SQLite database: tables, columns, keys, and a fingerprint of the file.

Names are kept as the database spells them; types as declared, upper-cased, "TEXT" where none was declared
(the execution-guided reference's rule). Tables are in name order. Generated columns are columns, and virtual tables are
tables. Left out are `sqlite_*` tables, views, the hidden columns of virtual tables, and the shadow tables that those of
FTS5 or the R-tree keep their data in.

Read by the SQLite that the sandbox runs queries in, so that both know the same modules. Reading rows is the sandbox's
business, not this module's.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import apsw

# Text comes as bytes: a name may be no UTF-8.
_TABLES_SQL = """
    SELECT CAST(name AS BLOB) FROM sqlite_schema
    WHERE type = 'table' AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
    ORDER BY name
"""
_HIDDEN = 1
"""What `hidden` is of a virtual table's hidden column; of a generated one it is 2 or 3."""
_COLUMNS_SQL = """
    SELECT CAST(name AS BLOB), CAST(type AS BLOB), pk FROM pragma_table_xinfo(?) WHERE hidden <> ? ORDER BY cid
"""
_FOREIGN_KEYS_SQL = """
    SELECT CAST("from" AS BLOB), CAST("table" AS BLOB), CAST("to" AS BLOB), seq FROM pragma_foreign_key_list(?)
    ORDER BY id, seq
"""
_PRIMARY_KEY_SQL = "SELECT CAST(name AS BLOB) FROM pragma_table_xinfo(?) WHERE pk = ?"


@dataclass(frozen=True)
class Column:
    """`description` is what the data set says of it, which no SQLite file does; "" where it says nothing."""

    name: str
    type: str
    primary_key: bool = False
    description: str = ""


@dataclass(frozen=True)
class ForeignKey:
    """`table.column` refers to `referenced_table.referenced_column`."""

    table: str
    column: str
    referenced_table: str
    referenced_column: str


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of that name, compared as SQLite does (without case), or None."""
        return next((c for c in self.columns if c.name.lower() == name.lower()), None)


@dataclass(frozen=True)
class DatabaseSchema:
    """`database_id` is `<dataset>/<db_id>`; `fingerprint` is the sha256 of the file."""

    database_id: str
    tables: tuple[Table, ...]
    foreign_keys: tuple[ForeignKey, ...]
    fingerprint: str = ""

    def table(self, name: str) -> Table | None:
        """The table of that name, compared as SQLite does (without case), or None."""
        return next((t for t in self.tables if t.name.lower() == name.lower()), None)

    def subset(self, names: tuple[str, ...]) -> DatabaseSchema:
        """The same database with only the named tables, and the foreign keys between them."""
        wanted = {n.lower() for n in names}
        return DatabaseSchema(
            self.database_id,
            tuple(t for t in self.tables if t.name.lower() in wanted),
            tuple(k for k in self.foreign_keys if k.table.lower() in wanted and k.referenced_table.lower() in wanted),
            self.fingerprint,
        )


def described(schema: DatabaseSchema, descriptions: Mapping[tuple[str, str], str]) -> DatabaseSchema:
    """`schema` with descriptions of its columns, by table and column in lower case; others are left out."""
    tables = (
        replace(
            table,
            columns=tuple(
                replace(c, description=descriptions.get((table.name.lower(), c.name.lower()), ""))
                for c in table.columns
            ),
        )
        for table in schema.tables
    )
    return replace(schema, tables=tuple(tables)) if descriptions else schema


def file_fingerprint(path: Path) -> str:
    """sha256 of the file's bytes, in hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_schema(path: Path, database_id: str) -> DatabaseSchema:
    """Read the catalogue of the SQLite file at `path`, read-only.

    Raises FileNotFoundError where there is no such file, and sqlite3.DatabaseError, naming the file,
    where it is not a database.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such database file (database {database_id})")
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    try:
        connection = apsw.Connection(f"{path.resolve().as_uri()}?mode=ro&immutable=1", flags=flags)
        with closing(connection):
            names = [name for (name,) in _texts(connection, _TABLES_SQL) if not name.startswith("sqlite_")]
            tables = tuple(Table(name, _read_columns(connection, name)) for name in names)
            keys = tuple(key for name in names for key in _read_foreign_keys(connection, name, tables))
    except apsw.Error as error:
        raise sqlite3.DatabaseError(f"{path}: {error}; is it a SQLite database?") from error
    return DatabaseSchema(database_id, tables, keys, file_fingerprint(path))


def _texts(connection: apsw.Connection, sql: str, bindings: tuple[str | int, ...] = ()) -> list[tuple]:
    """The rows of a query, bytes read as UTF-8 as far as they are."""
    return [
        tuple(value.decode("utf-8", errors="replace") if isinstance(value, bytes) else value for value in row)
        for row in connection.execute(sql, bindings)
    ]


def _read_columns(connection: apsw.Connection, table: str) -> tuple[Column, ...]:
    rows = _texts(connection, _COLUMNS_SQL, (table, _HIDDEN))
    return tuple(Column(name, (kind or "TEXT").upper(), pk > 0) for name, kind, pk in rows)


def _read_foreign_keys(connection: apsw.Connection, table: str, tables: tuple[Table, ...]) -> list[ForeignKey]:
    """Foreign keys of `table`, each once; one that states no target column means the target's primary key.

    A key to a table or column that does not exist is left out: SQLite accepts its declaration, a query could
    not use it.
    """
    keys: dict[ForeignKey, None] = {}
    for column, target_name, target_column_name, place in _texts(connection, _FOREIGN_KEYS_SQL, (table,)):
        target = next((t for t in tables if t.name.lower() == target_name.lower()), None)
        if target is None:
            continue
        if target_column_name is None:
            primary = _texts(connection, _PRIMARY_KEY_SQL, (target.name, place + 1))
            target_column_name = primary[0][0] if primary else ""
        target_column = target.column(target_column_name)
        if target_column is not None:
            keys[ForeignKey(table, column, target.name, target_column.name)] = None
    return list(keys)

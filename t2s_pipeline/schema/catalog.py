"""The catalogue of one SQLite database: tables, columns, keys, and a fingerprint of the file.

Names are kept as the database spells them; types as declared, upper-cased, "TEXT" where none was declared
(the execution-guided reference's rule). Tables are in name order, `sqlite_*` tables are left out, and so are
views and the hidden columns of virtual tables.
Reading rows is the sandbox's business, not this module's.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path


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
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    try:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not row[0].startswith("sqlite_")
        ]
        tables = tuple(Table(name, _read_columns(connection, name)) for name in names)
        keys = tuple(key for name in names for key in _read_foreign_keys(connection, name, tables))
    except sqlite3.DatabaseError as error:
        raise sqlite3.DatabaseError(f"{path}: {error}; is it a SQLite database?") from error
    finally:
        connection.close()
    return DatabaseSchema(database_id, tables, keys, file_fingerprint(path))


def _read_columns(connection: sqlite3.Connection, table: str) -> tuple[Column, ...]:
    rows = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,))
    return tuple(Column(name, (kind or "TEXT").upper(), pk > 0) for name, kind, pk in rows)


def _read_foreign_keys(connection: sqlite3.Connection, table: str, tables: tuple[Table, ...]) -> list[ForeignKey]:
    """Foreign keys of `table`, each once; one that states no target column means the target's primary key.

    A key to a table or column that does not exist is left out: SQLite accepts its declaration, a query could
    not use it.
    """
    keys: dict[ForeignKey, None] = {}
    rows = connection.execute(
        'SELECT "from", "table", "to", seq FROM pragma_foreign_key_list(?) ORDER BY id, seq', (table,)
    )
    for column, target_name, target_column_name, place in rows.fetchall():
        target = next((t for t in tables if t.name.lower() == target_name.lower()), None)
        if target is None:
            continue
        if target_column_name is None:
            primary = connection.execute(
                "SELECT name FROM pragma_table_info(?) WHERE pk = ?", (target.name, place + 1)
            ).fetchone()
            target_column_name = primary[0] if primary else ""
        target_column = target.column(target_column_name)
        if target_column is not None:
            keys[ForeignKey(table, column, target.name, target_column.name)] = None
    return list(keys)

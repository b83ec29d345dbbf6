"""The DuckDB catalogue: `warehouse.duckdb`, a view for each table over the live objects and the stores' parts, with the
description of each table and column as its comment, and the macros of `macros/`.

    duckdb data/warehouse.duckdb "SELECT arm, value FROM evaluations WHERE metric = 'executable_rate'"
    duckdb data/warehouse.duckdb "FROM flips('demo', 'base', 'base_repair')"

Built beside the old one and renamed over it, so that a reader always opens a whole catalogue. Views hold absolute
paths and so work from any folder; after the data folder has moved, `t2s catalog` writes it again. A store's view
reads its parts by pattern and keeps one row a key, the newest. A catalogue that other code made (with other tables,
descriptions or macros) is made again: macro `catalog_version()` says which code it was.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import uuid
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.files import STORE_PARTS, TEMPORARY, WriteError, store_folder, store_parts
from t2s_pipeline.macros import all_macros
from t2s_pipeline.tables import TableSchema, registry
from t2s_pipeline.warehouse import CATALOG, TableRef, Warehouse, WarehouseError

if TYPE_CHECKING:
    import duckdb

_LOG = logging.getLogger("t2s")

_MADE_BY = "catalog_version"
_NOTES = 2
"""Version of the tables in schema `made`."""
_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.list_(pa.string()): "VARCHAR[]",
    pa.list_(pa.float32()): "FLOAT[]",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
}


def catalog_published(warehouse: Warehouse) -> None:
    """Bring the catalogue up to what was just published; call it under `warehouse.lock()`.

    On a shared storage it is left to whoever reads it next, on whatever machine: it needs all that is live brought
    there, and a machine that makes one shard of many may have no use for that.
    """
    if not warehouse.storage.shared:
        rebuild_catalog(warehouse)


def rebuild_catalog(warehouse: Warehouse, *, afresh: bool = False) -> Path:
    """Write this machine's catalogue from what is live; call it under `warehouse.lock()`. Returns its path.

    What this code made before is copied, and only the views are made again whose files have changed; `afresh` looks at
    every file, and so leaves out parts of stores that were damaged since.
    """
    import duckdb

    target = warehouse.data / CATALOG
    temporary = warehouse.data / f"{TEMPORARY}{uuid.uuid4().hex}.duckdb"
    warehouse.drop_leftovers()
    state = warehouse.storage.stamp()  # of before what is read, so that nothing newer counts as read
    try:
        copy = None if afresh else _open_copy(target, temporary)
        made_before = copy is not None
        with copy or duckdb.connect(str(temporary)) as connection:
            connection.execute("BEGIN")  # each statement by itself is written to disk: a second instead of a twentieth
            if not made_before:
                _create_notes(connection)
            made = dict(connection.execute("SELECT view, statement FROM made.views").fetchall())
            live = _live_files(warehouse, connection)
            for schema in registry().values():
                statement = _view(warehouse, schema, live.get(schema.name, []), made.get(schema.name))
                if made.get(schema.name) != statement:
                    connection.execute(statement)
                    _comment(connection, schema)
                    connection.execute("INSERT OR REPLACE INTO made.views VALUES (?, ?)", [schema.name, statement])
            connection.execute("UPDATE made.catalog SET state = ?", [state])
            if not made_before:
                _create_macros(connection)
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT")  # closing does it too, but does not say when the disk is full
        if _made_of(temporary) != state:
            raise WarehouseError(f"{target}: could not be written; is the disk full? Make room and run again")
        os.replace(temporary, target)
    except (OSError, duckdb.IOException, duckdb.TransactionException, duckdb.FatalException) as error:
        raise WriteError(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)
        temporary.with_name(f"{temporary.name}.wal").unlink(missing_ok=True)
    return target


def ensure_catalog(warehouse: Warehouse) -> None:
    """Make the catalogue again where it is absent, damaged, or not of what is live now (a run died in between, or
    another machine has published)."""
    if _made_of(warehouse.data / CATALOG) != warehouse.storage.stamp():
        with warehouse.storage.machine_lock():
            rebuild_catalog(warehouse)


def _made_of(catalog: Path) -> str | None:
    """The state of the live files that the catalogue was made of; None where it does not open or other code made it."""
    import duckdb

    if not catalog.is_file():
        return None
    try:
        with duckdb.connect(str(catalog), read_only=True) as connection:
            return _state_in(connection)
    except duckdb.Error:
        return None


def _state_in(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The state that an open catalogue was made of; None where other code made it. Raises duckdb.Error where the
    database is no catalogue."""
    row = connection.execute(f"SELECT {_MADE_BY}(), state FROM made.catalog").fetchone()
    return row[1] if row is not None and row[0] == _version() else None


def _open_copy(catalog: Path, copy: Path) -> duckdb.DuckDBPyConnection | None:
    """A copy of the catalogue to change; None, and no file, where there is none to copy or other code made it. To open
    it twice, once to look, would be a fifth of what a catalogue costs."""
    import duckdb

    if not catalog.is_file():
        return None
    shutil.copyfile(catalog, copy)
    with suppress(duckdb.Error), ExitStack() as opened:
        connection = opened.enter_context(duckdb.connect(str(copy)))
        if _state_in(connection) is not None:
            opened.pop_all()
            return connection
    copy.unlink()
    return None


def _create_notes(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of schema `made`, in which one catalogue tells the next what it was made of."""
    connection.execute("CREATE SCHEMA made")
    connection.execute("CREATE TABLE made.views (view VARCHAR PRIMARY KEY, statement VARCHAR)")
    connection.execute("COMMENT ON TABLE made.views IS 'How each view was made, for the next catalogue.'")
    connection.execute("CREATE TABLE made.live (name VARCHAR, version VARCHAR, object VARCHAR)")
    connection.execute("COMMENT ON TABLE made.live IS 'The object of each live file, for the next catalogue.'")
    connection.execute("CREATE TABLE made.catalog AS SELECT '' AS state")
    connection.execute("COMMENT ON TABLE made.catalog IS 'Which state of the live files it was made of.'")


@cache
def _version() -> str:
    """What a catalogue has of the code: its tables with their descriptions, and the macros."""
    made_of = repr((_NOTES, list(registry().values()), all_macros()))
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]


def _create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """The macros, with their descriptions; the views that they read must be there."""
    for macro in all_macros():
        connection.execute(macro.statement())
        kind = "MACRO TABLE" if macro.kind == "table" else "MACRO"
        connection.execute(f"COMMENT ON {kind} {_name(macro.name)} IS {_text(macro.description)}")
    connection.execute(f"CREATE MACRO {_MADE_BY}() AS {_text(_version())}")


def _comment(connection: duckdb.DuckDBPyConnection, schema: TableSchema) -> None:
    """The descriptions of a table and of its columns, where a user of the catalogue finds them."""
    connection.execute(f"COMMENT ON VIEW {_name(schema.name)} IS {_text(schema.description)}")
    for column in schema.columns:
        where = f"{_name(schema.name)}.{_name(column.name)}"
        connection.execute(f"COMMENT ON COLUMN {where} IS {_text(column.description)}")


def _view(warehouse: Warehouse, schema: TableSchema, paths: list[Path], before: str | None) -> str:
    """The statement that creates one view; `before` is how it was made last. Identifiers and paths are the project's
    own, quoted all the same."""
    columns = ", ".join(_name(c.name) for c in schema.columns)
    typed = ", ".join(f"NULL::{_TYPES[c.type]} AS {_name(c.name)}" for c in schema.columns)
    empty = f"SELECT {typed} WHERE false"  # gives every column, also one that older files do not have
    source = _parts(warehouse, schema, before) if schema.kind == "store" else _listed(paths)
    if not source:
        return f"CREATE OR REPLACE VIEW {_name(schema.name)} AS {empty}"
    rows = f"({empty} UNION ALL BY NAME SELECT * FROM read_parquet({source}, union_by_name = true))"
    if schema.kind == "store":
        keys = ", ".join(_name(k) for k in schema.key)
        kept = f"SELECT DISTINCT ON ({keys}) {columns} FROM {rows} ORDER BY {keys}, created_at DESC"
        return f"CREATE OR REPLACE VIEW {_name(schema.name)} AS {kept}"
    return f"CREATE OR REPLACE VIEW {_name(schema.name)} AS SELECT {columns} FROM {rows}"


def _parts(warehouse: Warehouse, schema: TableSchema, before: str | None) -> str:
    """What the view of a store reads: the pattern of its parts, so that it finds those that come later. A damaged part
    would let no catalogue be made that is not so already: then the others are listed, and it is named."""
    pattern = _text(str(store_folder(warehouse.data, schema) / STORE_PARTS))
    parts = store_parts(warehouse.data, schema)
    if not parts or (before is not None and pattern in before):
        return pattern if parts else ""
    whole = [part for part in parts if _is_whole(part)]
    return pattern if whole == parts else _listed(whole)


def _is_whole(part: Path) -> bool:
    try:
        pq.read_metadata(part)
    except (pa.ArrowException, OSError) as error:
        _LOG.warning("left out of the catalogue: %s: damaged part of a store (%s); remove it", part, error)
        return False
    return True


def _listed(paths: list[Path]) -> str:
    return f"[{', '.join(_text(str(path)) for path in paths)}]" if paths else ""


def _live_files(warehouse: Warehouse, connection: duckdb.DuckDBPyConnection) -> dict[str, list[Path]]:
    """By table, where on this machine the rows of its live files are. Footers are read of those alone that the
    catalogue before did not know; a damaged file is left out and named: it must not take the other experiments with it.
    """
    rows = connection.execute("SELECT name, version, object FROM made.live").fetchall()
    known = {(name, version): target for name, version, target in rows}
    found: list[tuple[TableRef, str, str]] = []
    now = []
    for name, stored in warehouse.storage.listed("tables").items():
        ref = warehouse.live_ref(name)
        if ref is None:
            continue
        target = known.get((name, stored.version))
        if target is None:
            try:
                footer = warehouse.footer(ref)
            except WarehouseError as error:
                _LOG.warning("left out of the catalogue: %s", error)
                continue
            if footer is None:  # removed since it was listed
                continue
            target = warehouse.object_name(footer.digest, footer.fingerprint)
        found.append((ref, name, target))
        now.append((name, stored.version, target))
    if warehouse.storage.shared and set(now) != set(rows):  # on a disk a footer costs less than a note of it
        connection.execute("DELETE FROM made.live")
        if now:
            connection.executemany("INSERT INTO made.live VALUES (?, ?, ?)", now)
    paths = warehouse.storage.snapshots([(name, target) for _, name, target in found])
    live: dict[str, list[Path]] = {}
    for (ref, _, _), path in sorted(zip(found, paths, strict=True)):
        live.setdefault(ref.table, []).append(path)
    return live


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

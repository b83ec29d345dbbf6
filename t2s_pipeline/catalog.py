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
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from t2s_pipeline.files import TEMPORARY, store_folder, store_parts
from t2s_pipeline.macros import all_macros
from t2s_pipeline.tables import TableSchema, registry
from t2s_pipeline.warehouse import CATALOG, TableRef, Warehouse, WarehouseError

if TYPE_CHECKING:
    import duckdb

_LOG = logging.getLogger("t2s")

_MADE_BY = "catalog_version"
_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.list_(pa.string()): "VARCHAR[]",
    pa.list_(pa.float32()): "FLOAT[]",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
}


def rebuild_catalog(warehouse: Warehouse) -> Path:
    """Write the catalogue from what is live; call it under `warehouse.lock()`. Returns its path.

    What this code made before is copied, and only the views are made again whose files have changed.
    """
    import duckdb

    target = warehouse.data / CATALOG
    temporary = warehouse.data / f"{TEMPORARY}{uuid.uuid4().hex}.duckdb"
    live: dict[str, list[Path]] = {}
    for ref in warehouse.live_refs():
        path = _object(warehouse, ref)
        if path is not None:
            live.setdefault(ref.table, []).append(path)
    try:
        made_before = _is_whole(target)
        if made_before:
            shutil.copyfile(target, temporary)
        with duckdb.connect(str(temporary)) as connection:
            connection.execute("BEGIN")  # each statement by itself is written to disk: a second instead of a twentieth
            if not made_before:
                connection.execute("CREATE SCHEMA made")
                connection.execute("CREATE TABLE made.views (view VARCHAR PRIMARY KEY, statement VARCHAR)")
                connection.execute("COMMENT ON TABLE made.views IS 'How each view was made, for the next catalogue.'")
            made = dict(connection.execute("SELECT view, statement FROM made.views").fetchall())
            for schema in registry().values():
                statement = _view(warehouse, schema, live.get(schema.name, []))
                if made.get(schema.name) != statement:
                    connection.execute(statement)
                    _comment(connection, schema)
                    connection.execute("INSERT OR REPLACE INTO made.views VALUES (?, ?)", [schema.name, statement])
            if not made_before:
                _create_macros(connection)
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT")  # closing does it too, but does not say when the disk is full
        if not _is_whole(temporary):
            raise WarehouseError(f"{target}: could not be written; is the disk full? Make room and run again")
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
        temporary.with_name(f"{temporary.name}.wal").unlink(missing_ok=True)
    return target


def ensure_catalog(warehouse: Warehouse) -> None:
    """Make the catalogue again where it is absent, damaged, or older than a live file (a run died in between)."""
    catalog = warehouse.data / CATALOG
    folders = [path for pattern in ("tables/*", "tables/*/*") for path in warehouse.data.glob(pattern)]
    changed = max((path.stat().st_mtime_ns for path in folders), default=0)
    if not _is_whole(catalog) or catalog.stat().st_mtime_ns < changed:
        with warehouse.lock():
            rebuild_catalog(warehouse)


def _is_whole(catalog: Path) -> bool:
    """Whether the file opens read-only, and this code made it."""
    import duckdb

    if not catalog.is_file():
        return False
    try:
        with duckdb.connect(str(catalog), read_only=True) as connection:
            return connection.execute(f"SELECT {_MADE_BY}()").fetchone() == (_version(),)
    except duckdb.Error:
        return False


@cache
def _version() -> str:
    """What a catalogue has of the code: its tables with their descriptions, and the macros."""
    made_of = repr((list(registry().values()), all_macros()))
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


def _view(warehouse: Warehouse, schema: TableSchema, paths: list[Path]) -> str:
    """The statement that creates one view. Identifiers and paths are the project's own, quoted all the same."""
    columns = ", ".join(_name(c.name) for c in schema.columns)
    typed = ", ".join(f"NULL::{_TYPES[c.type]} AS {_name(c.name)}" for c in schema.columns)
    empty = f"SELECT {typed} WHERE false"  # gives every column, also one that older files do not have
    if schema.kind == "store":
        pattern = store_folder(warehouse.data, schema) / "part-*.parquet"
        source = _text(str(pattern)) if store_parts(warehouse.data, schema) else ""
    else:
        source = f"[{', '.join(_text(str(path)) for path in paths)}]" if paths else ""
    if not source:
        return f"CREATE OR REPLACE VIEW {_name(schema.name)} AS {empty}"
    rows = f"({empty} UNION ALL BY NAME SELECT * FROM read_parquet({source}, union_by_name = true))"
    if schema.kind == "store":
        keys = ", ".join(_name(k) for k in schema.key)
        kept = f"SELECT DISTINCT ON ({keys}) {columns} FROM {rows} ORDER BY {keys}, created_at DESC"
        return f"CREATE OR REPLACE VIEW {_name(schema.name)} AS {kept}"
    return f"CREATE OR REPLACE VIEW {_name(schema.name)} AS SELECT {columns} FROM {rows}"


def _object(warehouse: Warehouse, ref: TableRef) -> Path | None:
    """The object of a live file; the live file itself where the object is gone (the next run makes it again).

    A live file that is damaged is left out and named: it must not take the other experiments with it.
    """
    try:
        footer = warehouse.footer(ref)
    except WarehouseError as error:
        _LOG.warning("left out of the catalogue: %s", error)
        return None
    path = warehouse.object_path(footer.digest, footer.fingerprint) if footer else None
    return path if path is not None and path.is_file() else warehouse.live_path(ref)


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

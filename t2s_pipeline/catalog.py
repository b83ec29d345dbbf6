"""The DuckDB catalogue: `warehouse.duckdb`, a view for each table over the live objects and the stores' parts.

    duckdb data/warehouse.duckdb "SELECT arm, value FROM evaluations WHERE metric = 'executable_rate'"

Built beside the old one and renamed over it, so that a reader always opens a whole catalogue. Views hold absolute
paths and so work from any folder; after the data folder has moved, `t2s catalog` writes it again. A store's view
reads its parts by pattern and keeps one row a key, the newest.
"""

from __future__ import annotations

import logging
import os
import uuid
from pathlib import Path

import pyarrow as pa

from t2s_pipeline.files import TEMPORARY, store_folder, store_parts
from t2s_pipeline.tables import TableSchema, registry
from t2s_pipeline.warehouse import CATALOG, TableRef, Warehouse, WarehouseError

_LOG = logging.getLogger("t2s")

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
    """Write the catalogue afresh from what is live; call it under `warehouse.lock()`. Returns its path."""
    import duckdb

    target = warehouse.data / CATALOG
    temporary = warehouse.data / f"{TEMPORARY}{uuid.uuid4().hex}.duckdb"
    live: dict[str, list[Path]] = {}
    for ref in warehouse.live_refs():
        path = _object(warehouse, ref)
        if path is not None:
            live.setdefault(ref.table, []).append(path)
    try:
        with duckdb.connect(str(temporary)) as connection:
            for schema in registry().values():
                connection.execute(_view(warehouse, schema, live.get(schema.name, [])))
                connection.execute(f"COMMENT ON VIEW {_name(schema.name)} IS {_text(schema.description)}")
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
    """Whether the file opens read-only and has every view."""
    import duckdb

    if not catalog.is_file():
        return False
    try:
        with duckdb.connect(str(catalog), read_only=True) as connection:
            views = {name for (name,) in connection.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    except duckdb.Error:
        return False
    return registry().keys() <= views


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
        return f"CREATE VIEW {_name(schema.name)} AS {empty}"
    rows = f"({empty} UNION ALL BY NAME SELECT * FROM read_parquet({source}, union_by_name = true))"
    if schema.kind == "store":
        keys = ", ".join(_name(k) for k in schema.key)
        kept = f"SELECT DISTINCT ON ({keys}) {columns} FROM {rows} ORDER BY {keys}, created_at DESC"
        return f"CREATE VIEW {_name(schema.name)} AS {kept}"
    return f"CREATE VIEW {_name(schema.name)} AS SELECT {columns} FROM {rows}"


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

"""The DuckDB catalogue: `warehouse.duckdb`, a view for each table over the live objects and the stores' parts.

    duckdb data/warehouse.duckdb "SELECT arm, value FROM evaluations WHERE metric = 'executable_rate'"

Built beside the old one and renamed over it, so that a reader always opens a whole catalogue. Views hold absolute
paths and so work from any folder; after the data folder has moved, `t2s catalog` writes it again. A store's view
reads its parts by pattern and keeps one row a key, the newest.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pyarrow as pa

from t2s_pipeline.files import TEMPORARY, store_folder, store_parts
from t2s_pipeline.tables import TableSchema, registry
from t2s_pipeline.warehouse import CATALOG, TableRef, Warehouse

_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.list_(pa.string()): "VARCHAR[]",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
}


def rebuild_catalog(warehouse: Warehouse) -> Path:
    """Write the catalogue afresh from what is live; call it under `warehouse.lock()`. Returns its path."""
    import duckdb

    target = warehouse.data / CATALOG
    temporary = warehouse.data / f"{TEMPORARY}{uuid.uuid4().hex}.duckdb"
    live: dict[str, list[TableRef]] = {}
    for ref in warehouse.live_refs():
        live.setdefault(ref.table, []).append(ref)
    try:
        with duckdb.connect(str(temporary)) as connection:
            for schema in registry().values():
                connection.execute(_view(warehouse, schema, live.get(schema.name, [])))
                connection.execute(f"COMMENT ON VIEW {_name(schema.name)} IS {_text(schema.description)}")
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _view(warehouse: Warehouse, schema: TableSchema, refs: list[TableRef]) -> str:
    """The statement that creates one view. Identifiers and paths are the project's own, quoted all the same."""
    columns = ", ".join(_name(c.name) for c in schema.columns)
    if schema.kind == "store":
        pattern = store_folder(warehouse.data, schema) / "part-*.parquet"
        if store_parts(warehouse.data, schema):
            keys = ", ".join(_name(k) for k in schema.key)
            source = f"read_parquet({_text(str(pattern))}, union_by_name = true)"
            kept = f"SELECT DISTINCT ON ({keys}) {columns} FROM {source} ORDER BY {keys}, created_at DESC"
            return f"CREATE VIEW {_name(schema.name)} AS {kept}"
    else:
        paths = [str(_object(warehouse, ref)) for ref in refs]
        if paths:
            source = f"read_parquet([{', '.join(map(_text, paths))}], union_by_name = true)"
            return f"CREATE VIEW {_name(schema.name)} AS SELECT {columns} FROM {source}"
    typed = ", ".join(f"NULL::{_TYPES[c.type]} AS {_name(c.name)}" for c in schema.columns)
    return f"CREATE VIEW {_name(schema.name)} AS SELECT {typed} WHERE false"


def _object(warehouse: Warehouse, ref: TableRef) -> Path:
    """The object of a live file; the live file itself where the object is gone (the next run makes it again)."""
    footer = warehouse.footer(ref)
    path = warehouse.object_path(footer.digest, footer.fingerprint) if footer else None
    return path if path is not None and path.is_file() else warehouse.live_path(ref)


def catalog_is_current(warehouse: Warehouse) -> bool:
    """Whether the catalogue is as new as every live file; a run that died may have left an older one."""
    catalog = warehouse.data / CATALOG
    folders = [path for pattern in ("tables/*", "tables/*/*") for path in warehouse.data.glob(pattern)]
    changed = max((path.stat().st_mtime_ns for path in folders), default=0)
    return catalog.is_file() and catalog.stat().st_mtime_ns >= changed


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

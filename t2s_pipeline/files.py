"""Publishing files so that a reader never sees half of one, and a crash loses nothing that was done.

`write_parquet` writes beside the target, syncs, and renames. `append_part` adds one part to a store folder;
parts are never rewritten, readers see a part whole or not at all.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.tables import TableSchema

TEMPORARY = ".tmp-"


def write_parquet(target: Path, table: pa.Table) -> Path:
    """Write `table` to `target` (zstd) by way of a temporary file in the same folder, synced and renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f"{TEMPORARY}{uuid.uuid4().hex}-{target.name}"
    try:
        with open(temporary, "wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def write_text(target: Path, text: str) -> Path:
    """Write `text` to `target` as UTF-8, by rename."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f"{TEMPORARY}{uuid.uuid4().hex}-{target.name}"
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def store_folder(data: Path, table: TableSchema) -> Path:
    """Folder of a store's parts: `<data>/stores/<table>`."""
    return data / "stores" / table.name


def append_part(data: Path, schema: TableSchema, table: pa.Table) -> Path | None:
    """Add `table` as one part of the store; an empty table adds nothing. Safe with other writers at the same time."""
    schema.check(table)
    if table.num_rows == 0:
        return None
    return write_new_part(data, schema, table)


def write_new_part(data: Path, schema: TableSchema, table: pa.Table) -> Path:
    """`table` as a part of a name of its own, in the columns that it has: an older part may lack later ones."""
    return write_parquet(store_folder(data, schema) / f"part-{uuid.uuid4().hex}.parquet", table)


def store_parts(data: Path, schema: TableSchema) -> list[Path]:
    """All parts of a store, oldest name first; files that are still being written are not among them."""
    return sorted(store_folder(data, schema).glob("part-*.parquet"))

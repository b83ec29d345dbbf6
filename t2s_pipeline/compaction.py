"""Merging the small parts of a store: a part a batch is many files, and each is opened by every reader.

    done = compact(data, COMPLETIONS)          # Compaction(merged=10_000, into=7, removed=10_000, ...)
    compact_stores(data)                       # every store, by name

Writers may be at work, and readers. New parts are written first; the old ones go at once where nobody is at work with
the stores, else at the first compaction GRACE_SECONDS later, so that whoever has listed them can read them. Until then
their rows are there twice, which is harmless in a store. A new part says in its footer which parts it replaces: a kill
at any moment leaves all rows there, and the next call ends the work. Of several rows of one key the newest is kept, as
readers do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.errors import T2sError
from t2s_pipeline.files import read_parquet, store_name, store_parts, write_new_part
from t2s_pipeline.storage import storage_of
from t2s_pipeline.storage.users import StoreInUse, hold_store, store_alone
from t2s_pipeline.tables import TableSchema, registry

REPLACES = b"t2s.replaces"
"""Key in the footer of a merged part: JSON list of the names of the parts whose rows it has."""
GRACE_SECONDS = 3600.0
"""How long a replaced part stays where somebody may be reading it."""
SMALL_BYTES = 16_000_000
"""A part of this size or more is left as it is."""
MERGED_BYTES = 64_000_000
"""Bytes of parts, as they are on disk, that go into one: a gigabyte of rows in memory at the very most."""


class CompactionError(T2sError, RuntimeError):
    """A part that cannot be read; names the file and the remedy."""


@dataclass(frozen=True)
class Compaction:
    """What was done to one store: parts merged, new ones made of them, rows kept, replaced parts removed, and replaced
    parts that stay because they may be read."""

    merged: int
    into: int
    rows: int
    removed: int
    waiting: int


def compact_stores(data: Path) -> dict[str, Compaction]:
    """Compact every store of a data folder that has parts; by the store's name. Raises CompactionError."""
    stores = [schema for schema in registry().values() if schema.kind == "store" and store_parts(data, schema)]
    return {schema.name: compact(data, schema) for schema in stores}


def compact(data: Path, schema: TableSchema) -> Compaction:
    """Merge the small parts of a store, and remove those that merged ones replace. Raises CompactionError."""
    storage = storage_of(data)
    with storage.lock("compact"):
        merged = into = rows = 0
        with hold_store(data):  # nobody takes rows away meanwhile, which a merge would bring back
            replaced = _replaced(data, schema)
            for group in _groups(path for path in store_parts(data, schema) if path.name not in replaced):
                table = _newest(schema, group)
                names = [path.name for path in group]
                table = table.replace_schema_metadata({**table.schema.metadata, REPLACES: json.dumps(names).encode()})
                write_new_part(data, schema, table)
                merged, into, rows = merged + len(group), into + 1, rows + table.num_rows
        removed, waiting = _remove_replaced(data, schema)
    return Compaction(merged, into, rows, removed, waiting)


def _replaced(data: Path, schema: TableSchema) -> dict[str, float]:
    """Names of parts that are there and whose rows another has, with the seconds since that one was written."""
    parts = store_parts(data, schema)
    there = {path.name for path in parts}
    storage, now = storage_of(data), time.time()
    found: dict[str, float] = {}
    for path in parts:
        names = json.loads((_footer(path).metadata or {}).get(REPLACES, b"[]"))
        standing = there.intersection(names)
        if standing:
            stored = storage.stat(f"{store_name(schema)}/{path.name}")
            age = now - stored.seconds if stored else 0.0
            found |= {name: max(age, found.get(name, 0.0)) for name in standing}
    return found


def _remove_replaced(data: Path, schema: TableSchema) -> tuple[int, int]:
    """Remove replaced parts, all where nobody is at work; how many went and how many stay."""
    try:
        with store_alone(data):
            return _remove_older(data, schema, 0.0)
    except StoreInUse:
        return _remove_older(data, schema, GRACE_SECONDS)


def _remove_older(data: Path, schema: TableSchema, seconds: float) -> tuple[int, int]:
    storage, replaced = storage_of(data), _replaced(data, schema)
    gone = [name for name, age in replaced.items() if age >= seconds]
    for name in gone:
        storage.remove(f"{store_name(schema)}/{name}")
    return len(gone), len(replaced) - len(gone)


def _groups(paths: Iterator[Path]) -> Iterator[list[Path]]:
    """Small parts that together make a large one; a single one is left alone."""
    group: list[Path] = []
    size = 0
    for path in paths:
        bytes_ = path.stat().st_size
        if bytes_ >= SMALL_BYTES:
            continue
        if group and size + bytes_ > MERGED_BYTES:
            yield group
            group, size = [], 0
        group.append(path)
        size += bytes_
    if len(group) > 1:
        yield group


def _newest(schema: TableSchema, paths: Sequence[Path]) -> pa.Table:
    """The rows of these parts in the type of `schema`, one a key: the newest, of equally old ones that of the last
    part, in it the first."""
    tables = [_typed(schema, path) for path in paths]
    table = pa.concat_tables(tables)
    keys = list(zip(*(table[name].to_pylist() for name in schema.key), strict=True))
    times = table["created_at"].cast(pa.int64()).to_pylist()
    parts = [number for number, one in enumerate(tables) for _ in range(one.num_rows)]
    kept: dict[tuple[object, ...], int] = {}
    for row, key in enumerate(keys):
        known = kept.get(key)
        if known is None or (times[known], parts[known]) < (times[row], parts[row]):
            kept[key] = row
    return table if len(kept) == table.num_rows else table.take(sorted(kept.values()))


def _typed(schema: TableSchema, path: Path) -> pa.Table:
    """A part with the columns of now; one that it does not have is null."""
    try:
        table = read_parquet(path)
    except (pa.ArrowException, OSError) as error:
        raise CompactionError(f"{path}: damaged part of the store ({error}); delete the file, and run again") from error
    for column in schema.columns:
        if column.name not in table.column_names and column.nullable:
            table = table.append_column(column.name, pa.nulls(table.num_rows, column.type))
    return table.select([column.name for column in schema.columns]).cast(schema.arrow)


def _footer(path: Path) -> pq.FileMetaData:
    try:
        return pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise CompactionError(f"{path}: damaged part of the store ({error}); delete the file, and run again") from error

"""Where the tables are: objects, live links, and the DuckDB catalogue over them.

    <data>/objects/<digest>-<fingerprint>.parquet            never rewritten
    <data>/tables/<table>/<experiment>/<partition>.parquet   the current truth: a hard link, moved by rename
    <data>/stores/<table>/part-*.parquet                     append-only, shared by experiments (see `files.py`)
    <data>/warehouse.duckdb                                  views over both, replaced whole after each publication

Where `[paths] data` names a shared storage, the first three are there, under the same names; on this machine is what
was read of them, and a catalogue of its own (`storage/`, docs/storage.md).

An object's name holds the digest of its content and the start of its fingerprint (what it was made from), because
the same content made from other inputs has another footer, and an object is never rewritten. Readers of the
catalogue open it read-only; DuckDB readers of a replaced file keep the object that they began with.

Not covered: what is computed (the stages) and when it is stale (`fingerprints.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.errors import T2sError
from t2s_pipeline.files import TEMPORARY, parquet_writer, read_first_rows, read_parquet
from t2s_pipeline.storage import storage_of
from t2s_pipeline.tables import TableSchema, registry

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset as ds

WHOLE = "all"
CATALOG = "warehouse.duckdb"
QUERY_MEMORY = "1500MB"
"""What DuckDB may hold for a query of the project's own; the rest of 2 GB is Python's and the libraries'. What does not
fit goes to disk."""


class WarehouseError(T2sError, RuntimeError):
    """A file of the warehouse that is missing or cannot be read; names the file and the remedy."""


@dataclass(frozen=True, order=True)
class TableRef:
    """One live file: a table's partition in an experiment. `partition` is `all` where the asset has none."""

    table: str
    experiment: str
    partition: str = WHOLE

    @property
    def schema(self) -> TableSchema:
        return registry()[self.table]


@dataclass(frozen=True)
class Footer:
    """What a live file says of itself: its content's digest, its fingerprint, and the fingerprint's parts."""

    digest: str
    fingerprint: str
    parts: dict[str, Any]
    rows: int


_FOOTERS: dict[tuple[str, str, str], Footer] = {}
"""Footers that this process has read, by data folder, name and version: from a shared storage each costs some requests,
and a walk through the graph asks for most of them many times."""
_MOST_FOOTERS = 4096


class Warehouse:
    """The warehouse in the folder `data`; cheap to make, holds nothing open."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.storage = storage_of(data)

    def live_name(self, ref: TableRef) -> str:
        return f"tables/{ref.table}/{ref.experiment}/{ref.partition}.parquet"

    def object_name(self, digest: str, fingerprint: str) -> str:
        return f"objects/{digest}-{fingerprint[:12]}.parquet"

    def live_path(self, ref: TableRef) -> Path:
        """Where a live file is, if this folder is the storage."""
        return self.data / self.live_name(ref)

    def object_path(self, digest: str, fingerprint: str) -> Path:
        """Where an object is, or on a machine beside a shared storage the copy of it, if there is one."""
        return self.data / self.object_name(digest, fingerprint)

    def footer(self, ref: TableRef) -> Footer | None:
        """The footer of a live file, or None where there is none. Raises WarehouseError where it is damaged."""
        name = self.live_name(ref)
        stored = self.storage.stat(name)
        if stored is None:
            return None
        seen = (str(self.data), name, stored.version)
        if seen in _FOOTERS:
            return _FOOTERS[seen]
        try:
            footer = self.storage.read(name, _read_footer)
        except FileNotFoundError:
            return None
        except (pa.ArrowException, OSError, KeyError, ValueError) as error:
            raise WarehouseError(
                f"{self.live_path(ref)}: damaged, or not this project's ({error}); run its asset again"
            ) from error
        if self.storage.stat(name) == stored:  # else it may be another version's
            if len(_FOOTERS) >= _MOST_FOOTERS:
                _FOOTERS.clear()
            _FOOTERS[seen] = footer
        return footer

    def path(self, ref: TableRef) -> Path | None:
        """Where on this machine to read the rows of a live file, under its own name if this folder is the storage; None
        where there is none. Raises WarehouseError."""
        footer = self.footer(ref)
        if footer is None or not self.storage.shared:
            return None if footer is None else self.live_path(ref)
        name = self.object_name(footer.digest, footer.fingerprint)
        return self.storage.snapshots([(self.live_name(ref), name)])[0]

    def read(self, refs: TableRef | Iterable[TableRef]) -> pa.Table:
        """The rows of one or several live files of one table. Raises WarehouseError where one is missing."""
        refs = [refs] if isinstance(refs, TableRef) else list(refs)
        return pa.concat_tables([self._rows(ref, read_parquet) for ref in refs], promote_options="default")

    def first(self, ref: TableRef, rows: int) -> pa.Table:
        """The first rows of a live file, at most so many. Raises WarehouseError where it is missing."""
        return self._rows(ref, partial(read_first_rows, rows=rows))

    def _rows(self, ref: TableRef, reader: Callable[[Path], pa.Table]) -> pa.Table:
        path = self.path(ref)
        if path is None:
            raise WarehouseError(
                f"{self.live_path(ref)}: missing; run the asset that writes table {ref.table!r} first (t2s run)"
            )
        try:
            return reader(path).replace_schema_metadata(None)
        except OSError as error:
            raise WarehouseError(f"{path}: damaged ({error}); remove it, and t2s run makes it again") from error

    def read_existing(self, refs: Iterable[TableRef], schema: TableSchema) -> pa.Table:
        """The rows of those live files that exist, in the type of `schema`; an empty table where none does."""
        existing = [ref for ref in refs if self.storage.stat(self.live_name(ref)) is not None]
        if not existing:
            return schema.arrow.empty_table()
        table = self.read(existing)
        for column in schema.columns:  # one that older files do not have
            if column.name not in table.column_names:
                table = table.append_column(column.name, pa.nulls(table.num_rows, column.type))
        return table.select([column.name for column in schema.columns]).cast(schema.arrow)

    def scan(self, refs: Iterable[TableRef], schema: TableSchema) -> ds.Dataset | pa.Table:
        """The files of the rows that `read_existing` has, for a query to read what it asks for: no table is held whole.
        Nobody has looked at their checksums yet (`report_connection` does)."""
        import pyarrow.dataset as ds

        paths = [path for ref in refs if (path := self.path(ref)) is not None]
        return ds.dataset(paths, schema.arrow, ds.ParquetFileFormat()) if paths else schema.arrow.empty_table()

    def publish(self, ref: TableRef, table: pa.Table, fingerprint: str, parts: dict[str, Any]) -> str:
        """Make `table` the current truth of `ref`; returns its digest. The catalogue is not touched."""
        schema = ref.schema
        schema.check(table)
        digest = schema.digest(table)
        name = self.object_name(digest, fingerprint)
        there = self.storage.stat(name) is not None
        if not (there and _holds(self.storage.bring([name])[0], schema, digest)):
            metadata = dict(table.schema.metadata or {}) | {
                b"t2s.digest": digest.encode(),
                b"t2s.fingerprint": fingerprint.encode(),
                b"t2s.parts": json.dumps(parts, sort_keys=True).encode(),
            }
            self.storage.put(name, parquet_writer(table.replace_schema_metadata(metadata)), replace=there)
        self.storage.point(self.live_name(ref), name)
        return digest

    def drop_leftovers(self) -> None:
        """Remove what a killed publication left half; call it under `lock()`, when nobody else publishes. Beside a
        shared storage nothing is: a file that is half here may be on its way to a reader, who holds no lock."""
        if self.storage.shared:
            return
        for pattern in ("objects", "tables/*/*"):
            for folder in self.data.glob(pattern):
                for leftover in folder.glob(f"{TEMPORARY}*"):
                    leftover.unlink(missing_ok=True)
        for leftover in self.data.glob(f"{TEMPORARY}*.duckdb*"):
            leftover.unlink(missing_ok=True)

    def live_refs(self, experiment: str | None = None) -> list[TableRef]:
        """Every live file, of one experiment or of all."""
        refs = [self.live_ref(name) for name in self.storage.listed("tables")]
        return sorted(ref for ref in refs if ref is not None and experiment in (None, ref.experiment))

    def live_ref(self, name: str) -> TableRef | None:
        """What a file of the storage is the live file of; None where it is none of ours."""
        parts = name.removesuffix(".parquet").split("/")
        return TableRef(*parts[1:]) if len(parts) == 4 and name.endswith(".parquet") else None

    def unlink_undeclared(self, experiment: str, declared: set[TableRef]) -> list[TableRef]:
        """Remove live files of `experiment` that its configuration no longer declares; objects stay. Returns them."""
        gone = [ref for ref in self.live_refs(experiment) if ref not in declared]
        for ref in gone:
            self.storage.remove(self.live_name(ref))
        return gone

    def lock(self) -> AbstractContextManager[None]:
        """The one lock under which live names and the catalogue change; released by the system at a crash."""
        return self.storage.lock()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """The catalogue, read-only: every table of every experiment as a view. Made again where it is damaged."""
        import duckdb

        from t2s_pipeline.catalog import ensure_catalog

        ensure_catalog(self)
        connection = duckdb.connect(str(self.data / CATALOG), read_only=True)
        connection.execute(f"SET memory_limit = '{QUERY_MEMORY}'")
        return connection


def _read_footer(file: BinaryIO) -> Footer:
    """The footer of a file of ours. Raises KeyError or ValueError where it is not, ArrowException where damaged."""
    metadata = pq.read_metadata(file)
    raw = metadata.metadata or {}
    parts = json.loads(raw[b"t2s.parts"])
    return Footer(raw[b"t2s.digest"].decode(), raw[b"t2s.fingerprint"].decode(), parts, metadata.num_rows)


def _holds(path: Path, schema: TableSchema, digest: str) -> bool:
    """Whether the object is whole, and has the content that its name says."""
    try:
        table = read_parquet(path)
    except OSError:
        return False
    return table.schema.equals(schema.arrow) and schema.digest(table) == digest

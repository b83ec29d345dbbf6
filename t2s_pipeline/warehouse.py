"""Where the tables are: objects, live links, and the DuckDB catalogue over them.

    <data>/objects/<digest>-<fingerprint>.parquet            never rewritten
    <data>/tables/<table>/<experiment>/<partition>.parquet   the current truth: a hard link, moved by rename
    <data>/stores/<table>/part-*.parquet                     append-only, shared by experiments (see `files.py`)
    <data>/warehouse.duckdb                                  views over both, replaced whole after each publication

An object's name holds the digest of its content and the start of its fingerprint (what it was made from), because
the same content made from other inputs has another footer, and an object is never rewritten. Readers of the
catalogue open it read-only; DuckDB readers of a replaced file keep the object that they began with.

Not covered: what is computed (the stages) and when it is stale (`fingerprints.py`).
"""

from __future__ import annotations

import fcntl
import glob
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.errors import T2sError
from t2s_pipeline.files import TEMPORARY, WriteError, read_parquet, write_parquet
from t2s_pipeline.tables import TableSchema, registry

if TYPE_CHECKING:
    import duckdb

WHOLE = "all"
CATALOG = "warehouse.duckdb"


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


class Warehouse:
    """The warehouse in the folder `data`; cheap to make, holds nothing open."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def live_path(self, ref: TableRef) -> Path:
        return self.data / "tables" / ref.table / ref.experiment / f"{ref.partition}.parquet"

    def object_path(self, digest: str, fingerprint: str) -> Path:
        return self.data / "objects" / f"{digest}-{fingerprint[:12]}.parquet"

    def footer(self, ref: TableRef) -> Footer | None:
        """The footer of a live file, or None where there is none. Raises WarehouseError where it is damaged."""
        path = self.live_path(ref)
        return _read_footer(path) if path.exists() else None

    def read(self, refs: TableRef | Iterable[TableRef]) -> pa.Table:
        """The rows of one or several live files of one table. Raises WarehouseError where one is missing."""
        refs = [refs] if isinstance(refs, TableRef) else list(refs)
        tables = []
        for ref in refs:
            path = self.live_path(ref)
            if not path.is_file():
                raise WarehouseError(f"{path}: missing; run the asset that writes table {ref.table!r} first (t2s run)")
            try:
                table = read_parquet(path)
            except OSError as error:
                raise WarehouseError(f"{path}: damaged ({error}); remove it, and t2s run makes it again") from error
            tables.append(table.replace_schema_metadata(None))
        return pa.concat_tables(tables, promote_options="default")

    def read_existing(self, refs: Iterable[TableRef], schema: TableSchema) -> pa.Table:
        """The rows of those live files that exist, in the type of `schema`; an empty table where none does."""
        existing = [ref for ref in refs if self.live_path(ref).is_file()]
        if not existing:
            return schema.arrow.empty_table()
        table = self.read(existing)
        for column in schema.columns:  # one that older files do not have
            if column.name not in table.column_names:
                table = table.append_column(column.name, pa.nulls(table.num_rows, column.type))
        return table.select([column.name for column in schema.columns]).cast(schema.arrow)

    def publish(self, ref: TableRef, table: pa.Table, fingerprint: str, parts: dict[str, Any]) -> str:
        """Make `table` the current truth of `ref`; returns its digest. The catalogue is not touched."""
        schema = ref.schema
        schema.check(table)
        digest = schema.digest(table)
        path = self.object_path(digest, fingerprint)
        if not _holds(path, schema, digest):
            metadata = dict(table.schema.metadata or {}) | {
                b"t2s.digest": digest.encode(),
                b"t2s.fingerprint": fingerprint.encode(),
                b"t2s.parts": json.dumps(parts, sort_keys=True).encode(),
            }
            write_parquet(path, table.replace_schema_metadata(metadata))
        self._link(path, self.live_path(ref))
        return digest

    def _link(self, path: Path, live: Path) -> None:
        """Move the live name to `path`'s file: a hard link, or a copy where links are not to be had."""
        temporary = live.parent / f"{TEMPORARY}{uuid.uuid4().hex}"
        try:
            live.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, temporary)
            except OSError:
                shutil.copyfile(path, temporary)
            os.replace(temporary, live)
        except OSError as error:
            raise WriteError(live, error) from error
        finally:
            temporary.unlink(missing_ok=True)  # a rename onto the same file leaves the old name standing

    def drop_leftovers(self) -> None:
        """Remove what a killed publication left half; call it under `lock()`, when nobody else publishes."""
        for pattern in ("objects", "tables/*/*"):
            for folder in self.data.glob(pattern):
                for leftover in folder.glob(f"{TEMPORARY}*"):
                    leftover.unlink(missing_ok=True)
        for leftover in self.data.glob(f"{TEMPORARY}*.duckdb*"):
            leftover.unlink(missing_ok=True)

    def live_refs(self, experiment: str | None = None) -> list[TableRef]:
        """Every live file, of one experiment or of all."""
        folder = "*" if experiment is None else glob.escape(experiment)
        found = (self.data / "tables").glob(f"*/{folder}/*.parquet")
        return sorted(
            TableRef(path.parent.parent.name, path.parent.name, path.stem)
            for path in found
            if not path.name.startswith(TEMPORARY)
        )

    def unlink_undeclared(self, experiment: str, declared: set[TableRef]) -> list[TableRef]:
        """Remove live files of `experiment` that its configuration no longer declares; objects stay. Returns them."""
        gone = [ref for ref in self.live_refs(experiment) if ref not in declared]
        for ref in gone:
            self.live_path(ref).unlink(missing_ok=True)
        return gone

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The one lock under which live names and the catalogue change; released by the system at a crash."""
        self.data.mkdir(parents=True, exist_ok=True)
        with open(self.data / ".publish.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def connect(self) -> duckdb.DuckDBPyConnection:
        """The catalogue, read-only: every table of every experiment as a view. Made again where it is damaged."""
        import duckdb

        from t2s_pipeline.catalog import ensure_catalog

        ensure_catalog(self)
        return duckdb.connect(str(self.data / CATALOG), read_only=True)


def _read_footer(path: Path) -> Footer:
    """The footer of a file of ours. Raises WarehouseError where it is damaged or is not ours."""
    try:
        metadata = pq.read_metadata(path)
        raw = metadata.metadata or {}
        parts = json.loads(raw[b"t2s.parts"])
        return Footer(raw[b"t2s.digest"].decode(), raw[b"t2s.fingerprint"].decode(), parts, metadata.num_rows)
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise WarehouseError(f"{path}: damaged, or not this project's ({error}); run its asset again") from error


def _holds(path: Path, schema: TableSchema, digest: str) -> bool:
    """Whether the object is there, whole, and has the content that its name says."""
    if not path.is_file():
        return False
    try:
        table = read_parquet(path)
    except OSError:
        return False
    return table.schema.equals(schema.arrow) and schema.digest(table) == digest

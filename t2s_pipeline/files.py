"""Publishing files so that a reader never sees half of one, and a crash loses nothing that was done.

`write_parquet` writes beside the target, syncs, and renames. `append_part` adds one part to a store of the data
folder's storage (`storage/`, which is built on this module); parts are never rewritten, readers see a part whole or not
at all. `read_parquet` notices bits that changed on the disk. A disk that is full, or refuses, is a WriteError: nothing
half is left.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.errors import T2sError
from t2s_pipeline.tables import TableSchema

TEMPORARY = ".tmp-"
STORE_PARTS = "part-*.parquet"


class WriteError(T2sError, OSError):
    """A file that could not be written: the disk is full, or refuses. Names the file and the remedy."""

    def __init__(self, target: Path, error: Exception) -> None:
        why = getattr(error, "strerror", None) or str(error)
        super().__init__(
            f"{target}: cannot be written ({why}); make room or mend that, and run again: what was done stays done"
        )


def write_parquet(target: Path, table: pa.Table) -> Path:
    """Write `table` to `target` (zstd, with checksums) by way of a temporary file in the same folder, synced and
    renamed. Raises WriteError."""
    with replacing(target) as temporary:
        write_synced(temporary, parquet_writer(table))
    return target


def parquet_writer(table: pa.Table) -> Callable[[BinaryIO], None]:
    """Writes `table` to an open file as every Parquet file of ours is written: zstd, with checksums."""
    return partial(pq.write_table, table, compression="zstd", write_page_checksum=True)


def write_synced(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file and wait until it is on disk."""
    with open(path, "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def write_text(target: Path, text: str) -> Path:
    """Write `text` to `target` as UTF-8, by rename. Raises WriteError."""
    with replacing(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return target


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A name beside the target, renamed onto it at the end; nothing is left of it where that fails."""
    temporary = target.parent / f"{TEMPORARY}{uuid.uuid4().hex}-{target.name}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        raise WriteError(target, error) from error
    finally:
        with suppress(OSError):  # a read-only disk refuses it even where there is nothing
            temporary.unlink(missing_ok=True)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder among the processes of this machine; nothing is written for it, and the system releases
    it at a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of a Parquet file, checked against its checksums. Raises OSError, with the reason on one line, where it
    is damaged or not there: who reads it knows the remedy."""
    with _opened(path) as file:
        return file.read(columns=columns)


def read_first_rows(path: Path, rows: int) -> pa.Table:
    """The first rows of a Parquet file, at most so many; no others are unpacked. Raises OSError as `read_parquet`."""
    with _opened(path) as file:
        return pa.Table.from_batches(islice(file.iter_batches(rows), 1), file.schema_arrow)


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    with open(path, "rb") as file:
        try:
            yield pq.ParquetFile(file, page_checksum_verification=True)
        except (pa.ArrowException, OSError) as error:
            raise OSError(" ".join(str(error).split())) from error


def time_after(newest: datetime | None) -> datetime:
    """Now; or just after `newest`, where the clock was put back since: of two rows of a key the later written counts,
    and it is told by its time."""
    now = datetime.now(UTC)
    return now if newest is None else max(now, newest + timedelta(microseconds=1))


def store_name(table: TableSchema) -> str:
    """Name of the folder of a store's parts in its storage."""
    return f"stores/{table.name}"


def store_folder(data: Path, table: TableSchema) -> Path:
    """Folder of a store's parts on this machine: `<data>/stores/<table>`."""
    return data / store_name(table)


def append_part(data: Path, schema: TableSchema, table: pa.Table) -> Path | None:
    """Add `table` as one part of the store; an empty table adds nothing. Safe with other writers at the same time."""
    schema.check(table)
    if table.num_rows == 0:
        return None
    return write_new_part(data, schema, table)


def write_new_part(data: Path, schema: TableSchema, table: pa.Table) -> Path:
    """`table` as a part of a name of its own, in the columns that it has: an older part may lack later ones."""
    from t2s_pipeline.storage import storage_of

    return storage_of(data).put(f"{store_name(schema)}/part-{uuid.uuid4().hex}.parquet", parquet_writer(table))


def store_parts(data: Path, schema: TableSchema) -> list[Path]:
    """All parts of a store, by name, as files of this machine, to which those that others wrote are brought; what is
    still being written is not among them."""
    from t2s_pipeline.storage import storage_of

    return storage_of(data).bring_all(store_name(schema), STORE_PARTS)


def remove_part(data: Path, schema: TableSchema, path: Path) -> None:
    """Remove a part of a store, everywhere; one that is gone is no error."""
    from t2s_pipeline.storage import storage_of

    storage_of(data).remove(f"{store_name(schema)}/{path.name}")

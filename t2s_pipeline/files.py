"""Publishing files so that a reader never sees half of one, and a crash loses nothing that was done.

`write_parquet` writes beside the target, syncs, and renames. `append_part` adds one part to a store folder;
parts are never rewritten, readers see a part whole or not at all. `read_parquet` notices bits that changed on the
disk. A disk that is full, or refuses, is a WriteError: nothing half is left.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
    with _replacing(target) as temporary, open(temporary, "wb") as file:
        pq.write_table(table, file, compression="zstd", write_page_checksum=True)
        file.flush()
        os.fsync(file.fileno())
    return target


def write_text(target: Path, text: str) -> Path:
    """Write `text` to `target` as UTF-8, by rename. Raises WriteError."""
    with _replacing(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return target


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A name beside the target, renamed onto it at the end; nothing is left of it where that fails."""
    temporary = target.parent / f"{TEMPORARY}{uuid.uuid4().hex}-{target.name}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        raise WriteError(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of a Parquet file, checked against its checksums. Raises OSError, with the reason on one line, where it
    is damaged or not there: who reads it knows the remedy."""
    with open(path, "rb") as file:
        try:
            return pq.ParquetFile(file, page_checksum_verification=True).read(columns=columns)
        except (pa.ArrowException, OSError) as error:
            raise OSError(" ".join(str(error).split())) from error


def time_after(newest: datetime | None) -> datetime:
    """Now; or just after `newest`, where the clock was put back since: of two rows of a key the later written counts,
    and it is told by its time."""
    now = datetime.now(UTC)
    return now if newest is None else max(now, newest + timedelta(microseconds=1))


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
    return sorted(store_folder(data, schema).glob(STORE_PARTS))

"""Whether a Parquet file's pages are as they were written, by their checksums alone: nothing is decoded.

    check_pages(path, {"example_id", "correct"})

DuckDB's reader does not look at the checksums that our files have, and pyarrow's decodes what it checks, which costs
more than the query itself. So a report has the pages of its columns checked here, and then reads them with DuckDB.

Not covered: the footer and the pages' own heads, which have no checksum; pages of a file that was written without any.
The format is that of Parquet's `parquet.thrift`, in Thrift's compact protocol.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

_HEAD_BYTES = 1 << 16
"""More than a page's head has: its statistics are left out where they are long."""
_PIECE = 1 << 20
_COMPRESSED_SIZE, _CHECKSUM = 3, 4
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _STRUCT = 1, 2, 3, 7, 8, 12
_INTEGERS = (4, 5, 6)


def check_pages(path: Path, columns: Collection[str] | None = None) -> None:
    """Check the pages of these columns, else of all. Raises OSError, with the reason on one line, for a damaged one."""
    try:
        with open(path, "rb") as file:
            for start, length in _chunks(path, columns):
                _check_chunk(file, start, length)
    except (pa.ArrowException, IndexError, KeyError) as error:
        raise OSError(" ".join(str(error).split())) from error


def _chunks(path: Path, columns: Collection[str] | None) -> Iterator[tuple[int, int]]:
    """Where the pages of the columns are: offset and length in bytes, a row group and column each."""
    metadata = pq.read_metadata(path)
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for number in range(row_group.num_columns):
            chunk = row_group.column(number)
            if columns is None or chunk.path_in_schema.partition(".")[0] in columns:
                dictionary = chunk.dictionary_page_offset
                yield dictionary or chunk.data_page_offset, chunk.total_compressed_size


def _check_chunk(file: BinaryIO, start: int, length: int) -> None:
    at, end = start, start + length
    while at < end:
        file.seek(at)
        head = file.read(min(_HEAD_BYTES, end - at))
        fields, size = _integers(head)
        body, expected = fields[_COMPRESSED_SIZE], fields.get(_CHECKSUM)
        if body < 0 or at + size + body > end:
            raise OSError(f"a page at byte {at} that is longer than its column")
        if expected is not None and _checksum(file, head[size : size + body], body) != expected & 0xFFFFFFFF:
            raise OSError(f"CRC checksum verification failed for the page at byte {at}")
        at += size + body


def _checksum(file: BinaryIO, begun: bytes, length: int) -> int:
    """Of so many bytes: those that were read already, and what follows in the file."""
    found, left = zlib.crc32(begun), length - len(begun)
    while left > 0:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise OSError("the file ends within a page")
        found, left = zlib.crc32(piece, found), left - len(piece)
    return found


def _integers(head: bytes) -> tuple[dict[int, int], int]:
    """The integer fields of the struct that `head` begins with, by number, and its length in bytes. Raises IndexError
    where it does not end."""
    fields, at, number = {}, 0, 0
    while kind := head[at] & 15:
        step = head[at] >> 4
        at += 1
        if step:
            number += step
        else:
            number, at = _integer(head, at)
        if kind in _INTEGERS:
            fields[number], at = _integer(head, at)
        else:
            at = _after(head, at, kind)
    return fields, at + 1


def _integer(head: bytes, at: int) -> tuple[int, int]:
    """A number as a varint in zigzag, and where it ends."""
    value, at = _varint(head, at)
    return (value >> 1) ^ -(value & 1), at


def _varint(head: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (head[at] & 127) << shift
        at += 1
        if head[at - 1] < 128:
            return value, at
        shift += 7


def _after(head: bytes, at: int, kind: int) -> int:
    """Where a value of this kind ends."""
    if kind in (_TRUE, _FALSE):
        return at
    if kind == _BYTE:
        return at + 1
    if kind == _DOUBLE:
        return at + 8
    if kind == _BINARY:
        length, at = _varint(head, at)
        return at + length
    if kind == _STRUCT:
        return at + _integers(head[at:])[1]
    raise OSError(f"a page's head with a field of kind {kind}, which no page has")

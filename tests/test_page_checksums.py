"""Damaged pages are found by their checksums, in the columns that are asked for; DuckDB alone would read them."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from t2s_pipeline.files import write_parquet
from t2s_pipeline.page_checksums import check_pages
from t2s_pipeline.reports.run import report_connection
from t2s_pipeline.warehouse import WarehouseError

ROWS = 3_000
TABLE = pa.table(
    {
        "text": [None if n % 7 == 0 else f"{n * 7919 % 1009}" for n in range(ROWS)],
        "number": [n * n for n in range(ROWS)],
        "names": [["x"] * (n % 3) for n in range(ROWS)],
        "flag": [n % 5 == 0 for n in range(ROWS)],
    }
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_parquet(tmp_path / "rows.parquet", TABLE)


def places(file: Path, column: str) -> tuple[int, int]:
    """First and last byte of a column's pages."""
    group = pq.read_metadata(file).row_group(0)
    chunks = [group.column(number) for number in range(group.num_columns)]
    [chunk] = [chunk for chunk in chunks if chunk.path_in_schema.split(".")[0] == column]
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    return start, start + chunk.total_compressed_size - 1


def flip(file: Path, byte: int, bit: int = 0) -> None:
    content = bytearray(file.read_bytes())
    content[byte] ^= 1 << bit
    file.write_bytes(content)


def test_a_flipped_bit_of_a_page_is_found(file: Path) -> None:
    check_pages(file)
    good, chance = file.read_bytes(), random.Random(3)
    for column in TABLE.column_names:
        _, last = places(file, column)
        for _ in range(25):
            flip(file, chance.randint(last - 9, last), chance.randrange(8))  # within the last page, behind its head
            with pytest.raises(OSError, match="CRC"):
                check_pages(file, {column})
            check_pages(file, set(TABLE.column_names) - {column})
            file.write_bytes(good)


def test_a_page_longer_than_what_is_read_at_once_and_many_row_groups(tmp_path: Path) -> None:
    chance = random.Random(1)
    long = pa.table({"text": [chance.randbytes(60_000).hex() for _ in range(60)], "n": list(range(60))})
    path = tmp_path / "long.parquet"
    pq.write_table(long, path, row_group_size=25, compression="none", write_page_checksum=True)
    assert pq.read_metadata(path).num_row_groups == 3
    check_pages(path)
    flip(path, places(path, "text")[1])
    with pytest.raises(OSError, match="CRC checksum verification failed for the page at byte"):
        check_pages(path)


def test_what_has_no_checksums_is_taken_as_it_is_and_what_is_no_parquet_is_not(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(TABLE, path)
    check_pages(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(OSError, match="Parquet"):
        check_pages(path)


def test_a_report_reads_no_damaged_column_and_none_that_it_does_not_name(file: Path) -> None:
    other = write_parquet(file.parent / "older.parquet", TABLE.drop_columns("flag"))
    files = ds.dataset([file, other], TABLE.schema)
    flip(file, places(file, "number")[1])
    with report_connection({"given": files}, "SELECT text, flag FROM given") as connection:
        assert connection.execute("SELECT count(*), count(text), count(flag) FROM given").fetchone() == (
            2 * ROWS,
            2 * (ROWS - ROWS // 7 - 1),
            ROWS,
        )
        assert connection.table("given").columns == ["text", "flag"]
    with (
        pytest.raises(WarehouseError, match=rf"{file}: damaged \(CRC .*\); remove it, and t2s run makes it again"),
        report_connection({"given": files}, "SELECT sum(number) FROM given"),
    ):
        pass


def test_a_column_that_no_file_has_is_null_in_its_type(file: Path) -> None:
    schema = pa.schema([*TABLE.schema, pa.field("new", pa.list_(pa.string()))])
    with report_connection({"given": ds.dataset([file], schema)}) as connection:
        assert connection.execute("SELECT DISTINCT new, typeof(new) FROM given").fetchall() == [(None, "VARCHAR[]")]

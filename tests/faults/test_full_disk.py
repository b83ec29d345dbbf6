"""A full disk: the file and the remedy are told, what was there stays, and with room again nothing is missing."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.files import WriteError, append_part, store_parts, write_text
from t2s_pipeline.reports.history import append_history
from t2s_pipeline.table_definitions import EVALUATION_HISTORY
from t2s_pipeline.training.adapters import place_folder
from t2s_pipeline.warehouse import Warehouse
from tests.faults.conftest import FIRST, SECOND, losses
from tests.faults.killing import NEVER, killed_at

REMEDY = "cannot be written .*make room or mend that, and run again"
OUTCOMES = [{"example_id": str(n), "first_correct": True, "final_correct": True} for n in range(2000)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB, room for two catalogues."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small file system needs root; the test with a limit on file sizes runs all the same")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, leaving: int) -> Path:
    """A file that leaves so many bytes."""
    free = os.statvfs(folder)
    ballast = folder / "ballast"
    ballast.write_bytes(b"\0" * (free.f_bavail * free.f_bsize - leaving))
    return ballast


def publish(warehouse: Warehouse, value: float, count: int = 9000) -> None:
    with warehouse.lock():
        warehouse.publish(SECOND, losses(value, count), f"{value}".ljust(32, "0"), {})
        rebuild_catalog(warehouse)


def test_each_kind_of_write_on_a_full_disk(small_disk: Path) -> None:
    warehouse = Warehouse(small_disk / "data")
    warehouse.publish(FIRST, losses(1.0), "1" * 32, {})
    publish(warehouse, 2.0)
    append_history(warehouse.data, "one", "mine", "sft", OUTCOMES)
    rebuild_catalog(warehouse)
    before = {path: path.read_bytes() for path in warehouse.data.rglob("*.parquet")}
    ballast = fill(small_disk, 0)
    for what, write in {
        "objects": lambda: publish(warehouse, 3.0),
        "stores/evaluation_history": lambda: append_history(warehouse.data, "two", "mine", "sft", OUTCOMES),
        "warehouse.duckdb": lambda: rebuild_catalog(warehouse),
        "adapters": lambda: place_folder(warehouse.data / "adapters" / "abc", {"weights": small_disk / "ballast"}),
        "report.md": lambda: write_text(warehouse.data / "report.md", "x" * 100_000),
    }.items():
        with pytest.raises(WriteError, match=rf"{warehouse.data}/{what}.*{REMEDY}"):
            write()
    assert not list(warehouse.data.rglob(".tmp-*"))
    assert {path: path.read_bytes() for path in warehouse.data.rglob("*.parquet")} == before
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*) FROM training_steps").fetchone() == (9003,)
        assert connection.execute("SELECT count(*) FROM evaluation_history").fetchone() == (2000,)
    ballast.unlink()
    append_history(warehouse.data, "two", "mine", "sft", OUTCOMES)
    publish(warehouse, 3.0)
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*), max(value) > 3000 FROM training_steps").fetchone() == (9003, True)
        assert connection.execute("SELECT count(*) FROM evaluation_history").fetchone() == (4000,)


def test_a_publication_whose_catalogue_found_no_room_is_shown_once_there_is_some(small_disk: Path) -> None:
    warehouse = Warehouse(small_disk / "data")
    publish(warehouse, 2.0, 10)
    ballast = fill(small_disk, 300_000)
    with pytest.raises(WriteError, match=rf"warehouse.duckdb: {REMEDY}"):
        publish(warehouse, 3.0, 20)
    assert warehouse.read(SECOND).num_rows == 20
    with pytest.raises(WriteError, match=rf"warehouse.duckdb: {REMEDY}"):
        warehouse.connect()  # never what is no longer so
    ballast.unlink()
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*) FROM training_steps").fetchone() == (20,)


def test_a_limit_on_file_sizes(warehouse: Warehouse, publish) -> None:
    publish(1.0)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        history = EVALUATION_HISTORY.to_arrow(
            {**row, "evaluation_id": str(n), "experiment": "mine", "arm": "sft"} for n, row in enumerate(OUTCOMES * 4)
        )
        for write in (lambda: publish(2.0, 9000), lambda: append_part(warehouse.data, EVALUATION_HISTORY, history)):
            with pytest.raises(WriteError, match=REMEDY):
                write()

    assert not killed_at(NEVER, limited)
    assert warehouse.read(FIRST).num_rows == 3 and store_parts(warehouse.data, EVALUATION_HISTORY) == []
    assert not list(warehouse.data.rglob(".tmp-*"))


def test_a_disk_that_may_only_be_read_is_told(small_disk: Path) -> None:
    """Such a disk refuses to remove even what is not there."""
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(WriteError, match=f"notes.json: {REMEDY}"):
        write_text(small_disk / "notes.json", "{}")

"""A database file is never touched: bytes, times and the folder stay, whatever a writer has left or does beside it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from struct import pack

import pytest

from t2s_pipeline.asking.whole_file import DatabaseChangedError, whole_database
from t2s_pipeline.sandbox.connection import DatabaseFileError
from tests.asking.conftest import SAMPLED

COUNT = "SELECT count(*) FROM item"


def state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file of a folder: bytes, time of change, inode. And the folder's own time, which a passing file changes."""
    files = {p.name: (p.read_bytes(), p.stat().st_mtime_ns, p.stat().st_ino) for p in folder.iterdir()}
    return files | {".": (b"", folder.stat().st_mtime_ns, folder.stat().st_ino)}


def write_ahead(path: Path) -> sqlite3.Connection:
    """An open connection whose last row is in the log alone."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("INSERT INTO item VALUES (4, 'nib', 9)")
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    return db


def leave_journal(path: Path) -> Path:
    """A copy of the database as a crash in the middle of a transaction leaves it, with its journal."""
    crashed = path.parent.parent / "crashed" / path.name
    crashed.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(
            "CREATE TABLE big AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
            "SELECT i, 'before' AS word, zeroblob(2000) AS fill FROM n; PRAGMA cache_size = 1;"
        )
        db.execute("BEGIN")
        db.execute("UPDATE big SET word = 'after'")
        for part in ("", "-journal"):
            shutil.copyfile(f"{path}{part}", f"{crashed}{part}")
        db.execute("ROLLBACK")
    return crashed


def test_a_plain_file_is_read_in_place_and_stays(asker, shop):
    before = state(shop.parent)
    with whole_database(shop) as file:
        assert file == shop
    assert asker(COUNT, SAMPLED).ask("How many?", shop).result.rows == ((3,),)
    assert state(shop.parent) == before


def test_a_log_that_somebody_has_open_is_read_from_a_copy_and_stays(asker, shop):
    with closing(write_ahead(shop)) as writer:
        before = state(shop.parent)
        assert asker(COUNT, SAMPLED).ask("How many?", shop).result.rows == ((4,),)
        assert state(shop.parent) == before
        writer.execute("INSERT INTO item VALUES (5, 'pad', 2)")  # and nobody keeps it from writing
        assert asker(COUNT).ask("How many?", shop).result.rows == ((5,),)


def test_a_database_in_write_ahead_mode_that_is_closed_gets_no_new_files(asker, shop):
    write_ahead(shop).close()
    before = state(shop.parent)
    assert set(before) == {"shop.sqlite", "."}
    assert asker(COUNT).ask("How many?", shop).result.rows == ((4,),)
    assert state(shop.parent) == before


def test_a_transaction_that_a_crash_left_is_rolled_back_in_the_copy_alone(asker, shop):
    crashed = leave_journal(shop)
    before = state(crashed.parent)
    assert b"after" in before[crashed.name][0]
    answer = asker("SELECT word, count(*) FROM big GROUP BY word").ask("Words?", crashed)
    assert answer.result.rows == (("before", 500),)
    assert state(crashed.parent) == before


def test_a_journal_that_names_another_file_is_refused_and_the_file_stays(asker, shop, tmp_path):
    """SQLite would delete it: so it does with the journal that a transaction over several databases has in common."""
    crashed = leave_journal(shop)
    named = tmp_path / "letter.txt"
    named.write_text("of somebody\n")
    name, pages = str(named).encode(), 2**30 // 4096
    record = pack(f">I{len(name)}sII", pages + 1, name, len(name), sum(name)) + bytes.fromhex("d9d505f920a163d7")
    journal = Path(f"{crashed}-journal")
    journal.write_bytes(journal.read_bytes() + record)
    before = state(crashed.parent)
    with pytest.raises(DatabaseFileError, match="a transaction over several databases"):
        asker(COUNT).ask("How many?", crashed)
    assert named.read_text() == "of somebody\n" and state(crashed.parent) == before


def test_a_log_that_has_no_end_is_refused(asker, shop):
    with closing(write_ahead(shop)):
        Path(f"{shop}-journal").symlink_to("/dev/zero")
        with pytest.raises(DatabaseFileError, match="cannot be copied: .*shop.sqlite-journal is no regular file"):
            asker(COUNT).ask("How many?", shop)


def test_a_pipe_in_the_place_of_a_log_is_not_waited_for(asker, shop):
    os.mkfifo(f"{shop}-wal")
    assert asker(COUNT, SAMPLED).ask("How many?", shop).result.rows == ((3,),)


def test_the_copy_goes_and_so_does_what_a_link_leads_to(shop, tmp_path):
    link = tmp_path / "link.sqlite"
    link.symlink_to(shop)
    with closing(write_ahead(shop)), whole_database(link) as copy:
        assert copy != shop and [p.name for p in copy.parent.iterdir()] == ["database.sqlite"]
    assert not copy.parent.exists()


def test_a_write_while_it_is_read_is_noticed(asker, shop):
    def script(*_):
        with closing(sqlite3.connect(shop)) as db:
            db.execute("INSERT INTO item (name) VALUES ('cap')")
            db.commit()
        return COUNT

    with pytest.raises(DatabaseChangedError, match="was written to while it was read; ask again"):
        asker(script).ask("How many?", shop)


def test_a_log_that_is_no_log_changes_nothing(asker, shop):
    """SQLite passes over a log that it did not write: the file is whole without it."""
    Path(f"{shop}-wal").write_bytes(b"x" * 100)
    before = state(shop.parent)
    assert asker(COUNT).ask("How many?", shop).result.rows == ((3,),)
    assert state(shop.parent) == before


def test_a_file_with_a_log_that_is_no_database_is_refused(asker, tmp_path):
    path = tmp_path / "text.sqlite"
    path.write_text("no database at all " * 100)
    Path(f"{path}-wal").write_bytes(b"x" * 100)
    with pytest.raises(DatabaseFileError, match="text.sqlite.*is it a SQLite database"):
        asker(COUNT).ask("How many?", path)

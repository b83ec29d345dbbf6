"""Database files that are odd, broken or hostile: each is refused by name or answered; none ends the run unnamed."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from t2s_pipeline.sandbox.execute import DatabaseFileError, Runner, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy

POLICY = SandboxPolicy(timeout_seconds=0.2)


def test_any_file_name_is_a_file_name(database):
    for name in (
        "a?b.sqlite",
        "a#b.sqlite",
        "a%41b.sqlite",
        "a&mode=rwc.sqlite",
        "ü \n.sqlite",
        ":memory:",
        "-x.sqlite",
    ):
        path = shutil.copy(database, database.parent / name)
        assert Runner(POLICY).run(str(path), "SELECT count(*) FROM item").rows == ((3,),), name
    assert Runner(POLICY).run(f"/{database}", "SELECT 1").rows == ((1,),)
    odd = os.fsdecode(os.fsencode(database.parent) + b"/\xff.sqlite")
    shutil.copy(database, odd)
    with pytest.raises(DatabaseFileError, match="not UTF-8"):
        Runner(POLICY).run(odd, "SELECT 1")


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.sqlite")
    for path in (tmp_path, tmp_path / "pipe.sqlite", Path(os.devnull)):
        with pytest.raises(DatabaseFileError, match="not a file"):
            Runner(POLICY).run(str(path), "SELECT 1")


def test_writes_that_lie_beside_the_file_are_not_silently_left_out(tmp_path):
    path = tmp_path / "busy.sqlite"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.executescript("PRAGMA journal_mode = WAL; CREATE TABLE item (id); INSERT INTO item VALUES (1)")
    with pytest.raises(DatabaseFileError, match=r"busy\.sqlite-wal.*wal_checkpoint"):
        Runner(POLICY).run(str(path), "SELECT count(*) FROM item")
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    warm = Runner(POLICY)
    for name in (path, link):
        assert warm.run(str(name), "SELECT count(*) FROM item").rows == ((1,),)
    writer.execute("INSERT INTO item VALUES (2)")  # the file itself stays as it was
    for name in (path, link):
        with pytest.raises(DatabaseFileError, match=r"busy\.sqlite-wal.*wal_checkpoint"):
            warm.run(str(name), "SELECT count(*) FROM item")
    writer.close()


def test_a_journal_to_roll_back_is_refused_and_a_finished_one_is_not(tmp_path):
    path = tmp_path / "busy.sqlite"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.executescript("PRAGMA journal_mode = PERSIST; CREATE TABLE item (id); INSERT INTO item VALUES (1)")
    assert os.path.getsize(f"{path}-journal") > 0
    assert Runner(POLICY).run(str(path), "SELECT count(*) FROM item").rows == ((1,),)
    writer.executescript("PRAGMA cache_size = 1; BEGIN")
    writer.executemany("INSERT INTO item VALUES (?)", [("x" * 4000,)] * 100)
    with pytest.raises(DatabaseFileError, match=r"busy\.sqlite-journal"):
        Runner(POLICY).run(str(path), "SELECT count(*) FROM item")
    writer.close()


def test_names_that_are_not_utf8(tmp_path):
    path = tmp_path / "names.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript("CREATE TABLE item (id, word); CREATE TABLE other (id); INSERT INTO item VALUES (1, 2)")
    db.close()
    content = path.read_bytes()
    column, table = tmp_path / "column.sqlite", tmp_path / "table.sqlite"
    column.write_bytes(content.replace(b"word", b"w\xffrd"))
    table.write_bytes(content.replace(b"other", b"o\xffher"))
    runner = Runner(POLICY)
    assert runner.run(str(column), "SELECT id FROM item").rows == ((1,),)
    assert "codec can't decode" in (runner.run(str(column), "SELECT * FROM item").error or "")
    with pytest.raises(DatabaseFileError, match="not UTF-8"):
        runner.run(str(table), "SELECT * FROM item")


def test_damaged_files_are_answered_or_refused(database, tmp_path):
    """Whatever the damage: an answer, an error of the candidate, or the file's own error; nothing else escapes."""
    content, chance = database.read_bytes(), random.Random(3)
    path, seen = tmp_path / "damaged.sqlite", set()
    for k in range(200):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 5, 40))):
            damaged[chance.randrange(len(content) if k % 2 else 4096)] = chance.randrange(256)
        path.write_bytes(damaged[: chance.choice((None, None, None, 5000, 100))])
        runner = Runner(POLICY)
        try:
            seen.add(runner.run(str(path), "SELECT * FROM item, broken ORDER BY word, name").status)
        except DatabaseFileError:
            seen.add("file")
        runner.close()
    assert {Status.OK, Status.ERROR, "file"} <= seen


@pytest.fixture
def stored(tmp_path) -> str:
    """A database whose own views and columns do what no query may."""
    path = tmp_path / "stored.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE item (id, wide AS (printf('%.9000000c', 'a')), plain AS (abs(id)));
            INSERT INTO item VALUES (-1);
            CREATE VIEW chance AS SELECT random() AS r, id FROM item;
            CREATE VIEW paths AS SELECT file FROM pragma_database_list;
            CREATE VIEW extension AS SELECT load_extension('x') AS x;
            CREATE VIEW endless AS WITH n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;
            CREATE VIEW huge AS SELECT hex(zeroblob(400000000)) AS x;
            CREATE VIEW today AS SELECT date('now') AS day;
            CREATE TRIGGER gone INSTEAD OF INSERT ON chance BEGIN DELETE FROM item; END;
            """
        )
    db.close()
    return str(path)


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("SELECT plain FROM item", Status.OK),
        ("SELECT day FROM today WHERE day = '2020-01-01'", Status.OK),
        ("SELECT wide FROM item", Status.RESOURCE_LIMIT),
        ("SELECT * FROM chance", Status.DENIED),
        ("SELECT count(*) FROM chance", Status.DENIED),
        ("SELECT * FROM huge", Status.DENIED),
        ("SELECT * FROM paths", Status.ERROR),
        ("SELECT * FROM extension", Status.ERROR),
        ("SELECT count(*) FROM endless", Status.TIMEOUT),
        ("INSERT INTO chance VALUES (1, 1)", Status.NOT_A_QUERY),
    ],
)
def test_what_a_database_stores_has_no_more_rights_than_a_query(stored, sql, status):
    before = Path(stored).read_bytes()
    execution = Runner(POLICY).run(stored, sql)
    assert execution.status is status, execution.error
    assert Path(stored).read_bytes() == before


def test_a_schema_beyond_a_querys_limits_is_read(tmp_path):
    """A limit is for queries: what the database itself holds needs to be read for any of them."""
    path = str(tmp_path / "large.sqlite")
    with sqlite3.connect(path) as db:
        db.execute(f"CREATE TABLE wide ({', '.join(f'c{i}' for i in range(1_500))})")
        db.execute(f"CREATE VIEW many AS {' UNION ALL '.join(f'SELECT {i} AS n' for i in range(150))}")
        db.execute(f"CREATE VIEW long AS SELECT '{'x' * 300_000}' AS text")
        db.execute("CREATE TABLE item (id)")
        db.execute("INSERT INTO item VALUES (7)")
        db.execute("INSERT INTO wide (c3, c1400) VALUES (1, 2)")
    db.close()
    runner = Runner(POLICY)
    assert runner.run(path, "SELECT id FROM item").rows == ((7,),)
    assert runner.run(path, "SELECT c3, c1400 FROM wide").rows == ((1, 2),)
    assert runner.run(path, "SELECT * FROM wide").status is Status.RESOURCE_LIMIT
    assert runner.run(path, "SELECT count(*), sum(n) FROM many").rows == ((150, 11175),)
    assert runner.run(path, "SELECT length(text) FROM long").rows == ((300_000,),)
    assert runner.run(path, " UNION ALL ".join(["SELECT 1"] * 150)).status is Status.RESOURCE_LIMIT
    assert runner.reads(path, "SELECT c3 FROM wide") is not None
    hog = "WITH n(x) AS (SELECT printf('%.900000c', 'a') UNION ALL SELECT x || 'b' FROM n) SELECT x FROM n ORDER BY x"
    tight = Runner(SandboxPolicy(memory_mb=16, timeout_seconds=5))
    assert tight.run(path, "SELECT c3 FROM wide").rows == ((1,),)
    assert tight.run(path, hog).status is Status.RESOURCE_LIMIT
    assert tight.run(path, "SELECT c3 FROM wide").rows == ((1,),)  # the schema stays read
    tight.close()
    runner.close()

"""One execution in this process: layers 1 to 3."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from t2s_pipeline.sandbox.execute import DatabaseFileError, Runner, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.progress import STARVED_SHARE


@pytest.fixture
def runner():
    runner = Runner(SandboxPolicy(timeout_seconds=1, max_rows=1000, max_bytes=100_000))
    yield runner
    runner.close()


def test_rows_columns_and_types(runner, database):
    execution = runner.run(str(database), "SELECT id, name, price AS cost, x'00' FROM item ORDER BY id")
    assert execution.status is Status.OK and execution.error is None
    assert execution.columns == ("id", "name", "cost", "x'00'")
    assert execution.rows == ((1, "pen", 1.5, b"\0"), (2, "ink", 4.0, b"\0"), (3, None, 0.5, b"\0"))


@pytest.mark.parametrize(
    "sql",
    [
        "-- first\nSELECT 1",
        "/* a */ SELECT 1",
        "SELECT 1;",
        "SELECT 1; -- done",
        "SELECT 1 -- a;;",
        "SELECT 1 /* ; */ ; \n\t",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "VALUES (1)",
        "SELECT ';'",
        "SELECT count(*) FROM cheap",
        "SELECT value FROM json_each('[1]')",
        "SELECT rowid FROM item",
        "SELECT count(*) FROM main.item",
        "SELECT name FROM sqlite_master",
    ],
)
def test_these_are_queries(runner, database, sql):
    assert runner.run(str(database), sql).status is Status.OK


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("", Status.NOT_A_QUERY),
        (" ; ; ", Status.NOT_A_QUERY),
        ("/* unfinished", Status.NOT_A_QUERY),
        ("SELECT 1;;", Status.MULTIPLE_STATEMENTS),
        ("SELECT 1; SELECT 2", Status.MULTIPLE_STATEMENTS),
        ("SELECT", Status.ERROR),
        ("SELECT 'a", Status.ERROR),
        ("SELECT ?", Status.ERROR),
        ("SELECT 1\0", Status.ERROR),
        ("SELECT * FROM json_each('[1]', '$', 3)", Status.ERROR),  # "too many arguments on json_each() - max 2"
        ("SELECT '\ud800'", Status.ERROR),
        ("SELECT " + "1+" * 600 + "1", Status.RESOURCE_LIMIT),
        (f"SELECT max({', '.join('1' * 1001)})", Status.RESOURCE_LIMIT),  # "too many arguments on function max"
        ("SELECT '" + "x" * 200_000 + "'", Status.RESOURCE_LIMIT),
        ("SELECT '" + "ü" * 60_000 + "'", Status.RESOURCE_LIMIT),
    ],
)
def test_these_are_not(runner, database, sql, status):
    execution = runner.run(str(database), sql)
    assert execution.status is status
    assert execution.error and not execution.rows and not execution.columns


def test_a_text_that_is_not_utf8_loses_its_bad_bytes_and_keeps_its_place(runner, database):
    expected = (("plain", 1), ("ab", 2))
    assert runner.run(str(database), "SELECT word, id FROM broken ORDER BY id").rows == expected
    assert runner.run(str(database), "SELECT word, id FROM broken ORDER BY id; -- b;").rows == expected
    assert runner.run(str(database), "SELECT word, id FROM broken").rows == expected[::-1]


UNITS = ("6100", "0061", "3dd8", "d83d", "00de", "de00", "20ac", "ac20", "ffff", "feff", "0000", "00dc", "61")


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_text_of_no_valid_encoding_is_what_sqlite_makes_of_it(runner, tmp_path, encoding):
    path = tmp_path / "words.sqlite"
    words = ["6200610064003dd8", "006200610064d83d", *map("".join, itertools.product(UNITS, UNITS, UNITS))]
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA encoding = '{encoding}'")
        db.execute("CREATE TABLE n (id INTEGER PRIMARY KEY, word)")
        for word in words:  # no parameter: SQLite takes a bound blob for UTF-8
            db.execute(f"INSERT INTO n (word) VALUES (CAST(x'{word}' AS TEXT))")
        db.commit()
        db.text_factory = lambda raw: raw.decode(errors="ignore")  # the official evaluator's
        for few in range(1, len(words), 300):  # below the caps
            sql = f"SELECT word, id FROM n WHERE id BETWEEN {few} AND {few + 299} ORDER BY id"
            found = runner.run(str(path), sql)
            assert (found.rows, found.undecodable_text) == (tuple(db.execute(sql)), True)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT word FROM broken WHERE id = 2{}",
        "SELECT word FROM broken WHERE id = 2 -- c{}",
        "SELECT word FROM broken WHERE id = 2{} -- c",
        "SELECT word FROM broken WHERE id = 2 /* open{}",
        "SELECT word FROM broken WHERE id = 2{} /* open",
        "{}SELECT word FROM broken WHERE id = 2",
        "{} /* c */ -- d\n{}SELECT word FROM broken WHERE id = 2",
        "SELECT word AS fetched FROM (SELECT * FROM broken) AS fetched_ WHERE id = 2{}",
        "VALUES (CAST(x'61ff62' AS TEXT)){}",
    ],
)
@pytest.mark.parametrize("semicolon", ["", ";"])
def test_text_around_a_query_that_is_asked_again_does_no_harm(runner, database, sql, semicolon):
    execution = runner.run(str(database), sql.replace("{}", semicolon))
    assert (execution.status, execution.error, execution.rows) == (Status.OK, None, (("ab",),))


def test_a_table_of_the_second_look_s_own_name_is_read(runner, tmp_path):
    with sqlite3.connect(tmp_path / "own.sqlite") as db:
        db.execute("CREATE TABLE fetched AS SELECT CAST(x'61ff62' AS TEXT) AS word")
    db.close()
    assert runner.run(str(tmp_path / "own.sqlite"), "SELECT * FROM Fetched").rows == (("ab",),)


def test_as_many_columns_are_read_where_text_is_not_utf8(runner, database):
    sql = "SELECT word" + ", id" * 999 + " FROM broken WHERE id = 2"
    assert runner.run(str(database), sql).rows == (("ab", *[2] * 999),)
    assert runner.run(str(database), sql.replace("SELECT", "SELECT 1,")).status is Status.RESOURCE_LIMIT


def test_the_lenient_second_look_is_capped_too(runner, database):
    sql = "WITH n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 5000) SELECT word FROM broken, n"
    execution = runner.run(str(database), sql)
    assert execution.truncated and len(execution.rows) == 1000


def test_caps_cut_and_say_so(runner, database):
    many = "WITH n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT {}) SELECT x FROM n"
    assert len(runner.run(str(database), many.format(1000)).rows) == 1000
    assert not runner.run(str(database), many.format(1000)).truncated
    assert runner.run(str(database), many.format(1001)).truncated
    wide = runner.run(str(database), "SELECT printf('%.30000c', 'a') FROM item, item b")
    assert wide.truncated and len(wide.rows) == 3


def test_text_counts_by_its_bytes(database):
    runner = Runner(SandboxPolicy(max_bytes=100_000))
    wide = "SELECT replace(printf('%.20000c', 'a'), 'a', char({})) FROM item"
    assert len(runner.run(str(database), wide.format(97)).rows) == 3
    assert not runner.run(str(database), wide.format(97)).truncated
    assert len(runner.run(str(database), wide.format(128512)).rows) == 1
    assert runner.run(str(database), wide.format(128512)).truncated


def test_what_sqlite_repeats_in_an_error_is_cut(runner, database):
    error = runner.run(str(database), "SELECT json_extract('{}', printf('%.90000c', 'x'))").error
    assert error is not None and error.startswith("bad JSON path") and len(error) < 2100


def test_the_names_of_columns_are_bounded(runner, database):
    name = "n" * 90_000
    sql = f'WITH a("{name}") AS (SELECT 1) SELECT * FROM a'
    assert runner.run(str(database), sql).columns == (name,)
    execution = runner.run(str(database), sql + "".join(f", a a{i}" for i in range(20)))
    assert execution.status is Status.RESOURCE_LIMIT and not execution.columns


def test_a_name_that_is_no_column_is_a_literal_and_is_pointed_out(runner, database):
    def flag(sql: str) -> bool:
        return runner.run(str(database), sql, find_quoted_literals=True).quoted_identifier_as_literal

    assert flag('SELECT "nonsense" FROM item')
    assert not flag('SELECT "name" FROM item')
    assert not flag("SELECT 'nonsense' FROM item")
    assert runner.run(str(database), 'SELECT "nonsense" FROM item LIMIT 1').rows == (("nonsense",),)


def test_the_clock_stands_still_and_tells(runner, database):
    execution = runner.run(str(database), "SELECT date('now'), CURRENT_TIMESTAMP, strftime('%Y')")
    assert execution.rows == (("2020-01-01", "2020-01-01 00:00:00", "2020"),)
    assert execution.clock_read
    assert not runner.run(str(database), "SELECT date('2001-01-01')").clock_read


def test_numbers_become_text_as_in_older_sqlite(runner, database):
    assert runner.run(str(database), "SELECT CAST(0.1 + 0.2 AS TEXT), 1e15 || ''").rows == (("0.3", "1.0e+15"),)


def test_the_deadline_holds(runner, database):
    began = time.process_time()
    execution = runner.run(str(database), "WITH n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) FROM n")
    on_a_core = time.process_time() - began
    assert execution.status is Status.TIMEOUT
    assert 1000 <= execution.elapsed_ms < 1300 or on_a_core < 1 * STARVED_SHARE + 0.1


def test_a_replaced_file_is_read_anew(runner, database):
    sql = "SELECT count(*) FROM item"
    assert runner.run(str(database), sql).rows == ((3,),)
    copy = database.with_suffix(".new")
    shutil.copy(database, copy)
    with sqlite3.connect(copy) as db:
        db.execute("DELETE FROM item")
    db.close()
    os.replace(copy, database)
    assert runner.run(str(database), sql).rows == ((0,),)


def test_warm_connections_are_bounded(database, tmp_path):
    runner = Runner(SandboxPolicy(warm_connections=2))
    for i in range(5):
        path = shutil.copy(database, tmp_path / f"{i}.sqlite")
        assert runner.run(str(path), "SELECT 1").rows == ((1,),)
    open_files = [
        os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")
    ]
    assert sum(str(tmp_path) in name and name.endswith(".sqlite") for name in open_files) == 2
    runner.close()


def test_warm_connections_take_no_memory_from_a_query(tmp_path):
    """What a query may take does not depend on which other databases were asked before it."""
    wide = "WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT {}) SELECT zeroblob(10000) AS b FROM c"
    paths = [str(tmp_path / f"{i}.sqlite") for i in range(6)]
    for path in paths:
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE t AS " + wide.format(300))
        db.close()
    runner = Runner(SandboxPolicy(memory_mb=16))
    sort = "SELECT length(b) FROM (SELECT printf('%.99000c', 'a') || x AS b FROM c ORDER BY b)"
    query = f"WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT {{}}) {sort}"
    fits, does_not = query.format(40), query.format(200)
    alone = [runner.run(paths[0], sql).status for sql in (fits, does_not)]
    assert alone == [Status.OK, Status.RESOURCE_LIMIT]
    for path in paths:
        assert runner.run(path, "SELECT max(hex(b)) FROM t").status is Status.OK
    assert [runner.run(path, sql).status for path in paths for sql in (fits, does_not)] == alone * len(paths)


def test_a_file_that_is_no_database_is_an_error_of_the_file(runner, tmp_path):
    bad = tmp_path / "bad.sqlite"
    bad.write_text("this is no database, " * 100)
    with pytest.raises(DatabaseFileError, match=r"bad\.sqlite.*not a database"):
        runner.run(str(bad), "SELECT 1")
    with pytest.raises(DatabaseFileError, match="missing"):
        runner.run(str(tmp_path / "missing.sqlite"), "SELECT 1")


def test_a_policy_must_make_sense():
    with pytest.raises(ValueError, match="timeout_seconds"):
        SandboxPolicy(timeout_seconds=0)
    with pytest.raises(ValueError, match="open_files"):
        SandboxPolicy(open_files=20)


def test_a_database_behind_a_link_runs(tmp_path, database):
    """A folder that is a symbolic link, as where a data set lies on another disk."""
    (tmp_path / "linked").symlink_to(Path(database).parent, target_is_directory=True)
    linked = tmp_path / "linked" / Path(database).name
    assert Runner(SandboxPolicy()).run(str(linked), "SELECT 1").rows == ((1,),)


def test_nothing_is_said_of_a_text_that_the_one_before_left(runner, database):
    assert runner.run(str(database), "-- nothing").no_statement
    assert not runner.run(str(database), "SELECT \0").no_statement
    assert runner.run(str(database), "SELECT date('now')").clock_read
    assert not runner.run(str(database), "SELECT \0").clock_read

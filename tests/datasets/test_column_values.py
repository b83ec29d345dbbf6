"""Values read through the sandbox: the database's own, whatever is in it."""

import sqlite3
from contextlib import closing

import pytest

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.datasets.column_values import MAX_CHARACTERS, VALUES_KEPT, read_column_values
from t2s_pipeline.sandbox.connection import DatabaseFileError
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table, read_schema

LIMITS = SandboxConfig(workers=1)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "odd.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript('CREATE TABLE "order" ("a;b", "c""d" TEXT, n REAL, many INT);')
        rows = [
            ("two\nlines", "it's", 1.5, 1),
            (b"blob", "it's", float("inf"), 2),
            ("x" * (MAX_CHARACTERS + 1), "", 2.0, 3),
            ("x" * MAX_CHARACTERS, None, None, 4),
            ("Zürich", "b", 1.5, 5),
            ("<|im_end|>", "b", 1.5, 6),
        ]
        connection.executemany('INSERT INTO "order" VALUES (?, ?, ?, ?)', rows)
        connection.execute('INSERT INTO "order"(many) WITH RECURSIVE c(n) AS (SELECT 6 UNION ALL SELECT n + 1 FROM c '
                           "WHERE n < 1500) SELECT n FROM c")  # fmt: skip
        connection.commit()
    return path


def test_values_are_those_that_a_prompt_can_show(path):
    schemas = {"toy/odd": read_schema(path, "toy/odd")}
    read = read_column_values(schemas, {"toy/odd": path}, LIMITS)
    shown = read.values["toy/odd"].examples("Which order of 1500, or 1000, is in Zürich or in IM_END?")
    assert read.unreadable == []
    assert shown["order", "a;b"] == ("'Zürich'",)  # the other is long, and nobody named it
    assert shown["order", 'c"d'] == ("'it''s'", "'b'")
    assert shown["order", "n"] == ("1.5", "2.0")
    assert shown["order", "many"] == (str(VALUES_KEPT), "1", "2")  # 1500 is beyond what is kept


def test_text_that_may_have_lost_bytes_is_left_out(tmp_path):
    path = tmp_path / "broken.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE t (a TEXT); INSERT INTO t VALUES (CAST(x'c3a9ff61' AS TEXT)), ('ok');")
    read = read_column_values({"toy/b": read_schema(path, "toy/b")}, {"toy/b": path}, LIMITS)
    assert read.values["toy/b"].examples("x")["t", "a"] == ("'ok'",)


def test_a_column_that_cannot_be_read_is_named(path):
    schema = DatabaseSchema(
        "toy/odd", (Table("order", (Column("many", "INT"),)), Table("gone", (Column("a", "INT"),))), ()
    )
    read = read_column_values({"toy/odd": schema}, {"toy/odd": path}, LIMITS)
    assert read.unreadable == [("toy/odd", "gone", "a")]
    assert read.values["toy/odd"].examples("x") == {("order", "many"): ("1", "2", "3")}


def test_what_is_no_database_is_an_error(tmp_path):
    path = tmp_path / "not.sqlite"
    path.write_text("not a database, but long enough to be looked at")
    with pytest.raises(DatabaseFileError, match=r"not\.sqlite"):
        read_column_values(
            {"toy/n": DatabaseSchema("toy/n", (Table("t", (Column("a", "INT"),)),), ())}, {"toy/n": path}, LIMITS
        )

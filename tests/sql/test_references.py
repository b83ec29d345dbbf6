"""Tables that a query reads; on Spider, the same as SQLite's own authorizer sees."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from t2s_pipeline.sql.references import tables_read

SPIDER_ROOT = os.environ.get("SPIDER_ROOT", "")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM a", ("a",)),
        ("SELECT * FROM a;", ("a",)),
        ("SELECT * FROM a; -- all of them", ("a",)),
        ("SELECT * FROM a; /* all */ ;", ("a",)),
        ("SELECT count(*) FROM sqlite_master", ()),
        ("SELECT * FROM SQLite_Schema, a WHERE i IN sqlite_sequence", ("a",)),
        ("SELECT 1", ()),
        ("SELECT * FROM a AS x, B JOIN c ON x.i = c.i, A", ("a", "B", "c")),
        ('SELECT * FROM [my table] JOIN "oth er" JOIN `x`', ("my table", "oth er", "x")),
        ("SELECT (SELECT max(i) FROM b) FROM a WHERE i IN (SELECT i FROM c)", ("b", "a", "c")),
        ("SELECT * FROM a WHERE i IN b", ("a", "b")),
        ("SELECT * FROM (SELECT * FROM b) AS t UNION SELECT * FROM c", ("b", "c")),
        ("WITH t AS (SELECT * FROM a) SELECT * FROM T JOIN t", ("a",)),
        ("WITH t AS (SELECT * FROM a) SELECT * FROM main.t", ("t",)),
        ("WITH t AS (SELECT * FROM a), unused AS (SELECT * FROM b) SELECT * FROM t", ("a",)),
        ("WITH u AS (SELECT * FROM t), t AS (SELECT * FROM a) SELECT * FROM u", ("a",)),
        ("SELECT * FROM (WITH t AS (SELECT * FROM a) SELECT * FROM t) JOIN t", ("a", "t")),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT * FROM n", ()),
        ("SELECT * FROM json_each('[1]'), a", ("a",)),
    ],
)
def test_reads(sql, expected):
    assert tables_read(sql) == expected


@pytest.mark.parametrize("sql", ["", "selec", "SELECT * FROM", "DROP TABLE a", "SELECT 1; SELECT 2", "'"])
def test_no_single_query_is_none(sql):
    assert tables_read(sql) is None


def test_deep_nesting_is_an_answer_not_a_crash():
    tables_read("SELECT " + "(" * 5000 + "1" + ")" * 5000)


def seen_by_sqlite(database: Path, sql: str) -> set[str]:
    seen = set()

    def authorize(action, table, *_):
        if action == sqlite3.SQLITE_READ and table:
            seen.add(table.lower())
        return sqlite3.SQLITE_OK

    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)
    connection.set_authorizer(authorize)
    try:
        connection.execute("EXPLAIN " + sql)
    finally:
        connection.close()
    return seen


@pytest.mark.spider
@pytest.mark.skipif(not SPIDER_ROOT, reason="SPIDER_ROOT is not set")
def test_every_gold_of_spider_reads_what_sqlite_says():
    root, compared = Path(SPIDER_ROOT).resolve(), 0
    for name in ("train_spider.json", "train_others.json", "dev.json"):
        for row in json.loads((root / name).read_text()):
            database = root / "database" / row["db_id"] / f"{row['db_id']}.sqlite"
            if not database.is_file():
                continue
            try:
                expected = seen_by_sqlite(database, row["query"])
            except sqlite3.Error:
                continue
            compared += 1
            assert {name.lower() for name in tables_read(row["query"])} == expected, row["query"]
    assert compared >= 9594

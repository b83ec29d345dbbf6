"""Queries that write down what they return, and queries that read it."""

from __future__ import annotations

import pytest

from t2s_pipeline.sql.constant_rows import writes_its_rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 3",
        "SELECT 'Bob' FROM singer LIMIT 1",
        "SELECT max('Bob'), 2 + 1 FROM singer",
        "SELECT 'Bob' FROM singer UNION SELECT 'Ann' FROM singer",
        "SELECT name FROM singer WHERE 0 UNION SELECT 'Bob' FROM singer",
        "SELECT name FROM singer WHERE 0 UNION VALUES ('Bob')",
        "SELECT x FROM (SELECT 'Bob' AS x FROM singer)",
        "WITH a(x) AS (SELECT 'Bob' FROM singer) SELECT x FROM a",
        "SELECT (SELECT 3 FROM singer), name FROM singer",
    ],
)
def test_rows_that_are_written_down(sql):
    assert writes_its_rows(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM singer",
        "SELECT 'Bob', s.* FROM singer AS s",
        "SELECT count(*) FROM singer",
        "SELECT count(1) FROM singer",
        "SELECT (SELECT count(*) FROM singer) - (SELECT max(age) FROM singer)",
        "SELECT name FROM singer WHERE EXISTS (SELECT 1 FROM song WHERE song.singer_id = singer.id)",
        "SELECT name FROM singer WHERE NOT EXISTS (SELECT 1 FROM song)",
        "SELECT name FROM singer UNION SELECT name FROM song",
        "not a query",
        "VALUES ('Bob')",  # reads no table, which is asked elsewhere
    ],
)
def test_rows_that_are_read(sql):
    assert not writes_its_rows(sql)

"""Other ways to write a query: which there are, and that they are SQL."""

from __future__ import annotations

import sqlite3

import pytest

from t2s_pipeline.sql.variants import variants


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a FROM t UNION SELECT b FROM u", ("SELECT b FROM u UNION SELECT a FROM t",)),
        (
            "SELECT a FROM t INTERSECT SELECT b FROM u",
            ("SELECT b FROM u INTERSECT SELECT a FROM t", "SELECT DISTINCT a FROM t WHERE a IN (SELECT b FROM u)"),
        ),
        (
            "SELECT a FROM t WHERE c = 1 EXCEPT SELECT b FROM u",
            ("SELECT DISTINCT a FROM t WHERE c = 1 AND NOT a IN (SELECT b FROM u)",),
        ),
        ("SELECT a FROM t WHERE a NOT IN (SELECT b FROM u)", ("SELECT a FROM t EXCEPT SELECT b FROM u",)),
        (
            "SELECT a FROM t WHERE c = 1 AND a NOT IN (SELECT b FROM u)",
            ("SELECT a FROM t WHERE c = 1 EXCEPT SELECT b FROM u",),
        ),
        ("SELECT a FROM t ORDER BY c DESC LIMIT 1", ("SELECT a FROM t WHERE c = (SELECT MAX(c) FROM t)",)),
        (
            "SELECT a FROM t WHERE d = 2 ORDER BY c LIMIT 1",
            ("SELECT a FROM t WHERE d = 2 AND c = (SELECT MIN(c) FROM t WHERE d = 2)",),
        ),
        ("SELECT a FROM t WHERE c = (SELECT max(c) FROM t)", ("SELECT a FROM t ORDER BY c DESC LIMIT 1",)),
        ("SELECT a FROM t", ()),
        ("SELECT a FROM t ORDER BY c LIMIT 2", ()),
        ("SELECT a FROM t UNION SELECT b FROM u ORDER BY 1", ()),
        ("SELECT a, count(*) FROM t GROUP BY a ORDER BY c LIMIT 1", ()),
        ("no query", ()),
    ],
)
def test_variants(sql, expected):
    assert variants(sql) == expected
    with sqlite3.connect(":memory:") as db:
        db.executescript("CREATE TABLE t (a, c, d); CREATE TABLE u (b)")
        for text in expected:
            db.execute(text)

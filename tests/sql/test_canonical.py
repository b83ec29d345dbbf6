"""Shapes: the same for two ways of writing, another for another query, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.sql.canonical import MOST_TERMS, shape_of
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.shape import tables_of

CATALOGUE = Catalogue.of(
    {"singer": ["id", "Name", "age", "country"], "song": ["song_id", "singer_id", "name", "sales"]}
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT name FROM singer", "select T1.NAME from SINGER as T1"),
        ("SELECT name FROM singer WHERE age > 30", "SELECT name FROM singer WHERE 30 < age"),
        ("SELECT name FROM singer WHERE age >= 30", "SELECT name FROM singer WHERE NOT age < 30"),
        ("SELECT name FROM singer WHERE age != 30", "SELECT name FROM singer WHERE NOT (30 = age)"),
        ("SELECT name FROM singer WHERE age = 30", "SELECT name FROM singer WHERE age = '30'"),
        ("SELECT name FROM singer WHERE country = 'x'", 'SELECT name FROM singer WHERE country = "x"'),
        ("SELECT name FROM singer WHERE age BETWEEN 1 AND 2", "SELECT name FROM singer WHERE age <= 2 AND 1 <= age"),
        ("SELECT name FROM singer WHERE age IN (1, 2)", "SELECT name FROM singer WHERE age = 2 OR age = 1"),
        ("SELECT name FROM singer WHERE age NOT IN (1, 2)", "SELECT name FROM singer WHERE age <> 2 AND age <> 1"),
        ("SELECT name FROM singer WHERE age IS NOT NULL", "SELECT name FROM singer WHERE NOT age IS NULL"),
        ("SELECT age + 1 FROM singer", "SELECT (1 + age) FROM singer"),
        (
            "SELECT T1.name FROM singer AS T1 JOIN song AS T2 ON T1.id = T2.singer_id WHERE sales > 1",
            "SELECT b.name FROM song AS a, singer AS b WHERE a.sales > 1 AND a.singer_id = b.id",
        ),
        (
            "SELECT age FROM singer JOIN song USING (name)",
            "SELECT age FROM singer AS a JOIN song AS b ON b.name = a.name",
        ),
        ("SELECT age FROM singer NATURAL JOIN song", "SELECT age FROM singer JOIN song ON singer.name = song.name"),
        (
            "SELECT country, count(*) AS n FROM singer GROUP BY country ORDER BY n DESC",
            "SELECT country, count(*) FROM singer GROUP BY 1 ORDER BY count(*) DESC",
        ),
        ("SELECT name FROM (SELECT name, age FROM singer) AS x WHERE age > 1", "SELECT name FROM singer WHERE age > 1"),
        ("WITH x AS (SELECT * FROM singer) SELECT name FROM x", "SELECT name FROM singer"),
        ("SELECT * FROM singer", "SELECT id, name, age, country FROM singer"),
        ("SELECT T1.* FROM singer AS T1", "SELECT * FROM singer"),
        (
            "SELECT name FROM singer WHERE id IN (SELECT singer_id FROM song AS T9)",
            "SELECT name FROM singer AS T1 WHERE T1.id IN (SELECT song.singer_id FROM song)",
        ),
        (
            "SELECT 1 FROM (singer AS a JOIN song AS b ON a.id = b.singer_id)",
            "SELECT 1 FROM singer, song WHERE id = singer_id",
        ),
    ],
)
def test_the_same_shape(one, other):
    assert shape_of(one, CATALOGUE) == shape_of(other, CATALOGUE) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT name FROM singer", "SELECT DISTINCT name FROM singer"),
        ("SELECT name FROM singer", "SELECT country FROM singer"),
        ("SELECT singer.name FROM singer, song", "SELECT song.name FROM singer, song"),
        ("SELECT name FROM singer WHERE age > 30", "SELECT name FROM singer WHERE age < 30"),
        ("SELECT name FROM singer WHERE country = 'x'", "SELECT name FROM singer WHERE country = 'X'"),
        ("SELECT count(age) FROM singer", "SELECT count(DISTINCT age) FROM singer"),
        ("SELECT name FROM singer ORDER BY age", "SELECT name FROM singer ORDER BY age DESC"),
        (
            "SELECT age FROM singer UNION SELECT sales FROM song",
            "SELECT age FROM singer UNION ALL SELECT sales FROM song",
        ),
        ("SELECT name FROM singer LIMIT 1", "SELECT name FROM singer LIMIT 1 OFFSET 1"),
        ("SELECT 1 FROM singer JOIN song ON id = singer_id", "SELECT 1 FROM singer LEFT JOIN song ON id = singer_id"),
        ("SELECT max(age) FROM singer", "SELECT max(age, 1) FROM singer"),
        ("SELECT x.n FROM (SELECT count(*) AS n FROM singer) AS x", "SELECT count(*) FROM singer"),
        ("SELECT CAST(age AS TEXT) FROM singer", "SELECT CAST(age AS REAL) FROM singer"),
    ],
)
def test_another_shape(one, other):
    assert shape_of(one, CATALOGUE) != shape_of(other, CATALOGUE)


def test_tables_of_a_shape():
    sql = "SELECT 1 FROM singer, (SELECT count(*) FROM song GROUP BY name) WHERE id IN (SELECT id FROM singer) UNION SELECT 2"
    assert sorted(tables_of(shape_of(sql, CATALOGUE))) == ["singer", "singer", "song"]
    assert sorted(tables_of(shape_of(sql, CATALOGUE), nested=False)) == ["singer", "song"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "abs(" * 80 + "age" + ")" * 80 + " FROM singer",
        "SELECT " + "(SELECT " * 80 + "1" + ")" * 80,
        "SELECT " + "age + " * 3000 + "1 FROM singer",
        "WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n",
        "SELECT a AS b, b AS a FROM singer ORDER BY a",
        "SELECT x.* FROM singer",
        "SELECT count(DISTINCT) FROM singer",
        "VALUES (1), (2)",
    ],
)
def test_odd_queries_are_an_answer(sql):
    shape_of(sql, CATALOGUE)


words = st.sampled_from(
    "SELECT FROM WHERE GROUP BY ORDER LIMIT ( ) , * name singer song AS T1 T1.name = 1 'x' count IN NOT AND UNION JOIN ON "
    'USING CASE WHEN THEN END BETWEEN IS NULL EXISTS WITH DISTINCT max - [ " ; HAVING INTERSECT VALUES CAST OVER'.split()
)


@settings(max_examples=200, deadline=None)
@given(st.lists(words, max_size=20), st.text(max_size=5))
def test_garbage_is_an_answer(drawn, tail):
    shape_of("SELECT " + " ".join(drawn) + tail, CATALOGUE)


def chained(body: str, levels: int) -> str:
    """A query of WITH that names the one before it more than once, and so on."""
    parts = ["w0 AS (SELECT id, age FROM singer)"]
    parts += [f"w{i} AS ({body.replace('?', f'w{i - 1}')})" for i in range(1, levels)]
    return f"WITH {', '.join(parts)} SELECT id FROM w{levels - 1}"


@pytest.mark.parametrize(
    "sql",
    [
        chained("SELECT x.id + y.id AS id, x.age FROM ? AS x JOIN ? AS y", 12),
        chained("SELECT *, * FROM ?", 16),
        "SELECT " + ", ".join(["age"] * (MOST_TERMS + 1)) + " FROM singer",
        "SELECT " + ", ".join(["*"] * (MOST_TERMS // 4 + 1)) + " FROM singer",
        "SELECT id FROM singer WHERE " + " AND ".join(f"age <> {i}" for i in range(MOST_TERMS // 3 + 1)),
    ],
)
def test_none_where_a_query_is_too_large(sql):
    assert shape_of(sql, CATALOGUE) is None


def test_a_large_query_still_has_a_shape():
    assert shape_of(chained("SELECT x.id, y.age FROM ? AS x JOIN ? AS y", 5), CATALOGUE) is not None
    assert shape_of("SELECT " + ", ".join(f"age + {i}" for i in range(MOST_TERMS // 4)) + " FROM singer", CATALOGUE)

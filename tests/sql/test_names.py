"""Names by SQLite's rules of scope; where SQLite refuses a name, so do we, on generated queries too."""

from __future__ import annotations

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.names import Names, NameState
from t2s_pipeline.sql.parse import LONGEST, parse_query

CATALOGUE = Catalogue.of(
    {"singer": ["id", "Name", "age", "country"], "song": ["song_id", "singer_id", "name"], "my table": ["a b", "id"]}
)
INVALID = (NameState.NO_SUCH_COLUMN, NameState.UNDEFINED_QUALIFIER, NameState.AMBIGUOUS)


def resolved(sql: str) -> list[str]:
    """What every name stands for, in order: `table.column`, or the state."""
    query = parse_query(sql)
    names = Names(query, CATALOGUE)
    found = (names.resolve(c) for c in query.find_all(exp.Column, bfs=False) if isinstance(c.this, exp.Identifier))
    return [".".join(r.origin) if r.origin else r.state.value for r in found]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT NAME FROM Singer", ["singer.Name"]),
        ("SELECT T1.name FROM singer AS T1", ["singer.Name"]),
        ("SELECT singer.name FROM singer AS T1", ["undefined_qualifier"]),
        ("SELECT T2.age FROM singer AS T1, song AS T2", ["no_such_column"]),
        ("SELECT age, song_id FROM singer, song", ["singer.age", "song.song_id"]),
        ("SELECT name FROM singer, song", ["ambiguous"]),
        ("SELECT name FROM singer JOIN song USING (name)", ["singer.Name"]),
        ("SELECT name FROM singer NATURAL JOIN song", ["singer.Name"]),
        ("SELECT name FROM singer JOIN song USING (name), song AS s", ["ambiguous"]),
        ("SELECT song_id FROM singer NATURAL JOIN song, song AS s", ["ambiguous"]),
        ("SELECT name FROM (singer JOIN song USING (name)) NATURAL JOIN song AS s", ["singer.Name"]),
        ("SELECT song.name FROM song NATURAL JOIN song", ["song.name"]),
        ("SELECT 1 AS q FROM singer JOIN song ON singer_id = q", ["song.singer_id", "expression"]),
        ("SELECT * FROM singer AS a, singer AS b ORDER BY age", ["singer.age"]),
        ("SELECT * FROM singer AS a, singer AS b ORDER BY age + 1", ["ambiguous"]),
        ("SELECT 1 FROM song AS a JOIN (song AS b JOIN singer ON id = song_id)", ["singer.id", "song.song_id"]),
        ("SELECT 1 FROM song AS a JOIN (singer JOIN song USING (name)) ON name = 1", ["ambiguous"]),
        ("SELECT 1 FROM song AS a JOIN (singer JOIN song USING (name) JOIN song AS b ON name = 1)", ["ambiguous"]),
        ("SELECT 1 FROM singer JOIN (song AS b JOIN song AS c ON age = 1)", ["no_such_column"]),
        ("SELECT k.age FROM (singer JOIN song ON age = song_id) AS k, song AS s", ["unknown", "unknown", "unknown"]),
        (
            "SELECT id FROM singer UNION SELECT song_id FROM song ORDER BY song_id",
            ["singer.id", "song.song_id", "song.song_id"],
        ),
        ("SELECT nome, nome.x FROM singer", ["no_such_column", "undefined_qualifier"]),
        ('SELECT "age" FROM singer WHERE country = "France"', ["singer.age", "singer.country", "literal"]),
        ('SELECT T1."age", T1."France" FROM singer AS T1', ["singer.age", "no_such_column"]),
        ("SELECT [a b], `id` FROM [my table]", ["my table.a b", "my table.id"]),
        ("SELECT rowid FROM singer", ["singer.rowid"]),
        ("SELECT age AS a FROM singer ORDER BY a", ["singer.age", "singer.age"]),
        ("SELECT count(*) AS n FROM singer GROUP BY country ORDER BY n", ["singer.country", "expression"]),
        ("SELECT age AS a FROM singer WHERE a > 1", ["singer.age", "singer.age"]),
        ("SELECT age AS a, a FROM singer", ["singer.age", "no_such_column"]),
        ("SELECT -age AS country FROM singer ORDER BY country", ["singer.age", "expression"]),
        ("SELECT -age AS country FROM singer WHERE country > 1", ["singer.age", "singer.country"]),
        ("SELECT x.name FROM (SELECT T1.name FROM singer AS T1) AS x", ["singer.Name", "singer.Name"]),
        ("SELECT x.age FROM (SELECT name FROM singer) AS x", ["no_such_column", "singer.Name"]),
        ("SELECT x.n FROM (SELECT count(*) AS n FROM singer) AS x", ["expression"]),
        ("SELECT x.age FROM (SELECT * FROM singer) AS x", ["singer.age"]),
        ("SELECT 1 FROM singer AS a, (SELECT a.age) AS b", ["undefined_qualifier"]),
        (
            "SELECT 1 FROM singer AS a WHERE EXISTS (SELECT 1 FROM song WHERE singer_id = a.id AND age > 1)",
            ["song.singer_id", "singer.id", "singer.age"],
        ),
        ("SELECT 1 FROM song WHERE name = (SELECT name FROM singer)", ["song.name", "singer.Name"]),
        (
            "SELECT age FROM singer UNION SELECT song_id FROM song ORDER BY age",
            ["singer.age", "song.song_id", "singer.age"],
        ),
        ("SELECT T1.age FROM singer AS T1 UNION SELECT T1.age FROM song AS T1", ["singer.age", "no_such_column"]),
        (
            "WITH c AS (SELECT age AS x FROM singer) SELECT x, age FROM c",
            ["singer.age", "no_such_column", "singer.age"],
        ),
        ("WITH c(y) AS (SELECT age FROM singer) SELECT y FROM c AS d", ["singer.age", "singer.age"]),
        ("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n", None),
        ("SELECT T1.id FROM (singer AS T1 JOIN song AS T2 ON T1.id = T2.singer_id)", None),
        ("SELECT a.id FROM singer AS a JOIN song AS b ON a.id = b.singer_id AND b.nobody = 1", None),
        ("SELECT x FROM nowhere", ["unknown"]),
        ("SELECT value FROM json_each('[1]')", ["unknown"]),
    ],
)
def test_names(sql, expected):
    found = resolved(sql)
    assert found == expected if expected is not None else found  # None: the comparison with SQLite below is enough
    assert any(state in INVALID for state in found) == refused(sql) or "nowhere" in sql


def refused(sql: str) -> bool:
    """Whether SQLite refuses a name of the query."""
    connection = apsw.Connection(":memory:")
    for table in CATALOGUE.tables.values():
        columns = ", ".join(f'"{name}"' for name in table.columns.values())
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    try:
        connection.execute("EXPLAIN " + sql)
    except apsw.SQLError as error:
        assert str(error).startswith(("no such column", "ambiguous column", "no such table: nowhere")), error
        return True
    return False


column = st.sampled_from(
    ["id", "name", "age", "a.id", "b.id", "a.name", "b.name", "c.name", "singer.age", "n", "song_id"]
)
source = st.sampled_from(
    ["singer", "singer AS a", "song AS b", "song", "(SELECT name FROM singer) AS a", "(SELECT 1 AS n) AS b"]
)


@st.composite
def query(draw, depth=0):
    entries = " , ".join(draw(st.lists(source, min_size=1, max_size=2)))
    parts = [f"SELECT {draw(column)} AS {draw(st.sampled_from(['n', 'id', 'q']))} FROM {entries}"]
    if draw(st.booleans()):
        parts.append(f"WHERE {draw(column)} > 1")
        if depth < 2 and draw(st.booleans()):
            parts.append(f"AND {draw(column)} IN ({draw(query(depth=depth + 1))})")
    if draw(st.booleans()):
        parts.append(f"GROUP BY {draw(column)}")
    if draw(st.booleans()):
        parts.append(f"ORDER BY {draw(column)}")
    return " ".join(parts)


@settings(max_examples=150, deadline=None)
@given(query())
def test_sqlite_refuses_what_we_cannot_resolve(sql):
    assert any(state in INVALID for state in resolved(sql)) == refused(sql), sql


@pytest.mark.parametrize(
    "sql",
    ["", "x", "SELECT", "SELECT (((", "DROP TABLE singer", "SELECT 1; SELECT 2", "'", "\0", "SELECT '\ud800", "-- no"],
)
def test_what_is_no_query_is_none(sql):
    assert parse_query(sql) is None


def test_size_and_depth_are_bounded():
    assert parse_query("SELECT " + "1+" * LONGEST + "1") is None
    parse_query("SELECT " + "(" * 5000 + "1" + ")" * 5000)

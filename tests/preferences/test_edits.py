"""Edits of parsed gold: plausible, in the author's own text, of the kind that they are named."""

import sqlite3

import pytest

from t2s_pipeline.preferences.edits import EditKind, all_edits, literal_values
from t2s_pipeline.preferences.gold_query import parse_gold
from t2s_pipeline.schema.catalog import read_schema

TABLES = """
CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, country VARCHAR(20), age INT, height REAL, born DATE);
CREATE TABLE song (song_id INTEGER PRIMARY KEY, singer_id INTEGER, name TEXT, "release year" INT, sales INT,
                   FOREIGN KEY (singer_id) REFERENCES singer (id));
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("edits") / "music.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(TABLES)
    connection.close()
    return path


@pytest.fixture(scope="module")
def schema(database):
    return read_schema(database, "toy/music")


def edited(sql, kind, schema, golds=()):
    """The edited texts of one kind, with literals from `golds`."""
    values = literal_values([parse_gold(gold, schema) for gold in (sql, *golds)])
    return [edit.apply(sql) for edit in all_edits(parse_gold(sql, schema), values)[kind]]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT count(*) FROM singer", []),
        ("SELECT count(DISTINCT country) FROM singer", []),
        ("SELECT avg ( age )  FROM singer", ["SELECT max ( age )  FROM singer", "SELECT min ( age )  FROM singer",
                                             "SELECT sum ( age )  FROM singer"]),
        ("SELECT MAX(name) FROM singer", ["SELECT MIN(name) FROM singer"]),
        ("SELECT Count(T.age) FROM singer AS T", ["SELECT AVG(T.age) FROM singer AS T",
                                                  "SELECT SUM(T.age) FROM singer AS T"]),
    ],
)  # fmt: skip
def test_aggregation(sql, expected, schema):
    assert edited(sql, EditKind.WRONG_AGGREGATION, schema) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT name FROM singer", ["SELECT country FROM singer"]),
        ("SELECT born FROM singer", []),
        ("SELECT T2.sales FROM singer AS T1 JOIN song AS T2 ON T1.id  =  T2.singer_id",
         ['SELECT T2."release year" FROM singer AS T1 JOIN song AS T2 ON T1.id  =  T2.singer_id',
          "SELECT T2.singer_id FROM singer AS T1 JOIN song AS T2 ON T1.id  =  T2.singer_id",
          "SELECT T2.song_id FROM singer AS T1 JOIN song AS T2 ON T1.id  =  T2.singer_id"]),
        # `name` would be ambiguous here, and so is no edit of `country`.
        ("SELECT country FROM singer JOIN song ON id = singer_id", []),
        ("SELECT name FROM (SELECT name FROM song)", []),
        ("WITH singer AS (SELECT 1 AS name) SELECT name FROM singer", []),
    ],
)  # fmt: skip
def test_column(sql, expected, schema):
    assert edited(sql, EditKind.WRONG_COLUMN, schema) == expected


def test_a_condition_on_a_column_of_an_outer_query(schema):
    sql = "SELECT name FROM singer AS a WHERE EXISTS (SELECT 1 FROM song AS b WHERE a.age > 30)"
    texts = edited(sql, EditKind.WRONG_COLUMN, schema)
    assert "SELECT name FROM singer AS a WHERE EXISTS (SELECT 1 FROM song AS b WHERE a.height > 30)" in texts


@pytest.mark.parametrize(
    ("sql", "golds", "expected"),
    [
        ("SELECT 1 FROM singer WHERE age  >=  30", (),
         ["age  <  30", "age  >  30", "age  >=  29", "age  >=  31"]),
        ("SELECT 1 FROM singer WHERE country = 'France'", ('SELECT 1 FROM singer WHERE Country = "Chad"',),
         ["country != 'France'", "country = \"Chad\""]),
        # The same value in other quotes, and one of another column, are no other values.
        ("SELECT 1 FROM singer WHERE name = 'x'", ('SELECT 1 FROM singer WHERE name = "x" OR country = "y"',),
         ["name != 'x'"]),
        ("SELECT 1 FROM singer WHERE name LIKE '%a%'", ("SELECT 1 FROM singer WHERE name LIKE '%b%'",),
         ["name LIKE '%b%'"]),
        ("SELECT 1 FROM singer, song WHERE singer.id = song.singer_id", (), []),
    ],
)  # fmt: skip
def test_condition(sql, golds, expected, schema):
    start = sql.index("WHERE") + len("WHERE ")
    assert [text[start:] for text in edited(sql, EditKind.WRONG_CONDITION, schema, golds)] == expected


def test_conditions_leave_joins_and_limits_alone(schema):
    sql = "SELECT T1.name FROM singer AS T1 JOIN song AS T2 ON T1.id = T2.singer_id AND T2.sales > 5 LIMIT 3"
    assert edited(sql, EditKind.WRONG_CONDITION, schema) == []


def test_connectives_but_not_the_and_of_between(schema):
    sql = "SELECT 1 FROM singer WHERE (age between 1 and 5) and height IS NOT NULL"
    texts = edited(sql, EditKind.WRONG_CONDITION, schema)
    assert "SELECT 1 FROM singer WHERE (age between 1 and 5) or height IS NOT NULL" in texts
    assert not any("1 or 5" in text for text in texts)


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("ORDER BY age", ["ORDER BY age DESC"]),
        ("ORDER BY age desc LIMIT 1", ["ORDER BY age asc LIMIT 1", "ORDER BY age desc LIMIT 2"]),
        ("ORDER BY count(*), name ASC limit 3;",
         ["ORDER BY count(*) DESC, name ASC limit 3;", "ORDER BY count(*), name DESC limit 3;",
          "ORDER BY count(*), name ASC limit 1;", "ORDER BY count(*), name ASC limit 4;"]),
    ],
)  # fmt: skip
def test_order_and_limit(tail, expected, schema):
    sql = "SELECT name FROM singer GROUP BY name " + tail
    texts = edited(sql, EditKind.WRONG_ORDER_LIMIT, schema)
    assert texts == ["SELECT name FROM singer GROUP BY name " + text for text in expected]


def test_text_around_an_edit_is_kept_to_the_letter(schema):
    sql = "select  Name\nfrom singer -- größe, 日本語\nwhere AGE>3"
    assert "select  Name\nfrom singer -- größe, 日本語\nwhere AGE<3" in edited(sql, EditKind.WRONG_CONDITION, schema)


GOLDS = (
    "SELECT T1.name, max(T2.sales) FROM singer AS T1 JOIN song AS T2 ON T1.id = T2.singer_id "
    'WHERE T1.country != "France" AND T2.sales >= 10 GROUP BY T1.id HAVING count(*) > 1 ORDER BY max(T2.sales) DESC',
    "SELECT name FROM singer WHERE age < (SELECT avg(age) FROM singer) OR id NOT IN (SELECT singer_id FROM song)",
    "SELECT name FROM singer EXCEPT SELECT name FROM song WHERE `release year` BETWEEN 1990 AND 2000",
)


@pytest.mark.parametrize("sql", GOLDS)
def test_every_edit_runs_and_differs(sql, schema, database):
    query = parse_gold(sql, schema)
    edits = [edit for found in all_edits(query, literal_values([query])).values() for edit in found]
    assert len(edits) >= 5
    connection = sqlite3.connect(database)
    for edit in edits:
        assert edit.apply(sql) != sql
        connection.execute(edit.apply(sql))
    connection.close()


@pytest.mark.parametrize("sql", ["", "DELETE FROM singer", "SELECT 1; SELECT 2", "nonsense text here"])
def test_what_is_not_one_query_is_not_edited(sql, schema):
    assert parse_gold(sql, schema) is None

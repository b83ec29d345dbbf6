"""Edits of parsed gold: plausible, in the author's own text, of the kind that they are named."""

import sqlite3

import pytest

from t2s_pipeline.preferences.edit_conditions import literal_values
from t2s_pipeline.preferences.edits import all_edits
from t2s_pipeline.preferences.gold_query import parse_gold
from t2s_pipeline.preferences.pair_types import EditKind
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
        ("SELECT count(DISTINCT country) FROM singer", ["SELECT count(country) FROM singer"]),
        ("SELECT COUNT(country) FROM singer", ["SELECT COUNT(DISTINCT country) FROM singer"]),
        ("SELECT avg ( age )  FROM singer", ["SELECT max ( age )  FROM singer", "SELECT min ( age )  FROM singer",
                                             "SELECT sum ( age )  FROM singer"]),
        ("SELECT MAX(name) FROM singer", ["SELECT MIN(name) FROM singer"]),
        ("SELECT Count(T.age) FROM singer AS T", ["SELECT AVG(T.age) FROM singer AS T",
                                                  "SELECT SUM(T.age) FROM singer AS T",
                                                  "SELECT Count(DISTINCT T.age) FROM singer AS T"]),
    ],
)  # fmt: skip
def test_aggregation(sql, expected, schema):
    assert edited(sql, EditKind.WRONG_AGGREGATION, schema) == expected


SONGS = "FROM singer AS T1 JOIN song AS T2 ON T1.id  =  T2.singer_id"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        # Of no table that is read: the one that a foreign key links, and a column that no table here has.
        ("SELECT born FROM singer", []),
        ("SELECT age FROM singer", ['SELECT "release year" FROM singer', "SELECT sales FROM singer",
                                    "SELECT singer_id FROM singer", "SELECT song_id FROM singer"]),
        ("SELECT x.age FROM singer AS x", ['SELECT x."release year" FROM singer AS x', "SELECT x.sales FROM singer AS x",
                                           "SELECT x.singer_id FROM singer AS x", "SELECT x.song_id FROM singer AS x"]),
        # Of the same kind and of the other table, its own name first of all.
        (f"SELECT T2.name {SONGS}", [f"SELECT T1.country {SONGS}", f"SELECT T1.name {SONGS}"]),
        ("SELECT country FROM singer JOIN song ON id = singer_id",
         ["SELECT song.name FROM singer JOIN song ON id = singer_id"]),
        ("SELECT born FROM (SELECT born FROM singer)", []),
        ("WITH singer AS (SELECT 1 AS name) SELECT name FROM singer", []),
    ],
)  # fmt: skip
def test_a_column_of_another_owner(sql, expected, schema):
    assert edited(sql, EditKind.WRONG_COLUMN, schema) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT age FROM singer", []),
        (f"SELECT count(*) {SONGS} WHERE T1.age > 3", ["SELECT count(*) FROM singer AS T1 WHERE T1.age > 3"]),
        # What was read from the table is left as it is, or read from the table that is left.
        (f"SELECT T1.age, T2.name {SONGS} ORDER BY T2.name LIMIT 1",
         ["SELECT T1.age, T1.name FROM singer AS T1 ORDER BY T1.name LIMIT 1",
          "SELECT T1.age, T2.name FROM singer AS T1 ORDER BY T2.name LIMIT 1"]),
        (f"SELECT T2.sales {SONGS} GROUP BY 1", ["SELECT T2.sales FROM singer AS T1 GROUP BY 1"]),
        ("SELECT a.age FROM singer a, song b WHERE a.id = b.singer_id", []),
        ("SELECT a.age FROM singer a LEFT JOIN song b ON a.id = b.singer_id JOIN song c USING (song_id)",
         ["SELECT a.age FROM singer a JOIN song c USING (song_id)",
          "SELECT a.age FROM singer a LEFT JOIN song b ON a.id = b.singer_id"]),
    ],
)  # fmt: skip
def test_a_missing_join(sql, expected, schema):
    assert sorted(edited(sql, EditKind.MISSING_JOIN, schema)) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT name FROM singer", ["SELECT name FROM song"]),
        ("SELECT count(*) FROM singer", ["SELECT count(*) FROM song"]),
        ("SELECT singer.name FROM singer WHERE singer.age > 3", ["SELECT song.name FROM song WHERE song.age > 3"]),
        ("SELECT x.name FROM singer AS x", ["SELECT x.name FROM song AS x"]),
        ("SELECT id FROM singer WHERE id IN (SELECT singer_id FROM song)",
         ["SELECT id FROM singer WHERE id IN (SELECT singer_id FROM singer)",
          "SELECT id FROM song WHERE id IN (SELECT singer_id FROM song)"]),
        ("SELECT 1 FROM singer JOIN song ON singer.id = song.singer_id", []),  # both are read already
        ("WITH song AS (SELECT 1 AS name) SELECT name FROM song", []),
    ],
)  # fmt: skip
def test_a_wrong_table(sql, expected, schema):
    assert sorted(edited(sql, EditKind.WRONG_TABLE, schema)) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT count(*) FROM singer", []),
        ("SELECT name, count(*) FROM song GROUP BY name ORDER BY 2",
         ['SELECT name, count(*) FROM song GROUP BY "release year" ORDER BY 2',
          "SELECT name, count(*) FROM song GROUP BY sales ORDER BY 2",
          "SELECT name, count(*) FROM song GROUP BY singer_id ORDER BY 2",
          "SELECT name, count(*) FROM song GROUP BY song_id ORDER BY 2",
          "SELECT name, count(*) FROM song ORDER BY 2"]),
        ("SELECT 1 FROM singer WHERE id IN (SELECT singer_id FROM song GROUP BY lower(name)) AND age > 3",
         ["SELECT 1 FROM singer WHERE id IN (SELECT singer_id FROM song) AND age > 3"]),
    ],
)  # fmt: skip
def test_a_wrong_grouping(sql, expected, schema):
    assert sorted(edited(sql, EditKind.WRONG_GROUP_BY, schema)) == expected


def test_a_condition_on_a_column_of_an_outer_query(schema):
    sql = "SELECT name FROM singer AS a WHERE EXISTS (SELECT 1 FROM song AS b WHERE a.age > 30)"
    texts = edited(sql, EditKind.WRONG_COLUMN, schema)
    assert "SELECT name FROM singer AS a WHERE EXISTS (SELECT 1 FROM song AS b WHERE b.sales > 30)" in texts


@pytest.mark.parametrize(
    ("sql", "golds", "expected"),
    [
        ("SELECT 1 FROM singer WHERE age  >=  30", (),
         ["age  <  30", "age  >  30", "age  >=  29", "age  >=  31"]),
        ("SELECT 1 FROM singer WHERE country = 'France'", ('SELECT 1 FROM singer WHERE Country = "Chad"',),
         ["country != 'France'", "country = 'Chad'"]),
        ('SELECT 1 FROM singer WHERE country = "France"',
         ("SELECT 1 FROM singer WHERE country IN ('Chad', 'age', 'Cote d''Ivoire')",),
         ['country != "France"', 'country = "Chad"', "country = 'Cote d''Ivoire'", "country = 'age'"]),
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
        ("order by age", ["order by age desc"]),
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
def test_every_edit_differs_and_names_what_exists(sql, schema, database):
    """What does not run fails for a column that its table has not, for an aggregate, or for a join that is gone."""
    query = parse_gold(sql, schema)
    edits = [edit for found in all_edits(query, literal_values([query])).values() for edit in found]
    assert len(edits) >= 5
    failures = []
    connection = sqlite3.connect(database)
    for edit in edits:
        assert edit.apply(sql) != sql
        try:
            connection.execute(edit.apply(sql))
        except sqlite3.OperationalError as error:
            failures.append((edit.kind, str(error).split(":")[0]))
    connection.close()
    assert len(failures) < len(edits)
    may_fail = {EditKind.WRONG_COLUMN, EditKind.WRONG_TABLE, EditKind.MISSING_JOIN, EditKind.WRONG_GROUP_BY}
    assert {kind for kind, _ in failures} <= may_fail
    assert {said for _, said in failures} <= {
        "no such column",
        "ambiguous column name",
        "misuse of aggregate",
        "HAVING clause on a non-aggregate query",
    }


@pytest.mark.parametrize("sql", ["", "DELETE FROM singer", "SELECT 1; SELECT 2", "nonsense text here"])
def test_what_is_not_one_query_is_not_edited(sql, schema):
    assert parse_gold(sql, schema) is None

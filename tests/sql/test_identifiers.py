"""Invalid names of a query, in their own scopes, and keys that a condition hides."""

import pytest

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.hidden_keys import hidden_keys, scanned_sources
from t2s_pipeline.sql.identifiers import invalid_columns, invalid_tables
from t2s_pipeline.sql.names import Names
from t2s_pipeline.sql.parse import parse_query

CATALOGUE = Catalogue.described(
    [
        ("singer", ["id", "name", "nation", "first song"], ["id"]),
        ("concert", ["concert_id", "year", "singer_id"], ["concert_id", "year"]),
        ("stadium", ["stadium_id", "name", "city"], ["stadium_id"]),
    ]
)


def names_of(sql):
    return Names(parse_query(sql), CATALOGUE)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT name FROM singer", []),
        ("SELECT nome FROM singer", [("not_in_scope", "nome", None, ())]),
        ("SELECT T1.nation FROM concert AS T1", [("not_in_source", "T1.nation", "concert", ("singer",))]),
        ("SELECT T9.name FROM singer AS T1", [("no_such_source", "T9.name", None, ("singer", "stadium"))]),
        ("SELECT name FROM singer, stadium", [("ambiguous", "name", None, ("singer", "stadium"))]),
        ("SELECT singer.city FROM singer, stadium", [("not_in_source", "singer.city", "singer", ("stadium",))]),
        (
            "SELECT year FROM concert UNION SELECT year FROM singer",
            [("not_in_scope", "year", None, ("concert",))],
        ),
        ("SELECT id FROM singer WHERE id IN (SELECT singer_id FROM concert WHERE nation = 'x')", []),
        (
            "SELECT year FROM concert WHERE concert_id IN (SELECT stadium_id FROM stadium WHERE T1.id = 1)",
            [("no_such_source", "T1.id", None, ("singer",))],
        ),
        ("WITH t AS (SELECT name AS n FROM singer) SELECT n FROM t", []),
        ("WITH t AS (SELECT name AS n FROM singer) SELECT t.name FROM t", [("not_in_source", "t.name", None, None)]),
        ("SELECT x.name FROM (SELECT name FROM singer) AS x", []),
        ('SELECT "first song" FROM "singer"', []),
        ('SELECT T1."first song" FROM "concert" AS T1', [("not_in_source", "T1.first song", "concert", ("singer",))]),
        ('SELECT "city" FROM singer', [("read_as_text", "city", None, ("stadium",))]),
        ("SELECT 1 FROM singer JOIN stadium USING (name)", []),
        ("SELECT 1 FROM singer JOIN concert USING (year)", [("not_merged", "year", None, ("concert",))]),
        (
            "SELECT 1 FROM singer AS T1 JOIN (concert JOIN stadium ON 1) ON 1 JOIN concert AS T4 USING (city)",
            [("not_merged", "city", None, ("stadium",))],
        ),
    ],
)
def test_every_name_is_looked_for_in_its_own_scope(sql, found):
    shown = [
        (
            column.fault,
            column.reference,
            column.source.table.name if column.source and column.source.table else None,
            column.owners,
        )
        for column in invalid_columns(names_of(sql))
    ]
    assert [row[:3] for row in shown] == [row[:3] for row in found]
    assert all(mine[3] == given[3] for mine, given in zip(shown, found, strict=True) if given[3] is not None)


def test_tables_that_are_not_there():
    sql = "WITH t AS (SELECT 1) SELECT * FROM t, Bands, bands AS b, sqlite_master, json_each('[1]') JOIN Singer"
    assert invalid_tables(names_of(sql)) == ["Bands"]


def test_what_a_plan_scans():
    plan = [
        "SCAN T1",
        "SCAN T2 USING COVERING INDEX y",
        "SEARCH T3 USING INTEGER PRIMARY KEY (rowid=?)",
        "SCAN CONSTANT ROW",
        "SCAN my table",
        "USE TEMP B-TREE FOR ORDER BY",
    ]
    assert scanned_sources(plan) == ["T1", "my table"]


@pytest.mark.parametrize(
    ("sql", "plan", "columns"),
    [
        ("SELECT name FROM singer WHERE id + 0 = 3", ["SCAN singer"], ["id"]),
        ("SELECT name FROM singer AS s WHERE CAST(s.id AS TEXT) = '3'", ["SCAN s"], ["id"]),
        ("SELECT 1 FROM concert WHERE 2014 < coalesce(year, 0) AND singer_id = 1", ["SCAN concert"], ["year"]),
        ("SELECT 1 FROM concert WHERE year || '' IN ('2014')", ["SCAN concert"], ["year"]),
        ("SELECT 1 FROM concert AS c JOIN singer AS s ON s.id * 1 = c.singer_id", ["SCAN c", "SCAN s"], ["id"]),
        ("SELECT name FROM singer WHERE id = 3", ["SEARCH singer USING INTEGER PRIMARY KEY (rowid=?)"], []),
        ("SELECT name FROM singer WHERE id + 0 = 3", ["SCAN singer USING COVERING INDEX i"], []),
        ("SELECT name FROM singer WHERE nation || '' = 'Fiji'", ["SCAN singer"], []),  # no key
        ("SELECT name FROM singer WHERE lower(id) = '3'", ["SCAN singer"], []),  # another value
        ("SELECT 1 FROM concert WHERE year + 1 = concert_id", ["SCAN concert"], []),  # of one row itself
        ("SELECT 1 FROM concert WHERE year + singer_id = 3", ["SCAN concert"], []),
        ("SELECT 1 FROM concert WHERE year + 0 = 3 OR singer_id = 1", ["SCAN concert"], []),
    ],
)
def test_a_key_that_a_condition_hides(sql, plan, columns):
    assert [key.column for key in hidden_keys(names_of(sql), plan)] == columns

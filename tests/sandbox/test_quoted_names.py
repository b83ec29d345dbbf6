"""Which double-quoted names that SQLite reads as text are misplaced: told by a real compile and the words around."""

from __future__ import annotations

import sqlite3

import pytest

from t2s_pipeline.sandbox.execute import Runner
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.quoted_names import plainly_compared


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("quoted") / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, kind TEXT)")
    connection.close()
    return path


@pytest.fixture(scope="module")
def runner():
    runner = Runner(SandboxPolicy())
    yield runner
    runner.close()


MISPLACED = [
    'SELECT "nome" FROM item',
    'SELECT name, "nome" FROM item',
    'SELECT DISTINCT "nome" FROM item',
    'SELECT "nome" AS n FROM item ORDER BY n',
    'SELECT count("nome") FROM item',
    'SELECT count(DISTINCT "nome") FROM item',
    'SELECT max("item.nome") FROM item',
    'SELECT substr("nome", 1, 3) FROM item',
    "SELECT strftime('%Y', \"geboren\") FROM item",
    'SELECT name FROM item GROUP BY "art"',
    'SELECT name FROM item ORDER BY "preis" DESC',
    'SELECT name FROM item ORDER BY price, "preis"',
    "SELECT name FROM item WHERE \"nome\" = 'pen'",
    'SELECT name FROM item WHERE "nome" = "pen"',
    'SELECT name FROM item WHERE "preis" > 3',
    'SELECT name FROM item WHERE 3 < "preis"',
    'SELECT name FROM item WHERE "preis" BETWEEN 1 AND 3',
    "SELECT name FROM item WHERE \"nome\" IN ('pen', 'ink')",
    "SELECT name FROM item WHERE \"nome\" NOT IN ('pen')",
    "SELECT name FROM item WHERE \"nome\" LIKE '%p%'",
    'SELECT name FROM item WHERE "nome" IS NOT NULL',
    "SELECT name FROM item WHERE (\"nome\") = 'pen'",
    'SELECT name FROM item WHERE "nome"',
    'SELECT a.name FROM item AS a JOIN item AS b ON a.id = "b_id"',
    'SELECT a.name FROM item AS a WHERE a.name = "a.nome"',
    'SELECT item.name FROM item WHERE price > "item.preis"',
    'SELECT name FROM item WHERE id IN (SELECT "artikel" FROM item)',
    'SELECT "preis" + 1 FROM item',
    'SELECT rank() OVER (PARTITION BY "art" ORDER BY id) FROM item',
    'SELECT CASE WHEN "art" = 1 THEN 2 END FROM item',
    'SELECT name /* "x" */, "é", "nome" FROM item -- "y"',
]
PLAIN_VALUES = [
    'SELECT name FROM item WHERE name = "Joe"',
    'SELECT name FROM item WHERE "Joe" = name',
    'SELECT name FROM item WHERE item.name != "it\'s"',
    'SELECT name FROM item WHERE name = ("Joe")',
    'SELECT name FROM item WHERE lower(name) = "joe"',
    'SELECT name FROM item WHERE name LIKE "%J%"',
    'SELECT name FROM item WHERE name NOT LIKE "%J%"',
    'SELECT name FROM item WHERE name IN ("Joe", "Ann", "é")',
    'SELECT name FROM item WHERE name NOT IN ("Joe")',
    'SELECT name FROM item WHERE name BETWEEN "A" AND "K"',
    'SELECT name FROM item WHERE name IS NOT "Joe"',
    'SELECT name FROM item WHERE price + 1 = "2"',
    'SELECT kind FROM item GROUP BY kind HAVING count(*) > "1"',
    'SELECT kind FROM item GROUP BY kind HAVING max(name) = "Joe"',
    'SELECT name FROM item WHERE (SELECT max(name) FROM item) = "Joe"',
    'SELECT name FROM item WHERE "Joe" IN (SELECT name FROM item)',
    'SELECT a.name FROM item AS a JOIN item AS b ON a.id = b.id AND b.kind = "x"',
    'SELECT strftime("%Y", name) FROM item',
    'SELECT replace(name, ",", "") FROM item',
    'SELECT name || "," || kind FROM item',
    'SELECT CASE WHEN price > 1 THEN "dear" ELSE "cheap" END FROM item',
    'SELECT name FROM item WHERE name = "www.example"',
    'SELECT "name" FROM item AS "x" WHERE "x"."kind" = \'a\'',
    'SELECT [name], `kind` FROM "item" WHERE "price" > 1',
    "SELECT '\"nome\"' FROM item",
]


@pytest.mark.parametrize("sql", MISPLACED)
def test_stands_where_a_column_should(runner, database, sql):
    assert runner.run(str(database), sql, find_quoted_literals=True).quoted_identifier_as_literal


@pytest.mark.parametrize("sql", PLAIN_VALUES)
def test_is_a_plain_value_or_a_real_name(runner, database, sql):
    execution = runner.run(str(database), sql, find_quoted_literals=True)
    assert execution.error is None and not execution.quoted_identifier_as_literal


def test_many_values_are_looked_at_within_a_bound(runner, database):
    values = ", ".join(f'"v{n}"' for n in range(100))
    sql = f"SELECT name FROM item WHERE name IN ({values})"
    assert not runner.run(str(database), sql, find_quoted_literals=True).quoted_identifier_as_literal


@pytest.mark.parametrize("sql", MISPLACED)
def test_what_is_misplaced_is_never_waved_through(sql):
    assert not plainly_compared(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT name FROM item WHERE "nome" = name AND name = "Joe"',
        "SELECT 'and a = \"', \"nome\", '\"' FROM item",
        'SELECT name /* and a = " */, "nome" FROM item -- and a = "',
        'SELECT name AS [and a = "], "nome" FROM item WHERE name = "Joe"',
        'SELECT name FROM item WHERE NULL = "nome"',
        'SELECT a.name FROM item AS a JOIN item AS b ON a.id = "b_id" WHERE a.name = "Joe"',
        'SELECT éand name = "nome" FROM item',
    ],
)
def test_what_only_looks_compared_is_left_to_sqlite(sql):
    assert not plainly_compared(sql)


@pytest.mark.parametrize(
    "condition", ['name = "Joe"', 'T1.name LIKE "%J%"', 'name="a" AND price >= "2" OR kind NOT LIKE "x y"']
)
def test_plain_comparisons_are_told_without_sqlite(condition):
    assert plainly_compared(f"SELECT name FROM item AS T1 WHERE {condition}")

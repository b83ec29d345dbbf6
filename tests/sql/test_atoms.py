"""Operations of queries: what is one and the same, what is not, and what every kind of query gives."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.sql.atoms import atoms
from t2s_pipeline.sql.catalogue import Catalogue

CATALOGUE = Catalogue.of(
    {"singer": ["id", "Name", "age", "country"], "song": ["song_id", "singer_id", "name", "sales"]}
)


def of(sql: str) -> frozenset[str]:
    return atoms(sql, CATALOGUE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # the names of aliases
            "SELECT T1.name FROM singer AS T1 JOIN song AS T2 ON T1.id = T2.singer_id WHERE T2.sales > 1",
            "SELECT s.NAME FROM Singer s JOIN Song g ON s.id = g.singer_id WHERE g.sales > 1",
        ),
        (  # the sides of a comparison
            "SELECT singer.name FROM singer JOIN song ON singer.id = song.singer_id",
            "SELECT singer.name FROM singer JOIN song ON song.singer_id = singer.id",
        ),
        ("SELECT name FROM singer WHERE age <> 3", "SELECT name FROM singer WHERE 3 != age"),
        ("SELECT name FROM singer WHERE age > 3", "SELECT name FROM singer WHERE 3 < age"),
        ("SELECT name FROM singer WHERE age > 3 AND id = 1", "SELECT name FROM singer WHERE (id = 1) AND age > 3"),
        ("SELECT name FROM singer WHERE age = 1 OR id = 2", "SELECT name FROM singer WHERE id = 2 OR age = 1"),
        ("SELECT name FROM singer WHERE NOT (age = 1 OR id = 2)", "SELECT name FROM singer WHERE id <> 2 AND age <> 1"),
        ("SELECT name FROM singer WHERE age = 2014", "SELECT name FROM singer WHERE age = 2014.0"),
        ("SELECT name FROM singer WHERE age BETWEEN 1 AND 2", "SELECT name FROM singer WHERE age >= 1 AND age <= 2"),
        (  # a comma join, USING, and what they mean
            "SELECT sales FROM singer, song WHERE singer.id = song.singer_id",
            "SELECT sales FROM singer JOIN song ON singer.id = song.singer_id",
        ),
        ("SELECT sales FROM singer, song", "SELECT sales FROM singer JOIN song"),
        ("SELECT sales FROM singer JOIN song USING (name)", "SELECT sales FROM singer NATURAL JOIN song"),
        (
            "SELECT name AS n, count(*) AS c FROM singer GROUP BY 1 ORDER BY c",
            "SELECT name, count(*) FROM singer GROUP BY name ORDER BY count(*)",
        ),
        ("SELECT * FROM singer", "SELECT id, name, age, country FROM singer"),
        (  # a subquery that only selects, as a common table expression too
            "SELECT name FROM (SELECT name, age FROM singer) AS x WHERE age > 1",
            "WITH x AS (SELECT * FROM singer) SELECT name FROM x WHERE age > 1",
        ),
        ("SELECT name FROM singer ORDER BY age", "SELECT name FROM singer ORDER BY age ASC NULLS FIRST"),
        ("SELECT name FROM singer LIMIT 1, 2", "SELECT name FROM singer LIMIT 2 OFFSET 1"),
    ],
)
def test_the_same_operations(one, other):
    assert of(one) == of(other) != frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT name FROM singer", "SELECT name FROM song"),
        ("SELECT * FROM singer", "SELECT * FROM song"),
        ("SELECT count(*) FROM singer", "SELECT count(id) FROM singer"),
        ("SELECT count(*) FROM song", "SELECT sum(sales) FROM song"),
        ("SELECT count(id) FROM singer", "SELECT count(DISTINCT id) FROM singer"),
        ("SELECT name FROM singer", "SELECT DISTINCT name FROM singer"),
        (
            "SELECT sales FROM singer JOIN song ON singer.id = song.singer_id",
            "SELECT sales FROM singer LEFT JOIN song ON singer.id = song.singer_id",
        ),
        ("SELECT singer.name FROM singer, song", "SELECT song.name FROM singer, song"),
        ("SELECT name FROM singer WHERE age > 3", "SELECT name FROM singer WHERE age < 3"),
        ("SELECT name FROM singer WHERE country = 'x'", "SELECT name FROM singer WHERE country = 'X'"),
        ("SELECT name FROM singer WHERE age = 1 OR id = 2", "SELECT name FROM singer WHERE age = 1 AND id = 2"),
        ("SELECT name FROM singer WHERE NOT age IS NULL", "SELECT name FROM singer WHERE age IS NULL"),
        ("SELECT name FROM singer ORDER BY age", "SELECT name FROM singer ORDER BY age DESC"),
        ("SELECT name FROM singer ORDER BY age", "SELECT name FROM singer ORDER BY age NULLS LAST"),
        ("SELECT name FROM singer LIMIT 2", "SELECT name FROM singer LIMIT 2 OFFSET 1"),
        (
            "SELECT name FROM singer UNION SELECT name FROM song",
            "SELECT name FROM singer UNION ALL SELECT name FROM song",
        ),
        (
            "SELECT name FROM singer EXCEPT SELECT name FROM song",
            "SELECT name FROM song EXCEPT SELECT name FROM singer",
        ),
        ("SELECT a.name FROM singer AS a, singer AS b", "SELECT name FROM singer"),
        (
            "SELECT name FROM singer WHERE id IN (SELECT singer_id FROM song)",
            "SELECT name FROM singer WHERE id NOT IN (SELECT singer_id FROM song)",
        ),
        (
            "SELECT sum(age) OVER (PARTITION BY country) FROM singer",
            "SELECT sum(age) OVER (PARTITION BY name) FROM singer",
        ),
    ],
)
def test_other_operations(one, other):
    assert frozenset() != of(one) != of(other) != frozenset()


@pytest.mark.parametrize(
    ("sql", "inside"),
    [
        ("SELECT name FROM singer WHERE EXISTS (SELECT 1 FROM song WHERE singer_id = id)", "where_exists: from(song)"),
        ("SELECT name FROM singer WHERE id IN (SELECT singer_id FROM song)", "where_in: select(song.singer_id)"),
        ("SELECT name FROM singer WHERE age > (SELECT avg(age) FROM singer)", "where_scalar: select(avg(singer.age))"),
        (
            "WITH x AS (SELECT country, count(*) FROM singer GROUP BY 1) SELECT country FROM x",
            "from: group_by(singer.country)",
        ),
        ("SELECT n FROM (SELECT count(*) AS n FROM song) AS x", "from: select(count(*))"),
        ("SELECT name FROM singer INTERSECT SELECT name FROM song", "intersect: select(song.name)"),
        ("SELECT country FROM singer GROUP BY 1 HAVING count(*) > (SELECT 2 FROM song)", "having_scalar: from(song)"),
        ("SELECT (SELECT max(sales) FROM song) FROM singer", "select_scalar: select(max(song.sales))"),
        (
            "SELECT id FROM singer WHERE id IN (SELECT singer_id FROM song EXCEPT SELECT id FROM singer WHERE age = 1)",
            "where_in: except: where(1 = singer.age)",
        ),
        (
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT name FROM singer JOIN c ON age = n",
            "from: union_all",
        ),
    ],
)
def test_what_is_nested_counts_in_its_place(sql, inside):
    assert inside in of(sql)
    assert "from(singer)" in of(sql) or "select(count(*))" in of(sql) or inside.startswith("from: group")


def test_an_outer_join_says_its_side_and_keeps_its_conditions():
    assert of("SELECT sales FROM singer LEFT JOIN song ON id = singer_id AND sales > 1 WHERE age = 2") == {
        "from(singer)",
        "join(left song)",
        "left_on(singer.id = song.singer_id)",
        "left_on(1 < song.sales)",
        "where(2 = singer.age)",
        "select(song.sales)",
    }


def test_members_of_an_or_count_beside_it():
    whole, part = of("SELECT name FROM singer WHERE age = 1 OR id = 2"), of("SELECT name FROM singer WHERE age = 1")
    assert "where(1 = singer.age)" in whole & part
    assert whole - part == {"where(2 = singer.id)", "where_or(1 = singer.age | 2 = singer.id)"}


def test_letter_case_of_text_counts_unless_it_is_folded():
    upper, lower = "SELECT name FROM singer WHERE country = 'US'", "SELECT name FROM singer WHERE country = 'us'"
    assert of(upper) != of(lower)
    assert atoms(upper, CATALOGUE, fold_case=True) == atoms(lower, CATALOGUE, fold_case=True)


@pytest.mark.parametrize(
    "text",
    ["", "I think the answer is 3", "select the best", "SELECT 1", "```sql\nSELECT name FROM singer\n```", "DROP TABLE singer",
     "SELECT name FROM nowhere", "SELECT name FROM singer; SELECT name FROM singer", "VALUES (1)", "SELECT name FROM"],
)  # fmt: skip
def test_what_reads_no_table_does_nothing(text):
    assert of(text) == frozenset()


@pytest.mark.parametrize("nested", [5, 40, 3000])
def test_depth_ends_in_nothing_at_worst(nested):
    sql = "SELECT name FROM singer WHERE id IN (" * nested + "1" + ")" * nested
    assert isinstance(of(sql), frozenset)


@pytest.mark.parametrize("group", ["", " GROUP BY 1"])
def test_a_query_named_again_and_again_ends(group):
    ctes = [f"x0 AS (SELECT * FROM singer{group})"]
    ctes += [f"x{n} AS (SELECT a.id FROM x{n - 1} AS a, x{n - 1} AS b{group})" for n in range(1, 30)]
    assert of(f"WITH {', '.join(ctes)} SELECT id FROM x29") == frozenset()


WORDS = st.sampled_from(
    "SELECT FROM WHERE singer song name age id ( ) , = > 1 'x' AND OR NOT IN EXISTS GROUP BY ORDER LIMIT JOIN LEFT ON "
    "UNION EXCEPT count(*) AS T1 T1.name * WITH DISTINCT HAVING CASE WHEN THEN END OVER".split()
)


@settings(max_examples=200)
@given(st.lists(WORDS, max_size=25))
def test_no_text_breaks_it(words):
    found = of("SELECT name FROM singer " + " ".join(words))
    assert all(isinstance(operation, str) for operation in found)


@pytest.mark.spider
def test_every_gold_of_spider_dev_has_operations_all_of_whose_names_are_known():
    root = Path(os.environ.get("SPIDER_ROOT", ""))
    if not (root / "dev.json").is_file():
        pytest.skip("SPIDER_ROOT is not set to a folder with the Spider data set")
    catalogues = {}
    for table in json.loads((root / "tables.json").read_text()):
        columns = {name: [] for name in table["table_names_original"]}
        for number, column in table["column_names_original"]:
            if number >= 0:
                columns[table["table_names_original"][number]].append(column)
        catalogues[table["db_id"]] = Catalogue.of(columns)
    for gold in json.loads((root / "dev.json").read_text())[::3]:
        found = atoms(gold["query"], catalogues[gold["db_id"]])
        assert found and not any(re.search(r"(?<![\w'])\?\w", operation) for operation in found), gold["query"]

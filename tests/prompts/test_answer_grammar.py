"""The grammar of answers: what is in it, what is not, and that every gold of the data sets is."""

from __future__ import annotations

import os
import re
import sqlite3
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llguidance import LLMatcher, LLTokenizer

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.source import open_source
from t2s_pipeline.prompts.answer_grammar import answer_grammar
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table, read_schema
from t2s_pipeline.schema.serialise import quote_identifier


def table(name: str, *columns: str) -> Table:
    return Table(name, tuple(Column(column, "TEXT") for column in columns))


SCHEMA = DatabaseSchema(
    "d",
    (
        table("singer", "Singer_ID", "Name", "age", "release year", "order", "größe"),
        table("singer_in_concert", "concert_id", "Singer_ID", "name", "name_id"),
    ),
    (),
)
BYTES = LLTokenizer("byte")


@cache
def matcher(schema: DatabaseSchema) -> LLMatcher:
    made = LLMatcher(BYTES, answer_grammar(schema))
    assert not made.is_error(), made.get_error()
    return made


def accepts(text: str, schema: DatabaseSchema = SCHEMA) -> bool:
    row, tokens = matcher(schema).deep_copy(), list(text.encode())
    return row.try_consume_tokens(tokens) == len(tokens) and row.is_accepting()


ACCEPTED = r"""
SELECT count(*) FROM singer
select T1.NAME, T2.concert_id from Singer as T1 join singer_in_concert t2 on t1.singer_id=t2.SINGER_ID where 1 = 1;
SELECT singer.Name FROM singer, singer_in_concert AS sic WHERE sic.name_id > 3 OR NOT singer.Name LIKE '%it''s%'
SELECT "release year", T1."order" FROM singer AS T1 ORDER BY "order" DESC, "größe" LIMIT 3 OFFSET 1
SELECT name FROM singer WHERE name = "double" AND "größe" BETWEEN -1 AND .5 AND name IS NOT NULL
SELECT DISTINCT name FROM singer WHERE Singer_ID NOT IN (SELECT Singer_ID FROM singer_in_concert UNION SELECT 1 FROM singer)
SELECT name FROM singer EXCEPT SELECT name FROM singer_in_concert ORDER BY name
SELECT name, count(DISTINCT age) FROM singer GROUP BY name HAVING count(*) >= 2 ORDER BY count(*) DESC LIMIT 1
SELECT avg(num_songs) FROM (SELECT count(*) AS num_songs FROM singer GROUP BY name)
SELECT name, count(*) AS total FROM singer GROUP BY name ORDER BY total DESC
WITH cte AS (SELECT name, max(age) AS n FROM singer GROUP BY name) SELECT cte.name FROM cte WHERE n > 3
SELECT CASE WHEN age > 3 THEN 'a' ELSE NULL END, CAST(age AS INTEGER) FROM singer
SELECT name FROM singer AS s WHERE EXISTS (SELECT * FROM singer_in_concert AS c WHERE c.Singer_ID = s.Singer_ID)
SELECT name, row_number() OVER (PARTITION BY name ORDER BY age DESC) AS rn FROM singer
SELECT T1.*, round(avg(age) * 1.0 / 2, 2) || 'x' FROM singer AS T1
<think>Table singer < concert, so join.</think>\nSELECT name FROM singer
""".strip().splitlines()

REFUSED = r"""
SELECT count(*) FROM singers
SELECT names FROM singer
SELECT T1.title FROM singer AS T1
SELECT singer.concert_id FROM singer
SELECT nameFROM singer
SELECT release year FROM singer
SELECT order FROM singer
SELECT T1."GRÖßE" FROM singer AS T1
SELECT größe FROM singer
SELECT name FROM singer WHERE count(*) > 1
SELECT name FROM singer ORDER BY count(*)
SELECT sum(count(*)) FROM singer
SELECT total FROM singer
SELECT name FROM singer ORDER BY total
SELECT name FROM cte
SELECT name FROM singer WHERE Singer_ID IN (SELECT Singer_ID, name FROM singer_in_concert)
SELECT name FROM singer; SELECT name FROM singer
SELECT name FROM singer -- all
SELECT nAmE FROM singer
sElEcT name FROM singer
SELECT (((((name))))) FROM singer
SELECT name   \n\n\n\n FROM singer
SELECT 1--1 FROM singer
SELECT nosuchfunction(name) FROM singer
SELECT length(name, name) FROM singer
DELETE FROM singer
SQL: SELECT name FROM singer
```SELECT name FROM singer```
""".strip().splitlines()


@pytest.mark.parametrize("text", ACCEPTED)
def test_sentences_of_the_grammar_run_on_sqlite_as_they_are_extracted(text):
    text = text.replace("\\n", "\n")
    assert accepts(text)
    connection = sqlite3.connect(":memory:")
    for shown in SCHEMA.tables:
        columns = ", ".join(quote_identifier(column.name) for column in shown.columns)
        connection.execute(f"CREATE TABLE {quote_identifier(shown.name)} ({columns})")
    sql = extract_sql(text)
    assert sql == text.removeprefix("<think>Table singer < concert, so join.</think>\n").removesuffix(";")
    connection.execute(f"EXPLAIN {sql}")


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_a_sentence(text):
    assert not accepts(text.replace("\\n", "\n"))


WORDS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_a_name_stands_in_a_query_exactly_where_the_schema_has_it(column, name):
    columns = {"singer_id", "name", "age"}
    assert accepts(f"SELECT singer.{column} FROM singer") <= (column.lower() in columns)
    assert accepts(f"SELECT Singer_ID FROM {name}") <= (name.lower() in {"singer", "singer_in_concert"})
    for case in (str.lower, str.upper, str.title):
        for known in columns:
            assert accepts(f"SELECT singer.{case(known)} FROM {case('singer_in_concert')}")


ODD_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(ODD_NAMES, min_size=2, max_size=4, unique_by=str.lower))
def test_odd_names_are_names_too(names):
    schema = DatabaseSchema("odd", (table(names[0], *names[1:]),), ())
    written = [quote_identifier(name) for name in names]
    assert accepts(f"SELECT {written[-1]}, {written[0]}.{written[1]} FROM {written[0]} AS T1", schema)


def test_a_grammar_needs_names():
    for tables in ((), (table("t"),)):
        with pytest.raises(ValueError, match="d: a grammar needs"):
            answer_grammar(DatabaseSchema("d", tables, ()))


def refused_golds(dataset: DatasetConfig, name: str, data: Path, every: int = 1) -> tuple[list[str], int]:
    """Golds that run on SQLite and are not in the grammar of their whole schema, and how many were looked at."""
    source = open_source(dataset, name, data)
    databases, found, seen = source.databases(), [], 0
    schemas: dict[Path, DatabaseSchema] = {}
    for split in ("train", "dev"):
        for row in source.rows(split)[::every]:
            place = databases.locate(row)
            if place is None or place.path is None:
                continue
            schema = schemas.setdefault(place.path, read_schema(place.path, place.database_id))
            seen += 1
            if not accepts(row.gold.strip(), schema) and runs(place.path, row.gold):
                found.append(f"{place.database_id}: {row.gold}")
    return found, seen


def runs(path: Path, sql: str) -> bool:
    try:
        sqlite3.connect(path).execute(f"EXPLAIN {sql}")
    except sqlite3.Error:
        return False
    return True


def test_every_gold_of_the_embedded_set_is_a_sentence(tmp_path):
    found, seen = refused_golds(DatasetConfig("embedded"), "embedded", tmp_path, every=3)
    assert (found, seen) == ([], 834)


@pytest.mark.spider
def test_golds_of_spider_are_sentences_unless_they_mix_cases_within_a_word(tmp_path):
    root = os.environ.get("SPIDER_ROOT")
    if not root:
        pytest.skip("SPIDER_ROOT is not set")
    found, seen = refused_golds(DatasetConfig("spider", root), "spider", tmp_path, every=16)
    assert seen > 500 and len(found) < seen / 200
    assert all(re.search(r"[A-Z]{2}[a-z]|[a-z][A-Z]{2}", gold) for gold in found)

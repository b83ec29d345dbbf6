"""The rule `bird` against what BIRD's script does with one prediction: run both on the driver, compare sets of rows."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing

import pytest

from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.sandbox.policy import SandboxPolicy

TABLES = """
CREATE TABLE item (id INTEGER, name TEXT, price REAL, kind);
INSERT INTO item VALUES (1, 'a', 1.0, NULL), (2, 'B', 2.5, 'x'), (2, 'b', 2.5, 'x'), (NULL, '', 1e300, x'00ff');
"""
QUERIES = [
    "SELECT id FROM item",
    "SELECT DISTINCT id FROM item ORDER BY id DESC",
    "SELECT price FROM item WHERE price < 9",
    "SELECT CAST(price AS INTEGER) FROM item WHERE price < 2",
    "SELECT 1",
    "SELECT 1.0;",
    "SELECT '1'",
    "SELECT id, name FROM item",
    "SELECT name, id FROM item",
    "SELECT name AS id, id AS name FROM item",
    "SELECT kind FROM item",
    "SELECT NULL",
    "SELECT ''",
    "SELECT 1 WHERE 0",
    "SELECT 1, 2 WHERE 0",
    "SELECT name FROM item WHERE name LIKE 'B'",
    "SELECT name FROM item WHERE name = 'B' COLLATE NOCASE",
    "SELECT 1e999, -1e999",
    "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
    "-- one\nSELECT 1",
]
BROKEN = ["SELECT 1; SELECT 1", "SELECT none FROM item", "SELEC 1", "-- nothing", "SELECT 1 FROM", "prose"]


def scripts_answer(path: str, predicted: str, gold: str) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.cursor()
        try:
            return set(cursor.execute(predicted).fetchall()) == set(cursor.execute(gold).fetchall())
        except (sqlite3.Error, sqlite3.Warning):
            return False


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("bird") / "item.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
    return str(path)


def test_it_answers_as_the_script_for_every_pair(database):
    pairs = [*itertools.product(QUERIES, QUERIES + BROKEN)]
    with GoldVerifier(SandboxPolicy(), workers=1) as verifier:
        verdicts = verifier.verify([Candidate("shop", database, gold, sql) for gold, sql in pairs])
    answers = {pair: verdict.correct(MatchRule.BIRD) for pair, verdict in zip(pairs, verdicts, strict=True)}
    assert answers == {(gold, sql): scripts_answer(database, sql, gold) for gold, sql in pairs}
    assert sum(answers.values()) > len(QUERIES)

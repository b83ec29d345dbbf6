"""Every error class from the real message of the SQLite in use, and the routing table."""

from __future__ import annotations

import pytest

from t2s_pipeline.evaluation.error_class import ROUTING, DeploymentScope, ErrorClass, classify, routing_rows
from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.sandbox.execute import Status

GOLD = "SELECT name FROM item WHERE kind = 'a'"
CASES = {
    "": ErrorClass.MISSING_CANDIDATE,
    " \n": ErrorClass.MISSING_CANDIDATE,
    "-- nothing": ErrorClass.NOT_A_QUERY,
    "DELETE FROM item": ErrorClass.NOT_A_QUERY,
    "SELECT 1; SELECT 2": ErrorClass.MULTIPLE_STATEMENTS,
    "SELECT name FROM item WHERE": ErrorClass.INCOMPLETE_INPUT,
    "SELECT name FORM item x y": ErrorClass.SYNTAX_ERROR,
    "SELECT 'x": ErrorClass.SYNTAX_ERROR,
    "SELECT *": ErrorClass.SYNTAX_ERROR,
    "SELECT 1\0": ErrorClass.SYNTAX_ERROR,
    "SELECT '\ud800'": ErrorClass.SYNTAX_ERROR,
    "SELECT 1 ORDER BY 1 UNION SELECT 2": ErrorClass.SYNTAX_ERROR,
    "SELECT 1 FROM items": ErrorClass.NO_SUCH_TABLE,
    "SELECT 1 FROM other.item": ErrorClass.NO_SUCH_TABLE,
    "SELECT nam FROM item": ErrorClass.NO_SUCH_COLUMN,
    "SELECT i.nam FROM item i": ErrorClass.NO_SUCH_COLUMN,
    "SELECT 1 FROM item JOIN spare USING (name)": ErrorClass.NO_SUCH_COLUMN,
    "SELECT id FROM item, spare": ErrorClass.AMBIGUOUS_COLUMN,
    "SELECT mean(price) FROM item": ErrorClass.NO_SUCH_FUNCTION,
    "SELECT abs(1, 2) FROM item": ErrorClass.OTHER_EXECUTION_ERROR,
    "SELECT name FROM item WHERE count(*) > 1": ErrorClass.MISUSED_AGGREGATE,
    "SELECT max(sum(price)) FROM item": ErrorClass.MISUSED_AGGREGATE,
    "SELECT name FROM item HAVING name > 1": ErrorClass.MISUSED_AGGREGATE,
    "SELECT group_concat(DISTINCT id, name) FROM item": ErrorClass.MISUSED_AGGREGATE,
    "WITH n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) FROM n": ErrorClass.TIMEOUT,
    "SELECT " + "1+" * 600 + "1": ErrorClass.RESOURCE_LIMIT,
    "SELECT printf('%.9000000c', 'a')": ErrorClass.RESOURCE_LIMIT,
    "PRAGMA table_info(item)": ErrorClass.DENIED,
    "SELECT random()": ErrorClass.DENIED,
    "SELECT 1, 2 UNION SELECT 1": ErrorClass.OTHER_EXECUTION_ERROR,
    "SELECT (SELECT id, name FROM item)": ErrorClass.OTHER_EXECUTION_ERROR,
    "SELECT name FROM item WHERE kind = ?": ErrorClass.OTHER_EXECUTION_ERROR,
    "SELECT name FROM item WHERE kind = 'z'": ErrorClass.EMPTY_RESULT,
    "SELECT name FROM item": ErrorClass.WRONG_ROW_COUNT,
    "SELECT price FROM item WHERE kind = 'a'": ErrorClass.WRONG_RESULT,
    "SELECT name FROM item WHERE id <> 2": ErrorClass.EXECUTION_CORRECT,
}


def test_classes_of_real_queries(verifier, shop):
    verdicts = verifier.verify([Candidate("shop", shop, GOLD, sql) for sql in CASES])
    assert {v.sql: (v.error_class, v.error) for v in verdicts} == {
        sql: (expected, v.error) for (sql, expected), v in zip(CASES.items(), verdicts, strict=True)
    }
    assert set(CASES.values()) | {ErrorClass.WORKER_DIED} == set(ErrorClass)


@pytest.mark.parametrize("gold", [None, "SELECT no_gold FROM item"])
def test_without_a_verdict_only_what_the_executor_shows(verifier, shop, gold):
    ran, empty, failed = verifier.verify(
        [Candidate("shop", shop, gold, f"SELECT {what}") for what in ("1", "1 WHERE 0", "none_such")]
    )
    assert (ran.error_class, empty.error_class) == (None, ErrorClass.EMPTY_RESULT)
    assert failed.error_class is ErrorClass.NO_SUCH_COLUMN
    assert ran.correct_official is ran.correct_strict is None


def test_validity_flags(verifier, shop):
    def flags(sql: str) -> tuple[bool, bool, bool]:
        [v] = verifier.verify([Candidate("shop", shop, GOLD, sql)])
        return v.syntax_valid, v.schema_valid, v.executable

    assert flags("SELECT name FROM item") == (True, True, True)
    assert flags("SELECT 1, 2 UNION SELECT 1") == (True, True, False)
    assert flags("SELECT x FROM item") == (True, False, False)
    for sql in ("", "SELECT", "SELECT 'x", "SELECT 1; SELECT 2", "DELETE FROM item"):
        assert flags(sql) == (False, False, False)


def test_death_has_its_class():
    assert classify("SELECT 1", Status.WORKER_DIED, "gone") is ErrorClass.WORKER_DIED


def test_routing_covers_every_class_once():
    rows = routing_rows()
    assert [row["error_class"] for row in rows] == [str(c) for c in ErrorClass]
    assert {row["deployment_scope"] for row in rows} == {str(s) for s in DeploymentScope}
    assert all(all(row.values()) for row in rows)
    assert ROUTING[ErrorClass.EMPTY_RESULT].deployment_scope is DeploymentScope.GUARDED
    assert ROUTING[ErrorClass.WRONG_RESULT].deployment_scope is DeploymentScope.OFFLINE

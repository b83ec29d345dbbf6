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

# Every further way that SQLite words a class. On a database with `item` and `spare` as above.
WORDINGS = {
    ErrorClass.INCOMPLETE_INPUT: [
        "SELECT",
        "SELECT name FROM",
        "SELECT (1",
        "WITH x AS (SELECT 1)",
        "SELECT 1 FROM item JOIN",
    ],
    ErrorClass.SYNTAX_ERROR: [
        "Here is the query: SELECT 1",
        "SELECT `x",
        "SELECT @",
        "SELECT x'zz'",
        "SELECT name, FROM item",
        "SELECT TOP 5 name FROM item",
        "SELECT count(DISTINCT *) FROM item",
        "SELECT 1 WHERE 1 = ANY (SELECT 1)",
        "SELECT price::int FROM item",
        "SELECT 1 LIMIT 1 UNION SELECT 2",
        "SELECT * FROM item NATURAL JOIN spare ON 1",
        "SELECT * FROM item ON 1",
        "SELECT * FROM item LEFT INNER OUTER JOIN spare",
    ],
    ErrorClass.NO_SUCH_TABLE: ["SELECT T9.* FROM item", "SELECT * FROM item, nowhere", "SELECT 1 FROM nowhere(1)"],
    ErrorClass.NO_SUCH_COLUMN: [
        "SELECT item.nam FROM item",
        "SELECT main.item.nam FROM item",
        "SELECT name FROM item AS T1 WHERE item.id = 1",
        'SELECT T1."nam" FROM item AS T1',
        "SELECT name FROM item LIMIT id",
        "SELECT (SELECT 1, nam) FROM item",
    ],
    ErrorClass.AMBIGUOUS_COLUMN: [
        "SELECT name FROM item AS a JOIN item AS b ON a.id = b.id",
        "SELECT a.name FROM item AS a JOIN item AS b ON id = 1",
        "SELECT T1.name FROM item AS T1 JOIN item AS T1 ON 1",
    ],
    ErrorClass.NO_SUCH_FUNCTION: [
        "SELECT count(*) FROM item HAVING mean(price) > 1",
        "SELECT name REGEXP 'x' FROM item",
        "SELECT row_number() OVER w FROM item",
        "SELECT * FROM item(1)",
        "SELECT year(name) FROM item",
    ],
    ErrorClass.MISUSED_AGGREGATE: [
        "SELECT count(count(*)) FROM item",
        "SELECT name FROM item GROUP BY max(id)",
        "SELECT name FROM item ORDER BY max(id)",
        "SELECT min(id) AS low FROM item WHERE low > 1",
        "SELECT a.id FROM item a JOIN item b ON a.id = max(b.id)",
        "SELECT rank() FROM item",
        "SELECT id FROM item WHERE rank() OVER () = 1",
        "SELECT abs(id) OVER () FROM item",
        "SELECT abs(id) FILTER (WHERE 1) FROM item",
        "SELECT sum(DISTINCT id) OVER () FROM item",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT count(*) FROM r) SELECT * FROM r",
    ],
    ErrorClass.RESOURCE_LIMIT: ["SELECT 1 ORDER BY " + ", ".join(["1"] * 3000)],
    ErrorClass.OTHER_EXECUTION_ERROR: [
        "SELECT id FROM item WHERE (id, name) = 1",
        "SELECT (1, 2)",
        "SELECT id FROM item WHERE id IN (SELECT 1, 2)",
        "SELECT id FROM item WHERE (id, name) IN (1, 2)",
        "SELECT id FROM item UNION SELECT id FROM spare ORDER BY name",
        "SELECT id FROM item ORDER BY 2",
        "SELECT id FROM item GROUP BY 2",
        "VALUES (1), (2, 3)",
        "SELECT count(id, name) FROM item",
        "SELECT nullif(1)",
        "WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a",
        "WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a",
        "WITH a(x, y) AS (SELECT 1) SELECT * FROM a",
        "SELECT id FROM item ORDER BY name COLLATE utf8_general_ci",
        "SELECT id FROM item LIMIT 'x'",
        "SELECT id FROM item INDEXED BY no_index",
        "SELECT abs(-9223372036854775808)",
        "SELECT likelihood(id, 2) FROM item",
    ],
}


@pytest.mark.parametrize("expected", WORDINGS)
def test_further_wordings_of_sqlite(verifier, shop, expected):
    verdicts = verifier.verify([Candidate("shop", shop, None, sql) for sql in WORDINGS[expected]])
    assert {v.sql: (v.error_class, v.error) for v in verdicts} == {v.sql: (expected, v.error) for v in verdicts}


# Messages of other settings and builds than ours, from SQLite's source.
@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('no such column: "x" - should this be a string literal in single-quotes?', ErrorClass.NO_SUCH_COLUMN),
        ("cannot join using column x - column not present in both tables", ErrorClass.NO_SUCH_COLUMN),
        ("ambiguous reference to x in USING()", ErrorClass.AMBIGUOUS_COLUMN),
        ("unknown database other", ErrorClass.NO_SUCH_TABLE),
        ("misuse of aliased aggregate n", ErrorClass.MISUSED_AGGREGATE),
        ("misuse of aliased window function n", ErrorClass.MISUSED_AGGREGATE),
        ("recursive window functions not supported", ErrorClass.MISUSED_AGGREGATE),
        ("row value misused", ErrorClass.OTHER_EXECUTION_ERROR),
        ("database disk image is malformed", ErrorClass.OTHER_EXECUTION_ERROR),
        ("", ErrorClass.OTHER_EXECUTION_ERROR),
    ],
)
def test_messages(message, expected):
    assert classify("SELECT 1", Status.ERROR, message) is expected


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

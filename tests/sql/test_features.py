"""What a query uses, counted."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.evaluation.gold_features import feature_rows
from t2s_pipeline.sql.features import query_features
from t2s_pipeline.table_definitions import GOLD_FEATURES


def used(sql: str) -> dict[str, int]:
    """What is in a query at all, but for how much it selects."""
    return {name: count for name, count in asdict(query_features(sql)).items() if count and name != "selected"}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a FROM t", {}),
        ("SELECT a FROM t, u WHERE t.x = u.x", {"joins": 1, "predicates": 1}),
        ("SELECT a FROM t JOIN u ON t.x = u.x LEFT JOIN v USING (y)", {"joins": 2, "predicates": 1}),
        (
            "SELECT a FROM t WHERE b LIKE 'x%' AND c NOT LIKE 'y' OR d = 1",
            {"predicates": 3, "logical_connectors": 2, "likes": 2},
        ),
        ("SELECT a FROM t UNION SELECT b FROM u EXCEPT SELECT c FROM v", {"set_operations": 2}),
        ("SELECT a FROM (SELECT b FROM t UNION SELECT c FROM u)", {"subqueries": 1, "set_operations": 1}),
        ("SELECT * FROM (SELECT a FROM t LIMIT 1) UNION SELECT 2", {"subqueries": 1, "set_operations": 1, "limits": 1}),
        ("SELECT a FROM t WHERE b IN (SELECT c FROM u)", {"subqueries": 1, "predicates": 1}),
        ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u)", {"subqueries": 1, "predicates": 1}),
        ("WITH q AS (SELECT 1 AS a) SELECT a FROM q", {"subqueries": 1}),
        (
            "SELECT count(*), total(a), min(b, c) FROM t GROUP BY d HAVING max(a) > 2 ORDER BY count(DISTINCT a) LIMIT 1",
            {"aggregates": 4, "predicates": 1, "group_by": 1, "having": 1, "order_by": 1, "limits": 1, "distincts": 1}
            | {"scalar_functions": 1},
        ),
        ("SELECT DISTINCT lower(a), CAST(b AS INT) FROM t", {"distincts": 1, "scalar_functions": 2}),
        ("SELECT strftime('%Y', a) FROM t", {"scalar_functions": 1}),
        ("SELECT a * 2 + b % 3 FROM t", {"arithmetic": 3}),
        ("SELECT CASE WHEN a = 1 THEN 2 WHEN a = 3 THEN 4 ELSE iif(b, 1, 2) END FROM t", {"cases": 2, "predicates": 2}),
        ("SELECT rank() OVER (ORDER BY a), sum(b) OVER () FROM t", {"window_functions": 2}),
    ],
)
def test_what_a_query_uses(sql, expected):
    assert used(sql) == expected


def test_what_is_selected_is_of_the_first_query():
    assert query_features("SELECT a, b, count(*) FROM t").selected == 3
    assert query_features("SELECT a, b FROM t UNION SELECT c, d FROM u").selected == 2
    assert query_features("SELECT * FROM t").selected == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3))
def test_counts_add_up_in_whatever_they_are_put_together(joins, conditions, depth):
    sql = "SELECT a FROM t" + "".join(f" JOIN u{n} ON t.x = u{n}.x" for n in range(joins))
    sql += " WHERE " + " AND ".join(["a LIKE 'x'"] * (conditions + 1))
    for _ in range(depth):
        sql = f"SELECT b FROM v WHERE c IN ({sql})"
    found = query_features(sql)
    assert (found.joins, found.likes, found.subqueries) == (joins, conditions + 1, depth)
    assert (found.logical_connectors, found.predicates) == (conditions, joins + conditions + 1 + depth)


def test_a_gold_that_cannot_be_parsed_has_a_row_of_nulls():
    example = {"example_id": "toy/dev/00000", "database_id": "toy/shop", "split": "dev"}
    rows = feature_rows([example | {"gold": "SELECT a FROM t"}, example | {"gold": "SELECT FROM WHERE"}])
    table = GOLD_FEATURES.to_arrow({"experiment": "x"} | row for row in rows).to_pylist()
    assert [row["parsed"] for row in table] == [True, False]
    assert [row["joins"] for row in table] == [0, None]

"""Plans in words: right for each construct, and for every query of Spider there is one."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.sql.plan import plan_text

ALONE = "The question needs one table, t, and no other. "
NOTHING = "There is nothing to group or to sort. "


@pytest.mark.parametrize(
    ("sql", "plan"),
    [
        ("SELECT count(*) FROM t", f"{ALONE}Every row counts. {NOTHING}Return the number of rows."),
        (
            "SELECT DISTINCT a, \"b c\" FROM t WHERE a > 5 AND (b LIKE '%x' OR c IS NOT NULL)",
            f"{ALONE}Keep only the rows where a is over 5 and (b is like '%x' or c is not missing). {NOTHING}"
            'Return a and "b c", each different one once.',
        ),
        (
            "SELECT a, avg(b) FROM t GROUP BY a HAVING count(DISTINCT b) >= 2 ORDER BY avg(b) DESC, a LIMIT 3",
            f"{ALONE}Every row counts. Group the rows by a. "
            "Keep the groups where the number of different b is at least 2. "
            "Sort by the average of b from high to low and a from low to high and take the first 3. "
            "Return a and the average of b.",
        ),
        (
            "SELECT T1.a FROM x AS T1 JOIN y AS T2 ON T1.id = T2.x_id LEFT JOIN z USING (k) WHERE T2.b NOT BETWEEN 1 AND 2",
            "The question needs the tables x as T1, y as T2 and z, joined where T1.id is T2.x_id and on equal k, rows "
            f"without a match in z kept too. Keep only the rows where T2.b is not between 1 and 2. {NOTHING}"
            "Return T1.a.",
        ),
        (
            "SELECT a FROM t WHERE b > (SELECT avg(b) FROM t) AND c NOT IN (SELECT c FROM u WHERE d = 'e')",
            f"{ALONE}Keep only the rows where b is over the value (the average of b from t) and c is not among "
            f"(c from u where d is 'e'). {NOTHING}Return a.",
        ),
        (
            "SELECT a FROM t WHERE b = 1 EXCEPT SELECT a FROM u",
            "The question needs two answers put together. One is a from t where b is 1. The other is a from u. "
            "Keep what only the first of them returns.",
        ),
        (
            "WITH s AS (SELECT a, count(*) AS n FROM t GROUP BY a) SELECT max(n) FROM s",
            "First find s: a and the number of rows as n from t, grouped by a. "
            f"The question needs one table, s, and no other. Every row counts. {NOTHING}Return the maximum of n.",
        ),
        (
            "SELECT sum(n * 2) FROM (SELECT count(*) AS n FROM t ORDER BY b LIMIT 1) AS s",
            "The question needs one table, the result as s of (the number of rows as n from t, sorted by b from low "
            f"to high and taking the first), and no other. Every row counts. {NOTHING}Return the sum of n times 2.",
        ),
    ],
)
def test_a_plan_says_each_part_of_the_query(sql, plan):
    assert plan_text(sql) == plan


@pytest.mark.parametrize(
    "sql",
    [
        "not a query",
        "SELECT CASE WHEN a THEN b END FROM t",
        "SELECT rank() OVER (ORDER BY a) FROM t",
        "SELECT a FROM t WHERE b IN u",
        "SELECT a FROM t NATURAL JOIN u",
        "WITH RECURSIVE s AS (SELECT 1) SELECT * FROM s",
        "VALUES (1)",
        f"SELECT {'(' * 40}a{')' * 40} FROM t",
    ],
)
def test_what_has_no_words_has_no_plan(sql):
    assert plan_text(sql) is None


_PIECES = (
    "SELECT a , count(*) FROM t AS T1 JOIN u ON T1.a = b WHERE NOT IN ( ) LIKE 'x' GROUP BY ORDER LIMIT 1 UNION ALL"
)


@given(st.lists(st.sampled_from(_PIECES.split()), max_size=14))
def test_no_text_breaks_it(pieces):
    plan = plan_text("SELECT a FROM t " + " ".join(pieces))
    assert plan is None or len(plan) > 100


@pytest.mark.spider
def test_every_query_of_spider_has_a_plan_long_enough_for_finers_format():
    root = os.environ.get("SPIDER_ROOT")
    if not root:
        pytest.skip("set SPIDER_ROOT to the folder of Spider's dev.json")
    plans = [plan_text(row["query"]) for row in json.loads((Path(root) / "dev.json").read_text(encoding="utf-8"))]
    assert None not in plans
    assert min(map(len, plans)) > 100
    assert sorted(len(plan.split()) for plan in plans)[len(plans) * 9 // 10] <= 60

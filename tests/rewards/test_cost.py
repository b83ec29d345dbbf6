"""The cost term on plans that SQLite itself writes."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.rewards.cost import HIGHEST, LOWEST, PlanCounts, cost_reward, plan_counts

TABLES = """
CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE concert (concert_id INTEGER, singer_id INTEGER, year INTEGER);
CREATE INDEX by_year ON concert (year);
"""


@pytest.fixture(scope="module")
def plan():
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    yield lambda sql: [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + sql)]
    connection.close()


@pytest.mark.parametrize(
    ("sql", "counts", "cost"),
    [
        ("SELECT name FROM singer", PlanCounts(1, 0, 0, 1), -0.06),
        ("SELECT name FROM singer WHERE id = 1", PlanCounts(0, 1, 0, 1), 0.025),
        ("SELECT name FROM singer ORDER BY name", PlanCounts(1, 0, 1, 1), -0.1),
        ("SELECT year FROM concert", PlanCounts(0, 0, 0, 1), 0.0),
        ("SELECT 1", PlanCounts(0, 0, 0, 0), 0.0),
        ("SELECT 1 FROM concert AS c JOIN singer AS s ON s.id = c.singer_id", PlanCounts(1, 1, 0, 2), -0.035),
        ("SELECT 1 FROM singer AS a, singer AS b, singer AS c", PlanCounts(3, 0, 0, 3), -0.195),
    ],
)
def test_counts_and_cost(plan, sql, counts, cost):
    assert plan_counts(plan(sql)) == counts
    assert cost_reward(counts, cartesian=False) == cost


def test_what_did_not_run_costs_a_flat_rate_and_a_product_its_own():
    assert cost_reward(None, cartesian=False) == -0.1
    one = PlanCounts(0, 2, 0, 2)
    assert cost_reward(one, cartesian=True) == round(cost_reward(one, cartesian=False) - 0.1, 6)


@given(*[st.integers(0, 50)] * 4, st.booleans())
def test_the_cost_stays_within_its_bounds(scans, searches, sorts, accesses, cartesian):
    assert LOWEST <= cost_reward(PlanCounts(scans, searches, sorts, accesses), cartesian=cartesian) <= HIGHEST

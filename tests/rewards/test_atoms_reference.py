"""What the public code was seen to yield, and how far it is from what the paper means."""

from __future__ import annotations

import pytest

from t2s_pipeline.config_rewards import RewardConfig
from t2s_pipeline.rewards.atomic import overlap, shaped
from t2s_pipeline.rewards.atoms_reference import reference_atoms

JOINED = "SELECT T1.Name FROM singer AS T1 JOIN concert AS T2 ON T1.id = T2.singer_id WHERE T2.year = 2014"


def earned(one: str, other: str) -> float:
    return shaped(overlap(reference_atoms(one), reference_atoms(other)), RewardConfig())


@pytest.mark.parametrize(
    ("sql", "other", "reward"),
    [
        (JOINED, JOINED, 0.8005),
        (JOINED, JOINED.replace("T1", "s").replace("T2", "c"), 0.619),
        (JOINED, JOINED.replace("T1.id = T2.singer_id", "T2.singer_id = T1.id"), 0.708),
        ("SELECT * FROM singer", "SELECT * FROM concert", 0.8005),
        ("SELECT a FROM t LEFT JOIN u ON t.id = u.id", "SELECT a FROM t JOIN u ON t.id = u.id", 0.8005),
        ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u)", "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u)", 0),
        ("WITH c AS (SELECT a FROM t) SELECT a FROM c", "WITH c AS (SELECT b FROM u) SELECT a FROM c", 0.8005),
        ("SELECT a FROM (SELECT a FROM t)", "SELECT a FROM (SELECT a FROM u WHERE a = 1)", 0.8005),
        ("SELECT a FROM t WHERE b = 2014", "SELECT a FROM t WHERE b = 2014.0", 0.619),
        ("I think the answer is 3", "I think the answer is 3", 0),
    ],
)
def test_rewards_of_the_public_code(sql, other, reward):
    assert earned(sql, other) == pytest.approx(reward, abs=5e-4)


@pytest.mark.parametrize(
    ("sql", "operation"),
    [
        (JOINED, "JOIN(concert.t2, INNER)"),
        (JOINED, "ON_EQ(T1.id, T2.singer_id)"),
        (JOINED, "WHERE_PRED(EQ, year, VALUE(2014))"),
        ("SELECT count(*) FROM t", "SELECT_EXPR(*(*))"),
        ("SELECT sum(a) FROM t", "SELECT_EXPR(SUM(a))"),
        ("SELECT CASE WHEN a THEN b END FROM t", "SELECT_EXPR(CASE())"),
        ("SELECT CAST(a AS REAL) / b FROM t", "SELECT_EXPR(DIV(A(a)))"),
        ("SELECT row_number() OVER (ORDER BY a) FROM t", "SELECT_EXPR(WINDOW(ROWNUMBER()))"),
        ("SELECT a FROM t, u WHERE t.id = u.id", "JOIN(u, CROSS)"),
        ("SELECT a FROM t, u WHERE t.id = u.id", "WHERE_PRED(EQ, id, id)"),
        ("SELECT a FROM t WHERE b IN (SELECT b FROM u JOIN v ON u.i = v.i)", "JOIN(v, INNER)"),
        ("SELECT a FROM t WHERE b IN (SELECT b FROM u)", "WHERE_PRED(IN, b, SUBQ_LAST)"),
        ("SELECT a FROM t WHERE b NOT IN (SELECT b FROM u)", "WHERE_TREE(NOT b IN (SELECT b FROM u))"),
        ("SELECT a FROM t WHERE b = (SELECT max(b) FROM u)", "ENTER_SUBQUERY(WHERE_SCALAR)"),
        ("SELECT a FROM t WHERE a = -1 OR b = 'X'", "WHERE_TREE(a = -1 OR b = 'X')"),
        ("SELECT a FROM t WHERE b BETWEEN 1 AND 2", "WHERE_PRED(BETWEEN, b, [VALUE(1), VALUE(2)])"),
        ("SELECT a FROM t GROUP BY a HAVING count(*) > 1", "HAVING_PRED(GT, *(*), VALUE(1))"),
        ("SELECT a FROM t ORDER BY b DESC LIMIT 3", "ORDER_BY(b, DESC)"),
        ("SELECT a FROM t UNION ALL SELECT b FROM u", "UNION_ALL"),
    ],
)
def test_operations_of_the_public_code(sql, operation):
    assert operation in reference_atoms(sql)

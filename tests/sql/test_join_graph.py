"""Cartesian products and joins that are not needed, told from the parsed query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.join_graph import spare_joins, unjoined
from t2s_pipeline.sql.names import Names
from t2s_pipeline.sql.parse import parse_query

CATALOGUE = Catalogue.of(
    {"a": ["id", "x", "k"], "b": ["id", "a_id", "y"], "c": ["c_id", "b_id", "z"], "d": ["id", "z"]}
)

JOINED = [
    "SELECT * FROM a",
    "SELECT * FROM a JOIN b ON a.id = b.a_id",
    "SELECT * FROM a, b WHERE a.id = b.a_id",
    "SELECT * FROM a CROSS JOIN b WHERE b.a_id = a.id AND a.x > 1",
    "SELECT * FROM a JOIN b USING (id)",
    "SELECT * FROM a NATURAL JOIN b",
    "SELECT * FROM a JOIN b ON x = y",
    "SELECT * FROM a AS T1, a AS T2 WHERE T1.x < T2.x",
    "SELECT * FROM a JOIN b ON a.id = b.a_id JOIN c ON b.id = c.b_id",
    "SELECT * FROM a, b, c WHERE a.id = b.a_id AND (c.b_id = b.id OR c.z = a.x)",
    "SELECT * FROM a JOIN (b JOIN c ON b.id = c.b_id) ON a.id = b.a_id",
    "SELECT * FROM a, (SELECT max(x) AS m FROM a) AS t WHERE a.k > 1",
    "SELECT * FROM a, (SELECT id FROM b LIMIT 1) AS t",
    "SELECT * FROM a JOIN (SELECT a_id, count(*) AS n FROM b GROUP BY a_id) AS t ON t.a_id = a.id",
    "SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b, c WHERE b.a_id = a.id AND c.b_id = b.id)",
    "SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b, c WHERE b.a_id = a.id AND c.z = a.x)",
    "SELECT * FROM a, b WHERE a.id IN (SELECT b_id FROM c WHERE c.z = b.y)",
    "WITH t AS (SELECT id, x FROM a) SELECT * FROM t JOIN b ON t.id = b.a_id",
    "SELECT * FROM a, json_each(a.x)",
    'SELECT * FROM "a" AS "T 1" JOIN "b" ON "T 1"."id" = "b"."a_id"',
    "SELECT x FROM a UNION SELECT y FROM b",
]
APART = [
    ("SELECT * FROM a, b", [["a", "b"]]),
    ("SELECT * FROM a CROSS JOIN b", [["a", "b"]]),
    ("SELECT * FROM a JOIN b", [["a", "b"]]),
    ("SELECT * FROM a JOIN b ON 1 = 1", [["a", "b"]]),
    ("SELECT * FROM a JOIN b ON a.id = a.id", [["a", "b"]]),
    ("SELECT * FROM a JOIN b ON b.y = 5", [["a", "b"]]),
    ("SELECT * FROM a, b WHERE a.id = b.a_id OR a.x = 1", [["a", "b"]]),
    ("SELECT * FROM a NATURAL JOIN c", [["a", "c"]]),
    ("SELECT * FROM a, c JOIN d USING (id)", [["a d", "c"]]),
    ("SELECT * FROM a, b JOIN d USING (id)", [["a d", "b"]]),  # of two that have an id, USING means the first
    ("SELECT * FROM a, b NATURAL JOIN d", [["a d", "b"]]),
    ("SELECT * FROM a JOIN b ON a.id = b.a_id, c WHERE c.z = 1", [["a b", "c"]]),
    ("SELECT x FROM a UNION SELECT y FROM b, c", [["b", "c"]]),
    ("SELECT x FROM a WHERE id IN (SELECT a_id FROM b, c)", [["b", "c"]]),
    ("SELECT * FROM (SELECT a.x FROM a, b) AS t", [["a", "b"]]),
    ("WITH t AS (SELECT id AS n FROM a) SELECT * FROM t, b", [["t", "b"]]),
    ("SELECT T1.x FROM a AS T1, b AS T2", [["t1", "t2"]]),
    ("SELECT * FROM a, b, c", [["a", "b", "c"]]),
]


def names_of(sql):
    return Names(parse_query(sql), CATALOGUE)


@pytest.mark.parametrize("sql", JOINED)
def test_what_is_joined_is_no_product(sql):
    assert unjoined(names_of(sql)) == []


@pytest.mark.parametrize(("sql", "groups"), APART)
def test_what_no_condition_joins_is_a_product(sql, groups):
    found = [[" ".join(source.alias for source in group) for group in product] for product in unjoined(names_of(sql))]
    assert found == groups


@pytest.mark.parametrize(
    ("sql", "spare"),
    [
        ("SELECT a.x FROM a JOIN b ON a.id = b.a_id", ["b"]),
        ("SELECT a.x FROM a, b WHERE b.a_id = a.id AND a.x > 1", ["b"]),
        ("SELECT a.x FROM a JOIN b ON a.id = b.a_id WHERE b.y > 1", []),
        ("SELECT a.x, count(*) FROM a JOIN b ON a.id = b.a_id GROUP BY a.id", []),
        ("SELECT a.x, count(a.id) FROM a JOIN b ON a.id = b.a_id GROUP BY a.x", []),
        ("SELECT a.x FROM a JOIN b ON a.id = b.a_id GROUP BY a.x HAVING sum(a.k) > 3", []),
        ("SELECT max(a.x), count(DISTINCT a.k) FROM a JOIN b ON a.id = b.a_id", ["b"]),
        ("SELECT a.x FROM a, b WHERE a.id = b.a_id OR a.x = 1", []),
        ("SELECT a.x FROM a, b WHERE NOT a.id = b.a_id", []),
        ("SELECT * FROM a JOIN b ON a.id = b.a_id", []),
        ("SELECT a.x FROM a JOIN b ON a.id = b.a_id JOIN c ON c.b_id = b.id WHERE c.z = 1", []),  # b is the bridge
        ("SELECT x FROM a JOIN b ON a.id = b.a_id JOIN c ON c.b_id = b.id ORDER BY y", ["c"]),
        ("SELECT x FROM a WHERE id IN (SELECT b.a_id FROM b JOIN c ON b.id = c.b_id)", ["c"]),
    ],
)
def test_a_join_of_which_nothing_else_is_used(sql, spare):
    assert [source.alias for source in spare_joins(names_of(sql))] == spare


NODES = st.integers(2, 6)


@st.composite
def chains(draw):
    """A FROM of up to six tables, the pairs that conditions join, and whether each is written as ON or in WHERE."""
    count = draw(NODES)
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=8))
    return count, [(min(pair), max(pair), draw(st.booleans())) for pair in pairs if pair[0] != pair[1]]


@given(chains())
def test_the_groups_are_the_connected_components(chain):
    count, pairs = chain
    on = {later: [] for later in range(count)}
    where = ["t0.x > 1"]
    for earlier, later, as_on in pairs:
        (on[later] if as_on else where).append(f"t{earlier}.id = t{later}.x")
    joins = [f"JOIN a AS t{n} ON {' AND '.join(on[n])}" if on[n] else f", a AS t{n}" for n in range(1, count)]
    sql = f"SELECT t0.id FROM a AS t0 {' '.join(joins)} WHERE {' AND '.join(where)}"
    group = list(range(count))
    for earlier, later, _ in pairs:
        group = [group[earlier] if own == group[later] else own for own in group]
    components = {frozenset(f"t{n}" for n in range(count) if group[n] == own) for own in group}
    found = unjoined(names_of(sql))
    assert {frozenset(s.alias for s in g) for product in found for g in product} == (
        components if len(components) > 1 else set()
    )

"""sqlglot's parser as it is used here: its trees, and no more time than the text is long."""

from __future__ import annotations

import time

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot.errors import SqlglotError

from t2s_pipeline.sql.parse import parse_query


@pytest.mark.parametrize("joins", [30, 60, 1000])
@pytest.mark.parametrize("ends", ["", " WHERE age > 1", " ON singer.id = song.singer_id", " /* here */"])
def test_joins_without_conditions_are_read_in_no_time(joins, ends):
    """As a model writes them that goes in circles. sqlglot's own parser takes twice as long for each."""
    started = time.process_time()
    parse_query("SELECT name FROM singer" + " JOIN song" * joins + ends)
    assert time.process_time() - started < 2


JOINS = st.lists(
    st.sampled_from(
        ["JOIN song", "JOIN song AS T2", "JOIN song /* x */", "LEFT JOIN song", "NATURAL JOIN song", "CROSS JOIN song",
         "JOIN (SELECT id FROM song JOIN song)", "JOIN (song JOIN song)", ", song", "ON a = b", "USING (id)", "-- y\n",
         "WHERE a IN (SELECT id FROM song JOIN song)", "; SELECT a FROM b JOIN c", "(", ")"]
    ),
    max_size=7,
)  # fmt: skip


@settings(max_examples=300)
@given(JOINS)
def test_the_trees_are_sqlglot_s(parts):
    sql = " ".join(["SELECT name FROM singer", *parts])
    try:
        [expected] = sqlglot.parse(sql, read="sqlite")
    except (SqlglotError, ValueError):
        expected = None
    found = parse_query(sql)
    assert repr(found) == repr(expected)
    assert expected is None or found.sql("sqlite") == expected.sql("sqlite")

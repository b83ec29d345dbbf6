"""wilson.sql: the interval of the reports is the one of evaluation's statistics."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.evaluation.statistics import wilson_interval
from t2s_pipeline.macros import macros_named_in

QUERY = "SELECT wilson_low($k, $n), wilson_high($k, $n)"


def interval(successes: int, cases: int) -> tuple[float | None, float | None]:
    with duckdb.connect() as connection:
        for macro in macros_named_in(QUERY):
            connection.execute(macro.statement())
        return connection.execute(QUERY, {"k": successes, "n": cases}).fetchone()


@pytest.mark.parametrize(
    ("successes", "cases", "low", "high"),
    [(70, 120, 0.493880, 0.667616), (0, 10, 0.0, 0.277533), (10, 10, 0.722467, 1.0), (1, 2, 0.094531, 0.905469)],
)
def test_known_values(successes, cases, low, high):
    assert interval(successes, cases) == pytest.approx((low, high), abs=1e-6)


def test_nothing_has_no_interval():
    assert interval(0, 0) == (None, None)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5000), st.data())
def test_the_two_implementations_agree(cases, data):
    successes = data.draw(st.integers(0, cases))
    assert interval(successes, cases) == pytest.approx(tuple(wilson_interval(successes, cases)), abs=1e-9)

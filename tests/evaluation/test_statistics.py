from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.evaluation.statistics import (
    Proportion,
    cluster_bootstrap,
    exact_mcnemar,
    paired_difference,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(70, 120, 0.493880, 0.667616), (0, 10, 0.0, 0.277533), (10, 10, 0.722467, 1.0)],
)
def test_known_intervals(numerator, denominator, low, high):
    assert wilson_interval(numerator, denominator) == pytest.approx((low, high), abs=1e-5)


@given(st.integers(1, 3000), st.data())
def test_an_interval_holds_its_rate_and_mirrors(denominator, data):
    numerator = data.draw(st.integers(0, denominator))
    low, high = wilson_interval(numerator, denominator)
    assert 0 <= low <= numerator / denominator <= high <= 1
    mirrored = wilson_interval(denominator - numerator, denominator)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high))


def test_proportions():
    assert Proportion.of([True, False, True]) == Proportion(2, 3)
    assert str(Proportion(1, 2)) == "1/2 = 50.00% [9.45%, 90.55%]"
    assert (Proportion(0, 0).rate, Proportion(0, 0).interval, str(Proportion(0, 0))) == (None, None, "0/0")
    with pytest.raises(ValueError, match="3 of 2"):
        Proportion(3, 2)
    with pytest.raises(ValueError, match="0 of 0"):
        wilson_interval(0, 0)


@pytest.mark.parametrize(
    ("first", "second", "p"), [(0, 0, 1.0), (5, 5, 1.0), (1, 0, 1.0), (10, 0, 2 / 1024), (8, 2, 0.109375)]
)
def test_mcnemar(first, second, p):
    assert exact_mcnemar(first, second) == exact_mcnemar(second, first) == pytest.approx(p)


@given(st.integers(0, 1200), st.integers(0, 1200))
def test_mcnemar_is_the_sum_of_binomials(first, second):
    n = first + second
    tail = sum(math.comb(n, k) for k in range(min(first, second) + 1))
    assert exact_mcnemar(first, second) == min(1.0, 2 * tail / 2**n)


def test_mcnemar_takes_very_large_counts():
    z = 2_000 / math.sqrt(222_000)
    assert exact_mcnemar(110_000, 112_000) == pytest.approx(
        math.erfc((z - 1 / math.sqrt(222_000)) / math.sqrt(2)), rel=1e-3
    )
    assert exact_mcnemar(10_000, 190_000) == 0.0


def test_mcnemar_takes_large_counts():
    p = exact_mcnemar(2100, 1900)
    assert math.isclose(p, 0.00165, rel_tol=0.05)
    with pytest.raises(ValueError, match="-1"):
        exact_mcnemar(-1, 2)


def test_the_published_paired_interval():
    """Newcombe 1998, table II: 20 both, 12 and 2 one alone, 16 neither."""
    assert paired_difference(20, 2, 12, 16) == pytest.approx((0.2, 0.0562, 0.3292), abs=1e-4)


@given(*[st.integers(0, 60)] * 4)
def test_a_paired_interval_holds_its_difference_and_turns_with_the_systems(both, first, second, neither):
    if both + first + second + neither == 0:
        with pytest.raises(ValueError, match="no paired counts"):
            paired_difference(both, first, second, neither)
        return
    difference, low, high = paired_difference(both, first, second, neither)
    assert -1 <= low <= difference <= high <= 1
    turned = paired_difference(both, second, first, neither)
    assert (-turned[0], -turned[2], -turned[1]) == pytest.approx((difference, low, high))


def test_pairs_that_agree_make_the_interval_narrower():
    agreeing, apart = paired_difference(45, 5, 5, 45), paired_difference(25, 25, 25, 25)
    assert agreeing[2] - agreeing[1] < apart[2] - apart[1]


def test_the_bootstrap_draws_clusters_and_is_the_same_every_time():
    low, high = cluster_bootstrap([5, 1, 0, -2], [10, 10, 10, 10])
    assert (low, high) == cluster_bootstrap([5, 1, 0, -2], [10, 10, 10, 10])
    assert -0.2 <= low < 0.1 < high <= 0.5
    assert cluster_bootstrap([3, 3], [10, 10]) == pytest.approx((0.3, 0.3))
    with pytest.raises(ValueError, match="no clusters"):
        cluster_bootstrap([], [])

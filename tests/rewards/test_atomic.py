"""The shape of the atomic term, and its overlap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config_rewards import RewardConfig
from t2s_pipeline.rewards.atomic import best_overlap, overlap, shaped

SETS = st.frozensets(st.sampled_from("abcdefgh"))


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, 0), (0.01, 0.299), (0.05, 0.415), (0.1, 0.4785), (0.2, 0.554), (0.3, 0.605), (0.5, 0.6783), (0.7, 0.734),
     (0.9, 0.780), (1, 0.8005)],
)  # fmt: skip
def test_the_papers_shape(share, expected):
    assert shaped(share, RewardConfig()) == pytest.approx(expected, abs=6e-4)
    assert shaped(1, RewardConfig()) == pytest.approx(0.8005, abs=1e-12)


@pytest.mark.parametrize(("linear", "beta", "gamma"), [(0.15, 1.0, 0.35), (0.30, 0.85, 0.55), (0.60, 0.50, 0.98)])
def test_other_shapes_of_the_papers_sweep(linear, beta, gamma):
    settings = RewardConfig(atomic_lambda=linear, atomic_beta=beta, atomic_gamma=gamma)
    assert shaped(0, settings) == 0
    assert shaped(1, settings) == pytest.approx(linear + (1 - linear) * beta)


@pytest.mark.parametrize(
    "wrong", [{"atomic_lambda": 1.1}, {"atomic_beta": -0.1}, {"atomic_beta": 2}, {"atomic_gamma": 0}]
)
def test_a_shape_that_could_outdo_a_right_answer_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        RewardConfig(**wrong)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 5))
def test_any_shape_grows_and_stays_within_one(share, linear, beta, gamma):
    settings = RewardConfig(atomic_lambda=linear, atomic_beta=beta, atomic_gamma=gamma)
    assert 0 <= shaped(share, settings) <= shaped(1, settings) + 1e-9 <= 1 + 2e-9


@given(SETS, SETS)
def test_overlap(one, other):
    assert overlap(one, other) == overlap(other, one)
    assert (overlap(one, other) == 1) == (one == other != frozenset())
    assert (overlap(one, other) == 0) == (not one & other)


def test_the_best_gold_counts():
    assert best_overlap(frozenset("ab"), [frozenset("a"), frozenset("abc"), frozenset("xy")]) == pytest.approx(2 / 3)
    assert best_overlap(frozenset("ab"), []) == 0

"""The vote over samples, and recall@k."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.evaluation.voting import majority_vote, recall_points, right_within

RESULTS = st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("results", "chosen"),
    [
        (["a"], 0),
        ([None], 0),
        ([None, None], 0),
        (["a", "b", "b"], 1),
        (["b", "a", "a", "b"], 0),
        ([None, "a", None, "b"], 1),
        ([None, None, None, "a"], 3),
        (["a", None, "b", "b", None, None], 2),
    ],
)
def test_the_commonest_result_wins_and_the_first_of_equals(results, chosen):
    assert majority_vote(results) == chosen


def test_a_vote_needs_a_sample():
    with pytest.raises(ValueError, match="at least one sample"):
        majority_vote([])


@given(RESULTS)
def test_no_result_has_more_votes_than_the_chosen_one(results):
    chosen = majority_vote(results)
    counts = [0 if result is None else results.count(result) for result in results]
    assert counts[chosen] == max(counts)
    assert counts.index(max(counts)) == chosen


@given(RESULTS, st.integers(1, 4))
def test_a_vote_does_not_change_when_everybody_votes_again(results, times):
    assert majority_vote(results * times) == majority_vote(results)


@pytest.mark.parametrize(
    ("samples", "points"),
    [(0, ()), (1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (8, (1, 2, 4, 8)), (30, (1, 2, 4, 8, 16, 30))],
)
def test_recall_is_given_at_powers_of_two_and_at_all(samples, points):
    assert recall_points(samples) == points


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_recall_never_falls_and_ends_at_any(correct):
    recalls = [right_within(correct, k) for k in recall_points(len(correct))]
    assert recalls == sorted(recalls)
    assert (recalls[0], recalls[-1]) == (correct[0], any(correct))

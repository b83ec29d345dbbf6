"""The choice among samples, and recall@k."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.evaluation.voting import (
    Ballot,
    Choice,
    Count,
    NoWinner,
    Selector,
    choose,
    majority_vote,
    recall_points,
    right_within,
)
from t2s_pipeline.evaluation.voting_keys import result_key
from t2s_pipeline.sandbox.execute import Execution, Status

RESULTS = st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=1, max_size=12)


def returned(*rows: tuple, columns: int = 1) -> Execution:
    names = tuple(f"c{number}" for number in range(len(rows[0]) if rows else columns))
    return Execution(Status.OK, columns=names, rows=rows)


def ballot(execution: Execution | None, log_probability: float | None = None) -> Ballot:
    key = execution and result_key(execution)
    return Ballot(True, execution is not None, key and key.digest, key, log_probability)


FAILED = ballot(None)
NOTHING, FIVE, ZERO = returned(), returned((5,)), returned((0,))
SIXTY = [(f"{number:02} of sixty rows that begin alike",) for number in range(60)]


def groups(*counted: tuple[Execution, int]) -> list[Ballot]:
    return [ballot(execution) for execution, count in counted for _ in range(count)]


#: Section 7 of the method's description: the groups of results with their votes, and the place of the one that wins.
VECTORS = {
    "no_rows": (((NOTHING, 29), (FIVE, 1)), 1),
    "zero": (((ZERO, 20), (FIVE, 1)), 1),
    "two_zeros_in_a_row": (((returned((0, 0)), 20), (FIVE, 1)), 0),
    "two_nulls_in_a_row": (((returned((None, None)), 29), (FIVE, 1)), 0),
    "one_null": (((returned((None,)), 29), (FIVE, 1)), 1),
    "empty_before_zero_where_nothing_else": (((NOTHING, 5), (ZERO, 3)), 0),
    "zero_before_empty_where_nothing_else": (((NOTHING, 3), (ZERO, 5)), 1),
    "zero_percent": (((returned(("0%",)), 20), (FIVE, 1)), 1),
    "scientific_zero_is_text": (((returned(("0e0",)), 2), (FIVE, 1)), 0),
}
#: Where the public code goes by its key as text, and where it cuts it.
OF_THE_PUBLIC_CODE = {
    "zero_beside_a_name": (((returned((0,), ("Bob",)), 20), (FIVE, 1)), 1),
    "ties_by_text": (((FIVE, 3), (returned((9,)), 3), (returned((10,)), 3)), 1),
    "long_results_merge": (((returned((7,)), 2), (returned(*SIXTY), 2), (returned(*SIXTY[:59]), 1)), 1),
    "one_and_one_point_zero_are_two": (((returned((1,)), 2), (returned((3,)), 3), (returned((1.0,)), 2)), 1),
}
AS_INTENDED = {
    "zero_beside_a_name": (((returned((0,), ("Bob",)), 20), (FIVE, 1)), 0),
    "ties_by_arrival": (((FIVE, 3), (returned((9,)), 3), (returned((10,)), 3)), 0),
    "long_results_are_told_apart": (((returned((7,)), 2), (returned(*SIXTY), 2), (returned(*SIXTY[:59]), 1)), 0),
    "one_and_one_point_zero_are_one": (((returned((1,)), 2), (returned((3,)), 3), (returned((1.0,)), 2)), 0),
}


def check(selector: Selector, counted: tuple[tuple[Execution, int], ...], winner: int) -> None:
    before = sum(count for _, count in counted[:winner])
    assert choose(selector, groups(*counted)).sample == before


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("selector", [Selector.VAV, Selector.VAV_REFERENCE])
def test_vectors_of_both(selector, name):
    check(selector, *VECTORS[name])


@pytest.mark.parametrize("name", OF_THE_PUBLIC_CODE)
def test_vectors_of_the_public_code(name):
    check(Selector.VAV_REFERENCE, *OF_THE_PUBLIC_CODE[name])


@pytest.mark.parametrize("name", AS_INTENDED)
def test_vectors_as_intended(name):
    check(Selector.VAV, *AS_INTENDED[name])


def test_a_tie_goes_to_the_more_probable_where_all_are_known():
    nine = returned((9,))
    tied = [ballot(FIVE, -0.9), ballot(nine, -0.2), ballot(nine, -0.4), ballot(FIVE, -0.3)]
    assert choose(Selector.VAV, tied).sample == 1
    assert choose(Selector.VAV, [dataclasses.replace(tied[0], mean_log_probability=None), *tied[1:]]).sample == 0
    assert choose(Selector.VAV, [*tied, ballot(FIVE, -9.0)]).sample == 0  # probability breaks ties, not counts
    assert choose(Selector.VAV, [ballot(FIVE, -0.5), ballot(nine, -0.5)]).sample == 0


def test_the_count_of_a_vote():
    nine = returned((9,))
    choice = choose(Selector.VAV, [FAILED, *groups((NOTHING, 4), (nine, 2), (FIVE, 1)), FAILED])
    assert choice == Choice(5, Count(result_key(nine).digest, votes=2, runner_up=4, groups=3, voters=7))
    assert choose(Selector.VAV_REFERENCE, groups((FIVE, 2))).count == Count("5", 2, 0, 1, 2)


@pytest.mark.parametrize("selector", Selector)
def test_where_nothing_wins_the_first_with_sql_stands(selector):
    no_sql, failed = Ballot(False, False, None), Ballot(True, False, None)
    assert choose(selector, [no_sql, no_sql]) == Choice(0, None, NoWinner.NO_SQL)
    assert choose(selector, [no_sql, failed, failed]) == Choice(1, None, NoWinner.NOTHING_RAN)
    with pytest.raises(ValueError, match="at least one sample"):
        choose(selector, [])


def test_a_cut_result_does_not_vote_and_yet_runs():
    cut = Ballot(True, True, None)
    assert choose(Selector.VAV, [FAILED, cut]) == Choice(0, None, NoWinner.NO_COMPLETE_RESULT)
    assert choose(Selector.FIRST_EXECUTABLE, [FAILED, cut, ballot(FIVE)]) == Choice(1, None)
    assert choose(Selector.VAV, [cut, cut, ballot(FIVE)]).sample == 2


def test_a_ballot_has_no_place_for_the_gold():
    assert {field.name for field in dataclasses.fields(Ballot)} == {
        "has_sql",
        "ran",
        "result",
        "key",
        "mean_log_probability",
    }


RETURNED = st.sampled_from(
    [None, NOTHING, ZERO, FIVE, returned((5.0,)), returned(("x",), (1,)), returned((1,), ("x",)), returned((None,))]
)


@given(st.lists(RETURNED, min_size=1, max_size=10))
def test_value_aware_choices_are_the_strongest_of_the_telling(executions):
    ballots = [ballot(execution) for execution in executions]
    for selector in (Selector.VAV, Selector.VAV_REFERENCE):
        choice = choose(selector, ballots)
        if choice.count is None:
            assert not any(execution is not None for execution in executions)
            continue
        own = [b.key.digest for b in ballots if b.key and b.key.kind == ballots[choice.sample].key.kind]
        if ballots[choice.sample].key.kind != "valued":
            assert all(b.key is None or b.key.kind != "valued" for b in ballots)
        elif selector is Selector.VAV:
            assert choice.count.votes == max(own.count(digest) for digest in own)
        assert choice.count.voters == sum(execution is not None for execution in executions)
        assert ballots[: choice.sample].count(ballots[choice.sample]) == 0  # the first of its group


@given(st.lists(RETURNED, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_samples_decides_ties_alone(executions, random):
    ballots = [ballot(execution) for execution in executions]
    shuffled = random.sample(ballots, len(ballots))
    assert _strength(choose(Selector.VAV, ballots)) == _strength(choose(Selector.VAV, shuffled))
    one, other = choose(Selector.VAV_REFERENCE, ballots), choose(Selector.VAV_REFERENCE, shuffled)
    assert one.count == other.count  # text decides there


def _strength(choice: Choice) -> tuple | None:
    return choice.count and (choice.count.votes, choice.count.groups, choice.count.voters)


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

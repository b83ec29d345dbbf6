"""Which attempt is the answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.rollouts.selection import best_accepted, choice_of, vote


def attempt(sample, digest=None, accepted=False, sql="SELECT 1"):
    return {
        "sample": sample,
        "sql": sql,
        "executable": digest is not None,
        "result_digest": digest,
        "accepted": accepted,
    }


@pytest.mark.parametrize(
    ("digests", "expected"),
    [
        (["a", "b", "b"], 1),
        (["a", "b", "b", "a"], 0),
        ([None, None, "b"], 2),
        (["a", None, None, None], 0),
        ([None, None], 0),
    ],
)
def test_vote(digests, expected):
    attempts = [attempt(sample, digest) for sample, digest in enumerate(digests)]
    assert vote(attempts)["sample"] == expected
    assert vote(attempts[::-1])["sample"] == expected


def test_vote_without_any_result_prefers_an_answer_with_sql():
    assert vote([attempt(0, sql=None), attempt(1)])["sample"] == 1
    assert vote([attempt(0, sql=None)])["sample"] == 0


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1), st.data())
def test_vote_does_not_look_at_the_gold(digests, data):
    blind = [attempt(sample, digest) for sample, digest in enumerate(digests)]
    seeing = [row | {"correct": data.draw(st.booleans()), "reward": data.draw(st.floats(-1, 1))} for row in blind]
    assert vote(seeing)["sample"] == vote(blind)["sample"]
    assert best_accepted(seeing)["sample"] == best_accepted(blind)["sample"]


def test_best_accepted_accepted_then_undecided_then_runs_then_lowest_sample():
    assert best_accepted([attempt(0, "a"), attempt(1), attempt(3, accepted=True)])["sample"] == 3
    assert best_accepted([attempt(0, "a"), attempt(1, accepted=None)])["sample"] == 1
    assert best_accepted([attempt(0, accepted=True), attempt(1, "a", accepted=True)])["sample"] == 1
    assert best_accepted([attempt(0), attempt(1, "a")])["sample"] == 1
    assert best_accepted([attempt(0, sql=None), attempt(1)])["sample"] == 1
    assert best_accepted([attempt(2, "a"), attempt(1, "b")])["sample"] == 1


def test_one_turn_votes_and_repair_asks_the_verifier():
    assert choice_of(RolloutConfig(max_turns=1)) is vote
    assert choice_of(RolloutConfig(max_turns=2, repair_scope="verified")) is best_accepted

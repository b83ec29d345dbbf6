"""Which attempt is the answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.voting import Selector
from t2s_pipeline.evaluation.voting_keys import ResultKey, ResultKind
from t2s_pipeline.rollouts.selection import answer_of, ballots_of, best_accepted, reads_keys, selector_of

MAJORITY = RolloutConfig(num_samples=4, temperature=1.0)
VAV = RolloutConfig(num_samples=4, temperature=1.0, selection="vav")


def attempt(sample, digest=None, accepted=False, sql="SELECT 1", log_probability=None):
    return {
        "sample": sample,
        "sql": sql,
        "executable": digest is not None,
        "result_digest": digest,
        "accepted": accepted,
        "log_probability": log_probability,
        "completion_tokens": 10,
    }


def vote(attempts, settings=MAJORITY, keys=None):
    return answer_of(attempts, settings, keys or {})


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
def test_the_majority(digests, expected):
    attempts = [attempt(sample, digest) for sample, digest in enumerate(digests)]
    assert vote(attempts)["sample"] == expected
    assert vote(attempts[::-1])["sample"] == expected


def test_without_any_result_an_answer_with_sql_stands():
    assert vote([attempt(0, sql=None), attempt(1)])["sample"] == 1
    assert vote([attempt(0, sql=None)])["sample"] == 0


def test_the_stated_selector_chooses():
    zero = ResultKey("zero", ResultKind.ALL_ZERO, "0")
    keys = {"z": zero, "five": ResultKey("five", ResultKind.VALUED, "5"), "x": None}
    attempts = [attempt(0, sql="x"), attempt(1, "0", sql="z"), attempt(2, "0", sql="z"), attempt(3, "5", sql="five")]
    chosen = {
        name: vote(attempts, RolloutConfig(num_samples=4, temperature=1.0, selection=name), keys)["sample"]
        for name in Selector
    }
    assert chosen == {"vav": 3, "vav_reference": 3, "majority": 1, "first_executable": 1}


def test_a_ballot_has_the_mean_log_probability_of_its_tokens():
    known, unknown = attempt(0, "a", log_probability=-5.0), attempt(1, "a")
    empty = attempt(2, log_probability=0.0) | {"completion_tokens": 0}
    assert [ballot.mean_log_probability for ballot in ballots_of([known, unknown, empty], {})] == [-0.5, None, None]
    keys = {"SELECT 1": ResultKey("1", ResultKind.VALUED, "1"), "SELECT 2": ResultKey("2", ResultKind.VALUED, "2")}
    tied = [attempt(0, "1", log_probability=-5.0), attempt(1, "2", sql="SELECT 2", log_probability=-4.0)]
    assert vote(tied, VAV, keys)["sample"] == 1


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1), st.sampled_from(list(Selector)), st.data())
def test_no_choice_looks_at_the_gold(digests, selector, data):
    settings = RolloutConfig(num_samples=9, temperature=1.0, selection=selector)
    keys = {name: ResultKey(name, ResultKind.VALUED, name) for name in "abc"}
    blind = [attempt(sample, digest, sql=digest or "x") for sample, digest in enumerate(digests)]
    seeing = [row | {"correct": data.draw(st.booleans()), "reward": data.draw(st.floats(-1, 1))} for row in blind]
    assert vote(seeing, settings, keys)["sample"] == vote(blind, settings, keys)["sample"]
    assert best_accepted(seeing)["sample"] == best_accepted(blind)["sample"]


def test_best_accepted_accepted_then_undecided_then_runs_then_lowest_sample():
    assert best_accepted([attempt(0, "a"), attempt(1), attempt(3, accepted=True)])["sample"] == 3
    assert best_accepted([attempt(0, "a"), attempt(1, accepted=None)])["sample"] == 1
    assert best_accepted([attempt(0, accepted=True), attempt(1, "a", accepted=True)])["sample"] == 1
    assert best_accepted([attempt(0), attempt(1, "a")])["sample"] == 1
    assert best_accepted([attempt(0, sql=None), attempt(1)])["sample"] == 1
    assert best_accepted([attempt(2, "a"), attempt(1, "b")])["sample"] == 1


def test_one_turn_votes_and_repair_asks_the_verifier():
    repair = RolloutConfig(max_turns=2, num_samples=2, temperature=1.0, repair_scope="verified")
    assert selector_of(RolloutConfig(max_turns=1)) is Selector.MAJORITY
    assert selector_of(repair) is None and not reads_keys(repair)
    accepted = [attempt(0, "a"), attempt(1, "b", accepted=True)]
    assert answer_of(accepted, repair, {})["sample"] == 1
    online = RolloutConfig(max_turns=2, num_samples=2, temperature=1.0, repair_scope="online", selection="vav")
    assert selector_of(online) is Selector.VAV and reads_keys(online)
    assert not reads_keys(MAJORITY) and reads_keys(VAV)

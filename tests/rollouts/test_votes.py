"""Votes over stored attempts: every selector, without a model, and the answer of an arm by the same rule."""

from __future__ import annotations

import pytest

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.voting import Selector
from t2s_pipeline.rollouts.run import run_rollouts
from t2s_pipeline.rollouts.votes import vote_rows

#: What the samples of a question are, whatever it asks: a zero twice, two orders of one answer, a failure.
ANSWERS = [
    "SELECT count(*) FROM singer WHERE age > 99",
    "SELECT nonsense FROM singer",
    "SELECT name, age FROM singer",
    "SELECT 0",
    "SELECT age, name FROM singer ORDER BY name",
    "SELECT 0.0",
]


def arm(**settings) -> RolloutConfig:
    return RolloutConfig(num_samples=len(ANSWERS), temperature=1.0, **settings)


@pytest.fixture
def sampled(examples, schema_texts, paths, model, verifier):
    def ask(settings, questions=examples):
        generator = model(lambda question, turn, sample, prompt: ANSWERS[sample])
        return run_rollouts(questions, schema_texts, paths, generator, verifier, settings, rollout="sampled")

    return ask


def test_every_selector_has_a_row_an_example(sampled, examples, paths, verifier):
    passed = sampled(arm())
    rows = vote_rows(passed.attempts, paths, verifier)
    assert [(row["example_id"], row["selector"]) for row in rows] == [
        (example["example_id"], selector) for example in examples for selector in Selector
    ]
    own = {row["selector"]: row for row in rows if row["example_id"] == examples[3]["example_id"]}  # "count": 4
    assert {name: row["sample"] for name, row in own.items()} == {
        "vav": 2,
        "vav_reference": 2,
        "majority": 0,
        "first_executable": 0,
    }
    vav = own["vav"]
    assert (vav["samples"], vav["voters"], vav["results"], vav["votes"], vav["runner_up"]) == (6, 5, 2, 2, 3)
    assert (vav["margin"], vav["reason"], vav["sql"]) == (-1 / 6, None, ANSWERS[2])
    assert (own["majority"]["votes"], own["majority"]["results"]) == (3, 3)  # order of columns counts there
    assert own["vav_reference"]["results"] == 3 and own["vav_reference"]["result"].startswith("29|Cy;")  # 0 and 0.0
    assert own["first_executable"]["votes"] is None and own["first_executable"]["margin"] is None
    assert not any(row["correct"] for row in own.values())


@pytest.mark.parametrize("selection", Selector)
def test_an_arms_answer_is_its_selectors_vote(selection, sampled, paths, verifier):
    passed = sampled(arm(selection=selection))
    votes = vote_rows(passed.attempts, paths, verifier)
    expected = {row["example_id"]: row["sample"] for row in votes if row["selector"] == selection}
    assert {row["example_id"]: row["final_sample"] for row in passed.trajectories} == expected


def test_another_gold_changes_no_choice(sampled, examples, paths, verifier):
    golds = ["SELECT 0", "SELECT nonsense", "SELECT age, name FROM singer", "SELECT 1, 2, 3", "", "SELECT 0.0"]
    others = [example | {"gold": gold} for example, gold in zip(examples, golds, strict=True)]
    for selection in Selector:
        passes = [sampled(arm(selection=selection), asked) for asked in (examples, others)]
        assert _right(passes[0]) != _right(passes[1])
        finals = [[(t["final_sample"], t["final_sql"]) for t in passed.trajectories] for passed in passes]
        assert finals[0] == finals[1]
    ours, theirs = (vote_rows(passed.attempts, paths, verifier) for passed in passes)
    verdicts = ("correct", "correct_official", "correct_strict")
    assert [_without(row, verdicts) for row in ours] == [_without(row, verdicts) for row in theirs]
    assert ours != theirs


def _right(passed):
    return [row["correct"] for row in passed.attempts]


def _without(row, names):
    return {name: value for name, value in row.items() if name not in names}


def test_where_nothing_ran_the_row_says_so(examples, schema_texts, paths, model, verifier):
    generator = model(lambda *_: "I do not know.")
    passed = run_rollouts(examples[:1], schema_texts, paths, generator, verifier, arm(), rollout="sampled")
    rows = vote_rows(passed.attempts, paths, verifier)
    assert {(row["reason"], row["sample"], row["sql"], row["margin"]) for row in rows} == {("no_sql", 0, None, None)}


def test_only_the_first_turn_votes_and_each_query_runs_once(examples, paths, verifier):
    asked = []

    class Counting:
        def result_keys(self, items):
            asked.extend(item.sql for item in items)
            return verifier.result_keys(items)

    def attempt(turn, sample, sql, ran=True):
        return {
            "rollout": "a",
            "example_id": examples[0]["example_id"],
            "database_id": "toy/music",
            "turn": turn,
            "sample": sample,
            "sql": sql,
            "executable": ran,
            "result_digest": sql if ran else None,
            "log_probability": None,
            "completion_tokens": None,
            **dict.fromkeys(("correct", "correct_official", "correct_strict"), False),
        }

    attempts = [attempt(1, 0, "SELECT 1"), attempt(1, 1, "SELECT 1"), attempt(1, 2, "SELECT x", ran=False)]
    rows = vote_rows([*attempts, attempt(2, 0, "SELECT 2")], paths, Counting())
    assert asked == ["SELECT 1"]
    assert {row["samples"] for row in rows} == {3}

"""One iteration from questions to rows, with a real verifier and a model whose answers are written down."""

from __future__ import annotations

import pytest

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.rollouts.run import run_rollouts
from t2s_pipeline.star.costs import cost_row
from t2s_pipeline.star.lessons import learn, training_rows
from t2s_pipeline.star.questions import asked_questions, candidate_settings, errors_among, hinted, hinted_settings
from t2s_pipeline.star.tally import GeneratorFailed, check_generator, tally
from t2s_pipeline.table_definitions import STAR_COSTS
from tests.rollouts.conftest import GOLDS

STAR = StarConfig(candidates=4, max_new_tokens=32)
WRITER = RolloutConfig()
ANSWERS = {
    "names": ["SELECT name FROM singer"] * 4,
    "ages": ["SELECT age FROM singer", "SELECT name FROM singer", "SELECT age FROM singer", "nothing"],
    "chad": ["SELECT name FROM singer"] * 4,
    "count": ["no idea"] * 4,
    "oldest": ["SELECT max(age) FROM singer", "SELECT age FROM singer ORDER BY age DESC LIMIT 1"] * 2,
}


def answer(question, turn, sample, prompt):
    if "Hint: " in prompt.messages[-1].content:
        return GOLDS["chad"] if question == "chad" else "SELECT 1"
    return ANSWERS[question][sample]


@pytest.fixture
def asked(examples):
    return [row | {"hardness": "easy"} for row in asked_questions(examples, (), 0, 13)]


@pytest.fixture
def ask(asked, schema_texts, paths, verifier, model):
    def run(script, questions, settings, name):
        return run_rollouts(questions, schema_texts, paths, model(script, name), verifier, settings, rollout=name)

    return run


def test_an_iteration_with_rationalisation(asked, ask, schema_texts):
    made = ask(answer, asked, candidate_settings(STAR, WRITER), "candidates")
    check_generator("candidates", made.attempts, STAR.max_failed_fraction)
    tallies = tally(made.attempts, thoughts=False)
    rates = {row["question"]: tallies[row["example_id"]].solve_rate for row in asked}
    assert rates == {"names": 1.0, "ages": 0.5, "chad": 0.0, "count": 0.0, "oldest": 1.0}  # `nobody` is not asked
    unsolved = hinted(row for row in asked if not tallies[row["example_id"]].solved)
    helped = ask(answer, unsolved, hinted_settings(STAR, WRITER), "rationalised")
    learnt = learn(1, "self", asked, made.attempts, helped.attempts, STAR)
    told = {row["example_id"]: (row["source"], row["rows"]) for row in learnt.questions}
    assert {row["question"]: told[row["example_id"]] for row in asked} == {
        "names": ("candidate", 1),
        "ages": ("candidate", 3),
        "oldest": ("candidate", 1),
        "chad": ("rationalised", 2),
        "count": ("gold", 3),
    }
    shown = [{"example_id": key, "schema_text": text} for key, text in schema_texts.items()]
    rows = training_rows(learnt.rows, asked, shown, "plain")
    assert len(rows) == 10 and not any("Hint" in row.messages[-1].content for row in rows)
    cost = cost_row("self", 1, "candidates", made)
    assert (cost["questions"], cost["candidates"], cost["asked"]) == (5, 20, 20) and cost["completion_tokens"] > 0
    STAR_COSTS.check(
        STAR_COSTS.to_arrow([{"experiment": "x", **cost}, {"experiment": "x", **cost_row("s", 2, "c", None)}])
    )


def test_errors_are_what_the_vote_gets_wrong(asked, ask):
    made = ask(answer, asked, candidate_settings(STAR, WRITER), "candidates")
    wrong = errors_among(made.trajectories, asked)
    assert [row["question"] for row in asked if row["example_id"] in wrong] == ["chad", "count"]
    with pytest.raises(GeneratorFailed, match="nothing to learn but golds"):  # no right answer among the errors
        learn(1, "hard", asked, made.attempts, (), STAR, only=wrong)


def test_a_dead_model_ends_the_iteration_and_teaches_no_gold(asked, ask):
    settings = candidate_settings(STAR, WRITER)
    dead = ask(lambda *_: "", asked, settings, "dead")
    with pytest.raises(GeneratorFailed, match="20 of 20 candidates hold no SQL"):
        check_generator("dead", dead.attempts, STAR.max_failed_fraction)
    with pytest.raises(GeneratorFailed):
        learn(1, "self", asked, dead.attempts, (), STAR)

    def broken(*_):
        raise RuntimeError("the engine is gone")

    with pytest.raises(RuntimeError, match="the engine is gone"):
        ask(broken, asked, settings, "broken")

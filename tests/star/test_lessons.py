"""Lessons as rows: stated question by question, trained on under the plain prompt, golds among the others."""

from __future__ import annotations

import pytest

from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.star.lessons import interleaved, learn, training_rows
from t2s_pipeline.table_definitions import STAR_QUESTIONS, STAR_ROWS
from t2s_pipeline.training.rows import TrainingError, TrainingRow
from tests.star.rows import SCHEMA, attempts, example, schemas

EXAMPLES = [example(1), example(2), example(3)]
CANDIDATES = [
    *attempts(1, [("SELECT 1", True), ("SELECT 1", True)]),
    *attempts(2, [("SELECT 2", True), ("SELECT 0", False)]),
    *attempts(3, [("SELECT 0", False), ("SELECT 0", False)]),
]
STAR = StarConfig(candidates=2, max_rows_per_question=3, max_gold_fraction=0.4)


def test_what_is_learnt_is_stated():
    learnt = learn(2, "self", EXAMPLES, CANDIDATES, (), STAR)
    told = {row["example_id"][-1]: (row["solve_rate"], row["source"], row["rows"]) for row in learnt.questions}
    assert told == {"1": (1.0, "candidate", 1), "2": (0.5, "candidate", 2), "3": (0.0, "gold", 2)}
    assert [(row["sql"], row["copies"]) for row in learnt.rows] == [("SELECT 1", 1), ("SELECT 2", 2), ("SELECT 3", 2)]
    assert learnt.figures == {
        "questions": 3,
        "solved": 2,
        "rows: candidate": 3,
        "rows: rationalised": 0,
        "rows: gold": 2,
    }
    for table, rows in ((STAR_QUESTIONS, learnt.questions), (STAR_ROWS, learnt.rows)):
        table.check(table.to_arrow({"experiment": "x", **row} for row in rows))


def test_a_loop_on_errors_learns_of_those_alone_and_measures_all():
    learnt = learn(1, "hard", EXAMPLES, CANDIDATES, (), STAR, only={"toy/train/00002", "toy/train/00003"})
    assert [row["learnt_of"] for row in learnt.questions] == [False, True, True]
    assert {row["example_id"] for row in learnt.rows} == {"toy/train/00002", "toy/train/00003"}


def test_rationalised_answers_are_learnt_without_the_hint():
    helped = attempts(3, [("SELECT 3 + 0", True)])
    learnt = learn(1, "self", EXAMPLES, CANDIDATES, helped, STAR)
    assert [row["rationalised"] for row in learnt.questions] == [None, None, True]
    row = next(
        r for r in training_rows(learnt.rows, EXAMPLES, schemas(EXAMPLES), "plain") if "rationalised" in r.row_id
    )
    assert row.completions == ("SELECT 3 + 0",)
    assert row.messages == initial_prompt(SCHEMA, "Question 3?", "plain").messages


def test_training_rows_are_as_many_as_stated_and_carry_thoughts():
    thought = [*attempts(1, [("SELECT 1", True)], thought="one row")]
    learnt = learn(1, "self", EXAMPLES[:1], thought, (), StarConfig(thoughts=True, max_rows_per_question=3))
    assert training_rows(learnt.rows, EXAMPLES, schemas(EXAMPLES), "finer")[0].completions == (
        "<think>one row</think>\nSELECT 1",
    )
    learnt = learn(1, "self", EXAMPLES, CANDIDATES, (), STAR)
    rows = training_rows(learnt.rows, EXAMPLES, schemas(EXAMPLES), "plain")
    assert len(rows) == sum(row["copies"] for row in learnt.rows) == len({row.row_id for row in rows})
    with pytest.raises(TrainingError, match="materialize retrieved_schemas"):
        training_rows(learnt.rows, EXAMPLES, schemas(EXAMPLES[:2]), "plain")


def test_golds_stand_among_the_others():
    own, golds = ([TrainingRow(f"{kind}{n}", "toy", (), (kind,)) for n in range(30)] for kind in ("own", "gold"))
    mixed = interleaved(own, golds[:10])
    assert sorted(row.row_id for row in mixed) == sorted(row.row_id for row in [*own, *golds[:10]])
    for start in range(0, 40, 8):
        assert sum(row.completions == ("gold",) for row in mixed[start : start + 8]) == 2
    assert interleaved(own, []) and interleaved([], golds)

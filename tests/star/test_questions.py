"""Which questions are asked: of train alone, the same ones in every iteration, none of which nothing can be told."""

from __future__ import annotations

import pytest

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.star.questions import (
    asked_questions,
    candidate_settings,
    errors_among,
    greedy_settings,
    held_out_questions,
    hinted,
)
from tests.star.rows import example

EXAMPLES = [
    *(example(number, f"toy/{number % 4}") for number in range(20)),
    example(20, gold_vacuous=True),
    example(21, excluded_reason="gold_disputed"),
]


def test_held_out_databases_are_measured_and_never_asked():
    asked = asked_questions(EXAMPLES, {"toy/1"}, 0, 13)
    measured = held_out_questions(EXAMPLES, {"toy/1"})
    assert len(asked) == 15 and len(measured) == 5
    assert {row["database_id"] for row in measured} == {"toy/1"}
    assert not any(row["gold_vacuous"] or row["excluded_reason"] for row in [*asked, *measured])


def test_a_sample_is_fixed_and_grows():
    few, more = (asked_questions(EXAMPLES, (), size, 13) for size in (4, 8))
    assert [row["example_id"] for row in few] == sorted(row["example_id"] for row in few)
    assert {row["example_id"] for row in few} < {row["example_id"] for row in more}
    assert asked_questions(list(reversed(EXAMPLES)), (), 4, 13) == list(reversed(few))
    assert asked_questions(EXAMPLES, (), 4, 14) != few


def test_a_row_of_dev_is_refused_wherever_it_comes_from():
    dev = example(30, split="dev", example_id="toy/dev/00030")
    for read in (lambda rows: asked_questions(rows, (), 0, 13), lambda rows: held_out_questions(rows, ())):
        with pytest.raises(InvariantError, match="reads train alone"):
            read([*EXAMPLES, dev])


def test_errors_are_of_train():
    answers = [{"example_id": row["example_id"], "final_correct": n % 2 == 0} for n, row in enumerate(EXAMPLES[:4])]
    assert errors_among(answers, EXAMPLES) == {"toy/train/00001", "toy/train/00003"}
    with pytest.raises(InvariantError, match="toy/dev/00001 is of no question of train"):
        errors_among([*answers, {"example_id": "toy/dev/00001", "final_correct": False}], EXAMPLES)
    with pytest.raises(InvariantError, match="no question of train"):  # its gold tells nothing
        errors_among([{"example_id": EXAMPLES[20]["example_id"], "final_correct": False}], EXAMPLES)


def test_candidates_are_asked_for_as_the_writer_is_asked():
    writer = RolloutConfig(max_turns=3, num_samples=2, prompt_style="finer", retrieval_mode="full", max_new_tokens=5)
    asked = candidate_settings(StarConfig(candidates=6, temperature=0.9), writer)
    assert (asked.max_turns, asked.num_samples, asked.temperature, asked.max_new_tokens) == (1, 6, 0.9, 128)
    assert (asked.prompt_style, asked.retrieval_mode) == ("finer", "full")
    assert (greedy_settings(StarConfig(), writer).num_samples, greedy_settings(StarConfig(), writer).temperature) == (
        1,
        0,
    )


def test_the_hint_shows_question_and_gold():
    row = hinted([example(1, evidence="a singer is a person")])[0]
    assert row["question"].startswith("Question 1?\n\nEvidence: a singer is a person\n\nHint:")
    assert row["question"].endswith("SELECT 1") and row["evidence"] is None and row["gold"] == "SELECT 1"

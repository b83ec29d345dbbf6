"""What candidates say of a question, and a generator that does not answer."""

from __future__ import annotations

import pytest

from t2s_pipeline.star.tally import GeneratorFailed, check_generator, tally
from tests.star.rows import attempts


def test_identical_sql_is_one_answer_and_counts_as_often_as_written():
    rows = attempts(
        1, [("SELECT 1", True), ("SELECT 2", False), ("SELECT 1 ", True), ("SELECT 3", None), (None, False)]
    )
    own = tally(rows, thoughts=False)["toy/train/00001"]
    assert (own.candidates, own.judged, own.right, own.solve_rate) == (5, 4, 2, 0.5)
    assert [(answer.sql, answer.sample, answer.thought) for answer in own.answers] == [("SELECT 1", 0, None)]


def test_a_question_of_which_nothing_is_known_has_no_solve_rate():
    own = tally(attempts(1, [("SELECT 1", None)]), thoughts=False)["toy/train/00001"]
    assert own.solve_rate is None and not own.solved


def test_with_thoughts_only_what_was_thought_is_learnt():
    rows = [*attempts(1, [("SELECT 1", True)], thought="count"), *attempts(2, [("SELECT 2", True)])]
    own = tally(rows, thoughts=True)
    assert [answer.thought for answer in own["toy/train/00001"].answers] == ["count"]
    assert own["toy/train/00002"].right == 1 and not own["toy/train/00002"].solved


def test_a_generator_that_does_not_answer_stops_the_iteration():
    dead = [attempt for number in range(4) for attempt in attempts(number, [(None, False), (None, False)])]
    dead[0]["raw_text"] = "I cannot " * 40
    with pytest.raises(
        GeneratorFailed, match="8 of 8 candidates hold no SQL.* the first says 'I cannot I .{,80}'.*completions"
    ):
        check_generator("star.self_1.candidates", dead, 0.5)
    with pytest.raises(GeneratorFailed, match="0 of 0"):
        check_generator("star.self_1.candidates", [], 0.5)
    half = [*dead[:4], *(attempt for number in range(4, 6) for attempt in attempts(number, [("SELECT 1", False)] * 2))]
    check_generator("star.self_1.candidates", half, 0.5)
    with pytest.raises(GeneratorFailed):
        check_generator("star.self_1.candidates", half, 0.4)

"""How many rows a question gives: hard ones more, golds never more than their share, nothing learnt from golds alone."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.star.balance import Source, balance, gold_limit, rows_for
from t2s_pipeline.star.tally import GeneratorFailed, Tally
from tests.star.rows import solved

RIGHTS = st.lists(st.integers(0, 8), min_size=1, max_size=40)
SHARES = st.floats(0, 0.95)


def tallies(rights: list[int], distinct: int = 3) -> dict[str, Tally]:
    return {f"q{number:02d}": solved(f"q{number:02d}", right, 8, distinct) for number, right in enumerate(rights)}


def lessons_of(rights: list[int], distinct: int = 3, **changes):
    own = tallies(rights, distinct)
    return own, balance(own, {}, {key: f"GOLD {key}" for key in own}, StarConfig(**changes))


def test_eight_candidates_and_four_rows_at_most():
    assert [rows_for(right / 8, 4) for right in range(9)] == [4, 4, 3, 3, 3, 2, 2, 1, 1]


@given(st.integers(1, 12), st.floats(0, 1), st.floats(0, 1))
def test_a_question_never_gives_fewer_rows_than_one_that_is_solved_more_often(most, one, other):
    hard, easy = sorted((one, other))
    assert most >= rows_for(hard, most) >= rows_for(easy, most) >= 1
    assert rows_for(0.0, most) == most and rows_for(1.0, most) == 1


@given(RIGHTS, st.integers(1, 6), SHARES, st.integers(1, 5))
def test_hard_questions_are_oversampled_and_golds_capped(rights, most, share, distinct):
    if not any(rights):
        return
    own, lessons = lessons_of(rights, distinct, max_rows_per_question=most, max_gold_fraction=share)
    rows: Counter[str] = Counter()
    by_source: Counter[Source] = Counter()
    for lesson in lessons:
        rows[lesson.example_id] += lesson.copies
        by_source[lesson.source] += lesson.copies
    solved_ones = sorted((own[key] for key in own if own[key].right), key=lambda tally: tally.right)
    for harder, easier in itertools.pairwise(solved_ones):
        assert rows[harder.example_id] >= rows[easier.example_id]
    assert max(rows.values()) <= most
    assert by_source[Source.GOLD] <= share * sum(by_source.values()) + 1e-6
    answers = [(lesson.example_id, lesson.answer.sql) for lesson in lessons]
    assert len(set(answers)) == len(answers)  # identical SQL is one lesson
    golds = [rows[key] for key in own if not own[key].right]
    assert max(golds, default=0) - min(golds, default=0) <= 1  # no gold a second time before every other once


def test_rows_go_round_the_distinct_answers():
    _, lessons = lessons_of([1, 8], distinct=1)
    assert [(lesson.example_id, lesson.copies) for lesson in lessons] == [("q00", 4), ("q01", 1)]
    own = {"q": solved("q", 3, 8, distinct=3)}
    assert [lesson.copies for lesson in balance(own, {}, {}, StarConfig(max_rows_per_question=6))] == [2, 1, 1]


def test_what_the_gold_helped_with_goes_before_the_gold_and_under_its_cap():
    own = tallies([8, 8, 0, 0])
    helped = {"q02": solved("q02", 1, 1), "q03": solved("q03", 0, 1)}
    lessons = balance(own, helped, {key: "GOLD" for key in own}, StarConfig(max_gold_fraction=0.5))
    assert {(lesson.example_id, lesson.source): lesson.copies for lesson in lessons} == {
        ("q00", Source.CANDIDATE): 1,
        ("q01", Source.CANDIDATE): 1,
        ("q02", Source.RATIONALISED): 1,
        ("q03", Source.GOLD): 1,
    }
    assert gold_limit(2, 0.5) == 2 and gold_limit(2, 0.0) == 0 and gold_limit(3, 0.75) == 9


def test_where_thoughts_are_learnt_no_bare_gold_is():
    own = tallies([8, 8, 0, 0])
    helped = {"q02": solved("q02", 0, 1), "q03": solved("q03", 1, 1)}
    lessons = balance(own, helped, {}, StarConfig(thoughts=True))
    assert [(lesson.example_id, lesson.source) for lesson in lessons] == [
        ("q00", Source.CANDIDATE),
        ("q01", Source.CANDIDATE),
        ("q03", Source.RATIONALISED),
    ]
    assert sum(lesson.copies for lesson in lessons if lesson.source is Source.RATIONALISED) == 2  # the whole cap


def test_without_a_right_answer_nothing_is_learnt():
    with pytest.raises(GeneratorFailed, match="nothing to learn but golds"):
        lessons_of([0, 0, 0], max_gold_fraction=0.9)


@pytest.mark.parametrize(
    ("rights", "message"),
    [
        ([0, 0], "the 2 questions that the vote gets wrong is right: .* raise candidates"),
        ([], "the vote gets every question right: there is no error to learn from"),
    ],
)
def test_a_loop_on_errors_says_why_there_is_nothing_to_learn(rights, message):
    with pytest.raises(GeneratorFailed, match=message):
        lessons_of(rights, errors_of="self")

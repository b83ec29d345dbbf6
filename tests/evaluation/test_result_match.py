"""The column match against the official rule written down plainly, and against what it can't finish itself."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.evaluation.result_match import results_match


def plainly(gold, predicted, order_matters: bool) -> bool:
    """The specification of the official rule, every permutation tried."""
    if not gold and not predicted:
        return True
    if len(gold) != len(predicted) or len(gold[0]) != len(predicted[0]):
        return False

    def sorted_row(row):
        return tuple(sorted(row, key=lambda v: str(v) + str(type(v))))

    ours, theirs = [sorted_row(r) for r in gold], [sorted_row(r) for r in predicted]
    if (ours != theirs) if order_matters else (set(ours) != set(theirs)):
        return False
    for order in permutations(range(len(gold[0]))):
        permuted = [tuple(row[i] for i in order) for row in predicted]
        if permuted == list(gold) if order_matters else Counter(permuted) == Counter(gold):
            return True
    return False


LARGE = 2**53  # where floats leave integers out
VALUES = st.one_of(
    st.sampled_from([None, 0, 1, 2, 10, 1.0, 10.0, 0.5, -0.0, "1", "1.0", "a", "A", "a ", "<NULL>", b"a", b"\xff", ""]),
    st.sampled_from(
        [LARGE, LARGE + 1, float(LARGE), 10**16, 1e16, "1e+16", float("inf"), float("-inf"), 0.1 + 0.2, 0.3]
    ),
    st.integers(0, 2),
)


@st.composite
def results(draw):
    """A result, and another that is often the same but for the order of rows and columns and a small change."""
    width, height = draw(st.integers(1, 5)), draw(st.integers(0, 6))
    pool = draw(st.lists(VALUES, min_size=1, max_size=4))
    cell = st.sampled_from(pool)
    gold = draw(st.lists(st.tuples(*[cell] * width), min_size=height, max_size=height))
    if draw(st.booleans()) and gold:
        gold = [(*row, row[0]) for row in gold]
    columns = draw(st.permutations(range(len(gold[0]) if gold else 0)))
    predicted = [tuple(row[i] for i in columns) for row in gold]
    if draw(st.booleans()):
        predicted = draw(st.permutations(predicted))
    for _ in range(draw(st.integers(0, 2))):
        if predicted:
            i, j = draw(st.integers(0, len(predicted) - 1)), draw(st.integers(0, len(predicted[0]) - 1))
            row = list(predicted[i])
            row[j] = draw(cell) if draw(st.booleans()) else as_other_number(row[j])
            predicted = [*predicted[:i], tuple(row), *predicted[i + 1 :]]
    if draw(st.integers(0, 9)) == 0:
        predicted = predicted[:-1]
    return gold, predicted


def as_other_number(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return float(value) if isinstance(value, int) else value


@settings(max_examples=300, deadline=None)
@given(results(), st.booleans())
def test_equals_the_specification(pair, order_matters):
    gold, predicted = pair
    expected = plainly(gold, predicted, order_matters)
    assert results_match(gold, predicted, order_matters) is expected
    assert results_match(tuple(gold), tuple(predicted), order_matters) is expected


@pytest.mark.parametrize(
    ("gold", "predicted", "ordered", "same"),
    [
        ([(1, 10)], [(1.0, 10)], False, False),  # the official quick reject's fault
        ([(1, 2)], [(1.0, 2)], False, True),
        ([(1,)], [(1.0,)], False, True),
        ([(1, "a"), (2, "b")], [("b", 2), ("a", 1)], False, True),
        ([(1, "a"), (2, "b")], [("b", 2), ("a", 1)], True, False),
        ([(1, 2), (2, 1)], [(2, 1), (2, 1)], False, False),  # a permutation a row is no permutation
        ([(1,), (1,), (2,)], [(1,), (2,), (2,)], False, False),
        ([(1,), (2,)], [(2,), (1,)], True, False),
        ([(0.3,)], [(0.1 + 0.2,)], False, False),
        ([(None,)], [("None",)], False, False),
        ([("1",)], [(1,)], False, False),
        ([(b"a",)], [("a",)], False, False),
        ([], [], True, True),
        ([(1,)], [], False, False),
        ([(1, 1)], [(1,)], False, False),
    ],
)
def test_known_cases(gold, predicted, ordered, same):
    assert results_match(gold, predicted, ordered) is same
    assert plainly(gold, predicted, ordered) is same


def shuffled(columns, seed: int):
    order = random.Random(seed)
    rows = list(zip(*order.sample(columns, len(columns)), strict=True))
    order.shuffle(rows)
    return rows


@pytest.mark.parametrize("same", [True, False])
def test_ten_columns_of_the_same_values_end_at_once(same):
    """The official evaluator does not return from these."""
    order = random.Random(1)
    columns = [order.sample(range(300), 300) for _ in range(10)]
    gold = list(zip(*columns, strict=True))
    if not same:
        columns[3][0], columns[3][1] = columns[3][1], columns[3][0]
    started = time.process_time()
    assert results_match(gold, shuffled(columns, 2), False) is same
    assert results_match([(1,) * 10] * 300, [(1,) * 10] * 300, False) is True
    assert time.process_time() - started < 3


def test_columns_that_only_the_search_can_tell_apart():
    """A six-cycle against two triangles, as incidence rows: refinement alone can't tell, and must not guess."""
    six = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]
    two = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]

    def incidence(edges):
        return [tuple(int(v in edge) for v in range(6)) for edge in edges]

    assert results_match(incidence(six), incidence(two), False) is False
    assert results_match(incidence(six), shuffled(list(zip(*incidence(six), strict=True)), 5), False) is True


def test_many_columns_do_not_exhaust_the_stack():
    rows = [tuple(int(i == j) for j in range(400)) for i in range(400)]
    assert results_match(rows, rows[::-1], False) is True
    assert results_match([tuple(range(1000))], [tuple(range(999, -1, -1))], False) is True


def test_a_search_that_hits_its_bound_is_undecided():
    six = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]
    rows = [tuple(int(v in edge) for v in range(6)) for edge in six]
    other = shuffled(list(zip(*rows, strict=True)), 5)
    assert results_match(rows, other, False, bound=3) is None


def test_two_codes_that_no_short_search_tells_apart_are_undecided_under_the_real_bound():
    one, other = words_of_two_codes()
    started = time.process_time()
    assert results_match(one, shuffled(list(zip(*other, strict=True)), 1), False) is None
    assert time.process_time() - started < 3
    assert results_match(one, shuffled(list(zip(*one, strict=True)), 1), False) is True
    assert results_match(other, shuffled(list(zip(*other, strict=True)), 1), False) is True


def words_of_two_codes():
    """The words of the self-dual codes E8 + E8 and D16, of 16 bits: any three columns hold the same in both."""
    blocks = ["11110000", "00111100", "00001111", "10101010"]
    one = span([word + "0" * 8 for word in blocks] + ["0" * 8 + word for word in blocks])
    return one, span(["0" * (2 * i) + "1111" + "0" * (12 - 2 * i) for i in range(7)] + ["10" * 8])


def span(words):
    """All sums of the words, bit by bit, as rows."""
    rows = {(0,) * len(words[0])}
    for word in words:
        rows |= {tuple(a ^ int(b) for a, b in zip(row, word, strict=True)) for row in rows}
    return sorted(rows)

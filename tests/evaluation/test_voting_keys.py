"""What a result is to a vote: canonical, and as the public code has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.evaluation.voting_keys import ResultKind, reference_key, reference_kind, result_key
from t2s_pipeline.sandbox.execute import Execution, Status


def key_of(*rows, columns=None):
    names = columns or tuple(f"c{number}" for number in range(len(rows[0]) if rows else 1))
    return result_key(Execution(Status.OK, columns=names, rows=rows))


SAME = [
    ([(1, "a"), (2, "b")], [("b", 2), ("a", 1)]),
    ([(1,)], [(1.0,)]),
    ([(1,), (1,)], [(1,)]),
    ([(0.0,)], [(-0.0,)]),
    ([(2**70 * 1.0,)], [(2**70,)]),
]
APART = [
    ([(1,)], [("1",)]),
    ([(None,)], [("",)]),
    ([("a", "b")], [("a|b",)]),
    ([("a",), ("b",)], [("a;b",)]),
    ([(1, 2), (2, 1)], [(1, 1), (2, 2)]),
    ([(b"a",)], [("a",)]),
    ([(0.3,)], [(0.1 + 0.2,)]),
    ([("x" * 300,)], [("x" * 300 + "y",)]),
    ([], [(None,)]),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_answer(one, other):
    assert key_of(*one).digest == key_of(*other).digest


@pytest.mark.parametrize(("one", "other"), APART)
def test_another_answer(one, other):
    assert key_of(*one).digest != key_of(*other).digest


CELLS = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([0.0, 1.0, 0.5, "a", "1", "", "|", ";"]))


@given(st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), max_size=5)), st.data())
def test_order_of_rows_and_columns_and_repeats_make_no_difference(rows, data):
    names = tuple(f"c{number}" for number in range(len(rows[0]))) if rows else ("c0",)
    order = data.draw(st.permutations(range(len(names))))
    shuffled = data.draw(st.permutations(rows)) + rows[:1]
    turned = [tuple(row[place] for place in order) for row in shuffled]
    assert key_of(*turned, columns=names) == key_of(*rows, columns=names)


def test_what_did_not_run_or_was_cut_has_none():
    assert result_key(Execution(Status.ERROR, error="no such table: x")) is None
    assert result_key(Execution(Status.OK, columns=("a",), rows=((1,),), truncated=True)) is None


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([], "empty"),
        ([(None,), ("",)], "empty"),
        ([(None, None)], "valued"),
        ([(0,), (None,), (0.0,), ("0.00%",), ("-0",)], "all_zero"),
        ([(0, 0)], "valued"),
        ([(0,), (1,)], "valued"),
        ([(0,), ("Bob",)], "valued"),
        ([(1e-13,)], "all_zero"),
        ([(" ",)], "valued"),
        ([(b"0",)], "valued"),
    ],
)
def test_kinds(rows, kind):
    assert key_of(*rows).kind == kind


def test_the_public_codes_key():
    assert reference_key(["b", "a"], [(2, "x"), (1.0, None), (2, "x")]) == "2|x;|1.0"
    assert reference_key(["a", "b"], [(None, None)]) == "|"
    assert reference_key(["name", "name"], [("lost", "kept")]) == "kept"
    assert reference_key(["a"], [("9",), ("10",)]) == "10;9"
    long = reference_key(["a"], [(f"{number:05}",) for number in range(100)])
    assert len(long) == 200 and long.startswith("00000;00001")
    capped = reference_key(["a"], [("b",)] * 10_000 + [("a",)])
    assert capped == "b"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("", ResultKind.EMPTY),
        (" ; ", ResultKind.EMPTY),
        ("|", ResultKind.VALUED),
        ("0", ResultKind.ALL_ZERO),
        ("0;Bob", ResultKind.ALL_ZERO),
        ("+0.0%;-0", ResultKind.ALL_ZERO),
        ("0|0", ResultKind.VALUED),
        ("0e0", ResultKind.VALUED),
        ("0;1", ResultKind.VALUED),
        ("Bob", ResultKind.VALUED),
    ],
)
def test_what_the_public_code_takes_it_for(key, kind):
    assert reference_kind(key) is kind


def test_keys_come_from_the_workers_each_query_run_once(verifier, shop):
    queries = ["SELECT id, name FROM item", "SELECT name, id FROM item ORDER BY price", "SELECT nonsense", "SELECT 0"]
    queries += ["SELECT name FROM item WHERE id > 9", "DROP TABLE item", "SELECT 0"]
    keys = verifier.result_keys([Candidate("shop", shop, "SELECT 17", sql) for sql in queries])
    assert keys[0].digest == keys[1].digest
    assert keys[2] is None and keys[5] is None
    assert [key.kind for key in (keys[3], keys[4])] == ["all_zero", "empty"] and keys[3] is keys[6]
    assert keys[0].reference == "1|pen;2|ink;3|pad"
    with pytest.raises(FileNotFoundError, match="nowhere.sqlite"):
        verifier.result_keys([Candidate("shop", "/nowhere.sqlite", None, "SELECT 1")])

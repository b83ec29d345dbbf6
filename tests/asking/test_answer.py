"""What is shown of a result: plain values that JSON has, within bounds, and nothing that writes to a terminal."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.asking.answer import EXACT_INTEGER, Show, result_of, shown_cell, text_table, visible, vote_of
from t2s_pipeline.evaluation.voting import Choice, Count, NoWinner, Selector
from t2s_pipeline.sandbox.execute import Execution, Status

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=30),
    st.binary(max_size=30),
)
SMALL = Show(rows=3, cell_characters=8, characters=40)


def execution(columns: tuple[str, ...], rows: list[tuple], truncated: bool = False) -> Execution:
    return Execution(Status.OK, None, columns, tuple(rows), truncated, 1.0)


@given(st.lists(st.tuples(VALUES, VALUES), max_size=6), st.text(max_size=30))
def test_any_result_is_json_within_its_bounds(rows, name):
    shown = result_of(execution((name, "b"), rows), SMALL)
    assert json.loads(json.dumps([shown.rows], allow_nan=False)) == [[list(row) for row in shown.rows]]
    assert len(shown.rows) <= 3 and shown.row_count == len(rows)
    texts = [cell for row in shown.rows for cell in row if isinstance(cell, str) and not cell.lstrip("-").isdecimal()]
    assert all(len(text) <= 8 for text in [*texts, *shown.columns])
    assert sum(len(str(cell)) for row in shown.rows for cell in row) <= 40
    lines = text_table(shown.columns, shown.rows)
    assert len(lines) == len(shown.rows) + 2 and all(line.isprintable() for line in lines)


def test_what_json_cannot_hold_is_text():
    assert shown_cell(float("inf"), 9) == "inf" and shown_cell(-float("inf"), 9) == "-inf"
    assert shown_cell(EXACT_INTEGER, 99) == EXACT_INTEGER
    assert shown_cell(EXACT_INTEGER + 1, 99) == str(EXACT_INTEGER + 1)
    assert shown_cell(b"\x00\xff", 99) == "x'00ff'"
    assert shown_cell("abcdef", 4) == "abc…" and shown_cell("abcd", 4) == "abcd"


def test_a_cut_result_says_so():
    shown = result_of(execution(("a",), [(1,), (2,)], truncated=True), Show())
    assert (shown.row_count, shown.complete) == (2, False)


def test_nothing_in_a_result_writes_to_the_terminal():
    hostile = "\x1b[2J\x07a\u202eb\u009b31m\ud800\n"
    assert visible(hostile) == r"\x1b[2J\x07a\u202eb\x9b31m\ud800\n"
    assert visible("Çağrı 漢字 x") == "Çağrı 漢字 x"


def test_a_vote_in_figures():
    won = Choice(0, Count("x", 3, 1, 2, 4))
    assert vote_of(Selector.MAJORITY, won, 5).margin == 0.4
    lost = Choice(0, None, NoWinner.NOTHING_RAN)
    assert (vote_of(Selector.VAV, lost, 5).margin, vote_of(Selector.VAV, lost, 5).reason) == (0.0, "nothing_ran")
    assert vote_of(Selector.MAJORITY, Choice(0, Count("x", 1, 0, 1, 1)), 1).margin is None
    assert vote_of(Selector.FIRST_EXECUTABLE, Choice(2, None), 5).margin is None

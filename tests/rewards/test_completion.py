"""The format gate, condition by condition."""

from __future__ import annotations

import pytest

from t2s_pipeline.rewards.completion import parse_completion

LONG = "x" * 101


@pytest.mark.parametrize(
    ("text", "well_formed", "sql"),
    [
        (f"<think>{LONG}</think>\nSELECT 1", True, "SELECT 1"),
        (f"\n  <think> {LONG} </think>SELECT 1  ", True, "SELECT 1"),
        (f"<think>{'x' * 100}</think>SELECT 1", False, "SELECT 1"),  # not longer than 100
        (f"<think>{' ' * 99}{'x' * 100}</think>SELECT 1", False, "SELECT 1"),  # as trimmed
        (f"{LONG}</think>SELECT 1", False, "SELECT 1"),
        (f"<think>{LONG}SELECT 1", False, ""),
        (f"<think>{LONG}</think>  \n", False, ""),
        (f"Sure: <think>{LONG}</think>SELECT 1", False, "SELECT 1"),
        (f"<think>{LONG}<think>y</think>SELECT 1", False, "SELECT 1"),
        (f"<think>{LONG}</think>SELECT 1</think>SELECT 2", False, "SELECT 2"),  # the last one counts
        (f"</think><think>{LONG} SELECT 1", False, f"<think>{LONG} SELECT 1"),
        (f"<THINK>{LONG}</THINK>SELECT 1", False, ""),
        ("SELECT 1", False, ""),
        ("", False, ""),
    ],
)
def test_the_gate(text, well_formed, sql):
    parsed = parse_completion(text)
    assert (parsed.well_formed, parsed.sql) == (well_formed, sql)
    if well_formed:
        assert parsed.thought == LONG


def test_nothing_is_taken_off_the_sql():
    assert parse_completion(f"<think>{LONG}</think>```sql\nSELECT 1\n```").sql == "```sql\nSELECT 1\n```"


def test_the_length_of_a_thought_is_a_setting():
    assert parse_completion("<think>ab</think>SELECT 1", 1).well_formed
    assert not parse_completion("<think>ab</think>SELECT 1", 2).well_formed

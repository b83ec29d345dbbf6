"""Whether a loop goes on: only where the gain on held-out questions is beyond noise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.star.progress import has_ended, iteration_row
from t2s_pipeline.table_definitions import STAR_ITERATIONS

STAR = StarConfig()


def outcomes(right: str):
    return [{"example_id": str(number), "final_correct": mark == "1"} for number, mark in enumerate(right)]


def measured(now: str, before: str | None, star: StarConfig = STAR, stopped: bool = False):
    row = iteration_row(
        "self", 2, outcomes(now), None if before is None else outcomes(before), None, star, stopped=stopped
    )
    STAR_ITERATIONS.check(STAR_ITERATIONS.to_arrow([{"experiment": "x", **row}]))
    return row


def test_a_clear_gain_goes_on():
    row = measured("1" * 20, "1" * 10 + "0" * 10)
    assert (row["right"], row["only_now"], row["only_before"], row["gain"]) == (20, 10, 0, 0.5)
    assert row["p_value"] == pytest.approx(2 / 2**10) and row["gain_low"] > 0
    assert row["within_noise"] is False and not row["ends_here"]


@pytest.mark.parametrize(("now", "before"), [("1100", "1000"), ("1000", "1000"), ("0" * 20, "1" * 20), ("01", "10")])
def test_no_gain_or_one_within_noise_ends_the_loop(now, before):
    row = measured(now, before)
    assert row["within_noise"] and row["ends_here"] and has_ended([row])
    without = measured(now, before, replace(STAR, early_stop=False))
    assert without["within_noise"] and not has_ended([without])  # said, and not acted on


def test_what_stands_for_the_iteration_before_says_so_and_passes_it_on():
    row = measured("10", "10", stopped=True)
    assert row["stopped"] and row["gain"] is None and has_ended([row])
    assert measured("10", None)["within_noise"] is None and not has_ended([measured("10", None)])
    assert not has_ended([])


def test_other_questions_are_no_comparison():
    with pytest.raises(InvariantError, match="not measured on the questions"):
        measured("111", "11")

"""report_star.sql: the history of a loop, by figures that one can count by hand."""

from __future__ import annotations

import pytest

from t2s_pipeline.evaluation.statistics import wilson_interval
from t2s_pipeline.reports.blocks import Plot
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.render_star import star
from t2s_pipeline.reports.run import report_connection, run_report
from tests.reports.star_rows import loops, star_tables
from tests.reports.tables import beside_another_experiment


@pytest.fixture(scope="module")
def report():
    with report_connection(star_tables()) as connection:
        return run_report("report_star", connection, loops())


@pytest.mark.parametrize(
    ("iteration", "measure", "level", "counts"),
    [
        (0, "held_out", "all", (4, 10)),
        (0, "solve_rate", "all", (3, 8)),  # what the start answers is asked in iteration 1
        (0, "solve_rate", "hard", (0, 4)),
        (0, "solved", "all", (1, 2)),
        (1, "solve_rate", "all", (5, 8)),
        (1, "solved", "hard", (1, 1)),
        (1, "rows", "candidate", (3, 4)),
        (1, "rows", "gold", (1, 4)),
        (1, "candidates", "held_out", (8, 0)),
        (1, "prompt_tokens", "candidates", (100, 0)),
        (2, "training_seconds", "all", (120, 0)),
    ],
)
def test_figures(report, iteration, measure, level, counts):
    key = (iteration, measure, level)
    row = next(r for r in report.to_pylist() if (r["iteration"], r["measure"], r["level"]) == key)
    assert (row["numerator"], row["denominator"]) == counts


def test_the_interval_of_a_solve_rate_is_that_of_its_questions(report):
    """Eight candidates for two questions say no more than two questions would."""
    row = next(r for r in report.to_pylist() if (r["iteration"], r["measure"], r["level"]) == (1, "solve_rate", "easy"))
    assert (row["interval_low"], row["interval_high"]) == pytest.approx(wilson_interval(1, 1))
    rows = next(r for r in report.to_pylist() if r["measure"] == "rows")
    assert rows["interval_low"] is None  # counted, not estimated


def test_a_curve_begins_where_nothing_is_solved(report):
    history = [row for row in report.to_pylist() if row["missing"] is None]
    curves = {c.label: c.points for block in star(history) if isinstance(block, Plot) for c in block.curves}
    assert list(curves["hard"]) == [(0, 0.0), (1, 25.0)]


def test_the_end_of_the_loop_is_said_and_what_has_not_run_says_why(report):
    notes = {row["iteration"]: row["note"] for row in report.to_pylist() if row["measure"] == "held_out"}
    assert notes == {0: None, 1: None, 2: "within noise: ended here"}
    last = report.to_pylist()[-1]
    assert (last["iteration"], last["missing"]) == (3, "not run yet: t2s run -e published 'star_3_held_out[self]'")


def test_rendered(report):
    text = markdown(report)
    assert "| start | 40.0 % (4/10; 95 % 16.8–68.7) | 37.5 % (3/8;" in text
    assert "| 1 | 3 (75.0 %) | 0 | 1 (25.0 %) |" in text
    assert "| 1 | 16 | 200 | 2 | 5 | 60 |" in text
    assert "| self, 3 | no results: not run yet" in text


def test_another_experiment_changes_nothing(report):
    with report_connection(beside_another_experiment(star_tables())) as connection:
        assert run_report("report_star", connection, loops()).equals(report)


def test_an_experiment_without_loops_has_no_rows():
    with report_connection({name: rows.slice(0, 0) for name, rows in star_tables().items()}) as connection:
        from tests.reports.tables import config

        assert run_report("report_star", connection, config("base")).num_rows == 0

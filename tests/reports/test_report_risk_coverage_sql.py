"""report_risk_coverage.sql: what is wrong of the answers whose margin is at least so much."""

from __future__ import annotations

import pytest

from t2s_pipeline.reports.render import blocks_of, markdown
from tests.reports.vote_rows import report


def test_risk_over_coverage():
    rows = report("report_risk_coverage").to_pylist()
    steps = [(row["margin"], row["numerator"], row["denominator"], row["coverage"]) for row in rows]
    assert steps == [(1.0, 0, 1, 0.25), (pytest.approx(1 / 3), 1, 3, 0.75)]  # what nothing won is never answered
    assert {row["selector"] for row in rows} == {"vav"}  # without votes there is no margin
    assert {row["examples"] for row in rows} == {4}


def test_rendered_at_coverages_and_as_a_plot():
    table = report("report_risk_coverage")
    text = markdown(table)
    assert "| 25 % | 0.0 % (0/1; 95 % 0.0–79.3); margin 1.00, 25.0 % answered |" in text
    assert "| 100 % | 33.3 % (1/3; 95 % 6.1–79.2); margin 0.33, 75.0 % answered |" in text
    curve = blocks_of(table)[1].curves[0]
    assert (curve.label, curve.points) == ("vav", [(25.0, 0.0), (75.0, pytest.approx(100 / 3))])


def test_another_experiment_changes_nothing_and_a_missing_arm_says_why():
    assert report("report_risk_coverage", catalogue=True).equals(report("report_risk_coverage"))
    assert "| never_run | no results: not voted yet" in markdown(report("report_risk_coverage", "sampled", "never_run"))

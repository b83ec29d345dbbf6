"""report_recall.sql, and sample_verdicts.sql under it: one of k samples is right, by both estimators."""

from __future__ import annotations

from itertools import combinations

import pytest

from t2s_pipeline.reports.render import markdown
from tests.reports.vote_rows import EXAMPLES_OF_ARM, report


def recalls(rows, rule, estimator):
    return {row["k"]: row["numerator"] for row in rows if (row["rule"], row["estimator"]) == (rule, estimator)}


def test_the_first_k_and_k_of_all():
    rows = report("report_recall").to_pylist()
    assert recalls(rows, "official", "first_k") == {1: 1, 2: 2, 3: 3}
    assert recalls(rows, "strict", "first_k") == {1: 1, 2: 1, 3: 2}
    assert {row["denominator"] for row in rows} == {4}


@pytest.mark.parametrize(("rule", "place"), [("official", 0), ("strict", 1)])
def test_expected_recall_is_the_mean_over_every_choice_of_k(rule, place):
    found = recalls(report("report_recall").to_pylist(), rule, "expected")
    for k in (1, 2, 3):
        means = []
        for verdicts, _, _ in EXAMPLES_OF_ARM:
            hits = [any(chosen) for chosen in combinations([verdict[place] for verdict in verdicts], k)]
            means.append(sum(hits) / len(hits))
        assert found[k] == pytest.approx(sum(means))


def test_recall_rises_to_what_any_sample_gives():
    rows = report("report_recall", match_rule="bird").to_pylist()
    for rule in ("official", "strict", "bird"):
        for estimator in ("first_k", "expected"):
            values = list(recalls(rows, rule, estimator).values())
            assert values == sorted(values)
        assert recalls(rows, rule, "first_k")[3] == recalls(rows, rule, "expected")[3]
    assert all(row["interval_low"] <= row["value"] <= row["interval_high"] for row in rows)


def test_another_experiment_changes_nothing_and_a_missing_arm_says_why():
    assert report("report_recall", catalogue=True).equals(report("report_recall"))
    text = markdown(report("report_recall", "sampled", "never_run"))
    assert "| never_run | no results: not voted yet" in text
    assert "| 2 | 50.0 % (2/4; 95 % 15.0–85.0) | 58.3 % (2.3/4;" in text

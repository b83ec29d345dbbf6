"""report_repair_breakdown.sql: transitions sum to the examples, and the published counts give the published rates."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from tests.reports import published
from tests.reports.tables import Outcome, arm_tables, config

RIGHT, WRONG = (True, True), (False, True)


def report(arms: dict[str, list[Outcome]], *declared: str, **of_arms):
    with report_connection(arm_tables(arms, **of_arms)) as connection:
        return run_report("report_repair_breakdown", connection, config(*(declared or arms)))


@pytest.fixture(scope="module")
def published_report():
    return report({arm: published.outcomes(arm) for arm in published.FIRST_TURN_ERRORS})


@pytest.mark.parametrize(("arm", "errors", "repaired"), [("base", 438, 117), ("dpo", 391, 100), ("sft_dpo", 338, 65)])
def test_the_published_breakdown_comes_back(published_report, arm, errors, repaired):
    rows = [r for r in published_report.to_pylist() if r["arm"] == arm]
    by_status = Counter()
    for r in rows:
        by_status[r["status"]] += r["numerator"]
    assert by_status == {
        "correct_first_turn": 1032 - errors,
        "repaired": repaired,
        "failed": errors - repaired,
    }
    found = {
        name: (
            sum(r["numerator"] for r in rows if r["first_class"] == name),
            sum(r["numerator"] for r in rows if r["first_class"] == name and r["status"] == "repaired"),
        )
        for name in published.FIRST_TURN_ERRORS[arm]
    }
    assert found == published.FIRST_TURN_ERRORS[arm]


def test_markdown_has_the_reference_s_columns(published_report):
    text = markdown(published_report)
    assert "| Run | Total | First-turn Errors | Repaired | Repair Rate | Regressed | Status Counts |" in text
    assert "| base | 1032 | 438 | 117 | 26.7 % (117/438; 95 % 22.8–31.0) | 0 |" in text
    assert "| `empty_result` | 44 | 9 | 20.5 % (9/44; 95 % 11.2–34.5) | 35 | empty_result 35 |" in text


def test_a_regression_is_a_transition_from_right_to_wrong():
    outcomes = [Outcome("execution_correct", (RIGHT, WRONG), final_class="wrong_row_count")]
    (row,) = report({"arm": outcomes}, gold_free=["arm"]).to_pylist()
    assert (row["first_class"], row["final_class"], row["status"]) == (
        "execution_correct",
        "wrong_row_count",
        "regressed",
    )


def test_what_needed_the_gold_has_tables_of_its_own():
    arms = {name: [Outcome("wrong_result", (WRONG, RIGHT))] for name in ("by_gold", "by_rule")}
    text = markdown(report(arms, gold_free=["by_rule"]))
    free, _, verified = text.partition("Overall, verified †")
    assert "by_rule" in free and "by_gold" not in free and "| by_gold | 1 | 1 | 1 |" in verified


def test_an_arm_without_results_says_why():
    table = report({"a": [Outcome("wrong_result", (WRONG, RIGHT))]}, "a", "never_run")
    (row,) = [r for r in table.to_pylist() if r["arm"] == "never_run"]
    assert row["first_class"] == "(no results)" and "evaluations[never_run]" in row["missing"]
    assert "| never_run | no results: not run yet" in markdown(table)


outcome = st.builds(
    Outcome,
    first_class=st.sampled_from(["wrong_result", "empty_result", "no_such_column"]),
    turns=st.lists(st.sampled_from([RIGHT, WRONG]), min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=10, deadline=None)
@given(st.lists(outcome, min_size=1, max_size=15))
def test_identities(drawn):
    rows = report({"arm": drawn}).to_pylist()
    count = Counter()
    for r in rows:
        count[r["status"]] += r["numerator"]
        assert r["denominator"] == sum(x["numerator"] for x in rows if x["first_class"] == r["first_class"])
    assert sum(count.values()) == len(drawn)
    assert count["repaired"] + count["failed"] == sum(not o.turns[0][0] for o in drawn)
    assert count["repaired"] + count["correct_first_turn"] == sum(o.turns[-1][0] for o in drawn)

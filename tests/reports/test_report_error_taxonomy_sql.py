"""report_error_taxonomy.sql: classes sum to errors, errors are repaired or failed; and its Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from tests.reports import published
from tests.reports.tables import Outcome, arm_tables, beside_another_experiment, config

RIGHT, WRONG = (True, True), (False, True)


def report(arms: dict[str, list[Outcome]], *declared: str, catalogue: bool = False):
    tables = arm_tables(arms)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_error_taxonomy", connection, config(*(declared or arms)))


@pytest.fixture(scope="module")
def published_report():
    return report({arm: published.outcomes(arm) for arm in published.FIRST_TURN_ERRORS})


def test_the_published_counts_come_back(published_report):
    rows = [r for r in published_report.to_pylist() if r["first_turn_errors"]]
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for r in rows:
        found.setdefault(r["arm"], {})[r["error_class"]] = (r["first_turn_errors"], r["repaired"])
    assert found == published.FIRST_TURN_ERRORS
    errors = {arm: sum(n for n, _ in classes.values()) for arm, classes in found.items()}
    assert errors == {"base": 1032 - 594, "dpo": 1032 - 641, "sft_dpo": 1032 - 694}
    final = {arm: 1032 - errors[arm] + sum(k for _, k in classes.values()) for arm, classes in found.items()}
    assert final == {"base": 711, "dpo": 741, "sft_dpo": 759}


def test_what_is_inferred_is_exactly_what_the_published_classes_lack():
    lacking = {
        arm: published.PUBLISHED_ERRORS[arm] - sum(errors for errors, _ in classes.values())
        for arm, classes in published.PUBLISHED.items()
    }
    assert lacking == {"base": 0, "dpo": 0, "sft_dpo": 2}
    assert {arm: sum(found.values()) for arm, found in published.INFERRED.items()} == {"sft_dpo": 2}


def test_every_arm_has_every_class_that_occurs(published_report):
    rows = {(r["arm"], r["error_class"]): r for r in published_report.to_pylist()}
    absent = rows["base", "wrong_row_count"]
    assert (absent["first_turn_errors"], absent["denominator"], absent["value"]) == (0, 0, None)


def test_markdown_has_counts_sums_and_intervals(published_report):
    text = markdown(published_report)
    assert "| base | basic, verified | `empty_result` | 44 | 9 | 35 | 20.5 % (9/44; 95 % 11.2–34.5) |" in text
    assert "| base | basic, verified | **all** | 438 | 117 | 321 |" in text


def test_one_shot_arms_have_no_repair_rate_and_a_table_of_their_own():
    table = report(
        {
            "one_shot": [Outcome("wrong_result", (WRONG,)), Outcome("empty_result", (WRONG,))],
            "repair": [Outcome("wrong_result", (WRONG, RIGHT))],
        }
    )
    rows = {(r["arm"], r["error_class"]): r for r in table.to_pylist()}
    alone, repaired = rows["one_shot", "wrong_result"], rows["repair", "wrong_result"]
    assert (alone["feedback"], alone["repaired"], alone["failed"], alone["denominator"]) == ("one_shot", None, None, 0)
    assert (repaired["feedback"], repaired["repaired"], repaired["denominator"]) == ("basic, verified", 1, 1)
    above, below = markdown(table).split("One-shot arms, which repair nothing:")
    assert "| repair |" in above and "one_shot" not in above
    assert "| `wrong_result` | 1 |" in below and "| **all** | 2 |" in below


def test_feedback_names_the_rule_that_decides_and_is_as_in_the_method_report():
    """feedback.sql is what both reports call it by."""
    arms = {"by_rule": [Outcome("wrong_result", (WRONG, RIGHT))], "by_gold": [Outcome("wrong_result", (WRONG, RIGHT))]}
    with report_connection(arm_tables(arms, gold_free=["by_rule"])) as connection:
        table = run_report("report_error_taxonomy", connection, config(*arms))
    feedback = {row["arm"]: row["feedback"] for row in table.to_pylist()}
    assert feedback == {"by_rule": "basic, verified by my_rule", "by_gold": "basic, verified"}


def test_another_experiment_in_the_same_tables_changes_nothing():
    arms = {"arm": [Outcome("wrong_result", (WRONG,)), Outcome("empty_result", (WRONG,))]}
    assert report(arms, catalogue=True).equals(report(arms))


def test_a_declared_arm_without_results_is_listed_as_missing():
    table = report({"repair": [Outcome("wrong_result", (WRONG,))]}, "repair", "never_run")
    assert [r["error_class"] for r in table.to_pylist() if r["arm"] == "never_run"] == ["(no results)"]
    assert "| never_run | no results: not run yet" in markdown(table)


def test_an_arm_without_errors_has_results():
    table = report({"perfect": [Outcome("execution_correct", (RIGHT,))], "poor": [Outcome("empty_result", (WRONG,))]})
    assert [(r["arm"], r["error_class"], r["first_turn_errors"]) for r in table.to_pylist()] == [
        ("perfect", "empty_result", 0),
        ("poor", "empty_result", 1),
    ]


outcome = st.builds(
    Outcome,
    first_class=st.sampled_from(["wrong_result", "empty_result", "no_such_column"]),
    turns=st.lists(st.sampled_from([RIGHT, WRONG]), min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(outcome, min_size=1, max_size=15))
def test_identities(drawn):
    rows = report({"arm": drawn}).to_pylist()
    repaired = [r for r in rows if r["repaired"] is not None]
    assert all(r["repaired"] + r["failed"] == r["first_turn_errors"] for r in repaired)
    assert bool(repaired) == (any(len(o.turns) > 1 for o in drawn) and bool(rows))
    assert sum(r["first_turn_errors"] for r in rows) == sum(not o.turns[0][0] for o in drawn)

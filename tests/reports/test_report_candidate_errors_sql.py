"""report_candidate_errors.sql: classes sum to the candidates, of the first turn and of all turns."""

from __future__ import annotations

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import ATTEMPTS
from tests.reports.tables import Outcome, arm_tables, beside_another_experiment, config, table

RIGHT, WRONG = (True, True), (False, True)
ARMS = {
    "one_shot": [Outcome("wrong_result", (WRONG,)), Outcome("execution_correct", (RIGHT,))],
    "repair": [Outcome("wrong_result", (WRONG, WRONG, RIGHT)), Outcome("empty_result", (WRONG, RIGHT))],
}


def report(arms, *declared: str, catalogue: bool = False):
    tables = arm_tables(arms)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_candidate_errors", connection, config(*(declared or arms)))


def test_candidates_by_class_and_turns():
    rows = report(ARMS).to_pylist()
    found = {
        (r["arm"], r["turns"], r["error_class"]): (r["numerator"], r["denominator"]) for r in rows if r["numerator"]
    }
    assert found == {
        ("one_shot", "first", "wrong_result"): (1, 2),
        ("one_shot", "first", "execution_correct"): (1, 2),
        ("repair", "first", "wrong_result"): (1, 2),
        ("repair", "first", "empty_result"): (1, 2),
        ("repair", "all", "wrong_result"): (2, 5),
        ("repair", "all", "empty_result"): (1, 5),
        ("repair", "all", "execution_correct"): (2, 5),
    }
    for arm, turns in {(r["arm"], r["turns"]) for r in rows}:
        own = [r for r in rows if (r["arm"], r["turns"]) == (arm, turns)]
        assert sum(r["numerator"] for r in own) == own[0]["denominator"]
    assert {(r["arm"], r["turns"]) for r in rows if r["gold_aware"]} == {("repair", "all")}


def test_one_that_is_right_is_so_whatever_fault_the_rule_mends():
    tables = arm_tables({"a": [Outcome("execution_correct", (RIGHT,))]})
    rows = [row | {"error_class": "multiple_statements"} for row in tables["attempts"].to_pylist()]
    with report_connection(tables | {"attempts": table(ATTEMPTS, rows)}) as connection:
        (row,) = run_report("report_candidate_errors", connection, config("a")).to_pylist()
    assert (row["error_class"], row["numerator"]) == ("execution_correct", 1)


def test_another_experiment_changes_nothing_and_a_missing_arm_says_why():
    assert report(ARMS, catalogue=True).equals(report(ARMS))
    text = markdown(report(ARMS, "one_shot", "repair", "never_run"))
    assert "| never_run | no results: not run yet" in text
    assert "Candidates of all turns, verified †" in text and "| **all** | 5 |" in text

"""report_hardness.sql: accuracy by hardness of examples that are not excluded; levels sum to them."""

from __future__ import annotations

from dataclasses import replace

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from tests.reports.tables import Outcome, all_tables, beside_another_experiment, config

RIGHT, WRONG = (True, True), (False, True)
OUTCOMES = [
    Outcome("execution_correct", (RIGHT,), hardness="extra"),
    Outcome("wrong_result", (WRONG,), hardness="easy"),
    Outcome("execution_correct", (RIGHT,), hardness="easy"),
    Outcome("wrong_result", (WRONG,), hardness="hard", excluded_reason="gold_disputed"),
]
ARMS = {"one_shot": OUTCOMES, "repair": [replace(o, turns=(WRONG, RIGHT)) for o in OUTCOMES]}


def report(*declared: str, catalogue: bool = False):
    tables = all_tables(ARMS)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_hardness", connection, config(*declared))


def test_levels_of_the_included_examples():
    rows = [r for r in report("one_shot").to_pylist() if r["metric"] == "final_example_execution_accuracy"]
    assert [(r["hardness"], r["numerator"], r["denominator"]) for r in rows] == [("easy", 1, 2), ("extra", 1, 1)]
    assert sum(r["denominator"] for r in rows) == 3


def test_markdown_keeps_gold_apart_and_names_what_is_missing():
    text = markdown(report("one_shot", "repair", "never_run"))
    assert "Final, verified †:\n\n| Run | easy | extra |" in text
    assert "| never_run | no results: not run yet" in text
    assert report("one_shot", "repair", catalogue=True).equals(report("one_shot", "repair"))

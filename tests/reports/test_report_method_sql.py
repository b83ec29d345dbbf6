"""report_method.sql: declared arms side by side, missing ones named; and its Markdown."""

from __future__ import annotations

from t2s_pipeline.reports.metrics import arm_metrics
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from tests.reports.tables import EXPERIMENT, Outcome, arm_tables, beside_another_experiment, config

RIGHT, WRONG = (True, True), (False, True)
ARMS = {
    "one_shot": [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG,), hardness="hard")],
    "repair": [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG, RIGHT), hardness="hard")],
}


def report(*declared: str, catalogue: bool = False):
    tables = arm_tables(ARMS)
    tables["evaluations"] = arm_metrics(EXPERIMENT, **tables)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_method", connection, config(*declared))


def test_every_declared_arm_is_there_in_its_declared_order():
    rows = report("repair", "one_shot").to_pylist()
    assert list(dict.fromkeys(r["arm"] for r in rows)) == ["repair", "one_shot"]
    found = {(r["arm"], r["metric"]): (r["numerator"], r["denominator"], r["feedback"]) for r in rows}
    assert found["repair", "final_example_execution_accuracy"] == (2, 2, "basic, verified")
    assert found["one_shot", "final_example_execution_accuracy"] == (1, 2, "one_shot")
    assert found["one_shot", "final_example_execution_accuracy@hardness=hard"] == (0, 1, "one_shot")


def test_only_the_headline_metric_is_split_by_subset():
    metrics = {r["metric"] for r in report("repair").to_pylist() if "@" in r["metric"]}
    assert metrics == {
        f"final_example_execution_accuracy@{subset}" for subset in ("not_excluded", "hardness=easy", "hardness=hard")
    }


def test_a_declared_arm_without_results_is_listed_as_missing():
    table = report("one_shot", "never_run")
    (row,) = [r for r in table.to_pylist() if r["arm"] == "never_run"]
    assert (row["numerator"], row["denominator"], row["value"], row["model"]) == (0, 0, None, None)
    assert "| never_run | no results |" in markdown(table)


def test_an_arm_that_is_not_declared_is_not_reported():
    assert {r["arm"] for r in report("repair").to_pylist()} == {"repair"}


def test_another_experiment_in_the_same_tables_changes_nothing():
    assert report("one_shot", "repair", catalogue=True).equals(report("one_shot", "repair"))


def test_markdown_states_counts_interval_and_what_needed_the_gold():
    text = markdown(report("one_shot", "repair"))
    assert "| one_shot | nano | – | one_shot | 50.0 % (1/2; 95 % 9.5–90.5) |" in text
    assert "100.0 % (2/2; 95 % 34.2–100.0) †" in text
    assert "† The gold decided" in text
    assert "†" not in markdown(report("one_shot"))


def test_no_declared_arm_is_an_empty_report_that_says_so():
    table = report()
    assert table.num_rows == 0
    assert markdown(table) == "No arm is declared.\n"

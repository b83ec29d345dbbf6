"""report_wrong_results.sql: leading causes sum to the wrong results; and its Markdown."""

from __future__ import annotations

from t2s_pipeline.evaluation.causes import Cause
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import NO_CAUSE, report_connection, run_report
from t2s_pipeline.table_definitions import DIAGNOSES
from tests.reports.tables import EXPERIMENT, Outcome, arm_tables, beside_another_experiment, config, table

WRONG, RIGHT = (False, True), (True, True)


def wrong(example: int, causes: list[str] | None, **more):
    """A diagnosed attempt of arm `a` in turn 1, unless `more` says otherwise."""
    row = {"arm": "a", "example_id": f"spider/dev/{example:05}", "turn": 1, "sample": 0, "error_class": "wrong_result"}
    return row | {"causes": causes} | more


DIAGNOSED = [
    wrong(1, ["missing_join", "wrong_column"]),
    wrong(2, ["wrong_column"], error_class="empty_result"),
    wrong(3, ["wrong_column", "wrong_literal"], error_class="wrong_row_count"),
    wrong(4, []),
    wrong(5, None),
    wrong(6, None, error_class="no_such_column"),
    wrong(7, ["wrong_literal"], turn=2),
    wrong(1, ["wrong_literal"], arm="undeclared"),
]


def report(rows, *declared: str, catalogue: bool = False):
    answers = {"a": WRONG, "b": RIGHT, "not_diagnosed": WRONG}
    tables = arm_tables({arm: [Outcome("wrong_result", (answer,))] for arm, answer in answers.items()})
    tables |= {"diagnoses": table(DIAGNOSES, rows)}
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_wrong_results", connection, config(*(declared or ("a", "b"))))


def test_leading_causes_sum_to_the_wrong_results_of_the_first_turn():
    rows = [r for r in report(DIAGNOSED).to_pylist() if r["arm"] == "a"]
    assert {(r["cause"], r["numerator"], r["mentioned"]) for r in rows if r["mentioned"]} == {
        ("wrong_column", 2, 3),
        ("missing_join", 1, 1),
        ("wrong_literal", 0, 1),
        ("(none found)", 1, 1),
        ("(not parsed)", 1, 1),
    }
    assert sum(r["numerator"] for r in rows) == 5 and {r["denominator"] for r in rows} == {5}
    assert rows[0]["example_ids"] == ["spider/dev/00002", "spider/dev/00003"]


def test_every_arm_has_every_cause():
    rows = report(DIAGNOSED).to_pylist()
    every = {*map(str, Cause), *NO_CAUSE}
    assert {r["cause"] for r in rows if r["arm"] == "a"} == {r["cause"] for r in rows if r["arm"] == "b"} == every
    assert all(r["meaning"] for r in rows)


def test_markdown_and_arms_without_results():
    text = markdown(report(DIAGNOSED, "a", "b", "never_run", "not_diagnosed"))
    assert "| a | `wrong_column` | 40.0 % (2/5; 95 % 11.8–76.9) | 3 | `spider/dev/00002, spider/dev/00003` |" in text
    for arm in ("never_run", "not_diagnosed"):
        assert f"| {arm} | no results: not diagnosed yet: t2s run -e {EXPERIMENT} 'diagnoses[{arm}]'" in text


def test_another_experiment_in_the_same_tables_changes_nothing():
    assert report(DIAGNOSED, catalogue=True).equals(report(DIAGNOSED))

"""report_hardness.sql: accuracy by hardness and by what the gold uses; levels sum to the examples not excluded."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from tests.reports.tables import Outcome, all_tables, beside_another_experiment, config

RIGHT, WRONG = (True, True), (False, True)
OUTCOMES = [
    Outcome("execution_correct", (RIGHT,), hardness="extra", uses={"joins": 4, "likes": 2}),
    Outcome("wrong_result", (WRONG,), hardness="easy", uses={"joins": 1, "likes": 0}),
    Outcome("execution_correct", (RIGHT,), hardness="easy", uses={"joins": 1, "likes": 1}),
    Outcome("wrong_result", (WRONG,), hardness="hard", excluded_reason="gold_disputed", uses={"joins": 2, "likes": 1}),
]
ARMS = {"one_shot": OUTCOMES, "repair": [replace(o, turns=(WRONG, RIGHT)) for o in OUTCOMES]}


def report(*declared: str, catalogue: bool = False):
    tables = all_tables(ARMS)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_hardness", connection, config(*declared))


@pytest.mark.parametrize(
    ("slice_", "levels"),
    [
        ("hardness", [("easy", 1, 2), ("extra", 1, 1)]),
        ("joins", [("1", 1, 2), ("3+", 1, 1)]),
        ("like", [("no", 0, 1), ("yes", 2, 2)]),
        ("having", [("unknown", 2, 3)]),
    ],
)
def test_levels_of_the_included_examples(slice_, levels):
    final = [r for r in report("one_shot").to_pylist() if r["metric"] == "final_example_execution_accuracy"]
    assert [(r["level"], r["numerator"], r["denominator"]) for r in final if r["slice"] == slice_] == levels


def test_every_slice_has_every_included_example():
    counted = Counter()
    for row in report("one_shot").to_pylist():
        counted[row["metric"], row["slice"]] += row["denominator"]
    assert len(counted) == 2 * 16 and set(counted.values()) == {3}


def test_markdown_keeps_gold_apart_and_names_what_is_missing():
    text = markdown(report("one_shot", "repair", "never_run"))
    assert "Final, verified †:\n\n| Run | easy | extra |" in text
    assert "Final, by the gold's number of joins:\n\n| Run | 1 | 3+ |" in text
    assert "Final, where the gold uses:\n\n| Run | LIKE |\n|---|---|\n| one_shot | 100.0 % (2/2;" in text
    assert "| never_run | no results: not run yet" in text
    assert report("one_shot", "repair", catalogue=True).equals(report("one_shot", "repair"))

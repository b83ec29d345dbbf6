"""outside_denominator.sql, and the whole report of an experiment that states it."""

from __future__ import annotations

import re

from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.reports.render import experiment_report
from t2s_pipeline.reports.run import report_connection, run_report, run_sql
from t2s_pipeline.table_definitions import REJECTED_EXAMPLES
from tests.reports.tables import EXPERIMENT, Outcome, all_tables, config, table

RIGHT, WRONG = (True, True), (False, True)
OUTCOMES = [
    Outcome("execution_correct", (RIGHT,)),
    Outcome("wrong_result", (WRONG,), excluded_reason="gold_disputed"),
    Outcome("wrong_result", (WRONG,), excluded_reason="gold_disputed"),
]


def tables(rejected: list[dict]):
    found = all_tables({"one_shot": OUTCOMES})
    found["rejected_examples"] = table(REJECTED_EXAMPLES, rejected)
    return found


def test_rejected_and_excluded_questions_are_counted_by_reason():
    rejected = [{"split": "dev", "source_row": row, "reason": "gold_fails"} for row in range(3)]
    rejected.append({"split": "train", "source_row": 9, "reason": "missing_database"})
    with report_connection(tables(rejected)) as connection:
        rows = run_sql("outside_denominator", connection, {"experiment": EXPERIMENT, "split": "dev"})
    assert [tuple(row.values()) for row in rows] == [("excluded", "gold_disputed", 2), ("rejected", "gold_fails", 3)]


def test_the_report_of_an_experiment_states_what_is_outside_and_which_arm_is_missing():
    rejected = [{"split": "dev", "source_row": 0, "reason": "gold_fails"}]
    declared = config("one_shot", "never_run")
    with report_connection(tables(rejected)) as connection:
        for name in REPORTS:
            connection.register(name, run_report(name, connection, declared))
        text = experiment_report(connection, declared)
    assert text.startswith("# published\n")
    assert "| 1 | rejected | `gold_fails` |\n" in text and "| 2 | excluded | `gold_disputed` |\n" in text
    assert "| Run | all | not_excluded | audited |" in text
    assert "| one_shot | 33.3 % (1/3; 95 % 6.1–79.2) | 100.0 % (1/1; 95 % 20.7–100.0) |" in text
    of_arms = [name for name, report in REPORTS.items() if report.about == "arms"]
    silent = {"report_comparison", "report_flips", "report_failures", "report_ablations", "report_online_repair"}
    assert len(re.findall(r"\| never_run \| no results: not (?:run|diagnosed) yet", text)) == len(set(of_arms) - silent)
    assert "| one_shot to never_run | no results: never_run not run yet" in text

"""What an experiment came to, for a person at a terminal: a table, the report's file, and queries to go on with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.files import write_text
from t2s_pipeline.reports.render import experiment_report, figure
from t2s_pipeline.reports.run import run_report
from t2s_pipeline.warehouse import Warehouse

_SHOWN = {
    "first_turn_example_accuracy": "first turn",
    "final_example_execution_accuracy": "final",
    "executable_rate": "executable",
}
_QUERIES = (
    "SELECT arm, subset, numerator, denominator, round(100 * value, 1) AS percent FROM evaluations "
    "WHERE metric = 'final_example_execution_accuracy' AND subset LIKE 'hardness=%' ORDER BY ALL",
    "SELECT pair_type, removed_by, count(*) AS pairs FROM filtered_pairs GROUP BY ALL ORDER BY ALL",
    "SELECT rollout, question, first_sql, final_sql FROM trajectories JOIN examples USING (experiment, example_id) "
    "WHERE trajectories.status = 'repaired' AND split = 'dev' LIMIT 5",
)


def results_text(warehouse: Warehouse, config: ExperimentConfig) -> str:
    """The table, where the report is (it is written here), and three queries that run as they stand."""
    with warehouse.connect() as connection:
        rows = run_report("report_method", connection, config).to_pylist()
        path = write_text(_report_file(warehouse, config), experiment_report(connection, config))
    lines = [f"Results of experiment {config.name!r}, official rule, split {config.evaluation.split}", ""]
    lines += _table(rows)
    lines += ["", f"The report: {path}", "", "Three queries to try:", ""]
    lines += [f'  .venv/bin/t2s sql "{query}"\n' for query in _QUERIES]
    return "\n".join(lines)


def _report_file(warehouse: Warehouse, config: ExperimentConfig) -> Path:
    return warehouse.data / "reports" / f"{config.name}.md"


def _table(rows: list[Mapping[str, Any]]) -> list[str]:
    """One line an arm, columns aligned."""
    cells = {(row["arm"], row["metric"]): row for row in rows}
    body = [["arm", *_SHOWN.values()]]
    for arm in dict.fromkeys(row["arm"] for row in rows):
        found = [cells.get((arm, metric)) for metric in _SHOWN]
        body.append([arm, *(_cell(row) for row in found)])
    widths = [max(len(line[i]) for line in body) for i in range(len(body[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in body]
    if any(row["gold_aware"] for row in rows):
        lines += ["", "* the gold decided what was repaired and when to stop: an upper bound for use without gold"]
    return lines


def _cell(row: Mapping[str, Any] | None) -> str:
    return "no results" if row is None else figure(row) + (" *" if row["gold_aware"] else "")

"""What an experiment came to, for a person at a terminal: its figures, the report's file, and queries to go on with.

What a terminal shows is read from what was published last and not counted again; the HTML page that `t2s report` writes
(`write_page`) is counted from the tables as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.files import write_text
from t2s_pipeline.reports.figures import MARK_NOTE, NO_RESULTS, figure_columns, match_rules, settings_shown
from t2s_pipeline.reports.listing import declared_reports
from t2s_pipeline.reports.render import experiment_report, outside_text
from t2s_pipeline.reports.run import published_report, run_report
from t2s_pipeline.warehouse import Warehouse, WarehouseError

#: The reports of a results page: what arms and trainings came to, without what went wrong example by example.
RESULTS_PAGE = (
    "report_method",
    "report_data_sets",
    "report_variants",
    "report_comparison",
    "report_star",
    "report_star_rules",
    "report_grpo",
    "report_voting",
    "report_voting_pairs",
    "report_recall",
    "report_risk_coverage",
    "report_ablations",
    "report_hardness",
    "report_online_repair",
    "report_schema_recall",
    "report_gold_audit",
)
_BESIDE_REPORTS = ("examples", "rejected_examples")
"""The tables that say what is outside the denominators."""
_SHOWN = {
    "first_turn_example_accuracy": "First turn",
    "final_example_execution_accuracy": "Final",
    "executable_rate": "Executable",
}
_QUERIES = (
    "SELECT arm, subset, numerator, denominator, round(100 * value, 1) AS percent FROM evaluations "
    "WHERE experiment = '{experiment}' AND metric = 'final_example_execution_accuracy' AND subset LIKE 'hardness=%' "
    "ORDER BY ALL",
    "SELECT error_class, count(*) AS attempts FROM attempts WHERE experiment = '{experiment}' AND turn = 1 "
    "GROUP BY ALL ORDER BY attempts DESC",
    "SELECT rollout, question, first_sql, final_sql FROM trajectories JOIN examples USING (experiment, example_id) "
    "WHERE experiment = '{experiment}' AND NOT final_correct AND split = '{split}' ORDER BY ALL LIMIT 5",
)
_TRAIN_QUERIES = (
    "SELECT recipe, pair_type, coalesce(removed_by, 'kept') AS fate, count(*) AS pairs FROM filtered_pairs "
    "WHERE experiment = '{experiment}' GROUP BY ALL ORDER BY ALL",
    "SELECT turn, error_class, count(*) AS attempts FROM attempts WHERE experiment = '{experiment}' "
    "GROUP BY ALL ORDER BY turn, attempts DESC",
)


def results_text(warehouse: Warehouse, config: ExperimentConfig) -> str:
    """The figures, where the report is (it is written here), and queries that run as they stand.

    Without arms there are no figures to show: then it is the report, and queries over the pairs. Raises WarehouseError
    where a table of them is damaged.
    """
    _require_whole(warehouse, config, (report.name for report in declared_reports(config)))
    with warehouse.connect() as connection:
        made = [report.name for report in declared_reports(config)]
        rows = published_report("report_method", connection, config).to_pylist() if config.arms else []
        if not rows and (config.arms or not any(published_report(n, connection, config).num_rows for n in made)):
            return f"Experiment {config.name!r} has no results yet: t2s run -e {config.name}"
        outside = outside_text(connection, config).rstrip()
        path = write_text(_report_file(warehouse, config), experiment_report(connection, config))
    page = _page_file(warehouse, config)
    if config.arms:
        rules = " and ".join(match_rules(rows)) or "unknown"
        lines = [f"Results of experiment {config.name!r}, {rules} rule, split {config.evaluation.split}", ""]
        lines += _tables(rows)
    else:
        lines = [f"Experiment {config.name!r} declares no arm: what it made of the train split is in its report."]
    lines += ["", outside, "", f"The report: {path}"]
    if page.is_file():
        lines.append(f"The same with plots{', and the failures to search' if config.arms else ''}: {page}")
    queries = _QUERIES if config.arms else _TRAIN_QUERIES
    lines += ["", "Queries to try:", ""]
    names = {"experiment": config.name, "split": config.evaluation.split}
    lines += [f'  .venv/bin/t2s sql "{query.format(**names)}"\n' for query in queries]
    return "\n".join(lines)


def write_page(warehouse: Warehouse, config: ExperimentConfig, file: Path | None = None) -> Path:
    """Write the HTML page to `file`, else where the graph has it, every report counted from the tables as they are now.

    Returns the path. Raises WarehouseError where the experiment has no tables, or one of them is damaged.
    """
    from t2s_pipeline.reports.html import page_html

    if not warehouse.live_refs(config.name):
        raise WarehouseError(f"experiment {config.name!r} has no tables in {warehouse.data}: t2s run -e {config.name}")
    _require_whole(warehouse, config, (table for report in declared_reports(config) for table in report.reads))
    with warehouse.connect() as connection:
        page = page_html(connection, config, run_report)
    return write_text(file or _page_file(warehouse, config), page)


def write_results_page(warehouse: Warehouse, config: ExperimentConfig, file: Path) -> None:
    """Write what the experiment came to, as Markdown: the reports of RESULTS_PAGE that it declares, as they were
    published last, but for those that have nothing to show. Raises WarehouseError where one is damaged."""
    _require_whole(warehouse, config, RESULTS_PAGE)
    made = {ref.table for ref in warehouse.live_refs(config.name)}
    with warehouse.connect() as connection:
        empty = {name for name in RESULTS_PAGE if not published_report(name, connection, config).num_rows}
        report = experiment_report(connection, config, [name for name in RESULTS_PAGE if name not in made & empty])
    note = (
        f"Written by `t2s results -e {config.name} --page`; do not edit it. Every figure has its counts and its 95 % "
        "interval; [reports](reports.md) says what each table is and how it is counted."
    )
    title, rest = report.split("\n", 1)
    write_text(file, f"{title}\n\n{note}\n{rest}")


def _require_whole(warehouse: Warehouse, config: ExperimentConfig, tables: Iterable[str]) -> None:
    """Raises WarehouseError, with the file and the remedy, where one of the experiment's `tables` is damaged: the
    catalogue leaves it out, and its figures would be missing as if they had never been made."""
    shown = {*_BESIDE_REPORTS, *tables}
    for ref in warehouse.live_refs(config.name):
        if ref.table in shown:
            warehouse.footer(ref)


def _page_file(warehouse: Warehouse, config: ExperimentConfig) -> Path:
    return warehouse.data / "reports" / config.name / "index.html"


def _report_file(warehouse: Warehouse, config: ExperimentConfig) -> Path:
    return warehouse.data / "reports" / f"{config.name}.md"


def _tables(rows: list[Mapping[str, Any]]) -> list[str]:
    """One table of the arms whose figures are to be had in use, and one of those that needed the gold."""
    shown = [row for row in rows if row["metric"] in _SHOWN or row["gold_aware"] is None]
    verified = {row["arm"] for row in shown if row["gold_aware"]}
    settings = settings_shown(rows)
    lines = _table([row for row in shown if row["arm"] not in verified], settings)
    if verified:
        own = _table([row for row in shown if row["arm"] in verified], settings)
        lines += [*([""] if lines else []), *own, "", MARK_NOTE]
    return lines


def _table(rows: list[Mapping[str, Any]], settings: Mapping[str, str]) -> list[str]:
    """One line an arm, columns aligned, its `settings` (column: title) first; none without arms."""
    if not rows:
        return []
    described = {row["arm"]: [str(row[column] or "") for column in settings] for row in rows}
    titles, cells = figure_columns(rows, _SHOWN)
    body = [["Run", *settings.values(), *titles]]
    missing = {row["arm"] for row in rows if row["gold_aware"] is None}
    for arm, figures in cells.items():
        body.append([arm, *described[arm], *([NO_RESULTS] if arm in missing else figures)])
    widths = [max(len(line[i]) for line in body if i < len(line)) for i in range(max(map(len, body)))]
    return ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=False)).rstrip() for line in body]

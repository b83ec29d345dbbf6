"""Reports that set arms side by side, as blocks: methods, ablations, paired comparisons, flips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from t2s_pipeline.reports.blocks import Bar, Block, Chart, Code, Grid, Paragraph
from t2s_pipeline.reports.figures import (
    MARK_NOTE,
    VERIFIED,
    Row,
    bars,
    by_awareness,
    difference,
    distinct,
    drawn,
    figure_columns,
    first_of_each,
    no_results,
    p_text,
    settings_shown,
    share,
    without_results,
)

FIRST_TURN, FINAL = "first_turn_example_accuracy", "final_example_execution_accuracy"
_MAIN = {
    FIRST_TURN: "First turn",
    FINAL: "Final",
    "repair_success_rate": "Repaired",
    "executable_rate": "Executable",
}
_FURTHER = {
    "first_turn_execution_accuracy": "First-turn candidates right",
    "candidate_execution_accuracy": "All candidates right",
    "syntax_valid_rate": "Syntax valid",
    "schema_valid_rate": "Schema valid",
    "undecided_rate": "Undecided",
    "regressions": "Regressions",
    "best_of_n": "Any candidate right",
    "avg_candidate_reward": "Mean reward",
}
_ABLATION_TITLES = {
    "method": "Method",
    "feedback": "Feedback",
    "scope": "Repair scope",
    "retrieval": "Retrieval",
    "synthetic_ratio": "Synthetic ratio",
    "seed": "Seeds",
}
_SUBSETS = ("not_excluded", "audited")
FLIPS_SHOWN = 20


def method(rows: Sequence[Row]) -> list[Block]:
    """Arms that do without the gold, then those that it stops, in tables of their own; further metrics likewise."""
    real, missing = without_results(rows)
    describe = {"arm": "Run", "model": "Model", "adapter": "Adapter", "feedback": "Feedback"} | settings_shown(rows)
    stopped = {row["arm"] for row in real if row["gold_aware"] and row["metric"] in _MAIN}
    free = [row for row in real if row["arm"] not in stopped]
    blocks: list[Block] = []
    for title, group in (("Without the gold", free), (f"With the gold{VERIFIED}", _of(stopped, real))):
        if group:
            blocks.append(_described(title if stopped and free else "", group, describe))
    if missing:
        blocks.append(Grid(["Run", ""], no_results(missing, 2), "Without results"))
    for metric in (FIRST_TURN, FINAL):
        for mark, group in by_awareness([row for row in real if row["metric"] == metric]):
            blocks.append(Chart(_MAIN[metric] + mark, bars(group, "arm")))
    for mark, group in by_awareness([row for row in real if row["metric"] in _FURTHER]):
        titles, cells = figure_columns(group, _FURTHER)
        blocks.append(Grid(["Run", *titles], [[arm, *cells[arm]] for arm in cells], f"Further metrics{mark}"))
    for mark, group in by_awareness(real):
        blocks += _by_subset(group, mark)
    return blocks + _note(real)


def _of(arms: set[str], rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["arm"] in arms]


def _described(title: str, rows: Sequence[Row], describe: Mapping[str, str]) -> Grid:
    """The main metrics of these rows' arms, behind what the arms are."""
    titles, cells = figure_columns(rows, _MAIN)
    body = [
        [*("–" if arm[key] is None else arm[key] for key in describe), *cells[arm["arm"]]]
        for arm in first_of_each(rows, "arm")
    ]
    return Grid([*describe.values(), *titles], body, title)


def _by_subset(rows: Sequence[Row], mark: str) -> list[Block]:
    """The headline metric on every subset; of rows that all needed the gold, or none."""
    metrics = distinct(row["metric"] for row in rows if "@" in row["metric"])
    if not metrics:
        return []
    headline = metrics[0].split("@")[0]
    shown = {headline: "all"} | {f"{headline}@{subset}": subset for subset in _SUBSETS}
    of_subsets = [row for row in rows if row["metric"] in shown]
    _, cells = figure_columns(of_subsets, shown)
    titles = [subset for metric, subset in shown.items() if metric in (headline, *metrics)]
    return [Grid(["Run", *titles], [[arm, *cells[arm]] for arm in cells], f"{headline} by subset{mark}")]


def ablations(rows: Sequence[Row]) -> list[Block]:
    blocks: list[Block] = []
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["ablation"], row["fixed"]), []).append(row)
    for (ablation, fixed), group in groups.items():
        blocks.append(_ablation(ablation, fixed, group))
    blocks += _spread({fixed: group for (ablation, fixed), group in groups.items() if ablation == "seed"})
    return blocks + _note(rows) if blocks else [Paragraph("No two declared arms differ in one thing alone.")]


def _ablation(ablation: str, fixed: str, rows: Sequence[Row]) -> Grid:
    real, missing = without_results(rows)
    of_repair = {row["arm"]: "repair" for row in real if row["metric"] in ("repair_success_rate", "regressions")}
    titles, cells = figure_columns(real, _MAIN | {"regressions": "Regressions"}, of_repair)
    levels = {row["arm"]: row for row in rows}
    ratio = ["Synthetic pairs"] if ablation == "synthetic_ratio" else []
    body: list[list[Any]] = [
        [levels[arm]["level"], arm, *([_synthetic(levels[arm])] if ratio else []), *cells[arm]] for arm in cells
    ]
    columns = [_ABLATION_TITLES[ablation], "Run", *ratio, *titles]
    lines = no_results(missing, len(columns) - 1)
    body += [[levels[arm]["level"], *line] for arm, line in zip(missing, lines, strict=True)]
    if len(columns) == 2:
        columns.append("")
        body = [[levels[arm]["level"], arm, reason] for arm, reason in missing.items()]
    return Grid(columns, body, f"{_ABLATION_TITLES[ablation]} ({fixed})")


def _synthetic(row: Row) -> str:
    return "–" if row["pairs"] is None else share(row["synthetic_pairs"], row["pairs"])


def _spread(groups: Mapping[str, Sequence[Row]]) -> list[Block]:
    """Lowest, mean and highest of the seeds, every group's beside the others', by what its arms have in common."""
    body: list[list[Any]] = []
    for metric, title in _MAIN.items():
        for fixed, rows in groups.items():
            shown = [row for row in rows if row["metric"] == metric and row["value"] is not None]
            for mark, group in by_awareness(shown):
                values = [100 * row["value"] for row in group]
                mean = sum(values) / len(values)
                body.append(
                    [title + mark, fixed, len(values), f"{min(values):.1f}", f"{mean:.1f}", f"{max(values):.1f}"]
                )
    columns = ["Metric", "Trained alike", "Seeds", "Lowest %", "Mean %", "Highest %"]
    return [Grid(columns, body, "Spread over seeds")] if groups else []


def comparison(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows, "comparison")
    columns = ["Comparison", "Family", "First", "Second", "Metric", "Fixed", "Broken", "Second less first, points"]
    columns += ["Bootstrap over databases", "McNemar p", "Holm p"]
    blocks: list[Block] = []
    for mark, group in by_awareness(real):
        body = [
            [
                *(row[key] for key in ("comparison", "family", "first", "second")),
                _MAIN[row["metric"]] + mark,
                row["fixed"],
                row["broken"],
                difference(row),
                drawn(row),
                p_text(row["p_value"]),
                p_text(row["p_holm"]),
            ]
            for row in group
        ]
        title = "An arm of each needed the gold †" if mark else "Neither arm needed the gold"
        blocks.append(Grid(columns, body, title))
        chart = [Bar(row["comparison"], row["value"], row["interval_low"], row["interval_high"]) for row in group]
        blocks.append(Chart(f"Second less first{mark}, points", chart, percent=False))
    if missing:
        blocks.append(Grid(["Comparison", ""], no_results(missing, 2), "Without results"))
    if blocks:
        blocks.append(
            Paragraph(
                "p: two-sided exact McNemar test; Holm p: adjusted over all comparisons of the family, those without "
                "results counted. Intervals are 95 %: Newcombe's method 10 over examples, and a bootstrap that draws "
                "databases, which is rough where they are few."
            )
        )
    return blocks + _note(real) if blocks else [Paragraph("There are no two arms to compare.")]


def flips(rows: Sequence[Row]) -> list[Block]:
    blocks: list[Block] = []
    for name in distinct(row["comparison"] for row in rows):
        own = [row for row in rows if row["comparison"] == name]
        count = sum(row["left_out"] or 1 for row in own)
        fixed = sum(row["left_out"] or 1 for row in own if row["change"] == "fixed")
        first, second = own[0]["first"], own[0]["second"]
        shown = [row for row in own if row["left_out"] is None][:FLIPS_SHOWN]
        body = [
            [
                row["change"],
                *(Code(row[key] or "") for key in ("example_id", "question", "error_class", "first_sql", "second_sql")),
            ]
            for row in shown
        ]
        more = f", the first {len(shown)} of {count:,}" if count > len(shown) else ""
        title = f"{name}: {second} fixes {fixed:,} and breaks {count - fixed:,} of {first}{more}"
        blocks.append(Grid(["Change", "Example", "Question", "Error", first, second], body, title))
    return blocks or [Paragraph("No example is right in one arm of a comparison and wrong in the other.")]


def _note(rows: Sequence[Row]) -> list[Block]:
    """What † means, where it stands somewhere."""
    return [Paragraph(MARK_NOTE)] if any(row["gold_aware"] for row in rows) else []

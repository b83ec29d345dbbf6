"""Figures in words and in columns: counts, share and interval, and what may stand in one column with what.

A figure that needed the gold to come about never stands in a column with one that did not: `figure_columns` gives it
a column of its own, marked †. Nor does a share of the candidates of several turns stand in a column with one of a
single turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.statistics import Proportion
from t2s_pipeline.reports.blocks import Bar, Code, Grid, Paragraph, as_markdown

#: Shares of the candidates of all turns: later ones are asked for only where earlier ones were not accepted.
_OF_ALL_TURNS = frozenset(
    {
        "candidate_execution_accuracy",
        "executable_rate",
        "syntax_valid_rate",
        "schema_valid_rate",
        "undecided_rate",
        "avg_candidate_reward",
    }
)
MEAN_REWARD = "avg_candidate_reward"
_DEFAULT = RolloutConfig()
#: Columns of report_method that are shown where they are not what goes without saying: title, and that value.
_SETTINGS = {
    "match_rule": ("Match rule", _DEFAULT.match_rule),
    "schema_style": ("Schema style", _DEFAULT.schema_style),
    "prompt_style": ("Prompt style", _DEFAULT.prompt_style),
    "token_budget": ("Token budget", _DEFAULT.token_budget("")),
    "samples": ("Samples", _DEFAULT.num_samples),
    "selection": ("Selection", None),
}
NO_RESULTS = "no results"
VERIFIED = ", verified †"
_ALL_TURNS = ", all turns"
MARK_NOTE = "† The gold decided what was repaired, when to stop or which candidate counts: not to be had in use."

Row = Mapping[str, Any]


def figure(row: Row) -> str:
    """A counted share with its interval, e.g. `58.3 % (70/120; 95 % 49.4–66.8)`; a mean of rewards as one."""
    if row.get("metric") == MEAN_REWARD:
        return _mean(row)
    counts = f"{row['numerator']:,.0f}/{row['denominator']:,}"
    if row["value"] is None:
        return f"– ({counts})"
    if row["interval_low"] is None:
        return f"{100 * row['value']:.1f} % ({counts})"
    low, high = 100 * row["interval_low"], 100 * row["interval_high"]
    return f"{100 * row['value']:.1f} % ({counts}; 95 % {low:.1f}–{high:.1f})"


def figures_text(rows: Sequence[Row], headline: str) -> str:
    """Metrics of one arm on the examples not excluded, one below the other, as Markdown; † as everywhere.

    Below 1,000 characters, for Dagster's page hides what is longer behind a link.
    """
    mark = " † With the gold's help." if any(row["gold_aware"] for row in rows) else ""
    body = [[Code(row["metric"]), figure(row) + (" †" if row["gold_aware"] else "")] for row in rows]
    return as_markdown([Grid(["metric", "not excluded"], body), Paragraph(f"Headline: `{headline}`.{mark}")])


def _mean(row: Row) -> str:
    counts = f"{row['numerator']:,.1f}/{row['denominator']:,}"
    if row["value"] is None or row["interval_low"] is None:
        return f"{'–' if row['value'] is None else format(row['value'], '.3f')} ({counts})"
    return f"{row['value']:.3f} ({counts}; 95 % {row['interval_low']:.3f} to {row['interval_high']:.3f})"


def difference(row: Row) -> str:
    """What the second of a pair gets right less what the first does, in points, with its counts and interval."""
    low, high = 100 * row["interval_low"], 100 * row["interval_high"]
    return f"{100 * row['value']:+.1f} ({row['numerator']:+,}/{row['denominator']:,}; 95 % {low:+.1f} to {high:+.1f})"


def drawn(row: Row) -> str:
    """Its bootstrap interval over databases."""
    if row["bootstrap_low"] is None:
        return "–"
    return f"{100 * row['bootstrap_low']:+.1f} to {100 * row['bootstrap_high']:+.1f}"


def p_text(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else f"{value:.1e}"


def share(numerator: int, denominator: int) -> str:
    """The same of two counts that no row has."""
    proportion = Proportion(numerator, denominator)
    low, high = proportion.interval or (None, None)
    return figure(
        {"numerator": numerator, "denominator": denominator, "value": proportion.rate}
        | {"interval_low": low, "interval_high": high}
    )


def bars(rows: Iterable[Row], label: str) -> list[Bar]:
    """A bar a row that has a value, named by its column `label`."""
    return [
        Bar(row[label], row["value"], row["interval_low"], row["interval_high"])
        for row in rows
        if row["value"] is not None
    ]


def figure_columns(
    rows: Sequence[Row], metrics: Mapping[str, str], feedback: Mapping[str, str | None] = {}
) -> tuple[list[str], dict[str, list[str]]]:
    """Titles of columns, and each arm's cells under them, for the metrics with these titles.

    `rows` have arm, metric, gold_aware and the counts; what feedback an arm has is in the rows, or in `feedback`. A
    metric has a column for figures without gold, and one for figures that needed it; a share of candidates has one
    more for the candidates of several turns.
    """
    figures = {(row["arm"], row["metric"], _mark(row, feedback)): figure(row) for row in rows}
    occurring = {(metric, mark) for _, metric, mark in figures}
    marks = ("", _ALL_TURNS, VERIFIED)
    columns = [(metric, mark) for metric in metrics for mark in marks if (metric, mark) in occurring]
    titles = [metrics[metric] + mark for metric, mark in columns]
    arms = distinct(row["arm"] for row in rows)
    return titles, {arm: [figures.get((arm, *column), "–") for column in columns] for arm in arms}


def _mark(row: Row, feedback: Mapping[str, str | None]) -> str:
    """What keeps a figure out of the column of others of its metric."""
    if row["gold_aware"]:
        return VERIFIED
    several_turns = (feedback.get(row["arm"]) or row.get("feedback")) not in (None, "one_shot")
    return _ALL_TURNS if several_turns and row["metric"] in _OF_ALL_TURNS else ""


def settings_shown(rows: Iterable[Row]) -> dict[str, str]:
    """Columns of report_method, with titles, of the settings that are not the default in some arm of `rows`."""
    found = list(rows)
    return {
        column: title
        for column, (title, default) in _SETTINGS.items()
        if any(row[column] not in (None, default) for row in found)
    }


def match_rules(rows: Iterable[Row]) -> list[str]:
    """The match rules that rows of report_method were judged by."""
    return distinct(row["match_rule"] for row in rows if row["match_rule"])


def by_awareness(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Rows that did without the gold, and those that did not, each with what their titles are marked by."""
    groups = [("", [row for row in rows if not row["gold_aware"]]), (VERIFIED, [r for r in rows if r["gold_aware"]])]
    return [(mark, group) for mark, group in groups if group]


def without_results(rows: Sequence[Row], key: str = "arm") -> tuple[list[Row], dict[str, str]]:
    """The rows with results, and why the others have none, by their column `key`."""
    missing = {row[key]: row["missing"] for row in rows if row["missing"] is not None}
    return [row for row in rows if row["missing"] is None], missing


def no_results(missing: Mapping[str, str], width: int) -> list[list[str]]:
    """Lines of a table of `width` columns for what has no results, with the reason."""
    return [[name, f"{NO_RESULTS}: {reason}", *[""] * (width - 2)] for name, reason in missing.items()]


def first_of_each(rows: Iterable[Row], key: str) -> list[Row]:
    found: dict[Any, Row] = {}
    for row in rows:
        found.setdefault(row[key], row)
    return list(found.values())


def distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))

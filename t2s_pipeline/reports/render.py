"""Report tables as Markdown: one table (`markdown`), or the whole report of an experiment (`experiment_report`).

Every figure is written with its counts and its 95 % interval: `58.3 % (70/120; 95 % 49.4–66.8)`. A figure that needed
the gold to come about never stands in a column with one that did not: `figure_columns` gives it a column of its own,
marked †. Nor does a share of the candidates of several turns stand in a column with one of a single turn. Declared arms
without results are named, not left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig, RolloutConfig
from t2s_pipeline.evaluation.error_class import DeploymentScope
from t2s_pipeline.reports.run import REPORTS, published_report, run_sql

if TYPE_CHECKING:
    import duckdb

_TITLES = {
    "report_method": "Methods",
    "report_error_taxonomy": "First-turn errors and their repair",
    "report_routing": "Routing of first-turn errors",
    "report_column_errors": "Column errors of the first turn",
    "report_wrong_results": "Wrong results of the first turn, by cause",
    "report_gold_audit": "Gold audit",
}
_MAIN = {
    "first_turn_example_accuracy": "First turn",
    "final_example_execution_accuracy": "Final",
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
}
#: Shares of the candidates of all turns: later ones are asked for only where earlier ones were not accepted.
_OF_ALL_TURNS = frozenset(
    {
        "candidate_execution_accuracy",
        "executable_rate",
        "syntax_valid_rate",
        "schema_valid_rate",
        "undecided_rate",
    }
)
_DEFAULT = RolloutConfig()
#: Columns of report_method that are shown where they are not what goes without saying: title, and that value.
_SETTINGS = {
    "match_rule": ("Match rule", _DEFAULT.match_rule),
    "schema_style": ("Schema style", _DEFAULT.schema_style),
    "prompt_style": ("Prompt style", _DEFAULT.prompt_style),
    "token_budget": ("Token budget", _DEFAULT.token_budget("")),
}
_HARDNESS = ("easy", "medium", "hard", "extra", "unknown")
_SUBSETS = ("not_excluded", "audited", *(f"hardness={hardness}" for hardness in _HARDNESS))
NO_RESULTS = "no results"
_VERIFIED = ", verified †"
_ALL_TURNS = ", all turns"
MARK_NOTE = "† The gold decided what was repaired, when to stop or which candidate counts: not to be had in use."

Row = Mapping[str, Any]


def markdown(table: pa.Table) -> str:
    """A report table, of one experiment, as Markdown. Raises KeyError for a table that is no report's."""
    name = (table.schema.metadata or {}).get(b"t2s.table", b"").decode()
    render = {
        "report_method": _method,
        "report_error_taxonomy": _taxonomy,
        "report_routing": _routing,
        "report_column_errors": _column_errors,
        "report_wrong_results": _wrong_results,
        "report_gold_audit": _gold_audit,
    }[name]
    rows = table.to_pylist()
    if not rows:
        return "The golds were not audited yet.\n" if name == "report_gold_audit" else "No arm is declared.\n"
    return render(rows)


def experiment_report(connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> str:
    """The Markdown report of an experiment: its published report tables, from the warehouse's catalogue."""
    parts = [f"# {config.name}\n"]
    if config.description:
        parts.append(f"{config.description}\n")
    parts.append(outside_text(connection, config))
    for name in REPORTS:
        parts.append(f"## {_TITLES[name]}\n\n{markdown(published_report(name, connection, config))}")
    return "\n".join(parts)


def figure(row: Row) -> str:
    """A counted share with its interval, e.g. `58.3 % (70/120; 95 % 49.4–66.8)`."""
    counts = f"{row['numerator']:,}/{row['denominator']:,}"
    if row["value"] is None:
        return f"– ({counts})"
    low, high = 100 * row["interval_low"], 100 * row["interval_high"]
    return f"{100 * row['value']:.1f} % ({counts}; 95 % {low:.1f}–{high:.1f})"


def figure_columns(rows: Sequence[Row], metrics: Mapping[str, str]) -> tuple[list[str], dict[str, list[str]]]:
    """Titles of columns, and each arm's cells under them, for the metrics with these titles.

    `rows` are of report_method. A metric has a column for figures without gold, and one for figures that needed it; a
    share of candidates has one more for the candidates of several turns.
    """
    figures = {(row["arm"], row["metric"], _mark(row)): figure(row) for row in rows}
    occurring = {(metric, mark) for _, metric, mark in figures}
    marks = ("", _ALL_TURNS, _VERIFIED)
    columns = [(metric, mark) for metric in metrics for mark in marks if (metric, mark) in occurring]
    titles = [metrics[metric] + mark for metric, mark in columns]
    arms = _distinct(row["arm"] for row in rows)
    return titles, {arm: [figures.get((arm, *column), "–") for column in columns] for arm in arms}


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
    return _distinct(row["match_rule"] for row in rows if row["match_rule"])


def outside_text(connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> str:
    """Which input rows are outside the denominators, how many, and why; that there are none, where there are none."""
    parameters = {"experiment": config.name, "split": config.evaluation.split}
    rows = run_sql("outside_denominator", connection, parameters)
    if not rows:
        return f"Nothing is outside the denominators: every question of {config.evaluation.split} is counted.\n"
    lines = [f"- {row['questions']:,} {row['what']}: {row['reason']}" for row in rows]
    return (
        "Outside a denominator (rejected rows are in none; excluded examples are in `all`, not in `not_excluded`):\n\n"
        + "\n".join(lines)
        + "\n"
    )


def _method(rows: Sequence[Row]) -> str:
    missing = [row["arm"] for row in rows if row["denominator"] == 0 and row["model"] is None]
    arms = [row for row in _first_of_each(rows, "arm") if row["arm"] not in missing]
    describe = {"arm": "Arm", "model": "Model", "adapter": "Adapter", "feedback": "Feedback"}
    describe |= settings_shown(rows)
    titles, cells = figure_columns(rows, _MAIN)
    main = [[*("–" if arm[key] is None else arm[key] for key in describe), *cells[arm["arm"]]] for arm in arms]
    main += [[arm, NO_RESULTS, *[""] * (len(describe) + len(titles) - 2)] for arm in missing]
    parts = [_grid([*describe.values(), *titles], main)]
    titles, cells = figure_columns(rows, _FURTHER)
    parts.append(_grid(["Arm", *titles], [[arm["arm"], *cells[arm["arm"]]] for arm in arms]))
    parts += [_by_subset([row for row in rows if row["gold_aware"] is aware]) for aware in (False, True)]
    if any(row["gold_aware"] for row in rows):
        parts.append(MARK_NOTE + "\n")
    return "\n".join(filter(None, parts))


def _mark(row: Row) -> str:
    """What keeps a figure out of the column of others of its metric."""
    if row["gold_aware"]:
        return _VERIFIED
    several_turns = row["feedback"] not in (None, "one_shot")
    return _ALL_TURNS if several_turns and row["metric"] in _OF_ALL_TURNS else ""


def _by_subset(rows: Sequence[Row]) -> str:
    """The headline metric on every subset; of rows that all needed the gold, or none."""
    metrics = _distinct(row["metric"] for row in rows if "@" in row["metric"])
    if not metrics:
        return ""
    headline = metrics[0].split("@")[0]
    shown = {headline: "all"} | {f"{headline}@{subset}": subset for subset in _SUBSETS}
    rows = [row for row in rows if row["metric"] in shown]
    _, cells = figure_columns(rows, shown)
    titles = [subset for metric, subset in shown.items() if metric in (headline, *metrics)]
    verified = _VERIFIED if rows[0]["gold_aware"] else ""
    return f"`{headline}` by subset{verified}:\n\n" + _grid(["Arm", *titles], [[arm, *cells[arm]] for arm in cells])


def _taxonomy(rows: Sequence[Row]) -> str:
    """Arms that repair, then one-shot arms, in tables of their own: the one has a repair rate, the other has none."""
    real, missing = _split_missing(rows)
    repairing = [row for row in real if row["repaired"] is not None]
    one_shot = [row for row in real if row["repaired"] is None]
    columns = ["Arm", "Feedback", "Error class", "First-turn errors", "Repaired", "Failed", "Repair rate"]
    body: list[list[Any]] = []
    for arm in _distinct(row["arm"] for row in repairing):
        own = [row for row in repairing if row["arm"] == arm]
        counts = ("first_turn_errors", "repaired", "failed")
        shown = [row for row in own if row["first_turn_errors"]]
        body += [[arm, r["feedback"], f"`{r['error_class']}`", *(r[key] for key in counts), figure(r)] for r in shown]
        body.append([arm, own[0]["feedback"], "**all**", *(sum(row[key] for row in own) for key in counts), ""])
    body += [[arm, NO_RESULTS, *[""] * 5] for arm in missing]
    parts = [_grid(columns, body)] if body else []
    if one_shot:
        arms = _distinct(row["arm"] for row in one_shot)
        counted = {(row["arm"], row["error_class"]): row["first_turn_errors"] for row in one_shot}
        classes = _distinct(row["error_class"] for row in one_shot)
        lines = [[f"`{name}`", *(counted[arm, name] for arm in arms)] for name in classes]
        lines.append(["**all**", *(sum(counted[arm, name] for name in classes) for arm in arms)])
        parts.append("One-shot arms, which repair nothing:\n\n" + _grid(["Error class", *arms], lines))
    return "\n".join(parts) if parts else "None.\n"


def _routing(rows: Sequence[Row]) -> str:
    real, missing = _split_missing(rows)
    arms = _distinct(row["arm"] for row in real)
    counts = {(row["arm"], row["error_class"]): row["numerator"] for row in real}
    policy = [
        [f"`{r['error_class']}`", *[counts[arm, r["error_class"]] for arm in arms], *_route(r)]
        for r in _first_of_each(real, "error_class")
    ]
    occurring = {row["deployment_scope"] for row in real}
    scopes = [str(scope) for scope in DeploymentScope if scope in occurring]
    totals = [
        [arm, sum(n for (name, _), n in counts.items() if name == arm), *[_scope(real, arm, s) for s in scopes]]
        for arm in arms
    ]
    totals += [[arm, NO_RESULTS, *[""] * len(scopes)] for arm in missing]
    return (
        _grid(["Error class", *arms, "Deployment scope", "Recommended route"], policy)
        + "\n"
        + _grid(["Arm", "First-turn errors", *scopes], totals)
    )


def _column_errors(rows: Sequence[Row]) -> str:
    """Tags by arm, then each arm's references with where they could point to."""
    real, missing = _split_missing(rows, "column_tag")
    tags = [row for row in real if row["reference"] == "(all)"]
    arms = _distinct(row["arm"] for row in tags)
    cells = {(row["arm"], row["column_tag"]): figure(row) for row in tags}
    body = [[f"`{tag}`", *(cells[arm, tag] for arm in arms)] for tag in _distinct(row["column_tag"] for row in tags)]
    parts = [_grid(["Tag", *arms], body)]
    references = [
        [
            row["arm"],
            f"`{row['reference']}`",
            f"`{row['column_tag']}`",
            row["numerator"],
            ", ".join(row["column_owners"] or ()),
        ]
        for row in real
        if row["reference"] != "(all)"
    ]
    if references:
        parts.append(_grid(["Arm", "Invalid reference", "Tag", "Attempts", "Tables that have it"], references))
    parts += [f"{arm}: {NO_RESULTS}.\n" for arm in missing]
    return "\n".join(parts)


def _wrong_results(rows: Sequence[Row]) -> str:
    real, missing = _split_missing(rows, "cause")
    body = [
        [row["arm"], f"`{row['cause']}`", figure(row), row["mentioned"], ", ".join(row["example_ids"] or ())]
        for row in real
        if row["mentioned"] or row["numerator"]
    ]
    body += [[arm, NO_RESULTS, "", "", ""] for arm in missing]
    return _grid(["Arm", "Leading cause", "Attempts", "Mentioned", "For example"], body)


def _gold_audit(rows: Sequence[Row]) -> str:
    splits = _distinct(row["split"] for row in rows)
    cells = {(row["finding"], row["split"]): row for row in rows}
    columns = ["Finding", *(title for split in splits for title in (split, f"{split}, unknown"))]
    body = []
    for finding in _distinct(row["finding"] for row in rows):
        own = [cells[finding, split] for split in splits]
        body.append([f"`{finding}`", *(cell for row in own for cell in (figure(row), row["unknown"]))])
    return _grid(columns, body)


def _route(row: Row) -> tuple[str, str]:
    return row["deployment_scope"], row["recommended_route"]


def _scope(rows: Iterable[Row], arm: str, scope: str) -> str:
    """An arm's errors of one deployment scope, over all its first-turn errors."""
    from t2s_pipeline.evaluation.statistics import wilson_interval

    own = [row for row in rows if row["arm"] == arm]
    count = sum(row["numerator"] for row in own if row["deployment_scope"] == scope)
    total = own[0]["denominator"]
    low, high = wilson_interval(count, total) if total else (None, None)
    value = count / total if total else None
    return figure(
        {"numerator": count, "denominator": total, "value": value, "interval_low": low, "interval_high": high}
    )


def _split_missing(rows: Sequence[Row], kind: str = "error_class") -> tuple[list[Row], list[str]]:
    """The rows of arms with results, and the arms without; `kind` is the column that says which."""
    missing = [row["arm"] for row in rows if row[kind] == f"({NO_RESULTS})"]
    return [row for row in rows if row["arm"] not in missing], missing


def _first_of_each(rows: Iterable[Row], key: str) -> list[Row]:
    found: dict[Any, Row] = {}
    for row in rows:
        found.setdefault(row[key], row)
    return list(found.values())


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _grid(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; says so where it has no rows."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    body = ["| " + " | ".join("" if c is None else str(c).replace("|", "\\|") for c in row) + " |" for row in rows]
    return "\n".join([*lines, *body]) + "\n" if body else "None.\n"

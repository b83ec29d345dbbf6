"""Reports on arms with several samples, as blocks: voting, selectors in pairs, recall, and risk by coverage."""

from __future__ import annotations

from collections.abc import Sequence

from t2s_pipeline.evaluation.voting import recall_points
from t2s_pipeline.reports.blocks import Block, Chart, Curve, Grid, Paragraph, Plot
from t2s_pipeline.reports.figures import (
    MARK_NOTE,
    Row,
    bars,
    by_awareness,
    difference,
    distinct,
    drawn,
    figure,
    no_results,
    p_text,
    without_results,
)

COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.25)
"""The shares of the questions at which the risk is written down."""
_MARK = " †"
_ESTIMATORS = {"first_k": "first k samples", "expected": "k samples drawn"}


def voting(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    blocks: list[Block] = []
    for arm in distinct(row["arm"] for row in real):
        own = [row for row in real if row["arm"] == arm]
        for _, group in by_awareness(own):
            blocks += _answers(arm, group)
    if any(row["gold_aware"] for row in real):
        blocks.append(Paragraph(f"{MARK_NOTE} Samples are numbered from 0."))
    return blocks + _without(missing)


def _answers(arm: str, rows: Sequence[Row]) -> list[Block]:
    """The answers of one arm that all needed the gold, or none did."""
    kind = f"upper bounds{_MARK}" if rows[0]["gold_aware"] else "answers"
    columns = distinct(f"{row['rule']}, {row['subset']}" for row in rows)
    cells = {(row["answer"], f"{row['rule']}, {row['subset']}"): _found(row) for row in rows}
    body = [[answer, *(cells[answer, column] for column in columns)] for answer in distinct(r["answer"] for r in rows)]
    title = f"{arm}, {rows[0]['samples']} samples: {kind}"
    shown = [row for row in rows if (row["rule"], row["subset"]) == (rows[0]["rule"], rows[0]["subset"])]
    chart = Chart(f"{title}, {columns[0]}", bars(shown, "answer"))
    return [Grid(["Answer", *columns], body, title), chart]


def _found(row: Row) -> str:
    number = f", sample {row['sample']}" if row["answer"] == "best_sample" else ""
    return figure(row) + number


def pairs(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    blocks: list[Block] = []
    titles = ["First", "Second", "Only second", "Only first", "Second less first, points"]
    titles += ["Bootstrap over databases", "McNemar p", "Holm p"]
    for arm, rule in dict.fromkeys((row["arm"], row["rule"]) for row in real):
        for mark, group in by_awareness([row for row in real if (row["arm"], row["rule"]) == (arm, rule)]):
            body = [
                [
                    *(row[key] for key in ("first", "second", "fixed", "broken")),
                    difference(row),
                    drawn(row),
                    *(p_text(row[key]) for key in ("p_value", "p_holm")),
                ]
                for row in group
            ]
            kind = f"with the best single system{_MARK}" if mark else "selectors"
            blocks.append(Grid(titles, body, f"{arm}, {rule}: {kind}"))
    if blocks:
        blocks.append(
            Paragraph(
                "p: two-sided exact McNemar test on the same questions; Holm p: adjusted over all comparisons of the "
                "arm by the same rule, those of both tables. Intervals are 95 %: Newcombe's method 10 over questions, "
                "and a bootstrap that draws databases."
            )
        )
    if any(row["gold_aware"] for row in real):
        blocks.append(Paragraph("† The gold chose the system that is right most often: not to be had in use."))
    return blocks + _without(missing)


def recall(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    blocks: list[Block] = []
    for arm in distinct(row["arm"] for row in real):
        own = [row for row in real if row["arm"] == arm]
        points = recall_points(max(row["k"] for row in own))
        ways = list(dict.fromkeys((row["rule"], row["estimator"]) for row in own))
        cells = {(row["k"], row["rule"], row["estimator"]): _expected(row) for row in own}
        body = [[k, *(cells[k, *way] for way in ways)] for k in points]
        columns = [f"{rule}, {_ESTIMATORS[estimator]}{_MARK}" for rule, estimator in ways]
        blocks.append(Grid(["k", *columns], body, f"{arm}: one of k samples is right"))
        curves = [
            Curve(
                f"{rule}, {_ESTIMATORS[estimator]}",
                [(r["k"], 100 * r["value"]) for r in own if (r["rule"], r["estimator"]) == (rule, estimator)],
            )
            for rule, estimator in ways
        ]
        blocks.append(Plot(f"{arm}: recall@k, %{_MARK}", "k", curves))
    if blocks:
        blocks.append(Paragraph("† The gold says whether a right one is there: an upper bound, not to be had in use."))
    return blocks + _without(missing)


def _expected(row: Row) -> str:
    low, high = 100 * row["interval_low"], 100 * row["interval_high"]
    counts = f"{row['numerator']:,.1f}".removesuffix(".0") + f"/{row['denominator']:,}"
    return f"{100 * row['value']:.1f} % ({counts}; 95 % {low:.1f}–{high:.1f})"


def risk_coverage(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    blocks: list[Block] = []
    for arm in distinct(row["arm"] for row in real):
        own = [row for row in real if row["arm"] == arm]
        selectors = distinct(row["selector"] for row in own)
        steps = {name: [row for row in own if row["selector"] == name] for name in selectors}
        body = [[f"{100 * share:.0f} %", *(_at(steps[name], share) for name in selectors)] for share in COVERAGES]
        blocks.append(Grid(["Coverage, at least", *selectors], body, f"{arm}: answers that are wrong, by coverage"))
        curves = [
            Curve(name, [(100 * row["coverage"], 100 * row["value"]) for row in steps[name]]) for name in selectors
        ]
        blocks.append(Plot(f"{arm}: risk, %, by coverage", "coverage, %", curves))
    if blocks:
        blocks.append(
            Paragraph(
                "The answers with the widest margins are given: of each coverage the highest margin that reaches it, "
                "with the share that is answered then."
            )
        )
    return blocks + _without(missing)


def _at(steps: Sequence[Row], share: float) -> str:
    """The risk at the first step, by falling margin, that answers so many; the last step where none does."""
    row = next((step for step in steps if step["coverage"] >= share), steps[-1])
    return f"{figure(row)}; margin {row['margin']:.2f}, {100 * row['coverage']:.1f} % answered"


def _without(missing: dict[str, str]) -> list[Block]:
    return [Grid(["Run", ""], no_results(missing, 2), "Without results")] if missing else []

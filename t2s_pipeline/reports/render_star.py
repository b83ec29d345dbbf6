"""Reports on self-training loops, as blocks: their history, and every arm by three match rules."""

from __future__ import annotations

from collections.abc import Sequence

from t2s_pipeline.reports.blocks import Block, Cell, Curve, Grid, Paragraph, Plot
from t2s_pipeline.reports.figures import Row, distinct, figure, no_results, without_results

_SOURCES = ("candidate", "rationalised", "gold")
_COSTS = ("candidates", "prompt_tokens", "completion_tokens", "seconds")
_START = "start"


def star(rows: Sequence[Row]) -> list[Block]:
    real, _ = without_results(rows, "star")
    missing = {_named(row): row["missing"] for row in rows if row["missing"] is not None}
    blocks: list[Block] = []
    for name in distinct(row["star"] for row in real):
        own = [row for row in real if row["star"] == name]
        blocks += [_progress(name, own), _gains(name, own), *_solved(name, own), _rows(name, own), _costs(name, own)]
    if blocks:
        blocks.append(
            Paragraph(
                "Held-out questions are of train, of databases that no iteration learns from, answered greedily. The "
                "solve rate of an iteration is that of its policy: of the candidates that the next one asks it for. "
                "Questions with a vacuous gold are in neither. The candidates of a question resemble each other: the "
                "interval of a solve rate is that of as many questions as have one. Seconds are of the last run: "
                "answers that were in the store of completions cost none."
            )
        )
    return blocks + ([Grid(["Iteration", ""], no_results(missing, 2), "Without results")] if missing else [])


def _progress(name: str, rows: Sequence[Row]) -> Grid:
    body: list[list[Cell]] = []
    for iteration in _iterations(rows):
        held_out = _find(rows, iteration, "held_out", "all")
        solve, solved = (_find(rows, iteration, measure, "all") for measure in ("solve_rate", "solved"))
        shown = [figure(row) if row else "–" for row in (held_out, solve, solved)]
        body.append([_label(iteration), *shown, (held_out or {}).get("note") or ""])
    columns = ["Iteration", "Held-out questions right", "Train: candidates right", "Train: questions solved", ""]
    return Grid(columns, body, f"{name}: iterations")


def _gains(name: str, rows: Sequence[Row]) -> Plot:
    """Held-out questions, and questions of train that some candidate solves, over the iterations."""
    curves = [
        Curve(
            label,
            [
                (row["iteration"], 100 * row["value"])
                for row in rows
                if _is(row, measure, "all") and row["value"] is not None
            ],
        )
        for measure, label in (("held_out", "held-out questions right"), ("solved", "questions of train solved"))
    ]
    return Plot(f"{name}: iterations, %", "iteration", curves)


def _solved(name: str, rows: Sequence[Row]) -> list[Block]:
    """The solve rate of train by hardness over the iterations."""
    levels = distinct(row["level"] for row in rows if row["measure"] == "solve_rate")
    if not levels:
        return []
    found = {(row["iteration"], row["level"]): row for row in rows if row["measure"] == "solve_rate"}
    iterations = [n for n in _iterations(rows) if (n, "all") in found]
    body = [
        [_label(n), *(figure(found[n, level]) if (n, level) in found else "–" for level in levels)] for n in iterations
    ]
    curves = [
        Curve(
            level,
            [
                (n, 100 * found[n, level]["value"])
                for n in iterations
                if found.get((n, level), {}).get("value") is not None
            ],
        )
        for level in levels
    ]
    title = f"{name}: candidates for train that are right, by hardness"
    return [Grid(["Iteration", *levels], body, title), Plot(f"{title}, %", "iteration", curves)]


def _rows(name: str, rows: Sequence[Row]) -> Grid:
    body = [
        [n, *(_share(_find(rows, n, "rows", source)) for source in _SOURCES)]
        for n in _iterations(rows)
        if any(_find(rows, n, "rows", source) for source in _SOURCES)
    ]
    return Grid(["Iteration", "Right candidates", "Rationalised", "Golds"], body, f"{name}: rows of the trainings")


def _costs(name: str, rows: Sequence[Row]) -> Grid:
    """What each iteration cost; its passes together."""
    body: list[list[Cell]] = []
    for n in _iterations(rows):
        own = [row for row in rows if row["iteration"] == n]
        amounts = [sum(row["numerator"] for row in own if row["measure"] == measure) for measure in _COSTS]
        training = sum(row["numerator"] for row in own if row["measure"] == "training_seconds")
        body.append([_label(n), *(f"{amount:,.0f}" for amount in amounts), f"{training:,.0f}"])
    columns = ["Iteration", "Answers", "Prompt tokens", "Tokens of answers", "Seconds asking", "Seconds training"]
    return Grid(columns, body, f"{name}: cost")


def star_rules(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    blocks: list[Block] = []
    for subset in distinct(row["subset"] for row in real):
        own = [row for row in real if row["subset"] == subset]
        rules = distinct(row["rule"] for row in own)
        found = {(row["arm"], row["rule"]): row for row in own}
        arms = {row["arm"]: row for row in own}
        body: list[list[Cell]] = [
            [arm, row["samples"], row["selection"] or "–", *(figure(found[arm, rule]) for rule in rules)]
            for arm, row in arms.items()
        ]
        blocks.append(Grid(["Run", "Samples", "Selection", *rules], body, f"Final answers by match rule, {subset}"))
    if blocks:
        blocks.append(
            Paragraph(
                "`star` is the rule that the STaR reference reports its 78.0 by: sets of rows are compared, the values "
                "of each row sorted as text. Only `official` can be set beside other work."
            )
        )
    return blocks + ([Grid(["Run", ""], no_results(missing, 2), "Without results")] if missing else [])


def _iterations(rows: Sequence[Row]) -> list[int]:
    return sorted({row["iteration"] for row in rows})


def _find(rows: Sequence[Row], iteration: int, measure: str, level: str) -> Row | None:
    return next((row for row in rows if row["iteration"] == iteration and _is(row, measure, level)), None)


def _is(row: Row, measure: str, level: str) -> bool:
    return (row["measure"], row["level"]) == (measure, level)


def _share(row: Row | None) -> str:
    """A part of a training's rows: counted, not estimated."""
    if row is None:
        return "0"
    return f"{row['numerator']:,.0f} ({100 * row['value']:.1f} %)"


def _label(iteration: int) -> str:
    return str(iteration) if iteration else _START


def _named(row: Row) -> str:
    return f"{row['star']}, {_label(row['iteration'])}"

"""Accuracy by hardness and by what the gold uses, as blocks."""

from __future__ import annotations

from collections.abc import Sequence

from t2s_pipeline.evaluation.hardness import Hardness
from t2s_pipeline.reports.blocks import Block, Grid, Paragraph
from t2s_pipeline.reports.figures import MARK_NOTE, Row, by_awareness, distinct, figure, no_results, without_results

FIRST_TURN, FINAL = "first_turn_example_accuracy", "final_example_execution_accuracy"
_METRICS = {FIRST_TURN: "First turn", FINAL: "Final"}
_HARDNESS = "hardness"
_LEVELS = tuple(level.value for level in Hardness)
_YES = "yes"
#: Slices with counts for levels, and those of which only `yes` is shown, side by side.
_COUNTED = {
    "joins": "joins",
    "subqueries": "subqueries",
    "aggregates": "aggregates",
    "logical_connectors": "AND and OR",
}
_USED = {
    "set_operations": "a set operation",
    "group_by": "GROUP BY",
    "having": "HAVING",
    "order_by": "ORDER BY",
    "limit": "LIMIT",
    "distinct": "DISTINCT",
    "like": "LIKE",
    "arithmetic": "arithmetic",
    "scalar_functions": "a scalar function",
    "case": "CASE",
    "window_functions": "a window function",
}


def hardness(rows: Sequence[Row]) -> list[Block]:
    """By hardness the first turn and the last answer; by what the gold uses the last answer alone."""
    real, missing = without_results(rows)
    by_hardness = sorted((r for r in real if r["slice"] == _HARDNESS), key=lambda r: _LEVELS.index(r["level"]))
    blocks: list[Block] = []
    for metric, title in _METRICS.items():
        blocks += _grids([row for row in by_hardness if row["metric"] == metric], title)
    final = sorted((row for row in real if row["metric"] == FINAL), key=lambda row: row["level"])
    for name, title in _COUNTED.items():
        blocks += _grids([row for row in final if row["slice"] == name], f"Final, by the gold's number of {title}")
    used = [row | {"level": _USED[row["slice"]]} for row in final if row["slice"] in _USED and row["level"] == _YES]
    blocks += _grids(sorted(used, key=lambda row: list(_USED).index(row["slice"])), "Final, where the gold uses")
    if missing:
        blocks.append(Grid(["Run", ""], no_results(missing, 2), "Without results"))
    marked = any(row["gold_aware"] for row in real)
    return [*blocks, Paragraph(MARK_NOTE)] if marked else blocks


def _grids(rows: Sequence[Row], title: str) -> list[Block]:
    """A column a level, a line an arm; what needed the gold in a grid of its own."""
    levels = distinct(row["level"] for row in rows)
    blocks: list[Block] = []
    for mark, group in by_awareness(rows):
        cells = {(row["arm"], row["level"]): figure(row) for row in group}
        arms = distinct(row["arm"] for row in group)
        body = [[arm, *(cells.get((arm, level), "–") for level in levels)] for arm in arms]
        blocks.append(Grid(["Run", *levels], body, title + mark))
    return blocks

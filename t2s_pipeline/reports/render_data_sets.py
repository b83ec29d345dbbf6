"""The report across data sets, as blocks: arms of one name in several experiments, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from t2s_pipeline.reports.blocks import Block, Grid, Paragraph
from t2s_pipeline.reports.figures import MARK_NOTE, Row, by_awareness, distinct, figure, no_results, without_results


def data_sets(rows: Sequence[Row]) -> list[Block]:
    named = [{**row, "cell": f"{row['of_experiment']}, {row['arm']}"} for row in rows]
    real, missing = without_results(named, "cell")
    blocks: list[Block] = []
    for mark, group in by_awareness(real):
        columns = distinct(_column(row) for row in group)
        cells = {(row["arm"], _column(row)): figure(row) for row in group}
        body = [
            [arm, *(cells.get((arm, column), "–") for column in columns)] for arm in distinct(r["arm"] for r in group)
        ]
        blocks.append(Grid(["Arm", *(f"{column}{mark}" for column in columns)], body))
    if any(row["gold_aware"] for row in real):
        blocks.append(Paragraph(MARK_NOTE))
    return blocks + ([Grid(["Arm", ""], no_results(missing, 2), "Without results")] if missing else [])


def _column(row: Row) -> str:
    return f"{row['dataset']}, {row['metric']} ({row['of_experiment']})"

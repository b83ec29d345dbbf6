"""The report on variants of the data set, as blocks: each arm's accuracy on dev and on a variant, and the drop."""

from __future__ import annotations

from collections.abc import Sequence

from t2s_pipeline.reports.blocks import Bar, Block, Chart, Grid, Paragraph
from t2s_pipeline.reports.figures import (
    MARK_NOTE,
    Row,
    by_awareness,
    distinct,
    drawn,
    no_results,
    p_text,
    share,
    without_results,
)

_NOTE = (
    "All questions count, by the last answer. Paired: each question of the variant with the one it was made from (of "
    "the same database and gold, in order); the difference is over these pairs, with Newcombe's method 10, a bootstrap "
    "that draws databases, and the two-sided exact McNemar test, not adjusted for how many are shown. Independent: "
    "fewer than nine in ten have an original, so all questions of the one are compared with all of the other "
    "(Newcombe's method 10 for independent samples)."
)


def variants(rows: Sequence[Row]) -> list[Block]:
    named = [{**row, "cell": f"{row['variant']}, {row['arm']}"} for row in rows]
    real, missing = without_results(named, "cell")
    blocks: list[Block] = []
    for mark, group in by_awareness(real):
        for variant in distinct(row["variant"] for row in group):
            blocks += _of_one([row for row in group if row["variant"] == variant], mark)
    if real:
        blocks.append(Paragraph(_NOTE))
    otherwise = [f"{row['cell']} ({row['differs']})" for row in real if row["differs"]]
    if otherwise:
        blocks.append(Paragraph(f"Not asked in the same way on both: {'; '.join(otherwise)}."))
    if any(row["gold_aware"] for row in real):
        blocks.append(Paragraph(MARK_NOTE))
    return blocks + ([Grid(["Variant, run", ""], no_results(missing, 2), "Without results")] if missing else [])


def _of_one(rows: Sequence[Row], mark: str) -> list[Block]:
    """The arms on one variant."""
    first = rows[0]
    columns = ["Run", f"{first['original_dataset']}{mark}", f"{first['dataset']}{mark}", "Difference, points"]
    columns += ["Compared", "Right on the variant alone", "Right on the original alone"]
    columns += ["Bootstrap over databases", "McNemar p"]
    body = [
        [
            row["arm"],
            share(row["original_right"], row["original_examples"]),
            share(row["variant_right"], row["variant_examples"]),
            f"{100 * row['value']:+.1f} (95 % {100 * row['interval_low']:+.1f} to {100 * row['interval_high']:+.1f})",
            f"paired, {row['pairs']:,} of {row['variant_examples']:,}" if row["paired"] else "independent",
            *(("–" if row[key] is None else row[key]) for key in ("fixed", "broken")),
            drawn(row),
            "–" if row["p_value"] is None else p_text(row["p_value"]),
        ]
        for row in rows
    ]
    chart = [Bar(row["arm"], row["value"], row["interval_low"], row["interval_high"]) for row in rows]
    title = f"{first['dataset']} less {first['original_dataset']}{mark}"
    return [Grid(columns, body, f"{first['dataset']} ({first['variant']})"), Chart(f"{title}, points", chart, False)]

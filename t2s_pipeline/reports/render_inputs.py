"""Reports on what goes in, as blocks: schema recall and the gold audit."""

from __future__ import annotations

from collections.abc import Sequence

from t2s_pipeline.reports.blocks import Block, Cell, Code, Grid, Paragraph
from t2s_pipeline.reports.figures import Row, distinct, figure, no_results

_KEYS = ("retrieval", "schema_style", "token_budget")
_MEASURES = {
    "gold_tables": "Gold tables shown",
    "all_tables": "Examples with all of theirs",
    "any_table": "Examples with any of theirs",
}


def schema_recall(rows: Sequence[Row]) -> list[Block]:
    missing = {_way(row): row["missing"] for row in rows if row["missing"] is not None}
    real = [row for row in rows if row["missing"] is None]
    ways = distinct(_way(row) for row in real)
    found = {(_way(row), row["cases"], row["measure"]): row for row in real if not row["item"]}
    columns = ["Schemas", "Cases", "Shows every table", *_MEASURES.values(), "Mean shown", "Mean gold tables"]
    body: list[list[Cell]] = []
    for way in ways:
        for cases in ("all", "with_choice"):
            tables = found.get((way, cases, "gold_tables"))
            if tables is None:
                body.append([way, "with a choice", "none: recall says nothing here", *[""] * (len(columns) - 3)])
                continue
            everything = figure(found[way, "all", "everything_shown"]) if cases == "all" else "–"
            body.append(
                [way, "all" if cases == "all" else "with a choice", everything]
                + [figure(found[way, cases, measure]) for measure in _MEASURES]
                + [_mean(tables["mean_shown"]), _mean(tables["mean_gold"])]
            )
    blocks: list[Block] = [
        Grid(columns, body + no_results(missing, len(columns))),
        Paragraph(
            "Where a mode may keep as many tables as the database has, it shows every table, and its recall there is 1 "
            "by definition: what it is worth shows in the lines `with a choice` alone."
        ),
    ]
    unparsed = [found[way, "all", "gold_not_parsed"] for way in ways]
    if any(row["numerator"] for row in unparsed):
        body = [[way, figure(row)] for way, row in zip(ways, unparsed, strict=True)]
        blocks.append(Grid(["Schemas", "Golds not parsed, in no other figure"], body))
    return blocks + _missed(real) + _agreement(real)


def _missed(rows: Sequence[Row]) -> list[Block]:
    body: list[list[Cell]] = [
        [_way(row), Code(row["item"]), figure(row), Code(", ".join(row["example_ids"] or ()))]
        for row in rows
        if row["measure"] == "missed_table"
    ]
    columns = ["Schemas", "Table", "Missing, of the golds that read it", "For example"]
    return [Grid(columns, body, "Tables missed most")] if body else []


def _agreement(rows: Sequence[Row]) -> list[Block]:
    body: list[list[Cell]] = [
        [_way(row), row["item"], "all" if row["cases"] == "all" else "with a choice", figure(row)]
        for row in rows
        if row["measure"] == "jaccard"
    ]
    columns = ["Schemas", "And", "Cases", "Tables shown by both, of those shown by one"]
    return [Grid(columns, body, "Agreement (Jaccard)")] if body else []


def _way(row: Row) -> str:
    shown = [row[key] for key in _KEYS[:2]] + [row["token_budget"]] * (row["token_budget"] != "none")
    return " ".join(shown)


def _mean(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def gold_audit(rows: Sequence[Row]) -> list[Block]:
    splits = distinct(row["split"] for row in rows)
    cells = {(row["finding"], row["split"]): row for row in rows}
    columns = ["Finding", *(title for split in splits for title in (split, f"{split}, unknown"))]
    body: list[list[Cell]] = []
    for finding in distinct(row["finding"] for row in rows):
        own = [cells[finding, split] for split in splits]
        body.append([Code(finding), *(cell for row in own for cell in (figure(row), row["unknown"]))])
    return [Grid(columns, body)]

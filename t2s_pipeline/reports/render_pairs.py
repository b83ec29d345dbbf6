"""Reports on preference pairs, as blocks: what they are like before and after each recipe, and the way to there.

Shares of pairs stand without an interval: they describe the set that is there, and estimate nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from t2s_pipeline.reports.blocks import Bar, Block, Cell, Chart, Code, Grid
from t2s_pipeline.reports.figures import Row, distinct, figure, no_results, without_results

_GROUPS = {
    "pair_type": "Pairs by type",
    "origin": "Pairs by origin",
    "input": "Pairs by input",
    "hardness": "Pairs by hardness",
    "database": "Pairs by database",
}
_SHARES = {
    "pairs": "Pairs, of those seen",
    "examples": "Examples, by pairs",
    "duplicates": "Duplicates",
    "prompt_moved": "Chosen answer moved from another prompt",
    "chosen_executable": "Chosen runs",
    "rejected_executable": "Rejected runs",
    "executable_hard_negatives": "Executable hard negatives",
}
_SUMMARIES = {
    "reward_margin": "Reward margin",
    "edit_distance_ratio": "Edit distance",
    "length_difference_characters": "Length, chosen minus rejected, characters",
    "length_difference_tokens": "Length, chosen minus rejected, tokens",
}
_HISTOGRAMS = {
    "reward_margin_histogram": ("Reward margin", 0.2),
    "edit_distance_histogram": ("Edit distance", 0.1),
}
_QUANTILES = ("mean", "min", "p10", "p25", "p50", "p75", "p90", "max")
_STEPS = {
    "examples": "Examples of the train split",
    "examples_that_teach": "whose gold teaches",
    "examples_asked": "asked",
    "attempts": "Attempts",
    "executable": "that run",
    "official_and_strict_disagree": "on which the official and the strict rule disagree",
    "verified": "with train-side truth",
    "examples_solved": "Examples with a right attempt",
    "examples_with_a_mined_pair": "Examples with a mined pair",
    "pairs": "Pairs",
}
_WHOLE = ("examples", "attempts", "pairs", "pairs_in")
"""Steps whose count is of itself."""


def pair_quality(rows: Sequence[Row]) -> list[Block]:
    """A column a set of pairs, `(before)` first; then a chart of types and histograms, a set each."""
    real, missing = without_results(rows, "pair_set")
    sets = distinct(row["pair_set"] for row in real)
    cells = {(row["measure"], row["item"], row["pair_set"]): row for row in real}

    def line(title: Cell, measure: str, item: str, absent: str) -> list[Cell]:
        found = [cells.get((measure, item, name)) for name in sets]
        return [title, *(absent if row is None else _cell(row) for row in found)]

    body = [line(title, measure, "", "–") for measure, title in _SHARES.items()]
    body.append(line("Entropy of types, bits", "pair_type_entropy_bits", "", "–"))
    blocks: list[Block] = [Grid(["Pairs", *sets], body)]
    if missing:
        blocks.append(Grid(["Recipe", "Results"], no_results(missing, 2)))
    summaries: list[list[Cell]] = [
        [title, name, *(_value(cells.get((measure, item, name))) for item in _QUANTILES)]
        for measure, title in _SUMMARIES.items()
        for name in sets
        if (measure, "mean", name) in cells
    ]
    blocks.append(Grid(["Of each pair", "Pairs", *_QUANTILES], summaries, "Margins, distances and lengths"))
    for measure, title in _GROUPS.items():
        items = distinct(row["item"] for row in real if row["measure"] == measure)
        blocks.append(Grid([title, *sets], [line(Code(item), measure, item, "0") for item in items]))
    for measure, (title, width) in _HISTOGRAMS.items():
        items = sorted({row["item"] for row in real if row["measure"] == measure}, key=float)
        body = [line(_bin(item, width), measure, item, "0") for item in items]
        blocks.append(Grid([title, *sets], body, f"Histogram: {title.lower()}"))
    return blocks + [chart for name in sets for chart in _charts(name, [r for r in real if r["pair_set"] == name])]


def pair_funnel(rows: Sequence[Row]) -> list[Block]:
    """The steps before the recipes, then a column a recipe."""
    real, missing = without_results(rows, "recipe")
    common = [row for row in real if row["recipe"] == "(all)"]
    body: list[list[Cell]] = [
        [f"{_STEPS[row['step']]}: {row['item']}" if row["item"] else _STEPS[row["step"]], _counted(row)]
        for row in common
    ]
    blocks: list[Block] = [Grid(["From attempts to pairs", "Count"], body)]
    recipes = distinct(row["recipe"] for row in real if row["recipe"] != "(all)")
    cells = {(row["step"], row["item"], row["recipe"]): row for row in real}
    steps = _distinct_steps([row for row in real if row["recipe"] != "(all)"])
    lines: list[list[Cell]] = [
        [_recipe_step(step, item), *(_counted(cells[step, item, recipe]) for recipe in recipes)] for step, item in steps
    ]
    if recipes:
        blocks.append(Grid(["From pairs to the recipe", *recipes], lines))
    if missing:
        blocks.append(Grid(["Recipe", "Results"], no_results(missing, 2)))
    return blocks


def _distinct_steps(rows: Sequence[Row]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((row["step"], row["item"]) for row in rows))


def _recipe_step(step: str, item: str) -> Cell:
    if step == "removed":
        return f"removed by {item}"
    return {"pairs_in": "Pairs seen", "kept": f"kept: {item}" if item else "Kept"}[step]


def _counted(row: Row) -> str:
    """A step of the funnel: the count alone where it is what the later shares are of."""
    return f"{row['numerator']:,}" if row["step"] in _WHOLE and not row["item"] else figure(row)


def _cell(row: Row) -> str:
    """A share with its counts, or a value that is none."""
    if row["numerator"] is None:
        return _value(row)
    counts = f"{row['numerator']:,}/{row['denominator']:,}"
    return f"– ({counts})" if row["value"] is None else f"{100 * row['value']:.1f} % ({counts})"


def _value(row: Row | None) -> str:
    return "–" if row is None or row["value"] is None else f"{row['value']:.3f}".rstrip("0").rstrip(".")


def _bin(item: str, width: float) -> str:
    return f"{float(item):.1f} to {float(item) + width:.1f}"


def _charts(name: str, rows: Sequence[Row]) -> list[Block]:
    titles = {"pair_type": "Pairs by type"} | {measure: title for measure, (title, _) in _HISTOGRAMS.items()}
    charts: list[Block] = []
    for measure, title in titles.items():
        found = [row for row in rows if row["measure"] == measure]
        if measure in _HISTOGRAMS:
            found.sort(key=lambda row: float(row["item"]))
        bars = [
            Bar(_bin(row["item"], _HISTOGRAMS[measure][1]) if measure in _HISTOGRAMS else row["item"], row["value"])
            for row in found
        ]
        if bars:
            charts.append(Chart(f"{title}, {name}", bars))
    return charts

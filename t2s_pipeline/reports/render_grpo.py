"""The report on GRPO, as blocks: per adapter what its answers earned over the training, and plots of all adapters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from t2s_pipeline.reports.blocks import Block, Curve, Grid, Paragraph, Plot
from t2s_pipeline.reports.figures import Row, distinct, no_results, without_results

QUARTERS = 4
_SHOWN = {
    "reward": ("Reward", 3),
    "rewards/format/mean": ("format", 3),
    "rewards/execution/mean": ("execution", 3),
    "rewards/atomic/mean": ("atomic", 3),
    "rewards/memory/mean": ("memory", 3),
    "completions/correct": ("Right answers", None),
    "completions/executable": ("Answers that run", None),
    "frac_reward_zero_std": ("Groups without a signal", None),
    "kl": ("KL to the start", 4),
    "entropy": ("Entropy", 3),
    "completions/mean_length": ("Tokens an answer", 0),
    "completions/clipped_ratio": ("Answers cut at the limit", None),
    "memory/traces": ("Thoughts remembered", 0),
}
"""Title and decimals of each metric; a share is one in percent."""
_PLOTTED = (
    "reward",
    "rewards/format/mean",
    "rewards/execution/mean",
    "rewards/atomic/mean",
    "rewards/memory/mean",
    "completions/correct",
    "frac_reward_zero_std",
    "kl",
    "entropy",
)
_COMPARED = (*_PLOTTED[:6], "completions/executable", "kl", "completions/mean_length")
_HELD_OUT = "eval_completions/correct"
_NOTE = (
    "Means over the steps named, of answers sampled in training: no figure beside those of arms, which are "
    "of the evaluation. In a group without a signal all answers earned the same."
)


def grpo(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows, "adapter")
    blocks: list[Block] = [Paragraph(_NOTE)] if real else []
    blocks += _side_by_side(real)
    for adapter in distinct(row["adapter"] for row in real):
        blocks.append(_over_training([row for row in real if row["adapter"] == adapter], adapter))
    held_out = [row for row in real if row["metric"] == _HELD_OUT]
    if held_out:
        blocks += [_held_out(held_out), _plot("Right answers to held-out questions", held_out)]
    for metric in _PLOTTED:
        shown = [row for row in real if row["metric"] == metric]
        if shown:
            blocks.append(_plot(_SHOWN[metric][0], shown))
    return blocks + ([Grid(["Adapter", ""], no_results(missing, 2), "Without results")] if missing else [])


def _side_by_side(rows: Sequence[Row]) -> list[Block]:
    """Of several adapters what the answers earned in the first and in the last quarter of the steps."""
    adapters = distinct(row["adapter"] for row in rows)
    logged = {row["metric"] for row in rows}
    shown = {metric: _SHOWN[metric] for metric in _COMPARED if metric in logged}
    if len(adapters) < 2 or not shown:
        return []
    lines = []
    for adapter in adapters:
        cells = []
        for metric, (_, decimals) in shown.items():
            quarters = _quarters([row for row in rows if (row["adapter"], row["metric"]) == (adapter, metric)])
            ends = [_number(_mean(quarter), decimals) for quarter in (*quarters[:1], *quarters[-1:])]
            cells.append(" to ".join(ends) or "–")
        lines.append([adapter, *cells])
    titles = [title for title, _ in shown.values()]
    return [Grid(["Adapter", *titles], lines, "From the first quarter of the steps to the last")]


def _over_training(rows: Sequence[Row], adapter: str) -> Grid:
    """The metrics of one adapter by quarters of its training (fewer where it had fewer steps)."""
    of_metric = {metric: [row for row in rows if row["metric"] == metric] for metric in _SHOWN}
    lines: list[list[str]] = []
    titles: list[str] = []
    for metric, (title, decimals) in _SHOWN.items():
        quarters = _quarters(of_metric[metric])
        if quarters:
            titles = titles or [_steps(quarter) for quarter in quarters]
            lines.append([title, *(_number(_mean(quarter), decimals) for quarter in quarters)])
    return Grid(["", *titles], lines, adapter)


def _quarters(rows: Sequence[Row]) -> list[Sequence[Row]]:
    parts = len(rows)
    ends = [round(parts * number / QUARTERS) for number in range(QUARTERS + 1)]
    return [rows[start:end] for start, end in pairwise(ends) if end > start]


def _held_out(rows: Sequence[Row]) -> Grid:
    """Of each adapter the evaluation before the first step, of the kept weights, and the last."""
    lines = []
    for adapter in distinct(row["adapter"] for row in rows):
        own = [row for row in rows if row["adapter"] == adapter]
        kept = [row for row in own if row["first_step"] == row["kept_step"]][:1]
        cells = [f"{_number(row['value'], None)} (step {row['first_step']})" for row in (own[0], *kept, own[-1])]
        lines.append([adapter, cells[0], cells[1] if kept else "–", cells[-1]])
    return Grid(["Adapter", "Start", "Kept weights", "Last"], lines, "Right answers to held-out questions")


def _plot(title: str, rows: Sequence[Row]) -> Plot:
    """One line an adapter, each part at its last step."""
    curves = [
        Curve(adapter, tuple((row["last_step"], row["value"]) for row in rows if row["adapter"] == adapter))
        for adapter in distinct(row["adapter"] for row in rows)
    ]
    return Plot(title, "step", curves)


def _mean(rows: Sequence[Row]) -> float:
    return sum(row["value"] * row["steps"] for row in rows) / sum(row["steps"] for row in rows)


def _steps(rows: Sequence[Row]) -> str:
    first, last = rows[0]["first_step"], rows[-1]["last_step"]
    return f"Step {first}" if first == last else f"Steps {first}–{last}"


def _number(value: float, decimals: int | None) -> str:
    return f"{100 * value:.1f} %" if decimals is None else f"{value:,.{decimals}f}"

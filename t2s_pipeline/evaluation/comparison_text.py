"""A comparison of two systems as text for a terminal: the figures, the groups that changed, and the flips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.comparison import Comparison, Pair, PairedCounts

LISTED = 20  # examples of a list on a terminal; JSON has them all
QUESTION_SHOWN = 90
LEGEND = "[ ]: 95 % interval, Wilson's of a rate, Newcombe's of the difference"


def comparison_text(comparison: Comparison) -> str:
    """The comparison for a terminal."""
    counts = comparison.all
    difference, low, high = counts.difference
    lines = [
        f"execution accuracy ({comparison.rule})",
        f"  first   {counts.first}  {comparison.names[0]}",
        f"  second  {counts.second}  {comparison.names[1]}",
        f"  second - first  {_points(difference)} points [{_points(low)}, {_points(high)}], "
        f"exact McNemar p = {counts.p_value:.3g}",
        *_bootstrap(comparison),
        f"  fixed {counts.only_second}, broken {counts.only_first}, "
        f"both right {counts.both}, both wrong {counts.neither}",
        *_left_out(comparison),
        *_changes("by hardness", comparison.by_hardness),
        *_changes("by database", comparison.by_database),
        *_listed("fixed", comparison.fixed),
        *_listed("broken", comparison.broken),
    ]
    return "\n".join([*lines, "", LEGEND, *comparison.notes])


def _bootstrap(comparison: Comparison) -> list[str]:
    interval = comparison.bootstrap
    if interval is None:
        return []
    low, high = map(_points, interval)
    return [f"  over databases  [{low}, {high}], {len(comparison.by_database)} of them drawn (bootstrap)"]


def _left_out(comparison: Comparison) -> list[str]:
    reasons = comparison.left_out.reasons(comparison.names)
    return ["", "not compared, and in no figure", *(f"  {reason}" for reason in reasons)] if reasons else []


def _changes(title: str, groups: Mapping[str, PairedCounts]) -> list[str]:
    """The groups in which anything changed, in columns."""
    changed = {name: counts for name, counts in groups.items() if counts.only_first or counts.only_second}
    if not changed:
        return []
    width = max(len(title), *(len(name) + 2 for name in changed)) + 2
    rows = [f"{f'  {n}':<{width}}{c.only_second:>7}{c.only_first:>8}{c.total:>7}" for n, c in changed.items()]
    return ["", f"{title:<{width}}{'fixed':>7}{'broken':>8}{'of':>7}", *rows]


def _listed(title: str, pairs: Sequence[Pair]) -> list[str]:
    if not pairs:
        return []
    more = f", the first {LISTED} of {len(pairs)}" if len(pairs) > LISTED else ""
    shown = [
        f"  {a.example_id:<24} {a.hardness + ' ':<8}{_short(a.question or f'gold: {a.gold}')}"
        for a, _ in pairs[:LISTED]
    ]
    return ["", f"{title}{more}", *shown]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUESTION_SHOWN else line[: QUESTION_SHOWN - 3] + "..."


def _points(share: float) -> str:
    return f"{100 * share:+.2f}"

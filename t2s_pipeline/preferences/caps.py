"""Caps on shares of a set, solved together.

    solve_caps({NATURAL: 400, GOLD_FALLBACK: 300, SYNTHETIC: 900}, {SYNTHETIC: 1/5, GOLD_FALLBACK: 1/5}, 0)
    # total 666, room 400 + 133 + 133

Caps that are applied one after another break each other: removing gold fallback raises the synthetic share.
Here the total comes first. For a total T each capped origin has room for min(its pairs, floor(cap * T)), and
T can be reached where the rooms add up to T; the answer is the largest such T. Fractions are exact: 0.2 means
one fifth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Origin(StrEnum):
    """Where a pair comes from: a model's own answers, gold for want of a right one, or edited gold."""

    NATURAL = "natural"
    GOLD_FALLBACK = "gold_fallback"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class CapSolution:
    """`total` pairs can be kept, of each origin at most its `room`; any such choice keeps every cap.

    `binding` are the origins whose cap, and not the number of pairs, is what limits their room.
    """

    total: int
    room: Mapping[Origin, int]
    binding: frozenset[Origin]


def exact_fraction(value: float) -> Fraction:
    """The decimal that was written, e.g. one fifth for 0.2; raises ValueError outside 0 to 1."""
    fraction = Fraction(repr(float(value)))
    if not 0 <= fraction <= 1:
        raise ValueError(f"a share of {value} is not within 0 to 1")
    return fraction


def solve_caps(counts: Mapping[Origin, int], caps: Mapping[Origin, Fraction], max_total: int = 0) -> CapSolution:
    """The largest total under `caps` (shares of the total by origin) and `max_total` (0 means no limit)."""
    total = sum(counts.values())
    total = min(total, max_total) if max_total else total
    while True:
        room = {o: min(counts.get(o, 0), int(caps.get(o, Fraction(1)) * total)) for o in Origin}
        if sum(room.values()) >= total:
            binding = {o for o in caps if room[o] < min(counts.get(o, 0), total)}
            return CapSolution(total, room, frozenset(binding))
        # A smaller total has no more room, so nothing between the two can be reached.
        total = sum(room.values())

"""Caps on shares of a set, solved together.

    solve_caps(
        {("mined", "repair"): 400, ("mined", "gold"): 300, ("synthetic", "wrong_column"): 900},
        input_caps={"synthetic": Fraction(1, 5)}, type_caps={"gold": Fraction(1, 5)},
    )                                       # total 666: 400 repairs, 133 golds, 133 synthetic

Caps that are applied one after another break each other: removing gold fallback raises the synthetic share. Here the
total comes first. For a total T a pair type has room for min(its pairs, floor(cap * T)), and an input for
min(what its types have room for, floor(cap * T)); T can be reached where the inputs' rooms add up to T or more. No room
grows when T shrinks, so stepping down from what there is, to the sum of the rooms each time, passes no total that could
be reached: the first one that can is the largest. It rests on a pair type being of one input alone: the rooms are then
nested, and whoever takes pairs one by one as long as there is room ends with T pairs, whatever the order.

Fractions are exact: 0.2 means one fifth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

NO_CAP = Fraction(1)


@dataclass(frozen=True)
class CapSolution:
    """`total` pairs can be kept, of each pair type and each input at most its room; any such choice keeps every cap.

    `binding_types` and `binding_inputs` are those whose cap, and not the number of pairs, is what limits them.
    """

    total: int
    type_room: Mapping[str, int]
    input_room: Mapping[str, int]
    binding_types: frozenset[str]
    binding_inputs: frozenset[str]


def exact_fraction(value: float) -> Fraction:
    """The decimal that was written, e.g. one fifth for 0.2; raises ValueError outside 0 to 1."""
    fraction = Fraction(repr(float(value)))
    if not 0 <= fraction <= 1:
        raise ValueError(f"a share of {value} is not within 0 to 1")
    return fraction


def solve_caps(
    counts: Mapping[tuple[str, str], int],
    input_caps: Mapping[str, Fraction],
    type_caps: Mapping[str, Fraction],
    max_total: int = 0,
) -> CapSolution:
    """The largest total of `counts`, pairs by (input, pair type), under caps that are shares of the total.

    `max_total` limits the total itself (0: no limit). Raises ValueError where a pair type is of two inputs.
    """
    input_of = {pair_type: source for source, pair_type in counts}
    if len(input_of) < len(counts):
        raise ValueError(f"a pair type is of two inputs: {sorted(counts)}")
    of_type = {pair_type: count for (_, pair_type), count in counts.items()}
    of_input: Counter[str] = Counter()
    for (source, _), count in counts.items():
        of_input[source] += count
    total = of_input.total()
    total = min(total, max_total) if max_total else total
    while True:
        type_room = {t: min(count, int(type_caps.get(t, NO_CAP) * total)) for t, count in of_type.items()}
        wanted: Counter[str] = Counter()
        for pair_type, room in type_room.items():
            wanted[input_of[pair_type]] += room
        input_room = {i: min(count, int(input_caps.get(i, NO_CAP) * total)) for i, count in wanted.items()}
        reached = sum(input_room.values())
        if reached >= total:
            types = {t for t, room in type_room.items() if room < of_type[t] and type_caps.get(t, NO_CAP) < 1}
            inputs = {i for i, room in input_room.items() if room < of_input[i] and input_caps.get(i, NO_CAP) < 1}
            return CapSolution(total, type_room, input_room, frozenset(types), frozenset(inputs))
        total = reached

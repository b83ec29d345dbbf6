"""The invariant that a rollout leaves nothing out.

    check_complete(examples, attempts, trajectories)        # raises InvariantError naming what is missing

Every example has exactly one trajectory; every turn that a trajectory took has every sample, from 0, exactly
once; nothing belongs to an example that was not asked. What could not be judged is a row too
(`missing_candidate`, `prompt_too_long`), so no denominator shrinks in silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from t2s_pipeline.invariants import InvariantError

Row = Mapping[str, Any]
_SHOWN = 5


def check_complete(examples: Iterable[Row], attempts: Iterable[Row], trajectories: Iterable[Row]) -> None:
    """Raise InvariantError unless the rows of `attempts` and `trajectories` of one rollout cover `examples`."""
    asked = {example["example_id"] for example in examples}
    trajectories = list(trajectories)
    counts = Counter(row["example_id"] for row in trajectories)
    faults = [f"{example_id} has no trajectory" for example_id in sorted(asked - counts.keys())]
    faults += [f"{example_id} has {count} trajectories" for example_id, count in counts.items() if count > 1]
    taken: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in attempts:
        taken[row["example_id"]][row["turn"]].append(row["sample"])
    faults += [f"{example_id} was not asked" for example_id in sorted((counts.keys() | taken.keys()) - asked)]
    samples = max((sample + 1 for turns in taken.values() for found in turns.values() for sample in found), default=0)
    for row in trajectories:
        turns = taken[row["example_id"]]
        for turn in range(1, row["turns"] + 1):
            if sorted(turns.get(turn, ())) != list(range(samples)):
                faults.append(f"{row['example_id']} has samples {sorted(turns.get(turn, ()))} in turn {turn}")
        faults += [f"{row['example_id']} has attempts in turn {t}" for t in turns if t > row["turns"]]
    if faults:
        shown = "; ".join(faults[:_SHOWN])
        raise InvariantError(f"{len(faults)} gaps in a rollout of {len(asked)} examples: {shown}")

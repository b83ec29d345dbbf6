"""The invariant that nothing of the evaluation split is in training data.

    check_no_leakage(pairs, examples)       # raises LeakageError

An example leaks where its split is not `train`; a database leaks where any example of another split reads it,
because a model that trained on a database's questions knows its schema. Databases are compared by identity;
two databases of other names with the same content are not noticed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from t2s_pipeline.invariants import InvariantError

Row = Mapping[str, Any]

TRAIN_SPLIT = "train"
_SHOWN = 5


class LeakageError(InvariantError):
    """Training data that holds something of an evaluation split; names what."""


def check_no_leakage(training_rows: Iterable[Row], examples: Iterable[Row]) -> int:
    """Count the training rows checked; raise LeakageError naming the first leaks.

    `training_rows` have `example_id` and `database_id` (pairs, attempts, training records); `examples` are
    rows of all splits with `example_id`, `database_id` and `split`. A training row of an example that is in
    no split is a leak too: nobody can say where it comes from.
    """
    splits: dict[str, str] = {}
    held_out: dict[str, str] = {}
    for example in examples:
        splits[example["example_id"]] = example["split"]
        if example["split"] != TRAIN_SPLIT:
            held_out.setdefault(example["database_id"], example["split"])
    leaks: dict[str, None] = {}
    count = 0
    for row in training_rows:
        count += 1
        split = splits.get(row["example_id"])
        if split is None:
            leaks[f"example {row['example_id']} is in no split"] = None
        elif split != TRAIN_SPLIT:
            leaks[f"example {row['example_id']} is of split {split}"] = None
        if row["database_id"] in held_out:
            leaks[f"database {row['database_id']} is read by split {held_out[row['database_id']]}"] = None
    if leaks:
        raise LeakageError(f"{len(leaks)} leaks into training data: " + "; ".join(list(leaks)[:_SHOWN]))
    return count

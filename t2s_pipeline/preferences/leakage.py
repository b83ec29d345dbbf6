"""The invariant that nothing of the evaluation split is in training data.

    check_no_leakage(pairs, examples)       # raises LeakageError

An example leaks where its split is not `train`; a database leaks where any example of another split reads it,
because a model that trained on a database's questions knows its schema. A pair that is marked `not_for_training` leaks
whatever the examples say. `check_no_leakage` compares databases by identity, `check_databases_disjoint` by their files'
content.
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

    `training_rows` have `example_id` and `database_id` (pairs, attempts, training records), pairs also
    `not_for_training`; `examples` are rows of all splits with `example_id`, `database_id` and `split`. A training row
    of an example that is in no split is a leak too: nobody can say where it comes from.
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
        if row.get("not_for_training") is not None:
            leaks[f"pair {row['pair_id']} is marked not for training: {row['not_for_training']}"] = None
        if row["database_id"] in held_out:
            leaks[f"database {row['database_id']} is read by split {held_out[row['database_id']]}"] = None
    if leaks:
        raise LeakageError(f"{len(leaks)} leaks into training data: " + "; ".join(list(leaks)[:_SHOWN]))
    return count


def check_databases_disjoint(databases: Iterable[Mapping[str, Any]]) -> int:
    """Count the rows of `databases` checked; raise LeakageError where train and another split share a file's content.

    Two names for one database are one database: identities alone would not tell.
    """
    splits: dict[str, dict[str, str]] = {}
    count = 0
    for row in databases:
        count += 1
        splits.setdefault(row["fingerprint"], {})[row["split"]] = row["database_id"]
    shared = [names for names in splits.values() if TRAIN_SPLIT in names and len(names) > 1]
    if shared:
        shown = "; ".join(" = ".join(f"{name} ({split})" for split, name in names.items()) for names in shared[:_SHOWN])
        raise LeakageError(f"{len(shared)} databases are in train and in an evaluation split: {shown}")
    return count

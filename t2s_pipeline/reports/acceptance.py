"""Accepted evaluations: what the later ones of an arm are held against.

    accept_arm(warehouse, "demo", "sft", by="mira", note="release 3")     # a row of store `accepted_evaluations`
    last_accepted(warehouse.data, "demo")["sft"].number

A row names the arm's `trajectories` by digest and fingerprint. That object is never rewritten, and holds the outcome of
every example. Numbers count up under the warehouse's lock, so that the last one does not depend on a clock. Not
covered: the comparison (`gate.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from t2s_pipeline.errors import T2sError
from t2s_pipeline.files import append_part, read_parquet, store_parts
from t2s_pipeline.table_definitions import ACCEPTED_EVALUATIONS
from t2s_pipeline.warehouse import Footer, TableRef, Warehouse

OUTCOMES = ["example_id", "first_correct", "final_correct"]
"""The columns of `trajectories` that say how an example came out."""


class AcceptanceError(T2sError, RuntimeError):
    """What cannot be accepted, or was accepted and is gone; the message says which arm, and what to run."""


@dataclass(frozen=True)
class Acceptance:
    """One row of `accepted_evaluations`."""

    experiment: str
    arm: str
    number: int
    digest: str
    fingerprint: str
    examples: int
    first_correct: int
    final_correct: int
    accepted_by: str
    note: str | None
    created_at: datetime


def require_acceptable(warehouse: Warehouse, experiment: str, arm: str) -> Footer:
    """The footer of the arm's `trajectories`. Raises AcceptanceError where the arm has no evaluation, or one of an
    older rollout."""
    trajectories = warehouse.footer(TableRef("trajectories", experiment, arm))
    evaluation = warehouse.footer(TableRef("evaluations", experiment, arm))
    run = f"t2s run -e {experiment} 'evaluations[{arm}]'"
    if trajectories is None or evaluation is None:
        raise AcceptanceError(f"arm {arm} of experiment {experiment} has no evaluation to accept: {run}")
    if evaluation.parts["inputs"].get(f"trajectories/{arm}") != trajectories.digest:
        raise AcceptanceError(f"arm {arm} of experiment {experiment}: its evaluation is of an older rollout: {run}")
    return trajectories


def accept_arm(warehouse: Warehouse, experiment: str, arm: str, by: str, note: str | None = None) -> Acceptance:
    """Append what the arm has now as its accepted evaluation; call it under `warehouse.lock()`.

    What is accepted already is not accepted again, but to keep another note: its row is returned. Raises
    AcceptanceError as `require_acceptable` does.
    """
    trajectories = require_acceptable(warehouse, experiment, arm)
    last = last_accepted(warehouse.data, experiment).get(arm)
    same = last is not None and (last.digest, last.fingerprint) == (trajectories.digest, trajectories.fingerprint)
    if same and note in (None, last.note):
        return last
    outcomes = warehouse.read(TableRef("trajectories", experiment, arm))
    accepted = Acceptance(
        experiment,
        arm,
        last.number + 1 if last else 1,
        trajectories.digest,
        trajectories.fingerprint,
        outcomes.num_rows,
        pc.sum(outcomes["first_correct"]).as_py() or 0,
        pc.sum(outcomes["final_correct"]).as_py() or 0,
        by,
        note,
        datetime.now(UTC),
    )
    append_part(warehouse.data, ACCEPTED_EVALUATIONS, ACCEPTED_EVALUATIONS.to_arrow([vars(accepted)]))
    return accepted


def last_accepted(data: Path, experiment: str) -> dict[str, Acceptance]:
    """The last accepted evaluation of every arm of an experiment that has one. Raises AcceptanceError where a part of
    the store is damaged."""
    found, damaged = readable_acceptances(data, experiment)
    if damaged:
        raise AcceptanceError("\n".join(damaged))
    return found


def readable_acceptances(data: Path, experiment: str) -> tuple[dict[str, Acceptance], list[str]]:
    """The same from the parts that can be read; and of each part that cannot, what is wrong and what to do. Whose that
    was is not known: an arm may have an older acceptance here than its last, or none."""
    found: dict[str, Acceptance] = {}
    damaged = []
    for part in store_parts(data, ACCEPTED_EVALUATIONS):
        try:
            rows = _rows(part, ACCEPTED_EVALUATIONS.arrow.names).to_pylist()
        except AcceptanceError as error:
            remedy = f"put it back from a copy, or remove it and accept again: t2s accept {experiment}"
            damaged.append(f"{str(error).rstrip('.')}; {remedy}")
            continue
        for row in rows:
            if row["experiment"] == experiment and row["number"] > getattr(found.get(row["arm"]), "number", 0):
                found[row["arm"]] = Acceptance(**row)
    return found, damaged


def accepted_objects(warehouse: Warehouse) -> set[str]:
    """Names of the objects of everything that was ever accepted, of any experiment. Raises AcceptanceError."""
    columns = ["digest", "fingerprint"]
    parts = store_parts(warehouse.data, ACCEPTED_EVALUATIONS)
    return {warehouse.object_name(**row) for part in parts for row in _rows(part, columns).to_pylist()}


def accepted_outcomes(warehouse: Warehouse, accepted: Acceptance) -> pa.Table:
    """The outcome of every example at the acceptance. Raises AcceptanceError where its object is gone."""
    try:
        name = warehouse.object_name(accepted.digest, accepted.fingerprint)
        return _rows(warehouse.storage.bring([name])[0], OUTCOMES)
    except (AcceptanceError, OSError) as error:
        raise AcceptanceError(
            f"what was accepted of arm {accepted.arm} (number {accepted.number}) cannot be read: {error}; accept what "
            f"is there now: t2s accept {accepted.experiment} {accepted.arm}"
        ) from error


def _rows(path: Path, columns: list[str]) -> pa.Table:
    try:
        return read_parquet(path, columns)
    except OSError as error:
        raise AcceptanceError(f"{path}: {error}") from error

"""The gate of evaluations: whether an arm has fallen behind its last accepted evaluation.

    print(check_no_regression(warehouse, config))       # raises RegressionError, with the figures

It compares on the examples that both have, by the exact McNemar test; `[evaluation.gate]` (config_watch.py) says from
where on a fall counts. Examples that are excluded now are left out on both sides: the figures are those of the
evaluation's subset `not_excluded`, and an answer that counts nowhere else fails no night. An arm is held against itself
alone, so its threshold is not adjusted for how many arms there are. An arm of which nothing was accepted is not judged,
and is named.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_watch import GateConfig
from t2s_pipeline.evaluation.statistics import exact_mcnemar
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.reports.acceptance import (
    OUTCOMES,
    Acceptance,
    AcceptanceError,
    accepted_outcomes,
    readable_acceptances,
)
from t2s_pipeline.warehouse import Footer, TableRef, Warehouse, WarehouseError

_COLUMN = {"final_example_execution_accuracy": "final_correct", "first_turn_example_accuracy": "first_correct"}


class RegressionError(InvariantError):
    """Arms that have fallen behind what was accepted; the message has the figures of each."""


@dataclass(frozen=True)
class PairedOutcomes:
    """Examples of both evaluations that are not excluded, by which of them were right; `unpaired` are those that only
    one of the two has."""

    both: int
    fixed: int
    broken: int
    neither: int
    unpaired: int

    @property
    def examples(self) -> int:
        return self.both + self.fixed + self.broken + self.neither

    @property
    def p_value(self) -> float:
        return exact_mcnemar(self.broken, self.fixed)

    def regressed(self, gate: GateConfig) -> bool:
        """Whether the later evaluation has fallen by more than the gate lets pass; without examples it has."""
        if not self.examples:
            return True
        return (self.broken - self.fixed) / self.examples > gate.max_drop and self.p_value <= gate.p_value


def paired_outcomes(accepted: pa.Table, now: pa.Table, metric: str, excluded: Set[str] = frozenset()) -> PairedOutcomes:
    """Counts of two tables with the columns OUTCOMES, by the example's id, without those in `excluded`."""
    column = _COLUMN[metric]
    before, after = (
        dict(zip(table["example_id"].to_pylist(), table[column].to_pylist(), strict=True)) for table in (accepted, now)
    )
    pairs = [(before[example], after[example]) for example in (before.keys() & after.keys()) - excluded]
    return PairedOutcomes(
        both=pairs.count((True, True)),
        fixed=pairs.count((False, True)),
        broken=pairs.count((True, False)),
        neither=pairs.count((False, False)),
        unpaired=len((before.keys() ^ after.keys()) - excluded),
    )


def check_no_regression(warehouse: Warehouse, config: ExperimentConfig) -> str:
    """What became of every evaluated arm since it was accepted, a line an arm.

    Raises RegressionError where the gate does not let one pass, AcceptanceError where something that was accepted
    cannot be read; every other arm is judged all the same, and told with it.
    """
    gate, excluded = config.evaluation.gate, _excluded(warehouse, config)
    accepted, unreadable = readable_acceptances(warehouse.data, config.name)
    passed, failed, unknown = [], [], []
    for arm in config.arms:
        try:
            now = warehouse.footer(TableRef("trajectories", config.name, arm))
            if now is None:
                continue
            if arm not in accepted:
                unknown.append(arm)
                continue
            found = paired_outcomes(*_before_and_now(warehouse, accepted[arm], now), gate.metric, excluded)
        except (AcceptanceError, WarehouseError) as error:
            unreadable.append(f"{arm}: {error}")
            continue
        (failed if found.regressed(gate) else passed).append(_line(accepted[arm], found))
    if unknown:
        passed.append(f"nothing was accepted yet of: {', '.join(unknown)} (t2s accept {config.name})")
    if failed:
        rule = f"lower by more than {100 * gate.max_drop:g} % of the examples, p of {gate.p_value:g} or less"
        accept = f"Where this is wanted: t2s accept {config.name} ARM"
        raise RegressionError("\n".join([f"{gate.metric} fell ({rule}):", *failed, accept, *unreadable]))
    if unreadable:
        raise AcceptanceError("\n".join([*unreadable, *passed]))
    return "\n".join(passed) or "no arm has been evaluated yet"


def _before_and_now(warehouse: Warehouse, accepted: Acceptance, now: Footer) -> tuple[pa.Table, pa.Table]:
    """An arm's outcomes at its acceptance, and its present ones. Raises AcceptanceError, WarehouseError."""
    outcomes = warehouse.read(TableRef("trajectories", accepted.experiment, accepted.arm)).select(OUTCOMES)
    same = now.digest == accepted.digest
    return (outcomes if same else accepted_outcomes(warehouse, accepted)), outcomes


def _excluded(warehouse: Warehouse, config: ExperimentConfig) -> set[str]:
    """The examples of the evaluation split that are in no figure but those of all examples."""
    examples = TableRef("examples", config.name, config.evaluation.split)
    rows = warehouse.read_existing([examples], examples.schema).select(["example_id", "excluded_reason"])
    return {row["example_id"] for row in rows.to_pylist() if row["excluded_reason"] is not None}


def _line(accepted: Acceptance, found: PairedOutcomes) -> str:
    when = f"number {accepted.number}, {_day(accepted.created_at)}, {accepted.accepted_by}"
    unpaired = f"; {found.unpaired} examples are in one of the two alone" if found.unpaired else ""
    if not found.examples:
        return f"{accepted.arm}: no example that counts in common with what was accepted ({when}){unpaired}"
    before, now = found.both + found.broken, found.both + found.fixed
    return (
        f"{accepted.arm}: accepted {_share(before, found.examples)} ({when}), now {_share(now, found.examples)}: "
        f"{found.fixed} fixed, {found.broken} broken, p = {found.p_value:.4g}{unpaired}"
    )


def _share(right: int, examples: int) -> str:
    return f"{100 * right / examples:.1f} % ({right}/{examples})"


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d}"

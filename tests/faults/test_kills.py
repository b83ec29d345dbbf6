"""`kill -9` at every write of a publication: what is live is whole, and going on comes to what an undisturbed one does."""

from __future__ import annotations

from pathlib import Path

from assets.stage import StepContext, making_of
from t2s_pipeline.fingerprints import StepPlan, StepState, StepStatus, step_status
from t2s_pipeline.reports.history import append_history
from t2s_pipeline.warehouse import Warehouse
from tests.faults.conftest import FIRST, SECOND
from tests.faults.killing import killed_at

OUTCOMES = [{"example_id": name, "first_correct": True, "final_correct": True} for name in ("a", "b")]
SHOWN = "SELECT count(*), min(value), max(value) FROM training_steps"
WRITES = range(1, 100, 3)
"""Every third: all of them take 20 seconds more."""
HISTORY = "SELECT count(*), count(DISTINCT evaluation_id) FROM evaluation_history"


def shown(warehouse: Warehouse, query: str) -> tuple:
    with warehouse.connect() as connection:
        return connection.execute(query).fetchone()


def test_a_publication_killed_at_any_write(warehouse: Warehouse, publish) -> None:
    def step(value: float) -> None:
        """As a step does it, where it is not current: the history first, then outputs and catalogue under one lock."""
        plan = StepPlan({}, (FIRST, SECOND), {"value": value})
        status = step_status(warehouse, "evaluations", "sft", "1", plan)
        if status.state is StepState.CURRENT:
            return
        making = making_of(StepContext(None, None, plan, warehouse, "none", None), status)
        append_history(warehouse.data, making, "mine", "sft", OUTCOMES)
        publish(value, refs=(FIRST, SECOND), fingerprint=status.fingerprint)

    step(0.0)
    value, steps = 0.0, 1
    for write in WRITES:
        before, value, steps = value, float(write), steps + 1
        if not killed_at(write, lambda value=value: step(value)):
            break
        for ref in (FIRST, SECOND):
            assert warehouse.read(ref)["value"].to_pylist()[0] in (before, value)
        count, low, high = shown(warehouse, SHOWN)
        assert count == 6 and low in (before, value) and round(high - 2 / 3, 6) in (before, value)
        step(value)
        assert shown(warehouse, SHOWN) == (6, value, value + 2 / 3)
        assert shown(warehouse, HISTORY) == (2 * steps, steps)  # nothing lost, nothing twice
        assert leftovers(warehouse.data) == []
    assert steps >= 6 and write < WRITES[-1]
    assert shown(warehouse, HISTORY) == (2 * steps, steps)


def test_each_publication_is_a_making_of_its_own_and_a_run_that_died_is_none(warehouse: Warehouse, publish) -> None:
    """By the content alone, a nightly evaluation that comes to the same would be no evaluation."""
    step, status = StepContext(None, None, StepPlan({}, (FIRST,)), warehouse, "none", None), StepStatus(*[""] * 5)
    makings = []
    for _ in range(3):
        makings.append(making_of(step, status))
        assert making_of(step, status) == makings[-1]
        publish(1.0)
    assert len(set(makings)) == 3


def leftovers(data: Path) -> list[str]:
    return [path.name for path in data.rglob("*") if ".tmp-" in path.name and "stores" not in path.parts]

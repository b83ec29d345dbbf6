"""The sandbox's own task for workers: run each text and say what came of it."""

from __future__ import annotations

from typing import Any

from t2s_pipeline.sandbox.execute import Execution, Runner, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.pool import Death
from t2s_pipeline.sandbox.progress import ProgressPage

EXECUTE_TASK = "t2s_pipeline.sandbox.tasks:ExecuteTask"


class ExecuteTask:
    """Items are `(path, sql)`; responses are an Execution's fields as a list."""

    def __init__(self, policy: SandboxPolicy, page: ProgressPage) -> None:
        self._runner = Runner(policy)
        self._page = page

    def __call__(self, item: tuple[str, str]) -> list[Any]:
        path, sql = item
        self._page.begin_phase(0)
        return packed_execution(self._runner.run(path, sql, find_quoted_literals=True))


def packed_execution(execution: Execution) -> list[Any]:
    """An Execution as lists and scalars."""
    return [getattr(execution, name) for name in _FIELDS]


def unpacked_execution(outcome: list[Any] | Death, policy: SandboxPolicy) -> Execution:
    """The Execution that a worker sent, or the one that its death amounts to."""
    if isinstance(outcome, Death):
        return execution_of_death(outcome, policy)
    fields = dict(zip(_FIELDS, outcome, strict=True))
    fields["status"] = Status(fields["status"])
    fields["columns"] = tuple(fields["columns"])
    fields["rows"] = tuple(map(tuple, fields["rows"]))
    return Execution(**fields)


def execution_of_death(death: Death, policy: SandboxPolicy) -> Execution:
    """A worker killed at the deadline is a timeout; one that died otherwise is its own status."""
    if death.timed_out:
        seconds = policy.timeout_seconds
        return Execution(
            Status.TIMEOUT, f"killed after {seconds:g} s: a single call did not return", elapsed_ms=seconds * 1000
        )
    return Execution(Status.WORKER_DIED, f"the worker died of this query each time: {death.detail}")


_FIELDS = tuple(Execution.__dataclass_fields__)

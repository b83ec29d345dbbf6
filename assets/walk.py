"""`t2s run`: bring a selection of the graph up to date, one Dagster run a stale partition, in this process.

A selection names assets or partitions, `evaluations`, `arm_rollouts[sft_repair]`; what they read comes first,
and only what they read. What is current is left alone: no run is made for it. A step that fails keeps back what reads
of it, and nothing else.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.run_files import migrations_read_once
from assets.stage import Stage, unlink_undeclared
from t2s_pipeline.catalog import catalog_published, ensure_catalog
from t2s_pipeline.errors import T2sError
from t2s_pipeline.fingerprints import StepState, StepStatus
from t2s_pipeline.warehouse import TableRef, Warehouse

if TYPE_CHECKING:
    from dagster_shared.error import SerializableErrorInfo

_SELECTED = re.compile(r"^(?P<name>[a-z0-9_]+)(\[(?P<partition>[a-z0-9_]+)\])?$")
_HOST, _PROCESS = "t2s/host", "t2s/process"
_REFRESHED = ("train_rollouts", "teacher_traces", "arm_rollouts", "evaluations")
"""Stages that a refresh does again; all others are made from their inputs alone."""
_TRACEBACK = "Stack Trace:"
_INTERRUPTIONS = ("DagsterExecutionInterruptedError", "KeyboardInterrupt")
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Nothing of Dagster's own on the console: why a step failed is in RunFailed."""


class SelectionError(ValueError):
    """A selection that names nothing in the graph."""


class RunFailed(RuntimeError):
    """A step, or the checks of a stage, failed; the message has the cause, and the run of Dagster's to read more in."""


@dataclass(frozen=True)
class Walked:
    """What came of the steps, by their labels: those that ran; those that failed, with the reason; those that were not
    made, with the failed steps that they wait for; and which checks failed (`no_regression of evaluations[sft]`)."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    not_made: dict[str, list[str]] = field(default_factory=dict)
    failed_checks: list[str] = field(default_factory=list)

    def summary(self, steps: int) -> str:
        """What became of so many steps, in figures."""
        current = steps - len(self.done) - len(self.failed) - len(self.not_made)
        text = f"{len(self.done)} of {steps} steps ran, {current} were current"
        return text + (f", {len(self.failed)} failed, {len(self.not_made)} were not made" if self.failed else "")

    def failures(self) -> list[str]:
        """What is to be told at the end: a line a failed step, with what was not made for it, and one of the checks."""
        told = []
        for label, reason in self.failed.items():
            behind = [step for step, causes in self.not_made.items() if label in causes]
            told.append(f"{label} failed: {reason}")
            told += [f"    not made because of it: {first_of(behind)}"] if behind else []
        if self.failed_checks:
            told.append(f"checks failed, for the reasons above: {', '.join(self.failed_checks)}")
        return told


@dataclass(frozen=True)
class Step:
    """One partition of one stage (`partition` None where the stage has none)."""

    stage: Stage
    partition: str | None

    @property
    def label(self) -> str:
        return self.stage.name + (f"[{self.partition}]" if self.partition else "")

    def status(self, warehouse: Warehouse) -> StepStatus:
        return self.stage.status(warehouse, self.partition)


def close_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed the runs of `t2s run` whose process is gone (killed, or the machine restarted); their ids.

    Nothing they finished is lost: what is current is found by fingerprint, not by run.
    """
    closed = []
    unfinished = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], tags={_HOST: _host()}
    )
    for run in instance.get_runs(unfinished):
        if not _alive(int(run.tags[_PROCESS])):
            instance.report_run_failed(run, "its process is gone; `t2s run` goes on from what was done")
            closed.append(run.run_id)
    return closed


def run_is_here(run: dg.DagsterRun) -> bool:
    """Whether a `t2s run` of this machine, since its last start, made the run."""
    return run.tags.get(_HOST) == _host()


def _host() -> str:
    """This boot of this machine: a process number means nothing on another, or after a restart."""
    return f"{socket.gethostname()}-{Path('/proc/sys/kernel/random/boot_id').read_text().strip()[:8]}"


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def select_steps(stages: Sequence[Stage], selection: Iterable[str]) -> list[Step]:
    """The selected steps and all they read, upstream first; the whole graph where `selection` is empty.

    Raises SelectionError for a name that is not in the graph.
    """
    steps = [Step(stage, partition) for stage in stages for partition in stage.steps]
    names = list(selection)
    if not names:
        return steps
    wanted = set()
    for name in names:
        match = _SELECTED.match(name)
        found = [
            s for s in steps if match and s.stage.name == match["name"] and match["partition"] in (None, s.partition)
        ]
        if not found:
            parts = [str(s.partition) for s in steps if match and s.stage.name == match["name"]]
            known = ", ".join(stage.name for stage in stages)
            there_are = f"its partitions are: {', '.join(parts)}" if parts else f"assets are: {known}"
            raise SelectionError(f"{name!r} names nothing in the graph; {there_are}")
        wanted.update(s.label for s in found)
    writers = {ref: step for step in steps for ref in step.stage.plan(step.partition).outputs}
    for step in reversed(steps):
        if step.label in wanted:
            for refs in step.stage.plan(step.partition).inputs.values():
                wanted.update(writers[ref].label for ref in refs if ref in writers)
    return [step for step in steps if step.label in wanted]


@migrations_read_once()
def run_steps(
    steps: Sequence[Step],
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    warehouse: Warehouse,
    refresh: str = "none",
    named: Collection[str] = (),
    say: Callable[[str], None] = print,
) -> Walked:
    """Materialize every step that is stale. What the configuration no longer declares is unlinked.

    A `refresh` does rollouts and evaluations again: those `named` in the selection, or all where none is. A check that
    has not passed when it was last planned is executed again though its steps are current: nothing has mended it since,
    save that somebody may have accepted what it found.

    A step that fails is told and kept in what is returned; so is what reads of it and is therefore not made. All other
    steps are made. Raises KeyboardInterrupt where a step was interrupted: then nothing more is begun.
    """
    walked = Walked()
    writers = {ref: step.label for step in steps for ref in step.stage.plan(step.partition).outputs}
    for number, step in enumerate(steps, 1):
        place = f"[{number}/{len(steps)}] {step.label}"
        if causes := _failed_before(step, writers, walked):
            walked.not_made[step.label] = causes
            say(f"{place}: not made because {first_of(causes)} failed")
            continue
        asked_for = step.label in named or step.stage.name in named or not named
        again = refresh if asked_for and step.stage.name in _REFRESHED else "none"
        try:
            status = step.status(warehouse)
            if status.state is StepState.CURRENT and again == "none":
                continue
            say(f"{place}: {status.reasons[0] if status.reasons else 'refresh'}")
            failed_checks = _materialize(step, definitions, instance, again)
        except (RunFailed, T2sError) as error:
            walked.failed[step.label] = _last_words(error)
            say(f"    failed: {error}")
            continue
        walked.done.append(step.label)
        for failed in failed_checks:
            say(f"    check failed: {failed}")
            walked.failed_checks.append(f"{failed.partition(':')[0]} of {step.label}")
    _check_again(_idle_stages(steps, walked), definitions, instance, walked, say)
    ensure_catalog(warehouse)
    with warehouse.lock():
        if steps and unlink_undeclared(steps[0].stage.config, warehouse, say):
            catalog_published(warehouse)
    return walked


def _failed_before(step: Step, writers: Mapping[TableRef, str], walked: Walked) -> list[str]:
    """The failed steps without which this one is not made: what it reads is theirs, or waits for them itself."""
    read = {writers.get(ref) for refs in step.stage.plan(step.partition).inputs.values() for ref in refs}
    behind = {cause for label in read if label in walked.not_made for cause in walked.not_made[label]}
    return [label for label in walked.failed if label in read | behind]


def first_of(labels: Sequence[str], most: int = 6) -> str:
    """The first labels in words, and how many more there are."""
    return ", ".join(labels[:most]) + (f" and {len(labels) - most} more" if len(labels) > most else "")


def _last_words(error: Exception) -> str:
    """The reason without the traceback that a fault of the code comes with: that was told when it happened."""
    text = str(error)
    return text.splitlines()[-1] if _TRACEBACK in text else text


def _materialize(step: Step, definitions: dg.Definitions, instance: dg.DagsterInstance, refresh: str) -> list[str]:
    """Run one step and its checks; returns the checks that failed, with their reasons. Raises RunFailed."""
    config = {}
    if refresh != "none":
        config["ops"] = {step.stage.asset.op.name: {"config": {"refresh": refresh}}}
    selection = dg.AssetSelection.assets(step.stage.asset.key)
    return _execute(step.stage, selection, definitions, instance, step.partition, config)


def _idle_stages(steps: Sequence[Step], walked: Walked) -> list[Stage]:
    """The stages all of whose steps were current; the others have executed their checks, or will once they are made."""
    touched = {*walked.done, *walked.failed, *walked.not_made}
    at_work = {step.stage.name for step in steps if step.label in touched}
    return list({step.stage.name: step.stage for step in steps if step.stage.name not in at_work}.values())


def _check_again(
    stages: Sequence[Stage],
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    walked: Walked,
    say: Callable[[str], None],
) -> None:
    """Execute those checks that have not passed when they were last planned (a run may have died before it executed
    them), and tell what they find."""
    keys = {stage.name: [key for check in stage.checks for key in check.check_keys] for stage in stages}
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key([k for ks in keys.values() for k in ks])
    open_ = {key for key, found in latest.items() if found.status.value != "SUCCEEDED"}
    for stage in stages:
        if again := [key for key in keys[stage.name] if key in open_]:
            try:
                found = _execute(stage, dg.AssetSelection.checks(*again), definitions, instance)
            except RunFailed as error:
                say(f"checks of {stage.name} failed: {error}")
                walked.failed_checks.append(f"all of {stage.name}")
                continue
            for failed in found:
                say(f"check failed: {failed}")
                walked.failed_checks.append(f"{failed.partition(':')[0]} of {stage.name}")


def _execute(
    stage: Stage,
    selection: dg.AssetSelection,
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    partition: str | None = None,
    config: Mapping[str, Any] | None = None,
) -> list[str]:
    """One run of Dagster's; returns the checks that failed, with their reasons. Raises RunFailed."""
    result = dg.materialize(
        [*definitions.assets, *stage.checks],
        selection=selection,
        partition_key=partition,
        instance=instance,
        resources=definitions.resources,
        run_config=_QUIET | dict(config or {}),
        tags={_HOST: _host(), _PROCESS: str(os.getpid())},
        raise_on_error=False,
    )
    if not result.success:
        failures = [event for event in result.all_events if event.is_step_failure]
        error = failures[0].event_specific_data.error if failures else None
        if any(cause.cls_name in _INTERRUPTIONS for cause in _chain(error)):
            raise KeyboardInterrupt  # Dagster has made a failure of the step out of it
        reason = failure_reason(error) if error else "see the run in the Dagster page"
        raise RunFailed(f"{reason} (run {result.run_id})")
    evaluations = result.get_asset_check_evaluations()
    return [f"{found.check_name}: {found.description}" for found in evaluations if not found.passed]


def failure_reason(error: SerializableErrorInfo) -> str:
    """What a step's failure says to a user: the message of the first T2sError of its chain. Where there is none the
    fault is in the code: then the tracebacks, and last what was raised first."""
    known = {kind.__name__ for kind in (*_kinds(T2sError), dg.Failure)}
    chain = _chain(error)
    for cause in chain:
        if cause.cls_name in known:
            return cause.message.strip().partition(": ")[2]
    return f"{error.to_string()}\n{chain[-1].message.strip()}"


def _chain(error: SerializableErrorInfo | None) -> list[SerializableErrorInfo]:
    """An error and its causes, the first of them last."""
    chain = []
    while error is not None:
        chain.append(error)
        error = error.cause
    return chain


def _kinds(kind: type) -> Iterator[type]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)

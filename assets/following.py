"""Sensors that do what became due: evaluate arms whose adapter appeared, and follow evaluations with votes and reports.

An adapter *appears* when its content is not what its arms were asked with: a training published it, or the files of an
`external` one are at its place, whole, and differ from what was published of them. An external adapter is first
published, and its arms are asked at a later look. What is requested is remembered by digest in the sensor's cursor: a
second look requests nothing twice, a failed run is not repeated until something changes or the cursor is reset. While a
run of the experiment is at work, nothing is requested.

Not covered: entries that the configuration did not have when this code location was loaded; both sensors say so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from assets.adapters import adapter_asset
from assets.launching import job_members, job_of, missing_inputs
from assets.refs import ref
from assets.stage import Stage
from assets.walk import close_dead_runs, run_is_here
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.errors import T2sError
from t2s_pipeline.fingerprints import StepState, content_hash
from t2s_pipeline.warehouse import Warehouse

_LOOK_SECONDS = 60
_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dataclass(frozen=True)
class Due:
    """A run that is due: one job on one partition, because of something with this digest."""

    job: str
    partition: str | None
    digest: str

    @property
    def label(self) -> str:
        return f"{self.job}[{self.partition or ''}]"


@dataclass(frozen=True)
class Findings:
    """What a look found: runs that are due, and, in words, what has to wait for something."""

    due: list[Due]
    waiting: list[str]


def build_sensors(config: ExperimentConfig, stages: Sequence[Stage], jobs: Sequence[Any]) -> list[dg.SensorDefinition]:
    """The sensors of an experiment with arms."""
    if not config.arms:
        return []
    found = []
    if any(arm.policy != "base" for arm in config.arms.values()):
        found.append(
            _sensor(
                config,
                jobs,
                "new_adapters",
                "Evaluates the arms whose adapter appeared or changed, and publishes external adapters before",
                lambda warehouse: adapters_due(config, stages, warehouse),
            )
        )
    found.append(
        _sensor(
            config,
            jobs,
            "reports_follow",
            "Votes and makes reports again after evaluations have changed",
            lambda warehouse: reports_due(config, stages, warehouse),
        )
    )
    return found


def adapters_due(config: ExperimentConfig, stages: Sequence[Stage], warehouse: Warehouse) -> Findings:
    """External adapters to publish, and arms to ask, each with what made it due."""
    by_name = {stage.name: stage for stage in stages}
    asking = job_of(config, stages, "arm_rollouts")
    due, waiting = [], []
    for adapter in dict.fromkeys(arm.policy for arm in config.arms.values() if arm.policy != "base"):
        if config.adapters[adapter].method == "external":
            external = by_name["external_adapters"]
            try:
                status = external.status(warehouse, adapter)
            except T2sError as error:
                waiting.append(str(error))
                continue
            if status.state is StepState.STALE:
                due.append(Due(job_of(config, stages, external.name), adapter, status.fingerprint))
                continue
        published = warehouse.footer(ref(config, "adapters", adapter))
        if published is None:
            waiting.append(f"{adapter_asset(config, adapter)}[{adapter}] was never made")
            continue
        for arm in (name for name, declared in config.arms.items() if declared.policy == adapter):
            asked = warehouse.footer(ref(config, "trajectories", arm))
            if asked is not None and asked.parts["inputs"].get(f"adapters/{adapter}") == published.digest:
                continue
            missing = missing_inputs(job_members(config, stages)[asking], arm, warehouse)
            if missing:
                waiting.append(f"arm {arm} waits for {missing[0].table}/{missing[0].partition}")
            else:
                due.append(Due(asking, arm, published.digest))
    return Findings(due, waiting)


def reports_due(config: ExperimentConfig, stages: Sequence[Stage], warehouse: Warehouse) -> Findings:
    """The stale steps of the jobs behind `evaluations`, in the order of the flow; none before an arm was evaluated."""
    if not any(warehouse.footer(ref(config, "evaluations", arm)) for arm in config.arms):
        return Findings([], ["no arm has been evaluated yet"])
    names = [stage.name for stage in stages]
    behind = set(names[names.index("evaluations") + 1 :])
    due = []
    for job, members in job_members(config, stages).items():
        if not behind.issuperset(stage.name for stage in members):
            continue
        for partition in members[0].steps:
            states = [stage.status(warehouse, partition) for stage in members]
            stale = [status.fingerprint for status in states if status.state is StepState.STALE]
            if stale:
                due.append(Due(job, partition, content_hash(stale)))
    return Findings(due, [])


def busy_runs(config: ExperimentConfig, jobs: Sequence[Any], instance: dg.DagsterInstance) -> list[str]:
    """Ids of the unfinished runs of the experiment, by its jobs or by a `t2s run` of this machine."""
    close_dead_runs(instance)
    names = {job.name for job in jobs}
    return [
        run.run_id
        for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
        if run.job_name in names
        or (run_is_here(run) and any(key.path[0] == config.name for key in run.asset_selection or ()))
    ]


def requested(findings: Findings, cursor: str | None) -> tuple[list[Due], str]:
    """Which of the due runs were not requested yet, and the new cursor. One job at a time: the first in the flow that
    has some. What is no longer due is forgotten, so that it is requested when it becomes due again."""
    asked = json.loads(cursor) if cursor else {}
    kept = {due.label: due.digest for due in findings.due if asked.get(due.label) == due.digest}
    fresh = [due for due in findings.due if due.label not in kept]
    first = [due for due in fresh if due.job == fresh[0].job]
    return first, json.dumps(kept | {due.label: due.digest for due in first}, sort_keys=True)


def _sensor(
    config: ExperimentConfig,
    jobs: Sequence[Any],
    name: str,
    description: str,
    look: Callable[[Warehouse], Findings],
) -> dg.SensorDefinition:
    @dg.sensor(
        name=f"{config.name}_{name}",
        description=description,
        jobs=list(jobs),
        minimum_interval_seconds=_LOOK_SECONDS,
    )
    def _look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if load_experiment(config.name) != config:
            return dg.SkipReason("the configuration has changed since this code location was loaded: reload it")
        if busy := busy_runs(config, jobs, context.instance):
            return dg.SkipReason(f"runs of the experiment are at work: {len(busy)}")
        findings = look(Warehouse(Path(config.paths.data)))
        due, cursor = requested(findings, context.cursor)
        if not due:
            return dg.SensorResult(skip_reason=_skipped(findings), cursor=cursor)
        return dg.SensorResult(run_requests=list(_run_requests(due)), cursor=cursor)

    return _look


def _run_requests(due: Iterable[Due]) -> list[dg.RunRequest]:
    return [dg.RunRequest(job_name=run.job, partition_key=run.partition) for run in due]


def _skipped(findings: Findings) -> str:
    known = [f"{due.label} was requested already, for what it is due to" for due in findings.due]
    return "; ".join([*findings.waiting, *known]) or "nothing is due"

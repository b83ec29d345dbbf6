"""Jobs (one a partition set, because a run has one partition) and the nightly re-evaluation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import dagster as dg

from assets.stage import Stage
from t2s_pipeline.config import ExperimentConfig


def build_jobs(config: ExperimentConfig, stages: Sequence[Stage]) -> list[Any]:
    """One job for each run of neighbours in the flow that share their partitions. Those that would share their groups'
    name (the iterations of a loop) have their stages' names."""
    runs = [list(neighbours) for _, neighbours in groupby(stages, key=lambda stage: stage.partitions)]
    named = Counter(map(_job_name, runs))
    return [
        dg.define_asset_job(
            f"{config.name}_{_job_name(run) if named[_job_name(run)] == 1 else '_'.join(stage.name for stage in run)}",
            selection=dg.AssetSelection.assets(*[stage.asset.key for stage in run]),
            description=f"Materialize {', '.join(stage.name for stage in run)}, from what is upstream now",
        )
        for run in runs
    ]


def _job_name(members: Sequence[Stage]) -> str:
    """The groups of the stages, in order: `data_schema`, `rollouts`, `evaluation`."""
    groups = dict.fromkeys(next(iter(stage.asset.group_names_by_key.values())) for stage in members)
    return members[0].name if len(members) == 1 else "_".join(groups)


def build_schedules(config: ExperimentConfig, stages: Sequence[Stage]) -> list[dg.ScheduleDefinition]:
    """The nightly re-evaluation: a run an arm, its verdicts done again on stored completions."""
    arms = [stage for stage in stages if stage.name in ("arm_rollouts", "evaluations")]
    if not arms:
        return []
    run_config = {"ops": {stage.asset.op.name: {"config": {"refresh": "verdicts"}} for stage in arms}}

    @dg.schedule(
        job_name=f"{config.name}_{_job_name(arms)}",
        cron_schedule=config.evaluation.schedule,
        name=f"{config.name}_nightly_reevaluation",
        description="Re-evaluation of every arm",
    )
    def _nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        for arm in arms[0].partitions or ():
            night = context.scheduled_execution_time.isoformat()
            yield dg.RunRequest(run_key=f"{arm} {night}", partition_key=arm, run_config=run_config)

    return [_nightly]

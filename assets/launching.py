"""Jobs (one a partition set, because a run has one partition) and the nightly re-evaluation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import dagster as dg

from assets.stage import Stage
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.warehouse import TableRef, Warehouse


def build_jobs(config: ExperimentConfig, stages: Sequence[Stage]) -> list[Any]:
    """One job for each run of neighbours in the flow that share their partitions."""
    return [
        dg.define_asset_job(
            name,
            selection=dg.AssetSelection.assets(*[stage.asset.key for stage in members]),
            description=f"Materialize {', '.join(stage.name for stage in members)}, from what is upstream now",
        )
        for name, members in job_members(config, stages).items()
    ]


def job_members(config: ExperimentConfig, stages: Sequence[Stage]) -> dict[str, list[Stage]]:
    """The stages of every job by its name, in the order of the flow. Jobs that would share their groups' name (the
    iterations of a loop) have their stages' names."""
    runs = [list(neighbours) for _, neighbours in groupby(stages, key=lambda stage: stage.partitions)]
    named = Counter(map(_groups, runs))
    return {
        f"{config.name}_{_groups(run) if named[_groups(run)] == 1 else '_'.join(stage.name for stage in run)}": run
        for run in runs
    }


def job_of(config: ExperimentConfig, stages: Sequence[Stage], name: str) -> str:
    """The job that materializes the stage of this name."""
    return next(
        job for job, members in job_members(config, stages).items() if name in (stage.name for stage in members)
    )


def missing_inputs(members: Sequence[Stage], partition: str, warehouse: Warehouse) -> list[TableRef]:
    """What a job on a partition would read that is not there, and that it does not make itself."""
    plans = [stage.plan(partition) for stage in members]
    made = {output for plan in plans for output in plan.outputs}
    read = [r for plan in plans for name, refs in plan.inputs.items() if name not in plan.optional for r in refs]
    return [r for r in read if r not in made and warehouse.footer(r) is None]


def _groups(members: Sequence[Stage]) -> str:
    """The groups of the stages, in order: `data_schema`, `rollouts`, `evaluation`."""
    groups = dict.fromkeys(next(iter(stage.asset.group_names_by_key.values())) for stage in members)
    return members[0].name if len(members) == 1 else "_".join(groups)


def build_schedules(config: ExperimentConfig, stages: Sequence[Stage]) -> list[dg.ScheduleDefinition]:
    """The nightly re-evaluation: a run an arm, its verdicts done again on stored completions. An arm whose run would
    lack a table is left out, and it is said what makes that."""
    arms = [stage for stage in stages if stage.name in ("arm_rollouts", "evaluations")]
    if not arms:
        return []
    run_config = {"ops": {stage.asset.op.name: {"config": {"refresh": "verdicts"}} for stage in arms}}

    job = job_of(config, stages, "evaluations")

    @dg.schedule(
        job_name=job,
        cron_schedule=config.evaluation.schedule,
        name=f"{config.name}_nightly_reevaluation",
        description="Re-evaluation of every arm: its verdicts are done again on stored completions",
    )
    def _nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        warehouse, night = Warehouse(Path(config.paths.data)), context.scheduled_execution_time.isoformat()
        members, waiting = job_members(config, stages)[job], []
        for arm in arms[0].partitions or ():
            if lacking := missing_inputs(members, arm, warehouse):
                named = ", ".join(dict.fromkeys(f"{found.table}/{found.partition}" for found in lacking))
                waiting.append(f"arm {arm} waits for {named}: t2s run -e {config.name} 'evaluations[{arm}]'")
                context.log.warning(waiting[-1])
            else:
                yield dg.RunRequest(run_key=f"{arm} {night}", partition_key=arm, run_config=run_config)
        if len(waiting) == len(arms[0].partitions or ()):
            yield dg.SkipReason("; ".join(waiting))

    return [_nightly]

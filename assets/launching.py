"""Jobs (one a partition set, because a run has one partition) and the nightly re-evaluation."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from assets.stage import Stage
from t2s_pipeline.config import ExperimentConfig


def build_jobs(config: ExperimentConfig, stages: Sequence[Stage]) -> list[Any]:
    """One job for each set of partitions: stages that share their partitions run together."""
    groups: dict[tuple[str, ...] | None, list[Stage]] = {}
    for stage in stages:
        groups.setdefault(stage.partitions, []).append(stage)
    jobs = []
    for partitions, members in groups.items():
        if partitions is None:
            name = "unpartitioned"
        else:
            name = "_and_".join(stage.name for stage in members)
        jobs.append(
            dg.define_asset_job(
                f"{config.name}_{name}",
                selection=dg.AssetSelection.assets(*[stage.asset.key for stage in members]),
                description=f"Materialize {', '.join(stage.name for stage in members)}",
            )
        )
    return jobs


def build_schedules(config: ExperimentConfig, stages: Sequence[Stage]) -> list[dg.ScheduleDefinition]:
    """The nightly re-evaluation: a run an arm, its verdicts done again on stored completions."""
    arms = [stage for stage in stages if stage.name in ("arm_rollouts", "evaluations")]
    if not arms:
        return []
    job = dg.define_asset_job(
        f"{config.name}_reevaluation",
        selection=dg.AssetSelection.assets(*[stage.asset.key for stage in arms]),
        description="Verify every arm again and append to evaluation_history",
    )
    run_config = {"ops": {stage.asset.op.name: {"config": {"refresh": "verdicts"}} for stage in arms}}

    @dg.schedule(
        job=job,
        cron_schedule=config.evaluation.schedule,
        name=f"{config.name}_nightly_reevaluation",
        description="Re-evaluation of every arm",
    )
    def _nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        for arm in arms[0].partitions or ():
            yield dg.RunRequest(run_key=None, partition_key=arm, run_config=run_config)

    return [_nightly]

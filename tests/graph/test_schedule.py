"""The nightly re-evaluation asks for one run an arm, each with a job and a configuration that Dagster accepts."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.definitions import build_definitions


def test_a_night_is_a_run_an_arm() -> None:
    repository = build_definitions("demo").get_repository_def()
    schedule = repository.get_schedule_def("demo_nightly_reevaluation")
    job = repository.get_job(schedule.job_name)
    with dg.DagsterInstance.ephemeral() as instance:
        night = dg.build_schedule_context(
            instance, scheduled_execution_time=datetime(2026, 1, 1, 3, tzinfo=UTC), repository_def=repository
        )
        runs = schedule.evaluate_tick(night).run_requests
    assert [run.partition_key for run in runs] == list(load_experiment("demo").arms)
    assert len({run.run_key for run in runs}) == len(runs)
    for run in runs:
        assert dg.validate_run_config(job, dict(run.run_config))

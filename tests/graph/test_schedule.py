"""The nightly re-evaluation asks for one run an arm, each with a job and a configuration that Dagster accepts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from t2s_pipeline.definitions import build_definitions
from t2s_pipeline.warehouse import Warehouse
from tests.graph.test_following import make_upstream, project, publish  # noqa: F401 (a fixture)


def test_a_night_is_a_run_an_arm_that_has_what_it_reads(project: Path) -> None:  # noqa: F811
    repository = build_definitions("mine").get_repository_def()
    schedule = repository.get_schedule_def("mine_nightly_reevaluation")
    warehouse, job = Warehouse(project / "data"), repository.get_job(schedule.job_name)

    def night() -> dg.SkipReason | list[dg.RunRequest]:
        context = dg.build_schedule_context(
            instance, scheduled_execution_time=datetime(2026, 1, 1, 3, tzinfo=UTC), repository_def=repository
        )
        found = schedule.evaluate_tick(context)
        return found.run_requests or found.skip_message

    with dg.DagsterInstance.ephemeral() as instance:
        publish(warehouse, "gold_features", "dev")
        said = night()
        assert "arm base waits for examples/dev, " in said and "gold_audit/dev" in said and "gold_features" not in said
        assert "t2s run -e mine 'evaluations[base]'; arm one waits for " in said
        for stage in ("arm_rollouts", "evaluations", "diagnoses"):
            make_upstream(warehouse, "base", stage)
        assert [run.partition_key for run in night()] == ["base"]
        make_upstream(warehouse, "two")
        publish(warehouse, "adapters", "theirs")
        runs = night()
    assert [run.partition_key for run in runs] == ["base", "one", "two"]
    assert len({run.run_key for run in runs}) == len(runs)
    for run in runs:
        assert dg.validate_run_config(job, dict(run.run_config))

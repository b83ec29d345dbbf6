"""Alerts: sensors that tell the configured command of runs that failed, and of checks that failed in any run.

They are there where `[alerts]` has a command, and are then on. They see the runs that the page, a schedule or a sensor
launched; `t2s run` says at its terminal what failed, and ends with code 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from assets.walk import failure_reason
from t2s_pipeline.alerts import Alert, send_alert
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import project_root


def build_alerts(config: ExperimentConfig) -> list[dg.SensorDefinition]:
    """The two sensors; none where nobody is to be told."""
    if not config.alerts.command:
        return []

    @dg.run_failure_sensor(
        name=f"{config.name}_alert_of_failed_runs",
        description="Tells the command of [alerts] of every run that failed, and of its failed checks",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def _failed(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        reasons = [
            failure_reason(event.step_failure_data.error)
            for event in context.get_step_failure_events()
            if event.step_failure_data.error is not None
        ]
        what, partition = run.job_name, run.tags.get("dagster/partition")
        reason = "\n".join(reasons) or context.failure_event.message or "no reason is known"
        alert = Alert(config.name, "run_failed", what, reason, run.run_id, partition)
        for told in (alert, *_failed_checks(config, run, context.instance)):
            send_alert(config.alerts, told, project_root())

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name=f"{config.name}_alert_of_failed_checks",
        description="Tells the command of [alerts] of every check that failed in a run that went through",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def _went_through(context: dg.RunStatusSensorContext) -> None:
        for alert in _failed_checks(config, context.dagster_run, context.instance):
            send_alert(config.alerts, alert, project_root())

    return [_failed, _went_through]


def _failed_checks(config: ExperimentConfig, run: dg.DagsterRun, instance: dg.DagsterInstance) -> Iterator[Alert]:
    for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        found = entry.get_dagster_event().asset_check_evaluation_data
        if not found.passed:
            what = f"{found.asset_key.path[-1]}, {found.check_name}"
            partition = run.tags.get("dagster/partition")
            yield Alert(config.name, "check_failed", what, found.description or "", run.run_id, partition)

"""Alerts: a command of the user's that is told of a run or a check that failed.

    send_alert(config.alerts, Alert("demo", "check_failed", "evaluations", "sft fell ...", run_id), project_root())

The command has the alert as JSON on its standard input; what it does with it is its own affair
(examples/alerts/post_json.py posts it to a URL). Not covered: when there is something to tell (`assets/alerting.py`).
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from t2s_pipeline.config_watch import AlertsConfig
from t2s_pipeline.errors import T2sError


class AlertError(T2sError, RuntimeError):
    """An alert that did not go out; the message says why, and holds the alert itself."""


@dataclass(frozen=True)
class Alert:
    """What is told: `what` is the asset and its check, or the run's job; `reason` has the figures."""

    experiment: str
    kind: Literal["run_failed", "check_failed"]
    what: str
    reason: str
    run_id: str
    partition: str | None = None


def send_alert(alerts: AlertsConfig, alert: Alert, folder: Path) -> None:
    """Run the configured command in `folder`, with the alert on its standard input. Raises AlertError."""
    text = json.dumps(asdict(alert), ensure_ascii=False)
    try:
        done = subprocess.run(
            alerts.command,
            input=text,
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            errors="replace",  # an alert goes out, and its failure is told, whatever bytes are in them
            timeout=alerts.timeout_seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise AlertError(f"alerts.command did not end in {alerts.timeout_seconds:g} s; not sent: {text}") from error
    except OSError as error:
        raise AlertError(f"alerts.command {alerts.command[0]!r}: {error.strerror}; not sent: {text}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-500:]
        raise AlertError(f"alerts.command ended with code {done.returncode} ({said}); not sent: {text}")

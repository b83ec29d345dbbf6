"""Alerts: what failed is posted, with its figures, to a server that really listens."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

from t2s_pipeline.alerts import Alert, AlertError, send_alert
from t2s_pipeline.config_watch import AlertsConfig
from t2s_pipeline.definitions import build_definitions
from t2s_pipeline.reports.acceptance import accept_arm
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.experiment_texts import EMBEDDED
from tests.reports.tables import Outcome, arm_tables

SCRIPT = Path(__file__).parents[2] / "examples" / "alerts" / "post_json.py"
MINE = f"""{EMBEDDED}
[arms.base]
model = "nano"

[alerts]
command = [{json.dumps(sys.executable)}, {json.dumps(str(SCRIPT))}]
"""
ALERT = Alert("mine", "run_failed", "mine_reports", "the disk is full", "run-1")


class Posted(HTTPServer):
    """A server that keeps what is posted; the first `failing` requests get an error of the server's."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[dict[str, str | None]] = []
        self.failing = 0


class _Handler(BaseHTTPRequestHandler):
    server: Posted

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code = 503 if self.server.failing > 0 else 200
        self.server.failing -= 1
        if code == 200:
            self.server.bodies.append(body)
        self.send_response(code)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Posted]:
    server = Posted()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("ALERT_URL", f"http://127.0.0.1:{server.server_port}/hook")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    (tmp_path / "dagster_project.toml").write_text("")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "mine.toml").write_text(MINE)
    return tmp_path


def publish_outcomes(warehouse: Warehouse, right: int, of: int = 12) -> None:
    """What the arm `base` came to: so many right answers."""
    outcomes = [Outcome("wrong_result", ((n < right, True),)) for n in range(of)]
    rows = arm_tables({"base": outcomes}, experiment="mine")["trajectories"]
    ref = TableRef("trajectories", "mine", "base")
    digest = warehouse.publish(ref, ref.schema.to_arrow(rows.to_pylist()), f"{right:032}", {})
    evaluation = TableRef("evaluations", "mine", "base")
    parts = {"inputs": {"trajectories/base": digest}}
    warehouse.publish(evaluation, evaluation.schema.arrow.empty_table(), f"{right:032}", parts)


def evaluate_sensor(name: str, run: dg.ExecuteInProcessResult, instance: dg.DagsterInstance) -> None:
    failed = name.endswith("failed_runs")
    kind = dg.DagsterEventType.RUN_FAILURE if failed else dg.DagsterEventType.RUN_SUCCESS
    event = next(entry.get_dagster_event() for entry in instance.all_logs(run.run_id, of_type=kind))
    context = dg.build_run_status_sensor_context(name, event, instance, instance.get_run_by_id(run.run_id))
    sensor = build_definitions("mine").get_repository_def().get_sensor_def(name)
    sensor(context.for_run_failure() if failed else context)


def test_failed_checks_and_failed_runs_are_told(project: Path, posted: Posted) -> None:
    warehouse, definitions = Warehouse(project / "data"), build_definitions("mine")
    publish_outcomes(warehouse, right=12)
    accept_arm(warehouse, "mine", "base", by="mira")
    publish_outcomes(warehouse, right=6)
    gate = dg.AssetCheckKey(dg.AssetKey(["mine", "evaluations"]), "no_regression")
    everything = [*definitions.assets, *definitions.asset_checks]
    with dg.DagsterInstance.ephemeral() as instance:
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        shared = {
            "instance": instance,
            "resources": definitions.resources,
            "run_config": quiet,
            "raise_on_error": False,
        }
        checked = dg.materialize(everything, selection=dg.AssetSelection.checks(gate), **shared)
        evaluate_sensor("mine_alert_of_failed_checks", checked, instance)
        assert checked.success and len(posted.bodies) == 1
        told = posted.bodies[0]
        assert (told["experiment"], told["kind"], told["what"]) == (
            "mine",
            "check_failed",
            "evaluations, no_regression",
        )
        assert "base: accepted 100.0 % (12/12)" in told["reason"] and "6 broken, p = 0.03125" in told["reason"]
        assert told["text"].startswith("mine: evaluations, no_regression did not pass its check: ")
        arm = dg.AssetSelection.assets(dg.AssetKey(["mine", "arm_rollouts"]))
        failed = dg.materialize(everything, selection=arm, partition_key="base", **shared)
        evaluate_sensor("mine_alert_of_failed_runs", failed, instance)
    told = posted.bodies[1]
    assert (told["kind"], told["partition"], told["run_id"]) == ("run_failed", "base", failed.run_id)
    assert "inputs are missing" in told["reason"] and "examples/dev is not there yet" in told["reason"]


def test_without_a_command_nobody_is_told(project: Path) -> None:
    (project / "experiments" / "mine.toml").write_text(MINE[: MINE.index("[alerts]")])
    sensors = build_definitions("mine").get_repository_def().sensor_defs
    assert not [sensor.name for sensor in sensors if "alert" in sensor.name]


def test_a_server_in_trouble_is_asked_again(posted: Posted, tmp_path: Path) -> None:
    posted.failing = 1
    send_alert(AlertsConfig((sys.executable, str(SCRIPT))), ALERT, tmp_path)
    assert [body["reason"] for body in posted.bodies] == ["the disk is full"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("no_such_program",), "'no_such_program': No such file or directory"),
        ((sys.executable, "-c", "import sys; sys.exit('no such channel')"), r"code 1 \(no such channel\)"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), "did not end in 0.2 s"),
        (("sh", "-c", r"printf 'caf\351' >&2; exit 2"), r"code 2 \(caf\N{REPLACEMENT CHARACTER}\)"),
    ],
)
def test_an_alert_that_does_not_go_out_is_an_error_that_holds_it(tmp_path: Path, command, why: str) -> None:
    with pytest.raises(AlertError, match=rf"(?s){why}.*not sent: .*the disk is full"):
        send_alert(AlertsConfig(command, timeout_seconds=0.2 if "sleep" in command[-1] else 60.0), ALERT, tmp_path)

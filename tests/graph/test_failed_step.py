"""A step that fails keeps back what reads of it, and nothing else; each failure is told once at the end. Ctrl-C ends all."""

from __future__ import annotations

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from t2s_pipeline.warehouse import TableRef, Warehouse

SECOND = """
[models.other]
backend = "replay"
predictions = "more.txt"

[arms.broken]
model = "other"
"""


def test_what_does_not_wait_for_the_failed_step_is_made(shop: Path, t2s) -> None:
    experiment = shop / "experiments" / "mine.toml"
    arm, second = experiment.read_text().split("[arms.published]")
    experiment.write_text(arm + SECOND + "\n[arms.published]" + second)  # the broken one comes first
    (shop / "more.txt").write_text("SELECT 1\nSELECT 2\n")
    run = ("run", "-e", "mine", "evaluations", "report_method")
    code, said = t2s(*run).told
    assert code == 1, said
    warehouse = Warehouse(shop / "data")
    assert {ref for ref in warehouse.live_refs("mine") if ref.table in ("trajectories", "evaluations")} == {
        TableRef("trajectories", "mine", "published"),
        TableRef("evaluations", "mine", "published"),
    }
    for behind in ("evaluations[broken]", "report_method"):
        assert f"{behind}: not made because arm_rollouts[broken] failed" in said
    told = said[said.index(" steps ran, ") :].splitlines()
    assert told[0].startswith(" steps ran, 0 were current, 1 failed, 2 were not made")
    assert len(told) == 3 and told[1].startswith("t2s: arm_rollouts[broken] failed: ") and "more.txt" in told[1]
    assert told[2] == "    not made because of it: evaluations[broken], report_method"
    assert "Stack Trace" not in said

    (shop / "more.txt").write_text("SELECT name FROM item\n")
    code, said = t2s(*run).told
    assert code == 0 and "3 of 9 steps ran, 6 were current" in said, said


ASKED = """
[models.server]
backend = "openai"
base_url = "http://127.0.0.1:{port}/v1"
served_model = "any"

[arms.asked]
model = "server"
"""


class InterruptedServer(BaseHTTPRequestHandler):
    """A model's server; whoever waits for its answer presses Ctrl-C."""

    def do_POST(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_interruption_ends_the_run_and_not_the_step_alone(shop: Path, t2s) -> None:
    experiment = shop / "experiments" / "mine.toml"
    server = HTTPServer(("127.0.0.1", 0), InterruptedServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    head, tail = experiment.read_text().split("[arms.published]")
    experiment.write_text(head + ASKED.format(port=server.server_port) + "\n[arms.published]" + tail)
    code, said = t2s("run", "-e", "mine", "arm_rollouts").told
    server.shutdown()
    server.server_close()
    assert code == 130, said
    assert "arm_rollouts[asked]" in said and "arm_rollouts[published]" not in said
    assert said.splitlines()[-1].startswith("t2s: interrupted; what was done is kept")

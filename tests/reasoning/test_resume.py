"""A teacher behind a server, whose pass is killed: what it had answered is not asked again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from t2s_pipeline.generation.protocol import MAX_BATCH
from tests.generation.model_server import ModelServer, say
from tests.reasoning.teach import QUESTIONS, teach

THOUGHT = "The question asks how many singers there are, so every row of singer counts once and nothing is left out."
MESSAGE = {"role": "assistant", "content": "SELECT count(*) FROM singer", "reasoning_content": THOUGHT}
ANSWER = json.dumps({"choices": [{"index": 0, "message": MESSAGE, "finish_reason": "stop"}]}).encode()


def test_a_killed_pass_loses_a_batch_at_most_and_ends_as_if_nothing_had_been(paths, tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ModelServer(seconds=0.01) as server:
        server.misbehave(always=say(ANSWER))
        command = [sys.executable, "-m", "tests.reasoning.teach", str(tmp_path), server.base_url]
        child = subprocess.Popen([*command, str(paths["toy/music"])], cwd=Path(__file__).parents[2])
        deadline = time.monotonic() + 60
        while len(server.seen) < QUESTIONS // 2 and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        asked = len(server.seen)
        assert QUESTIONS // 2 <= asked < QUESTIONS

        traces = teach(tmp_path, server.base_url, paths["toy/music"])
    assert len(server.seen) <= QUESTIONS + MAX_BATCH
    assert len(server.seen) - asked < QUESTIONS - MAX_BATCH // 2  # the store had some of them
    assert [(row["removed_by"], row["thought"]) for row in traces.rows] == [(None, THOUGHT)] * QUESTIONS
    assert traces.figures["generation_hits"] + traces.figures["generation_misses"] == QUESTIONS
    assert traces.figures["generation_hits"] > 0

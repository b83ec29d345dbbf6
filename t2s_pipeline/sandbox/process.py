"""Layer 4, outside: one worker process as its parent sees it. `pool.py` decides what to do with it.

The process is a fresh interpreter, not a fork and not `multiprocessing`'s spawn: it imports neither the
caller's main module nor anything heavy that the caller has loaded, and knows none of its open files.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import t2s_pipeline
from t2s_pipeline.errors import T2sError
from t2s_pipeline.sandbox import wire
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.progress import FIRST_LOOK_SECONDS, IDLE, Doing, ProgressPage, overdue

START_SECONDS = 60.0
RECHECK_SECONDS = 0.1
CLOSE_SECONDS = 1.0
_BOOT = """\
import json, sys
boot = json.loads(sys.argv[1])
sys.path[:] = boot["path"]
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.worker import main
main(boot["task"], SandboxPolicy(**boot["policy"]), boot["page"])
"""


class SandboxError(T2sError):
    """The sandbox itself failed (a worker can't start, a task raised): never a candidate's fault."""


class WorkerKilled(SandboxError):
    """Somebody killed a worker before it was ready."""


class WorkerProcess:
    """A running worker. Not thread-safe: whoever holds it alone talks to it."""

    def __init__(self, task: str, policy: SandboxPolicy) -> None:
        self._limit = policy.timeout_seconds + policy.kill_grace_seconds
        self._watched, self._watched_cpu = 0.0, 0.0  # an execution, by its start, and the CPU time before it
        self._frames = wire.FrameReader()
        with tempfile.TemporaryFile(prefix="t2s-progress-") as page:
            page.truncate(ProgressPage.SIZE)
            self._page = ProgressPage(page.fileno())
            self._page.idle()
            self._process = self._start(task, policy, page.fileno())
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests = self._process.stdin.fileno()
        self.responses = self._process.stdout.fileno()
        self.sqlite_version = self._wait_until_ready()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, chunk: Sequence[tuple[int, Any]]) -> bool:
        """Hand over a chunk; False where the worker is gone."""
        try:
            wire.write_frame(self._requests, wire.encode_request(list(chunk)))
        except BrokenPipeError:
            return False
        return True

    def receive(self) -> list[list[Any]] | None:
        """The messages that one read brings (`[kind, content]`), or None at the end: the worker is dead."""
        data = os.read(self.responses, wire.READ_BYTES)
        if not data:
            return None
        return [wire.decode_response(payload) for payload in self._frames.feed(data)]

    def doing(self) -> Doing:
        return self._page.read()

    def seconds_left(self) -> float:
        """Until the present execution must be looked at again; 0 or less where it must be killed."""
        doing = self._page.read()
        if doing.sequence == IDLE:  # about to begin: looked at soon, or its CPU time would count from too late
            return FIRST_LOOK_SECONDS
        wall = time.monotonic() - doing.started
        if self._watched != doing.started:
            if wall < FIRST_LOOK_SECONDS:
                return FIRST_LOOK_SECONDS - wall
            self._watched, self._watched_cpu = doing.started, self._cpu_seconds()
        if wall > self._limit and not overdue(wall, self._cpu_seconds() - self._watched_cpu, self._limit):
            return RECHECK_SECONDS
        return self._limit - wall

    def _cpu_seconds(self) -> float:
        """CPU time of the worker so far; where the system does not tell, the clock's (which alone counts then)."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return time.monotonic()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        if self.alive():
            self._process.kill()

    def was_killed(self) -> bool:
        """Did it end by SIGKILL, ours or somebody else's, or by somebody else's SIGTERM? Waits for the end."""
        return self._process.wait() in (-signal.SIGKILL, -signal.SIGTERM)

    def end_in_words(self) -> str:
        """How the process ended. Waits for it."""
        code = self._process.wait()
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"

    def close(self) -> None:
        """End the process, gently if it is idle, and release its pipes. Idempotent."""
        assert self._process.stdin is not None and self._process.stdout is not None
        if self._page.read().sequence != IDLE:
            self.kill()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    @staticmethod
    def _start(task: str, policy: SandboxPolicy, page: int) -> subprocess.Popen[bytes]:
        root = str(Path(t2s_pipeline.__file__).resolve().parents[1])
        paths = [os.path.abspath(p) for p in sys.path]
        boot = {"path": [*paths, root], "task": task, "policy": asdict(policy), "page": page}
        environment = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}
        if "LD_LIBRARY_PATH" in os.environ:  # some interpreters can't start without; cleared once started
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, json.dumps(boot)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=environment,
            pass_fds=(page,),
            start_new_session=True,  # Ctrl-C is the parent's to handle
        )

    def _wait_until_ready(self) -> str:
        deadline = time.monotonic() + START_SECONDS
        while True:
            readable, _, _ = select.select([self.responses], [], [], max(0.0, deadline - time.monotonic()))
            messages = self.receive() if readable else None
            if messages is None and readable and self.was_killed():
                self.close()
                raise WorkerKilled("a worker was killed while it started")
            if messages is None:
                self.kill()
                raise SandboxError(f"a worker did not start: {self.end_in_words()}; see its message above")
            for kind, content in messages:
                if kind != "ready":
                    self.kill()
                    raise SandboxError(f"a worker did not start:\n{content}")
                return str(content)

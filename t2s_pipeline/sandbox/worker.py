"""Layer 4, inside: the process that runs untrusted SQL. Started by `pool.py`, never imported for its effects.

It locks itself up before the first request: no file can grow, few can be open, memory and processor time are
bounded, the environment is empty, the working folder is one that no longer exists. Then it answers chunks of
requests until its parent closes the pipe or is gone. What it runs on each request is a *task*, named by the
pool as `module:Class`, so that the sandbox knows nothing about verdicts.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import select
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from typing import Any

import apsw

from t2s_pipeline.sandbox import wire
from t2s_pipeline.sandbox.connection import DatabaseFileError
from t2s_pipeline.sandbox.policy import MEGABYTE, SandboxPolicy
from t2s_pipeline.sandbox.progress import ProgressPage

FLUSH_SECONDS = 0.02  # a response waits at most this long, plus the execution in progress
PARENT_CHECK_SECONDS = 5.0
ALLOWANCE_SECONDS = 1.0  # the CPU limit is moved along no more often than this
GC_THRESHOLDS = (100_000, 50, 50)  # rows are no cycles: by default their number alone takes a twentieth of all time
OUT_OF_MEMORY = 77  # exit status: an item needed more memory than its limit outside of SQLite

Task = Callable[[Any], Any]
TaskFactory = Callable[[SandboxPolicy, ProgressPage], Task]


def main(task_name: str, policy: SandboxPolicy, page_descriptor: int) -> None:
    """Serve requests on standard input, answer on standard output, until the parent is gone."""
    parent = os.getppid()
    requests, responses = os.dup(0), os.dup(1)
    try:
        page = ProgressPage(page_descriptor)
        task = _load(task_name)(policy, page)
        _lock_up(policy)
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
    except Exception:  # the parent raises it: a worker's own messages reach nobody
        wire.write_frame(responses, wire.encode_response(["failed", traceback.format_exc()]))
        return
    wire.write_frame(responses, wire.encode_response(["ready", apsw.sqlite_lib_version()]))
    while _wait_for_request(requests, parent):
        chunk = wire.read_request(requests)
        if chunk is None:
            return
        _serve(chunk, task, page, policy, responses)


def _serve(chunk: list[tuple[int, Any]], task: Task, page: ProgressPage, policy: SandboxPolicy, responses: int) -> None:
    """Answer every item of a chunk, in order, in a few frames; the last frame says that the chunk is done."""
    done: list[list[Any]] = []
    flushed, allowed = time.monotonic(), float("-inf")
    for sequence, item in chunk:
        now = time.monotonic()
        if done and now - flushed > FLUSH_SECONDS:
            page.begin_own_work()
            wire.write_frame(responses, wire.encode_response(["some", done]))
            done, flushed = [], now
        page.begin_item(sequence)
        if now - allowed > ALLOWANCE_SECONDS:
            _allow_processor_time(policy)
            allowed = now
        try:
            done.append([sequence, task(item)])
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except DatabaseFileError as error:  # the user's to mend: the parent raises it as what it is
            wire.write_frame(responses, wire.encode_response(["unusable", str(error)]))
            os._exit(1)
        except Exception:  # a defect of the task, not of its SQL: the parent raises it
            wire.write_frame(responses, wire.encode_response(["failed", traceback.format_exc()]))
            os._exit(1)
    page.begin_own_work()
    payload = wire.encode_response(["last", done])
    page.idle()  # only now: who dies of encoding has a culprit, the last item
    wire.write_frame(responses, payload)


def _load(task_name: str) -> TaskFactory:
    module, _, name = task_name.partition(":")
    return getattr(importlib.import_module(module), name)


def _lock_up(policy: SandboxPolicy) -> None:
    folder = tempfile.mkdtemp(prefix="t2s-sandbox-")
    os.chdir(folder)
    os.rmdir(folder)  # an empty working folder in which nothing can be made, and nothing is left behind
    os.environ.clear()
    os.environ["TZ"] = "UTC"
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, policy.open_files)
    _limit(resource.RLIMIT_NPROC, 0)
    if sys.platform == "linux":  # elsewhere SQLite's own heap limit must do
        _limit(resource.RLIMIT_AS, _mapped_bytes() + policy.memory_mb * MEGABYTE)


def _limit(which: int, value: int) -> None:
    """Lower a limit for good."""
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _allow_processor_time(policy: SandboxPolicy) -> None:
    """A CPU limit that moves along: whatever hangs, even without a parent, ends soon after its deadline.

    One item may take several executions of `timeout_seconds`; only the soft limit moves.
    """
    seconds = 8 * (policy.timeout_seconds + policy.kill_grace_seconds) + ALLOWANCE_SECONDS
    wanted = int(time.process_time() + seconds) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or wanted <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (wanted, hard))


def _mapped_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _wait_for_request(descriptor: int, parent: int) -> bool:
    """True when there is something to read; False when the parent is gone.

    The pipe's end alone does not tell: a process that the parent forked may still hold it.
    """
    while True:
        readable, _, _ = select.select([descriptor], [], [], PARENT_CHECK_SECONDS)
        if readable:
            return True
        if os.getppid() != parent:
            return False


if __name__ == "__main__":
    sys.exit("this module is started by t2s_pipeline.sandbox.pool")

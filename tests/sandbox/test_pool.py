"""Worker processes: order, deaths, deadlines, threads, isolation, and nobody left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from t2s_pipeline.sandbox.execute import Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.pool import Death, Pool
from t2s_pipeline.sandbox.process import SandboxError
from t2s_pipeline.sandbox.tasks import EXECUTE_TASK, unpacked_execution

PROBE = "tests.sandbox.probe:Probe"
POLICY = SandboxPolicy(timeout_seconds=0.3, memory_mb=128)


@pytest.fixture(scope="module")
def pool():
    with Pool(PROBE, POLICY, workers=2) as pool:
        yield pool


def test_outcomes_come_in_order(pool):
    items = [("echo", i) for i in range(500)]
    assert pool.run(items, [i % 7 for i in range(500)]) == [[i] for i in range(500)]


def test_nothing_to_do(pool):
    assert pool.run([], []) == []


def test_every_kind_of_value_comes_back(pool):
    values = [None, 1, 2**60, -0.5, float("inf"), "ü\n\0", b"\0\xff", [b"", [1]], True]
    assert pool.run([("echo", v) for v in values], values and [0] * len(values)) == [[v] for v in values]


def test_text_comes_back_whatever_its_characters(pool):
    text = 'é\u2028\U0001f600\ud800\x00"\\'
    assert pool.run([("echo", text)], [1]) == [[text]]


def test_a_death_is_the_verdict_of_its_item_alone(pool):
    items = [("echo", 1), ("die",), ("echo", 2), ("die",), ("echo", 3)]
    first, dead, second, dead_too, third = pool.run(items, [0] * 5)
    assert (first, second, third) == ([1], [2], [3])
    assert dead == dead_too == Death(phase=3, timed_out=False, detail="killed by SIGKILL")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (signal.SIGTERM, ["lived"]),
        (signal.SIGKILL, ["lived"]),
        (signal.SIGSEGV, Death(phase=3, timed_out=False, detail="killed by SIGSEGV")),
    ],
)
def test_what_somebody_else_ends_is_tried_more_often_than_what_crashes(pool, tmp_path, number, expected):
    assert pool.run([("end_by", int(number), str(tmp_path), 3)], [0]) == [expected]


def test_an_item_that_got_no_core_is_not_killed_for_the_clock(pool):
    """As on a crowded or suspended machine: the clock runs, the worker does not."""
    outcomes = pool.run([("wait", 2 * POLICY.timeout_seconds)], [0])
    assert outcomes == [["waited"]]


def test_a_hanging_item_is_killed_at_its_deadline(pool):
    pool.run([("echo", 0)] * 2, [0, 1])
    started = time.monotonic()
    outcomes = pool.run([("echo", 1), ("hang", 60), ("echo", 2)], [0] * 3)
    assert time.monotonic() - started < POLICY.timeout_seconds + 20  # a fresh worker for the last one included
    assert outcomes[::2] == [[1], [2]]
    assert outcomes[1].timed_out and outcomes[1].phase == 3


def test_memory_beyond_the_limit_is_a_death_not_a_failed_run(pool):
    grabbed, too_much, after = pool.run([("grab", 64), ("grab", 4000), ("echo", 1)], [0] * 3)
    assert grabbed == [64 * 1024 * 1024] and after == [1]
    assert isinstance(too_much, Death) and not too_much.timed_out


def test_a_result_that_cannot_be_sent_is_the_death_of_its_item(pool):
    outcomes = pool.run([("echo", 1), ("grow", 40), ("echo", 2)], ["same"] * 3)
    assert outcomes[0] == [1] and outcomes[2] == [2]
    assert isinstance(outcomes[1], Death) and not outcomes[1].timed_out and outcomes[1].phase == 3


def test_a_broken_task_raises(pool):
    with pytest.raises(SandboxError, match="the task is broken"):
        pool.run([("fail",)], [0])
    assert pool.run([("echo", 1)], [0]) == [[1]]


def test_a_worker_is_locked_up_and_light(pool, tmp_path):
    [[limits, environment, folder, modules]] = pool.run([("inside",)], [0])
    limits = dict(limits)
    assert limits["RLIMIT_FSIZE"] == limits["RLIMIT_CORE"] == limits["RLIMIT_NPROC"] == 0
    assert limits["RLIMIT_NOFILE"] == POLICY.open_files
    assert 0 < limits["RLIMIT_AS"] < 2**30 and 0 < limits["RLIMIT_CPU"] < 60
    assert environment == ["TZ"]
    assert folder == [] and pool.run([("write", "x")], [0]) == [["FileNotFoundError"]]
    assert not {"torch", "dagster", "duckdb", "pyarrow", "sqlglot"} & set(modules)
    assert pool.run([("write", str(tmp_path / "x"))], [0]) == [["OSError"]]
    assert (tmp_path / "x").read_bytes() == b""


def test_threads_share_one_pool(pool):
    def ask(k: int) -> bool:
        return pool.run([("echo", (k, i)) for i in range(100)], [i % 3 for i in range(100)]) == [
            [[k, i]] for i in range(100)
        ]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(16)))
    assert len(pool.pids()) == 2


def test_killed_workers_lose_and_double_no_verdict(database):
    policy = SandboxPolicy(timeout_seconds=2)
    texts = [f"SELECT {i}, count(*) FROM item a, item b, item c, item d, item e, item f, item g" for i in range(1500)]
    done = threading.Event()
    kills = []

    def killer(pool: Pool) -> None:
        choice = random.Random(7)
        while not done.wait(choice.uniform(0.01, 0.04) if len(kills) < 5 else choice.uniform(0.1, 0.4)):
            for pid in choice.sample(pool.pids(), min(1, len(pool.pids()))):
                os.kill(pid, signal.SIGKILL)
                kills.append(pid)

    with Pool(EXECUTE_TASK, policy, workers=2) as pool:
        thread = threading.Thread(target=killer, args=(pool,))
        thread.start()
        try:
            outcomes = pool.run([(str(database), sql) for sql in texts], [i % 5 for i in range(len(texts))])
        finally:
            done.set()
            thread.join()
    rows = [unpacked_execution(outcome, policy).rows for outcome in outcomes]
    assert rows == [((i, 3**7),) for i in range(len(texts))]
    assert kills


def test_kills_under_load_change_no_verdict(database):
    """Payloads and queries mixed, while every child process, also one that has just been started, may be killed."""
    policy = SandboxPolicy(timeout_seconds=0.3)
    payloads = {
        "SELECT instr(printf('%.990000c', 'a'), printf('%.400000c', 'a') || 'b')": Status.TIMEOUT,
        "SELECT random()": Status.DENIED,
        "SELECT nothing": Status.ERROR,
        "SELECT length(printf('%.9000000c', 'a'))": Status.RESOURCE_LIMIT,
        "SELECT 1; SELECT 2": Status.MULTIPLE_STATEMENTS,
    }
    texts = [f"SELECT {i}, count(*) FROM item a, item b, item c, item d, item e" for i in range(600)]
    for place, sql in zip(range(50, 600, 100), payloads, strict=False):
        texts[place] = sql
    stop, killed = threading.Event(), []

    def killer() -> None:
        choice = random.Random(3)
        while len(killed) < 25 and not stop.wait(choice.choice((0.005, 0.05, 0.2))):
            children = _children()
            for pid in choice.sample(children, min(1, len(children))):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    with Pool(EXECUTE_TASK, policy, workers=2) as pool:
        thread = threading.Thread(target=killer)
        thread.start()
        try:
            outcomes = pool.run([(str(database), sql) for sql in texts], [i % 3 for i in range(len(texts))])
        finally:
            stop.set()
            thread.join()
    assert len(killed) >= 5 and len(outcomes) == len(texts)
    for i, (sql, outcome) in enumerate(zip(texts, outcomes, strict=True)):
        execution = unpacked_execution(outcome, policy)
        expected = payloads.get(sql, Status.OK)
        # What runs into its own kill may be hit by ours each time before that.
        assert execution.status in {expected, Status.WORKER_DIED if expected is Status.TIMEOUT else expected}, sql
        if sql not in payloads:
            assert execution.rows == ((i, 3**5),)


def _children() -> list[int]:
    """The processes that this one has started and that still run."""
    return [int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]


def test_a_closed_pool_leaves_no_process_and_refuses_work():
    pool = Pool(PROBE, POLICY, workers=2)
    pool.run([("echo", i) for i in range(100)], range(100))
    pids = pool.pids()
    assert len(pids) == 2
    pool.close()
    pool.close()
    assert not any(alive(pid) for pid in pids)
    with pytest.raises(SandboxError, match="closed"):
        pool.run([("echo", 1)], [0])


@pytest.mark.parametrize("after", [0.0, 0.05, 0.4], ids=["at once", "while workers start", "while they work"])
def test_closing_while_other_threads_work(after):
    """Each gets an error that says why, and no process is left: neither one at work nor one that was about to start."""
    before = set(_children())
    pool = Pool(PROBE, SandboxPolicy(timeout_seconds=30), workers=2)
    with ThreadPoolExecutor(3) as threads:
        calls = [threads.submit(pool.run, [("wait", 0.2)] * 40, range(40)) for _ in range(3)]
        time.sleep(after)
        started = time.monotonic()
        pool.close()
        assert time.monotonic() - started < 8  # all of the work takes 12
        errors = [call.exception(timeout=5) for call in calls]
    assert [(type(e), str(e)) for e in errors] == [(SandboxError, "the pool is closed")] * 3
    assert set(_children()) <= before and pool.pids() == []


def test_a_worker_that_cannot_start_says_why():
    with Pool("tests.sandbox.probe:Missing", POLICY, workers=1) as pool, pytest.raises(SandboxError, match="Missing"):
        pool.run([("echo", 1)], [0])


@pytest.mark.parametrize("item", [("echo", 1), ("hang", 3)], ids=["idle", "busy"])
def test_workers_end_when_their_parent_is_killed(item):
    """The parent is not a test: it has no `if __name__ == "__main__"`, and dies without a chance to clean up."""
    script = textwrap.dedent(
        f"""
        import threading
        from t2s_pipeline.sandbox.policy import SandboxPolicy
        from t2s_pipeline.sandbox.pool import Pool
        pool = Pool({PROBE!r}, SandboxPolicy(timeout_seconds=60), workers=1)
        pool.run([("echo", 1)], [0])
        threading.Thread(target=pool.run, args=([{item!r}], [0]), daemon=True).start()
        print(*pool.pids(), flush=True)
        threading.Event().wait()
        """
    )
    root = str(Path(__file__).parents[2])
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    time.sleep(0.2)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not alive(worker), seconds=8)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)

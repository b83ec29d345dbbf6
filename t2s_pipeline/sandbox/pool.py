"""Layer 4: persistent workers, one a core; batches in, one outcome an item out, whatever the workers do.

    with Pool("t2s_pipeline.sandbox.tasks:ExecuteTask", SandboxPolicy()) as pool:
        outcomes = pool.run(items, keys)

Every item gets exactly one outcome, in order: the task's response, or a `Death` where a worker had to be
killed at the deadline or died of it. A worker that dies for another reason takes nobody with it: the item it was
on is tried again, alone; a second death of a worker's own (memory, a crash) is that item's, and a sixth by
somebody's SIGKILL or SIGTERM (the system ran out of memory). Dead workers are replaced. Items with equal keys go to
the same worker where possible, so that what it keeps warm is of use. May be called from several threads; one pool, one
set of processes.

Not covered: a hostile kernel neighbour; seccomp or a network namespace (SQLite as built here opens no
sockets, and the worker has no extension loading).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import threading
import time
import weakref
import zlib
from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from t2s_pipeline.machine import available_cores
from t2s_pipeline.sandbox.connection import DatabaseFileError
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.process import SandboxError, WorkerKilled, WorkerProcess
from t2s_pipeline.sandbox.progress import IDLE

MAX_CHUNK = 64
CLOSE_SECONDS = 5.0  # closing waits so long for calls in other threads to end
CLOSE_LOOK_SECONDS = 0.05
MAX_ATTEMPTS = 2
MAX_KILLED = 6  # attempts at what somebody else kills, workers that start included: it is hardly ever the item's doing


@dataclass(frozen=True)
class Death:
    """An item that its worker did not survive, in which `phase` of its task, and why.

    `timed_out`: killed by us at its deadline; otherwise workers died of this item as often as it was tried.
    """

    phase: int
    timed_out: bool
    detail: str


@dataclass
class _Job:
    index: int
    item: Any
    attempts: int = 0


class Pool:
    """`task` is `module:Class`, built in each worker with the policy and the progress page; its instance is
    called with an item and returns lists and scalars (blobs too). `workers` defaults to one a core.
    """

    def __init__(self, task: str, policy: SandboxPolicy, workers: int | None = None) -> None:
        self.policy = policy
        self.size = workers or available_cores()
        self._task = task
        self._workers: list[WorkerProcess | None] = [None] * self.size
        self._free = list(range(self.size))
        self._waiting = 0
        self._closed = False
        self._condition = threading.Condition()
        self._owner = os.getpid()
        self._finalizer = weakref.finalize(self, _close_workers, self._workers, self._owner)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers. Idempotent; also done at exit. Calls under way in other threads raise SandboxError."""
        self._closed = True
        if self._owner == os.getpid():  # a forked child leaves its parent's workers alone
            self._end_calls()
        self._finalizer()

    def _end_calls(self) -> None:
        """Kill what works for other threads: its holders find it dead and give it back. What is just starting is killed
        a look later."""
        deadline = time.monotonic() + CLOSE_SECONDS
        with self._condition:
            self._condition.notify_all()
            while len(self._free) < self.size and time.monotonic() < deadline:
                for worker in self._workers:
                    if worker is not None:
                        worker.kill()
                self._condition.wait(CLOSE_LOOK_SECONDS)

    def pids(self) -> list[int]:
        """The process ids of the workers now running."""
        return [w.pid for w in self._workers if w is not None and w.alive()]

    def run(self, items: Sequence[Any], keys: Sequence[Hashable]) -> list[Any]:
        """One outcome an item, in order: what the task returned, or a Death.

        `keys` says which items belong together. Raises DatabaseFileError for a file that is not usable,
        SandboxError where a worker can't start or a task raises: that is a defect, never a candidate's doing.
        """
        self.require_open()
        if len(items) != len(keys):
            raise ValueError(f"{len(items)} items but {len(keys)} keys")
        return _Run(self, items, keys).outcomes() if items else []

    def require_open(self) -> None:
        if self._closed:
            raise SandboxError("the pool is closed")

    def acquire(self, block: bool) -> int | None:
        """The number of a worker for the caller alone. Without `block`, None if others wait or none is free."""
        with self._condition:
            if not block:
                return None if self._waiting or not self._free else self._free.pop()
            self._waiting += 1
            self._condition.wait_for(lambda: self._free or self._closed)
            self._waiting -= 1
            self.require_open()
            return self._free.pop()

    def release(self, number: int) -> None:
        with self._condition:
            self._free.append(number)
            self._condition.notify()

    def worker(self, number: int) -> WorkerProcess:
        """The process of that number, started or replaced where it is not running. Only for its holder."""
        self.require_open()
        worker = self._workers[number]
        if worker is not None and not worker.alive():
            worker.close()
            worker = self._workers[number] = None
        if worker is None:
            worker = self._workers[number] = self._started_worker()
        return worker

    def _started_worker(self) -> WorkerProcess:
        for _ in range(MAX_KILLED - 1):
            with contextlib.suppress(WorkerKilled):
                return WorkerProcess(self._task, self.policy)
        return WorkerProcess(self._task, self.policy)


@dataclass
class _Held:
    """A worker that works for one call, and its jobs without an outcome, by index."""

    worker: WorkerProcess
    jobs: dict[int, _Job]


class _Run:
    """One call of `Pool.run`: what is still to do, what is under way, what is done."""

    def __init__(self, pool: Pool, items: Sequence[Any], keys: Sequence[Hashable]) -> None:
        self._pool = pool
        self._outcomes: list[Any] = [None] * len(items)
        self._undone = len(items)
        self._queues = _queues(items, keys, pool.size)
        self._held: dict[int, _Held] = {}
        self._selector = selectors.DefaultSelector()

    def outcomes(self) -> list[Any]:
        try:
            while self._undone:
                self._pool.require_open()
                self._start_chunks()
                self._collect()
        except BaseException:  # interrupted: what the workers hold belongs to nobody any more
            for held in self._held.values():
                held.worker.kill()
            raise
        finally:
            for number in list(self._held):
                self._let_go(number)
            self._selector.close()
        return self._outcomes

    def _start_chunks(self) -> None:
        while any(self._queues):
            number = self._pool.acquire(block=not self._held)
            if number is None:
                return
            try:
                worker = self._pool.worker(number)
            except BaseException:  # the place is given back whatever stopped the worker's start
                self._pool.release(number)
                raise
            chunk = self._next_chunk(number)
            self._held[number] = _Held(worker, {job.index: job for job in chunk})
            self._selector.register(worker.responses, selectors.EVENT_READ, number)
            worker.send([(job.index, job.item) for job in chunk])  # if it is dead, its pipe's end will tell

    def _next_chunk(self, number: int) -> list[_Job]:
        return (self._queues[number] or max(self._queues, key=len)).popleft()

    def _collect(self) -> None:
        """Wait for a response, a death or the next deadline, and take what has come."""
        wait = min(held.worker.seconds_left() for held in self._held.values())
        for key, _ in self._selector.select(max(wait, 0.0)):
            messages = self._held[key.data].worker.receive()
            if messages is None:
                self._bury(key.data, timed_out=False)
            elif self._take(key.data, messages):
                self._let_go(key.data)
        for number, held in list(self._held.items()):
            if held.worker.seconds_left() <= 0:
                self._kill(number)

    def _take(self, number: int, messages: list[list[Any]]) -> bool:
        """Note responses; True where the chunk is done."""
        for kind, content in messages:
            if kind == "failed":
                raise SandboxError(f"a worker's task failed:\n{content}")
            if kind == "unusable":
                raise DatabaseFileError(content)
            for index, response in content:
                self._finish(number, index, response)
        return bool(messages) and messages[-1][0] == "last"

    def _finish(self, number: int, index: int, outcome: Any) -> None:
        del self._held[number].jobs[index]
        self._outcomes[index] = outcome
        self._undone -= 1

    def _kill(self, number: int) -> None:
        """End an execution that is past its deadline; what was finished before still counts."""
        worker = self._held[number].worker
        overdue = worker.doing()
        worker.kill()
        while (messages := worker.receive()) is not None:
            self._take(number, messages)
        self._bury(number, timed_out=worker.doing() == overdue)  # else it had just moved on: not a timeout

    def _bury(self, number: int, timed_out: bool) -> None:
        """Whose death was it? Everyone else of the chunk is queued again."""
        held = self._held[number]
        doing, detail = held.worker.doing(), held.worker.end_in_words()
        culprit = held.jobs.get(doing.sequence) if doing.sequence != IDLE else None
        limit = MAX_KILLED if held.worker.was_killed() else MAX_ATTEMPTS
        for job in [culprit] if culprit else list(held.jobs.values()):
            job.attempts += 1
            if job is culprit and (timed_out or job.attempts >= limit):
                self._finish(number, job.index, Death(doing.phase, timed_out, detail))
            elif job.attempts > limit:
                self._finish(number, job.index, Death(doing.phase, False, detail))
        rest = [job for job in held.jobs.values() if not job.attempts]
        if rest:
            self._queues[number].appendleft(rest)
        self._queues[number].extendleft([job] for job in held.jobs.values() if job.attempts)
        self._let_go(number)

    def _let_go(self, number: int) -> None:
        self._selector.unregister(self._held.pop(number).worker.responses)
        self._pool.release(number)


def _queues(items: Sequence[Any], keys: Sequence[Hashable], workers: int) -> list[deque[list[_Job]]]:
    """Chunks of jobs of one key each, dealt to the workers by key; a worker without takes from the fullest."""
    by_key: dict[Hashable, list[_Job]] = {}
    for index, (item, key) in enumerate(zip(items, keys, strict=True)):
        by_key.setdefault(key, []).append(_Job(index, item))
    size = max(1, min(MAX_CHUNK, -(-len(items) // (4 * workers))))
    queues: list[deque[list[_Job]]] = [deque() for _ in range(workers)]
    for key, jobs in by_key.items():
        queue = queues[zlib.crc32(str(key).encode("utf-8", "replace")) % workers]
        queue.extend(jobs[i : i + size] for i in range(0, len(jobs), size))
    return queues


def _close_workers(workers: list[WorkerProcess | None], owner: int) -> None:
    if os.getpid() != owner:  # a forked child must not end its parent's workers
        return
    for i, worker in enumerate(workers):
        if worker is not None:
            worker.close()
            workers[i] = None

"""Where questions of several people queue for the one model: a bound on how many, and a deadline for each.

    desk = Desk(asker, Queue(places=8, seconds=60))
    answer = await desk.ask("How many singers?", path, "music.sqlite")       # Busy, Overdue

One question is answered at a time, in order, in a thread. Who finds no place is told so at once. Who waits past the
deadline is told so then; the question is given up when the model next hands over an answer, and keeps its place until
that. So a model that is slow at one answer can make others wait or be sent away, and never more than `places`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.asking.answer import Answer
from t2s_pipeline.asking.asker import Asker
from t2s_pipeline.errors import T2sError


@dataclass(frozen=True)
class Queue:
    """`places` for questions, the one being answered among them, and `seconds` that each may take, waiting included."""

    places: int = 8
    seconds: float = 60.0


class Busy(T2sError):
    """Every place is taken; ask again later."""


class Overdue(T2sError):
    """The question was not answered by its deadline."""


class Desk:
    """Asks `asker` from a thread of its own; whoever made that closes it, after `close`."""

    def __init__(self, asker: Asker, queue: Queue) -> None:
        self.asker = asker
        self.queue = queue
        self._places = threading.BoundedSemaphore(queue.places)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="asking")
        self._closed = False

    def close(self) -> None:
        """Let nobody in, give up what is being answered, and wait for that."""
        self._closed = True
        self._thread.shutdown(cancel_futures=True)

    async def ask(self, question: str, database: Path, name: str) -> Answer:
        """As `Asker.ask`, and raises Busy, Overdue."""
        deadline = time.monotonic() + self.queue.seconds
        if self._closed or not self._places.acquire(blocking=False):
            raise Busy(f"{self.queue.places} questions are being answered or waiting; ask again later")
        future = self._thread.submit(self._answer, question, database, name, deadline)
        future.add_done_callback(self._leave)
        waiting = asyncio.wrap_future(future)
        done, _ = await asyncio.wait({waiting}, timeout=self.queue.seconds)
        if not done:
            waiting.add_done_callback(lambda late: late.cancelled() or late.exception())  # nobody waits for it
            future.cancel()  # where it has not begun
            raise self._overdue()
        return waiting.result()

    def _answer(self, question: str, database: Path, name: str, deadline: float) -> Answer:
        def still_wanted(*_: object) -> None:
            if self._closed or time.monotonic() > deadline:
                raise self._overdue()

        return self.asker.ask(question, database, name, still_wanted)

    def _leave(self, _: Future[Answer]) -> None:
        self._places.release()

    def _overdue(self) -> Overdue:
        return Overdue(f"not answered within {self.queue.seconds:g} s; ask again, or ask something simpler")

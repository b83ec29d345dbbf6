"""What a worker is doing right now, on a page of memory that its parent watches.

The worker writes here before each execution, at no cost worth naming; the parent reads it to know how long
the present one has been running and, after a death, whose it was.
"""

from __future__ import annotations

import mmap
import struct
import time
import zlib
from dataclasses import dataclass

_LAYOUT = struct.Struct("<qqd")
_SUM = struct.Struct("<I")
_COPY = 64  # where the second copy begins
IDLE = -1

STARVED_SHARE, STARVED_FACTOR = 0.5, 6.0
"""An execution that got less of a core than this share by its deadline may go on, up to so many times the limit."""
FIRST_LOOK_SECONDS = 0.05
"""An execution's CPU time counts from the first look at it after so long: asking the system costs more than most
queries take."""


def overdue(wall: float, cpu: float, limit: float) -> bool:
    """Whether an execution is past its deadline, from its seconds so far by the clock and on a core.

    The deadline is wall clock, which a query that works meets on time. On a crowded or suspended machine the clock
    runs while the query does not: a verdict must not depend on that, so such an execution is given more of it.
    """
    return wall > limit and (cpu > limit * STARVED_SHARE or wall > limit * STARVED_FACTOR)


@dataclass(frozen=True)
class Doing:
    """Item `sequence` of the present chunk (IDLE: none), its `phase`, and when that began, by the monotonic clock."""

    sequence: int
    phase: int
    started: float


class ProgressPage:
    """One page, mapped by parent and worker from the same file descriptor."""

    SIZE = mmap.PAGESIZE

    def __init__(self, descriptor: int) -> None:
        self._page = mmap.mmap(descriptor, self.SIZE)
        self._sequence = IDLE
        self._phase = 0

    def begin_item(self, sequence: int) -> None:
        self._sequence = sequence

    def begin_phase(self, phase: int) -> None:
        """An execution starts now: the deadline counts from here."""
        self._phase = phase
        self._write(self._sequence, phase, time.monotonic())

    def begin_own_work(self) -> None:
        """The execution is over and its result is made ready to be sent: a deadline of its own."""
        self.begin_phase(self._phase)

    def idle(self) -> None:
        self._write(IDLE, 0, 0.0)

    def read(self) -> Doing:
        """What was written last as a whole: a copy that is being written does not have its sum."""
        for start in (0, _COPY):
            record = self._page[start : start + _LAYOUT.size]
            (total,) = _SUM.unpack_from(self._page, start + _LAYOUT.size)
            if zlib.crc32(record) == total:
                return Doing(*_LAYOUT.unpack(record))
        return Doing(IDLE, 0, 0.0)

    def _write(self, *fields: float) -> None:
        """Two copies, one after the other, each with its sum: the parent reads at any moment, also in the middle of
        this (it once read a start of 0, and killed a worker for an execution that had just begun)."""
        record = _LAYOUT.pack(*fields)
        whole = record + _SUM.pack(zlib.crc32(record))
        self._page[0 : len(whole)] = whole
        self._page[_COPY : _COPY + len(whole)] = whole

    def close(self) -> None:
        self._page.close()

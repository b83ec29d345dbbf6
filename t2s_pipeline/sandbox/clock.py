"""A SQLite file layer whose clock stands still, so that a verdict does not depend on the day it was given.

`date('now')`, `CURRENT_TIMESTAMP` and their kin all ask the file layer (VFS) for the time; this one answers
with the first instant of 2020 (the official evaluator, too, takes `YEAR(CURDATE())` for 2020) and remembers
that it was asked. All else is the platform's own layer, in C.
"""

from __future__ import annotations

from functools import cache

import apsw

VFS_NAME = "t2s_fixed_clock"
FIXED_JULIAN_DAY = 2458849.5  # 2020-01-01 00:00:00 UTC
_MILLISECONDS_A_DAY = 86_400_000


class FixedClock(apsw.VFS):
    """Set `was_read` to False before a run; it is True after one that looked at the time."""

    def __init__(self) -> None:
        self.was_read = False
        super().__init__(VFS_NAME, "")

    def xCurrentTime(self) -> float:
        self.was_read = True
        return FIXED_JULIAN_DAY

    def xCurrentTimeInt64(self) -> int:
        self.was_read = True
        return int(FIXED_JULIAN_DAY * _MILLISECONDS_A_DAY)


@cache
def fixed_clock() -> FixedClock:
    """This process's clock, registered with SQLite on the first call."""
    return FixedClock()

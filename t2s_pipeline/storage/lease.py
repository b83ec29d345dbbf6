"""The lock of a shared storage: who creates the next numbered file holds it, who removes no more than that releases it.

    with leased(storage, "publish"): ...

`locks/publish/00000007` is the seventh holder's turn, `locks/publish/00000007.done` its end. A turn is made by writing
a file only where there is none (on S3 `If-None-Match: *`), so that one machine gets it. Where a holder dies, the others
wait until they have seen its turn unended for LEASE_SECONDS by their own clocks, which need not agree, and take the
next. A machine that was suspended between looking and writing may make a turn that is over and removed: it looks again,
sees later ones, and gives its own up. A holder that is only slow is no longer alone after that time. Nothing breaks by
it, because each write of a publication is whole by itself and the same whoever makes it; two acceptances of one arm
could get one number.
"""

from __future__ import annotations

import os
import random
import socket
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

LEASE_SECONDS = 60.0
_POLL_SECONDS = 0.25
_DONE = ".done"
_KEPT = 2
"""Turns that stay in the listing, the newest of which is never removed."""


class _Files(Protocol):
    """What a lease needs of a storage."""

    def listed(self, folder: str) -> Collection[str]: ...

    def create(self, name: str, content: bytes) -> bool: ...

    def remove(self, name: str) -> None: ...


@contextmanager
def leased(files: _Files, lock: str, seconds: float = LEASE_SECONDS) -> Iterator[None]:
    """Hold `lock`; waits for it. `seconds`: how long a turn that does not end is waited for."""
    turn = _take(files, lock, seconds)
    try:
        yield
    finally:
        files.create(_name(lock, turn) + _DONE, b"")
        for name in files.listed(f"locks/{lock}"):
            if _number(name) <= turn - _KEPT:
                files.remove(name)


def _take(files: _Files, lock: str, seconds: float) -> int:
    """The number of the turn that this process got."""
    owner = f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex}".encode()
    seen, since = -1, time.monotonic()
    while True:
        names = files.listed(f"locks/{lock}")
        last = _last(names)
        if last != seen:
            seen, since = last, time.monotonic()
        ended = last == 0 or _name(lock, last) + _DONE in names
        if (ended or time.monotonic() - since > seconds) and files.create(_name(lock, last + 1), owner):
            if _last(files.listed(f"locks/{lock}")) == last + 1:
                return last + 1
            files.remove(_name(lock, last + 1))
            continue
        time.sleep(_POLL_SECONDS * random.uniform(0.5, 1.5))


def _last(names: Collection[str]) -> int:
    return max((_number(name) for name in names), default=0)


def _name(lock: str, turn: int) -> str:
    return f"locks/{lock}/{turn:08d}"


def _number(name: str) -> int:
    return int(name.rpartition("/")[2].removesuffix(_DONE))

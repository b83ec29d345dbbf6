"""Who is at work in the stores of prompts and completions: any number of users together, or one that removes.

    held = hold_store(data)          # a user: until `held.close()`, or the end of the process, however it ends
    with store_alone(data): ...      # one that removes; StoreInUse where a user is at work

A user that found a completion relies on it, and on its prompt, until what it makes of them is published. The locks are
the system's (flock), so that a killed process leaves none behind. They need a file system that has them.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from t2s_pipeline.generation.protocol import GenerationError

_LOCK = ".in-use.lock"


class StoreInUse(GenerationError):
    """A step is at work with the store; nothing may be removed from it now."""


def hold_store(data: Path) -> IO[bytes]:
    """Hold the stores of a data folder as a user; waits while somebody removes, which takes seconds."""
    held = _open(data)
    fcntl.flock(held, fcntl.LOCK_SH)
    return held


@contextmanager
def store_alone(data: Path) -> Iterator[None]:
    """Hold the stores with no user beside. Raises StoreInUse at once where there is one."""
    with _open(data) as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreInUse(f"{data / 'stores'}: a run is at work with it; remove when it has ended") from error
        yield


def _open(data: Path) -> IO[bytes]:
    (data / "stores").mkdir(parents=True, exist_ok=True)
    return open(data / "stores" / _LOCK, "ab")

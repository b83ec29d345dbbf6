"""Who is at work in the stores: any number of users together, or one that removes.

    held = hold_store(data)           # a user: until `held.close()`, or the end of the process
    with store_alone(data): ...       # one that removes; StoreInUse where a user is at work

A user that found a completion relies on it, and on its prompt, until what it makes of them is published. Among the
processes of one machine the locks are the system's (flock, which the file system must have): a killed process leaves
none behind. On a shared storage every user also writes `locks/users/<host>-<process>-...`, and removes it at the end;
one that removes writes `locks/alone` and then looks for users, and a user looks for that after it has written its own:
of two that come together at least one sees the other. A killed machine leaves its file behind; nothing is removed until
a person has removed that, because nobody else can know that it is dead.
"""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from t2s_pipeline.storage import storage_of
from t2s_pipeline.storage.protocol import StorageError
from t2s_pipeline.storage.shared import SharedStorage

_LOG = logging.getLogger("t2s")
_LOCK = ".in-use.lock"
_USERS, _ALONE = "locks/users", "locks/alone"
WAIT_SECONDS = 600.0
"""How long a user waits for one that removes."""
_POLL_SECONDS = 0.5


class StoreInUse(StorageError):
    """A step is at work with the stores; nothing may be removed from them now. Or one that removes does not end."""


_written: dict[str, SharedStorage] = {}
"""The files of this process's users on shared storages that are still there, by name."""


def _remove_written() -> None:
    for name in list(_written):
        _written.pop(name).remove(name)


# Not atexit, which comes after Python has shut down the executors that every request needs.
threading._register_atexit(_remove_written)


class Held:
    """The hold of one user, until `close` or its own end."""

    def __init__(self, file: IO[bytes], name: str = "") -> None:
        self._file = file
        self._name = name

    def close(self) -> None:
        self._file.close()
        storage = _written.pop(self._name, None)
        if storage is not None:
            storage.remove(self._name)

    def __del__(self) -> None:
        self.close()

    def __enter__(self) -> Held:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hold_store(data: Path) -> Held:
    """Hold the stores of a data folder as a user; waits while somebody removes, which takes seconds. Raises StoreInUse
    where that takes WAIT_SECONDS on another machine."""
    file = _open(data)
    fcntl.flock(file, fcntl.LOCK_SH)
    storage = storage_of(data)
    if not isinstance(storage, SharedStorage):
        return Held(file)
    name = f"{_USERS}/{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    held = Held(file, name)
    _written[name] = storage
    storage.create(name, b"")
    _wait_for_removal(storage, held)
    return held


@contextmanager
def store_alone(data: Path) -> Iterator[None]:
    """Hold the stores with no user beside. Raises StoreInUse at once where there is one."""
    with _open(data) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreInUse(f"{data / 'stores'}: a run is at work with it; remove when it has ended") from error
        storage = storage_of(data)
        if not isinstance(storage, SharedStorage):
            yield
            return
        with _alone_among_machines(storage):
            yield


@contextmanager
def _alone_among_machines(storage: SharedStorage) -> Iterator[None]:
    if not storage.create(_ALONE, f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex}".encode()):
        raise StoreInUse(f"{storage.url}/{_ALONE}: another machine removes; if it is dead, remove that file")
    try:
        users = list(storage.listed(_USERS))
        if users:
            raise StoreInUse(
                f"{storage.url}: {len(users)} at work with the stores, {users[0]} among them; remove when they have "
                "ended, or remove the files of those that are dead"
            )
        yield
    finally:
        storage.remove(_ALONE)


def _wait_for_removal(storage: SharedStorage, held: Held) -> None:
    since, told = time.monotonic(), False
    while storage.stat(_ALONE) is not None:
        if not told:
            _LOG.info(
                "%s/%s: waiting, for another machine removes; if it is dead, remove that file", storage.url, _ALONE
            )
            told = True
        if time.monotonic() - since > WAIT_SECONDS:
            held.close()
            raise StoreInUse(
                f"{_ALONE} of the shared storage has been there for {WAIT_SECONDS:.0f} s: "
                "if who removes is dead, remove that file"
            )
        time.sleep(_POLL_SECONDS)


def _open(data: Path) -> IO[bytes]:
    (data / "stores").mkdir(parents=True, exist_ok=True)
    return open(data / "stores" / _LOCK, "ab")

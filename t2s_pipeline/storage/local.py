"""A folder of this machine as the storage: live names are hard links, moved by rename."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from t2s_pipeline.files import STORE_PARTS, TEMPORARY, replacing, write_synced
from t2s_pipeline.storage.protocol import PUBLISH, Result, Stored


class LocalStorage:
    """The storage in `folder`; see `protocol.py`."""

    shared = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stat(self, name: str) -> Stored | None:
        try:
            found = os.stat(self.folder / name)
        except FileNotFoundError:
            return None
        # Each publication links the file anew, of the same content too, and so changes its ctime.
        version = f"{found.st_ino}-{found.st_size}-{found.st_ctime_ns}"
        return Stored(version, found.st_size, max(found.st_mtime, found.st_ctime))

    def listed(self, folder: str) -> dict[str, Stored]:
        names = [
            os.path.join(os.path.relpath(place, self.folder), file)
            for place, _, files in os.walk(self.folder / folder)
            for file in files
            if not file.startswith(TEMPORARY)
        ]
        found = ((name, self.stat(name)) for name in sorted(names))
        return {name: stored for name, stored in found if stored is not None}

    def stamp(self) -> str:
        """Whatever the clock says: each publication changes its folder's time."""
        folders = [path for pattern in ("tables/*", "tables/*/*") for path in self.folder.glob(pattern)]
        found = sorted((path.relative_to(self.folder).as_posix(), path.stat().st_mtime_ns) for path in folders)
        stores = [path.name for path in self.folder.glob("stores/*") if next(path.glob(STORE_PARTS), None)]
        return hashlib.sha256(repr((found, sorted(stores))).encode()).hexdigest()[:32]

    def read(self, name: str, reader: Callable[[BinaryIO], Result]) -> Result:
        with open(self.folder / name, "rb") as file:
            return reader(file)

    def bring(self, names: Sequence[str]) -> list[Path]:
        return [self.folder / name for name in names]

    def bring_all(self, folder: str, pattern: str) -> list[Path]:
        return sorted((self.folder / folder).glob(pattern))

    def snapshots(self, pointed: Sequence[tuple[str, str]]) -> list[Path]:
        targets = [self.folder / target for _, target in pointed]
        lives = [self.folder / live for live, _ in pointed]
        return [target if target.is_file() else live for target, live in zip(targets, lives, strict=True)]

    def put(self, name: str, write: Callable[[BinaryIO], None], replace: bool = False) -> Path:
        path = self.folder / name
        with replacing(path) as temporary:
            write_synced(temporary, write)
        return path

    def point(self, live: str, target: str) -> None:
        """A hard link, or a copy where links are not to be had."""
        with replacing(self.folder / live) as temporary:
            try:
                os.link(self.folder / target, temporary)
            except OSError:
                shutil.copyfile(self.folder / target, temporary)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def lock(self, name: str = PUBLISH) -> AbstractContextManager[None]:
        return self.machine_lock(name)

    def machine_lock(self, name: str = PUBLISH) -> AbstractContextManager[None]:
        return file_lock(self.folder / f".{name}.lock")


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold a lock among the processes of this machine; released by the system at a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

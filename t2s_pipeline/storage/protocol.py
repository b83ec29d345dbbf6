"""What publication needs of a storage. Names are relative, with `/`: `objects/...`, `tables/...`, `stores/...`.

Two kinds of name: one that is *put* is written once and never changes, so that a copy of it is as good as it; a *live*
one is *pointed* at such a file, and moved from one to the next in one step. A reader sees a name whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from t2s_pipeline.errors import T2sError

PUBLISH = "publish"
Result = TypeVar("Result")


class StorageError(T2sError, RuntimeError):
    """A storage that cannot be used as asked; the message says which, and what to do."""


@dataclass(frozen=True)
class Stored:
    """One file of a storage. `version` changes with its content; `seconds`, since 1970, is when it was written, or on a
    disk got or lost a name."""

    version: str
    size: int
    seconds: float


class Storage(Protocol):
    """Both kinds of storage. `folder` is the data folder on this machine, `shared` whether other machines write too."""

    folder: Path
    shared: bool

    def stat(self, name: str) -> Stored | None:
        """The file of a name as it is now; None where there is none."""

    def listed(self, folder: str) -> dict[str, Stored]:
        """All files under `folder`, however deep, by name in order; what is being written is not among them."""

    def stamp(self) -> str:
        """A text that is another one when a live name was moved, made or removed, when a store got its first part, and
        on a shared storage when one got any part."""

    def read(self, name: str, reader: Callable[[BinaryIO], Result]) -> Result:
        """What `reader` makes of a file as it is now. Raises FileNotFoundError, and what `reader` does."""

    def bring(self, names: Sequence[str]) -> list[Path]:
        """Where on this machine the files of these names are, which never change. Raises FileNotFoundError."""

    def bring_all(self, folder: str, pattern: str) -> list[Path]:
        """The same of all files right in `folder` whose names match `pattern`, in order. Those that are there no more
        leave this machine, too."""

    def snapshots(self, pointed: Sequence[tuple[str, str]]) -> list[Path]:
        """Where on this machine to read what live names hold, each with the target that it was pointed at: the target,
        or where that is gone the live file."""

    def put(self, name: str, write: Callable[[BinaryIO], None], replace: bool = False) -> Path:
        """Make a file of what `write` writes, synced; where on this machine it is. One that is there stays as it is,
        unless it is damaged and so to be replaced."""

    def point(self, live: str, target: str) -> None:
        """Let `live` be the file `target`, in one step."""

    def remove(self, name: str) -> None:
        """Remove a name; one that is not there is no error."""

    def lock(self, name: str = PUBLISH) -> AbstractContextManager[None]:
        """A lock of the storage, waited for; live names change under PUBLISH."""

    def machine_lock(self, name: str = PUBLISH) -> AbstractContextManager[None]:
        """The same among this machine's processes alone; `lock` holds it, too."""

"""The databases that may be asked about: SQLite files of folders that were named when the server began.

    folders = DatabaseFolders([Path("databases")])
    folders.listed()                                  # {"shop.sqlite": Path(...), "music/music.sqlite": Path(...)}

A name is looked up among what a look into the folders found, and is never made into a path: nothing that a request says
leads elsewhere. Files lie in a folder or one folder below, are called .sqlite, .sqlite3 or .db, begin as SQLite's do,
and are none of the hidden ones; a link that leads out of the folder is left out.

Not covered: a folder that others may write to. Whoever can replace a file there chooses what is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from t2s_pipeline.asking.way import AskError

SUFFIXES = (".sqlite", ".sqlite3", ".db")
_MAGIC = b"SQLite format 3\0"


class UnknownDatabaseError(AskError):
    """No database of that name is listed."""


class DatabaseFolders:
    """Raises AskError for a folder that is none, and for two of the same name."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [Path(os.path.realpath(folder)) for folder in folders]
        for folder in self._folders:
            if not folder.is_dir():
                raise AskError(f"{folder}: no such folder; name one with SQLite files")
        names = [folder.name for folder in self._folders]
        if len(set(names)) < len(names):
            raise AskError(f"{', '.join(names)}: folders are told apart by their names; rename one")

    def listed(self) -> dict[str, Path]:
        """The files by name, in order of their names; behind the folder's name where there are several folders."""
        several = len(self._folders) > 1
        found = {}
        for folder in self._folders:
            for path in _databases(folder):
                name = path.relative_to(folder).as_posix()
                found[f"{folder.name}/{name}" if several else name] = path
        return dict(sorted(found.items()))

    def path(self, name: str) -> Path:
        """Raises UnknownDatabaseError."""
        found = self.listed().get(name)
        if found is None:
            raise UnknownDatabaseError("no such database; GET /databases lists those there are")
        return found


def _databases(folder: Path) -> Iterator[Path]:
    for path in (*folder.glob("*"), *folder.glob("*/*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.suffix not in SUFFIXES or not _printable(str(path)):
            continue
        if Path(os.path.realpath(path)).is_relative_to(folder) and _is_sqlite(path):
            yield path


def _printable(name: str) -> bool:
    """Whether a name is text: bytes that are not UTF-8 cannot be told in JSON."""
    return not any("\ud800" <= c <= "\udfff" for c in name)


def _is_sqlite(path: Path) -> bool:
    try:
        if not path.is_file():  # a pipe would never finish opening
            return False
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False

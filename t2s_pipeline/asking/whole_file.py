"""A database file to read that is whole, whatever somebody else has open, and that nothing here ever writes to.

    with whole_database(Path("shop.sqlite")) as file:
        ...                                             # read-only and immutable, as the sandbox opens it

As a rule it is the file itself. SQLite may keep the latest writes beside a file, in a write-ahead log or in a journal
to roll back, and whoever opened it there would write: then it is a copy of them all in a private temporary folder, put
together by SQLite there and removed at the end. Somebody who writes at the same time is noticed by inode, time and size
of the files, at the end of the reading: what was read is then of no use.

A journal that names another file is refused. A transaction over several databases leaves such a one, and SQLite, having
rolled it back, deletes the file that it names: whoever writes a journal could choose any.

Not covered: a write that leaves all three as they were; a database that is larger than the disk has room for twice.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from t2s_pipeline.errors import T2sError
from t2s_pipeline.sandbox.connection import DatabaseFileError, require_finished
from t2s_pipeline.sandbox.file_stamp import file_stamp

COPIES_TRIED = 3
_PARTS = ("", "-wal", "-journal")
_NAMES_A_FILE = bytes.fromhex("d9d505f920a163d7")
"""The end of a journal that names a super-journal: https://www.sqlite.org/fileformat2.html#the_rollback_journal"""
_State = tuple[tuple[int, int, int] | None, ...]


class DatabaseChangedError(T2sError):
    """Somebody wrote to the database while it was read; ask again."""


@contextmanager
def whole_database(path: Path) -> Iterator[Path]:
    """The path to read. Raises DatabaseFileError for what is no file, DatabaseChangedError at the end."""
    real = os.path.realpath(path)
    if _unfinished(real):
        with tempfile.TemporaryDirectory(prefix="t2s-ask-") as folder:
            yield _copied(real, Path(folder) / "database.sqlite")
        return
    file_stamp(real)  # says what is wrong with a file that is none
    before = _state(real)
    yield Path(real)
    if _state(real) != before:
        raise DatabaseChangedError(f"{path}: was written to while it was read; ask again")


def _unfinished(real: str) -> bool:
    try:
        require_finished(real)
    except DatabaseFileError:
        return True
    return False


def _state(real: str) -> _State:
    """Of the file and of what is beside it: inode, time and size; None for what is not there."""
    return tuple(_stamp(real + part) for part in _PARTS)


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        info = os.stat(path)
    except FileNotFoundError:
        return None
    return info.st_ino, info.st_mtime_ns, info.st_size


def _copied(real: str, target: Path) -> Path:
    """The database at `target`, of files of one moment. Raises DatabaseFileError, DatabaseChangedError."""
    for _ in range(COPIES_TRIED):
        before = _state(real)
        try:
            for part in _PARTS:
                _copy(real + part, str(target) + part)
        except OSError as error:
            raise DatabaseFileError(
                f"{real}: has writes beside it that are not in the file itself, and cannot be copied: {error.strerror}"
            ) from error
        if _state(real) == before:
            _put_together(real, target)
            return target
    raise DatabaseChangedError(f"{real}: is being written to; ask again when it is at rest")


def _copy(source: str, target: str) -> None:
    if os.path.exists(source) and not os.path.isfile(source):  # a pipe or a device has no end
        raise OSError(errno.EINVAL, f"{source} is no regular file")
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        Path(target).unlink(missing_ok=True)  # of an earlier try
        if not source.endswith(_PARTS[1:]):
            raise


def _put_together(real: str, copy: Path) -> None:
    """Let SQLite write the log into the copy, or roll its journal back, and leave a file that is whole."""
    _require_no_other_file(real, copy)
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA journal_mode = DELETE").fetchall()
            db.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        raise DatabaseFileError(f"{real}: {error}; is it a SQLite database?") from error
    if _unfinished(str(copy)):
        raise DatabaseFileError(f"{real}: its log cannot be read; close the program that writes it, and ask again")


def _require_no_other_file(real: str, copy: Path) -> None:
    journal = copy.with_name(f"{copy.name}-journal")
    if journal.is_file() and _ends_with(journal, _NAMES_A_FILE):
        raise DatabaseFileError(
            f"{real}: its journal is of a transaction over several databases, which is not finished here; open it with "
            "the program that wrote it, and ask again"
        )


def _ends_with(path: Path, end: bytes) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(end)))
        return file.read() == end

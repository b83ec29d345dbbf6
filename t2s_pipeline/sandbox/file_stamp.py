"""What tells one state of a database file from another: for warm connections, and for whatever is kept of its results.

What a writer leaves in a write-ahead log changes nothing of that: it is looked for as well, and such a file refused.
Not covered: a change that leaves inode, time and size as they were.
"""

from __future__ import annotations

import os
import stat
from functools import lru_cache

from t2s_pipeline.sandbox.connection import DatabaseFileError, require_finished

FileStamp = tuple[str, int, int, int]


def file_stamp(path: str) -> FileStamp:
    """Path, inode, time of change in nanoseconds, size. Raises DatabaseFileError for no file, or a log beside it."""
    try:
        info = os.stat(path)
    except OSError as error:
        raise DatabaseFileError(f"{path}: {error.strerror}") from error
    if not stat.S_ISREG(info.st_mode):  # a pipe would never finish opening
        raise DatabaseFileError(f"{path}: not a file")
    real = _real_path(path, info.st_dev, info.st_ino)
    if os.access(real + "-wal", os.F_OK):
        require_finished(real)
    return (path, info.st_ino, info.st_mtime_ns, info.st_size)


@lru_cache(maxsize=1_000)
def _real_path(path: str, device: int, inode: int) -> str:
    """Where the links of a path lead to; looked at again where it leads to another file."""
    return os.path.realpath(path)

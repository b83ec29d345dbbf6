"""What tells one state of a database file from another: for warm connections, and for whatever is kept of its results.

Not covered: a change that leaves inode, time and size as they were.
"""

from __future__ import annotations

import os
import stat

from t2s_pipeline.sandbox.connection import DatabaseFileError

FileStamp = tuple[str, int, int, int]


def file_stamp(path: str) -> FileStamp:
    """Path, inode, time of change in nanoseconds, size. Raises DatabaseFileError where there is no file."""
    try:
        info = os.stat(path)
    except OSError as error:
        raise DatabaseFileError(f"{path}: {error.strerror}") from error
    if not stat.S_ISREG(info.st_mode):  # a pipe would never finish opening
        raise DatabaseFileError(f"{path}: not a file")
    return (path, info.st_ino, info.st_mtime_ns, info.st_size)

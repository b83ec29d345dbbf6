"""Paths that users' data names: looked at without failing, whatever the text is.

A name may hold a null character, be longer than any file system takes, or lead around in links for ever. No file is
there in these cases, and that is what is said; opening a file is not this module's business.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether a file is there; no for a path that cannot be one, or that may not be looked at."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def resolved(folder: Path, name: str) -> Path:
    """`name`, taken from `folder`, without links and dots; as it stands where that cannot be told."""
    try:
        return Path(os.path.realpath(folder / name))
    except (OSError, ValueError):
        return folder.absolute() / name

"""Folders that are built from sources: once, whole, and again only where the sources changed.

    built_folder(Path("data/embedded"), digest, write, what="embedded data set")

`write(folder)` fills an empty folder. It then takes the target's name by a rename, so that no reader finds half of it,
with a stamp (`built.json`) of what it was built from and of every file in it. A target whose stamp and files are as
they should be is left alone. Of several processes that find nothing built, one builds and the rest wait.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from t2s_pipeline.datasets.errors import DatasetError

STAMP_FILE = "built.json"

Identity = Callable[[Path], Any]
"""What of a file is compared with the stamp: JSON text must hold it."""


def sha256_of(path: Path) -> str:
    """Notices any change; reads the file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def size_of(path: Path) -> int:
    """Notices what is gone or cut short; for thousands of files."""
    return path.stat().st_size


def built_folder(
    target: Path, sources: str, write: Callable[[Path], None], *, what: str, identity: Identity = sha256_of
) -> Path:
    """Have `write` build the folder `target`, unless it is there already, and return `target`.

    `sources` is the digest of everything that `write` depends on. Raises DatasetError where `target` holds something
    that this function did not make, and whatever `write` raises, with nothing left behind.
    """
    if _is_current(target, sources, identity):
        return target
    if target.exists() and not (target / STAMP_FILE).is_file():
        raise DatasetError(f"{target} exists and is no {what}; move it away, or name another folder")
    from t2s_pipeline.files import folder_lock

    target.parent.mkdir(parents=True, exist_ok=True)
    with folder_lock(target.parent):
        if not _is_current(target, sources, identity):
            _build_and_replace(target, sources, write, identity)
    return target


def write_json(path: Path, content: object) -> None:
    """JSON as the built folders have it: the same bytes everywhere."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _build_and_replace(target: Path, sources: str, write: Callable[[Path], None], identity: Identity) -> None:
    for left in target.parent.glob(f".{target.name}-*"):  # by a builder that was killed: nobody else has the lock
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        fresh = Path(scratch) / "fresh"
        fresh.mkdir()
        write(fresh)
        files = sorted(path for path in fresh.rglob("*") if path.is_file())
        named = {path.relative_to(fresh).as_posix(): identity(path) for path in files}
        write_json(fresh / STAMP_FILE, {"sources": sources, "files": named})
        if target.exists():
            target.rename(Path(scratch) / "replaced")
        fresh.rename(target)


def _is_current(target: Path, sources: str, identity: Identity) -> bool:
    """Whether `target` was built from these sources and every file that was built is still as it was."""
    try:
        stamp = json.loads((target / STAMP_FILE).read_text(encoding="utf-8"))
        files = stamp["files"].items()
        return stamp["sources"] == sources and all(identity(target / name) == value for name, value in files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False

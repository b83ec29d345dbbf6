"""Published folders (adapters) on a shared storage: uploaded file by file when they are whole, brought when asked for.

    share_folder(data / "adapters" / digest, last="manifest.json")
    bring_folder(data / "adapters" / digest)

A folder in a data folder that is itself the storage needs neither, and nothing is done. Not covered: training's own
files, which stay on the machine that trains.
"""

from __future__ import annotations

from pathlib import Path

from t2s_pipeline.storage import storage_of
from t2s_pipeline.storage.location import shared_url
from t2s_pipeline.storage.shared import SharedStorage


def share_folder(folder: Path, last: str) -> None:
    """Upload every file of a folder that is there whole; the one named `last` after all others."""
    storage, data = _shared(folder)
    if storage is not None:
        files = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.name == last)
        for path in files:
            storage.upload(path.relative_to(data).as_posix())


def bring_folder(folder: Path, pattern: str = "*") -> None:
    """Bring the files under a folder that this machine lacks; `pattern` is of their whole names under it."""
    storage, data = _shared(folder)
    if storage is not None:
        storage.bring_matching(folder.relative_to(data).as_posix(), pattern)


def _shared(folder: Path) -> tuple[SharedStorage | None, Path]:
    """The shared storage that the data folder above `folder` is a copy of, and that data folder."""
    for data in folder.absolute().parents:
        if shared_url(data) is not None:
            storage = storage_of(data)
            assert isinstance(storage, SharedStorage)
            return storage, data
    return None, folder

"""The database files that a verdict is about: test-suite accuracy, where a database's folder holds several.

    database_files("database/car_1/car_1.sqlite")             # ("…/car_1.sqlite", "…/car_1_fuzz_0.sqlite", …)
    further_database_files("database/car_1/car_1.sqlite")     # ("…/car_1_fuzz_0.sqlite", …)

A candidate is correct only where it is on all of them. As the official evaluator does, every file of the folder counts
whose name contains ".sqlite". Unlike there, the main file comes first (a verdict's facts are of it) and the rest are
sorted; SQLite's own `-journal`, `-wal` and `-shm` files are no databases; and the folder must be the database's own, of
the same name, as Spider and its test suite have it: elsewhere the neighbours are other databases.
"""

from __future__ import annotations

import os
from pathlib import Path

_MARK = ".sqlite"
_SIDE_FILES = ("-journal", "-wal", "-shm")


def database_files(main_path: str | Path) -> tuple[str, ...]:
    """Absolute paths, that of `main_path` first whether it is there or not."""
    return (os.path.abspath(main_path), *further_database_files(main_path))


def further_database_files(main_path: str | Path) -> tuple[str, ...]:
    """Absolute paths of the files beside `main_path` that are the same database, in order."""
    main = os.path.abspath(main_path)
    folder, name = os.path.split(main)
    if os.path.basename(folder) != name.partition(_MARK)[0]:
        return ()
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted(e.path for e in entries if _is_another(e, name)))
    except OSError:
        return ()


def _is_another(entry: os.DirEntry[str], main_name: str) -> bool:
    return _MARK in entry.name and entry.name != main_name and not entry.name.endswith(_SIDE_FILES) and entry.is_file()

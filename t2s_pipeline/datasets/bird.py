"""BIRD's layout: its questions, its databases, and what came with them.

    <root>/dev.json      <root>/dev_databases/<db_id>/<db_id>.sqlite
    <root>/train.json    <root>/train_databases/<db_id>/<db_id>.sqlite
    <root>/.../<db_id>/database_description/<table>.csv     what the columns mean (`column_descriptions.py`)

A split may also lie in a folder of its own, as the archives unpack: `<root>/dev`, `<root>/dev_20240627` (of several,
the last by name), `<root>/train`. Its databases are beside its file, in the folder of its name.

A row has `db_id`, `question`, `evidence`, `SQL` and, in dev, `question_id` and `difficulty` (simple, moderate or
challenging). `dev_tables.json` is not read: schemas come from the databases. Judge it by `match_rule = "bird"` under
`sandbox.timeout_seconds = 30`, as BIRD's own script does.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.json_files import InputRow, read_input_rows
from t2s_pipeline.datasets.paths import is_file

DIFFICULTIES = ("simple", "moderate", "challenging")
ROOT_VARIABLE = "BIRD_ROOT"


def bird_folder(root: str) -> Path:
    """The folder of BIRD for the configured `root`. Raises DatasetError, with what to do, where there is none."""
    remedy = f"set {ROOT_VARIABLE} to the folder that holds dev.json and dev_databases"
    if not root or f"${ROOT_VARIABLE}" in root:
        raise DatasetError(f"{ROOT_VARIABLE} is not set: {remedy}")
    if not Path(root).is_dir():
        raise DatasetError(f"{root}: no such folder: {remedy}")
    return Path(root)


def split_file(folder: Path, split: str) -> Path | None:
    """The file of the split's questions; None where there is none."""
    named = sorted((path for path in folder.glob(f"{split}_[0-9]*") if path.is_dir()), reverse=True)
    places = (folder, folder / split, *named)
    return next((path / f"{split}.json" for path in places if is_file(path / f"{split}.json")), None)


def database_folder(file: Path, split: str) -> Path:
    """Where the databases of a split are, by a file of its questions."""
    return file.parent / f"{split}_databases"


def database_problem(file: Path, split: str) -> str:
    """What to do where the databases of a split are not there; "" where they are."""
    folder = database_folder(file, split)
    if folder.is_dir():
        return ""
    return (
        f"{folder}: no such folder, but {file.name} asks about its databases; unpack {split}_databases.zip, which is "
        "inside BIRD's archive, or set database_root in the data set's configuration"
    )


def read_rows(files: Iterable[Path]) -> list[InputRow]:
    """All rows of `files`. Raises DatasetError as `read_input_rows`, and for a difficulty that BIRD does not have."""
    files = list(files)
    rows = read_input_rows(files)
    paths = {path.name: path for path in files}
    for row in rows:
        if row.difficulty is not None and row.difficulty not in DIFFICULTIES:
            raise DatasetError(
                f"{row.place(paths[row.source_file])}: difficulty {row.difficulty!r} is not one of "
                f"{', '.join(DIFFICULTIES)}; correct it, or leave it out"
            )
    return rows

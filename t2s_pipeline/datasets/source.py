"""Where a configured data set is: the files of each split, and the database of each row.

    source = open_source(config.datasets["spider"], "spider", data_folder)
    rows = source.rows("dev")
    location = source.databases().locate(rows[0])      # spider/concert_singer, .../concert_singer.sqlite

`open_source` builds the embedded data set on first use. A database that rows name is
`<root>/<id>/<id>.sqlite`, else `<root>/<id>.sqlite`, and its id is `<dataset>/<id>`. A database that rows
give as a file has its file's stem as id; where two files share a stem, or a named database has it, later
ones (over train files, then dev files) get `_2`, `_3`, so that one id is one file in both splits,
whatever slice of them is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets import spider
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.json_files import InputRow, read_input_rows
from t2s_pipeline.datasets.paths import is_file

JSON_FILES = {"train": ("train.json", "train.jsonl"), "dev": ("dev.json", "dev.jsonl")}
SPLITS = ("train", "dev")


@dataclass(frozen=True)
class DatabaseLocation:
    """`path` is None where there is no such file; `detail` then says what was looked for."""

    database_id: str
    path: Path | None
    detail: str = ""


@dataclass(frozen=True)
class Source:
    """A data set as found on disk. `files` are by split; they need not exist."""

    name: str
    folder: Path
    database_folder: Path
    files: dict[str, tuple[Path, ...]]

    def rows(self, split: str) -> list[InputRow]:
        """All rows of the split. Raises DatasetError for an absent, empty or malformed file."""
        if not self.files[split]:
            raise DatasetError(
                f"{self.folder}: none of {', '.join(JSON_FILES[split])}; "
                f"set {split}_files in the data set's configuration"
            )
        return read_input_rows(self.files[split])

    def databases(self) -> Databases:
        """The databases that rows of all splits name. Raises DatasetError as `rows` does."""
        rows: list[InputRow] = []
        for split in SPLITS:
            if self.files[split] and all(is_file(path) for path in self.files[split]):
                rows += self.rows(split)
        return Databases(self, rows)


class Databases:
    """Ids and files of the databases of one source."""

    def __init__(self, source: Source, rows: Iterable[InputRow]) -> None:
        self._source = source
        rows = list(rows)
        named = {row.database_name for row in rows if row.database_name}
        self._names_of_files: dict[Path, str] = {}
        self._files_by_name: dict[str, Path] = {}
        for row in rows:
            if row.database_file and row.database_file not in self._names_of_files:
                name = self._free_name(row.database_file, named)
                self._names_of_files[row.database_file] = name
                self._files_by_name[name] = row.database_file

    def locate(self, row: InputRow) -> DatabaseLocation | None:
        """The database of `row`, or None where the row names none."""
        if row.database_file:
            return self._given(row.database_file)
        return self._named(row.database_name) if row.database_name else None

    def by_id(self, database_id: str) -> DatabaseLocation:
        """The database of that id."""
        name = database_id.removeprefix(f"{self._source.name}/")
        file = self._files_by_name.get(name)
        return self._given(file) if file else self._named(name)

    def _given(self, file: Path) -> DatabaseLocation:
        database_id = f"{self._source.name}/{self._names_of_files[file]}"
        if is_file(file):
            return DatabaseLocation(database_id, file)
        # Relative: the text ends up in a table whose content must not depend on the machine.
        relative = os.path.relpath(file, self._source.folder).replace("\0", "\\0")
        return DatabaseLocation(database_id, None, f"no database file {relative}")

    def _named(self, name: str) -> DatabaseLocation:
        database_id = f"{self._source.name}/{name}"
        if Path(name).name != name or "\0" in name:
            return DatabaseLocation(database_id, None, f"{name!r} is not the name of a database")
        candidates = (f"{name}/{name}.sqlite", f"{name}.sqlite")
        for candidate in candidates:
            path = self._source.database_folder / candidate
            if is_file(path):
                return DatabaseLocation(database_id, path)
        return DatabaseLocation(database_id, None, f"no {' or '.join(candidates)} in the database folder")

    def _free_name(self, file: Path, named: set[str]) -> str:
        """The file's stem, unless another database has it."""
        name, number = file.stem, 1
        while name in self._files_by_name or (name in named and self._named(name).path != file):
            number += 1
            name = f"{file.stem}_{number}"
        return name


def open_source(dataset: DatasetConfig, dataset_name: str, data_folder: Path) -> Source:
    """Find the data set `dataset_name`; the embedded one is built in `<data_folder>/embedded` first.

    Raises DatasetError where its folder is not to be found, with what to do.
    """
    if dataset.kind == "embedded":
        from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded

        folder = build_embedded(data_folder / "embedded")
        defaults = {split: (name,) for split, name in SPLIT_FILES.items()}
    elif dataset.kind == "spider":
        folder, defaults = spider.spider_folder(dataset.root, data_folder), spider.SPLIT_FILES
    else:
        folder = _json_folder(dataset.root)
        defaults = {
            split: tuple(name for name in names if is_file(folder / name))[:1] for split, names in JSON_FILES.items()
        }
    stated = {"train": dataset.train_files, "dev": dataset.dev_files}
    files = {split: tuple(folder / name for name in stated[split] or defaults[split]) for split in SPLITS}
    default_databases = folder / spider.DATABASE_FOLDER
    return Source(
        name=dataset_name,
        folder=folder,
        database_folder=Path(dataset.database_root) if dataset.database_root else default_databases,
        files=files,
    )


def _json_folder(root: str) -> Path:
    if not root or not Path(root).is_dir():
        raise DatasetError(f"{root!r} is no folder; set the data set's root to the folder that holds its files")
    return Path(root)

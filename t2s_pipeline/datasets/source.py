"""Where a configured data set is: the files of each split, and the database of each row.

    source = open_source(config.datasets["spider"], "spider", data_folder)
    rows = source.rows("dev")
    location = source.databases().locate(rows[0])      # spider/concert_singer, .../concert_singer.sqlite

Each kind's layout is its module's business (`spider.py`, `variants.py`, `bird.py`, `wikisql.py`, `embedded/build.py`);
what is built (embedded, wikisql) is built on first use. A database that rows name is `<id>/<id>.sqlite`, else
`<id>.sqlite`, in the first folder of databases that has it, and its id is `<dataset>/<id>`. A database that rows give
as a file has its file's stem as id; where two files share a stem, or a named database has it, later ones (over train
files, then dev files) get `_2`, `_3`, so that one id is one file in both splits, whatever slice of them is loaded.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets import bird, spider, variants, wikisql
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
    """A data set as found on disk.

    `files` are by split; they need not exist. `problems` are what to do about splits that cannot be read. `folder` is
    where its files are searched; `read_rows` knows what a row looks like, `stated_levels` that a row alone can say how
    hard it is.
    """

    name: str
    folder: Path
    database_folders: tuple[Path, ...]
    files: Mapping[str, tuple[Path, ...]]
    problems: Mapping[str, str] = field(default_factory=dict)
    read_rows: Callable[[Iterable[Path]], list[InputRow]] = read_input_rows
    stated_levels: bool = False

    def rows(self, split: str) -> list[InputRow]:
        """All rows of the split. Raises DatasetError for an absent, empty or malformed file."""
        if split in self.problems:
            raise DatasetError(self.problems[split])
        return self.read_rows(self.files[split])

    def databases(self) -> Databases:
        """The databases that rows of all splits name. Raises DatasetError as `rows` does."""
        rows: list[InputRow] = []
        for split in self.readable_splits():
            if all(is_file(path) for path in self.files[split]):
                rows += self.rows(split)
        return Databases(self, rows)

    def readable_splits(self) -> list[str]:
        """The splits that the data set has."""
        return [split for split in SPLITS if self.files.get(split) and split not in self.problems]


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
        for folder in self._source.database_folders:
            for candidate in candidates:
                if is_file(folder / candidate):
                    return DatabaseLocation(database_id, folder / candidate)
        return DatabaseLocation(database_id, None, f"no {' or '.join(candidates)} in the database folder")

    def _free_name(self, file: Path, named: set[str]) -> str:
        """The file's stem, unless another database has it."""
        name, number = file.stem, 1
        while name in self._files_by_name or (name in named and self._named(name).path != file):
            number += 1
            name = f"{file.stem}_{number}"
        return name


def open_source(dataset: DatasetConfig, dataset_name: str, data_folder: Path) -> Source:
    """Find the data set `dataset_name`; one that has to be built is built in `data_folder` first.

    Raises DatasetError where its folder is not to be found, with what to do.
    """
    match dataset.kind:
        case "embedded":
            source = _embedded(dataset, dataset_name, data_folder)
        case "spider":
            source = _spider(dataset, dataset_name, spider.spider_folder(dataset.root, data_folder))
        case "spider_dk" | "spider_realistic" | "spider_syn":
            source = _variant(dataset, dataset_name, data_folder)
        case "bird":
            source = _bird(dataset, dataset_name)
        case "wikisql":
            source = _wikisql(dataset, dataset_name, data_folder)
        case "json":
            source = _json(dataset, dataset_name)
    _refuse_two_of_a_name(source)
    return source


def _listed(dataset: DatasetConfig, name: str, folder: Path, defaults: Mapping[str, tuple[str, ...]]) -> Source:
    """A data set whose files are in `folder`, and whose databases are in a folder of it."""
    names = _stated_files(dataset)
    files = {split: tuple(folder / file for file in names[split] or defaults[split]) for split in SPLITS}
    return Source(name, folder, _database_folders(dataset, folder / spider.DATABASE_FOLDER), files)


def _embedded(dataset: DatasetConfig, name: str, data_folder: Path) -> Source:
    from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded

    folder = build_embedded(data_folder / "embedded")
    return _listed(dataset, name, folder, {split: (file,) for split, file in SPLIT_FILES.items()})


def _spider(dataset: DatasetConfig, name: str, folder: Path) -> Source:
    """A folder in Spider's layout; one of the two splits may be absent whole."""
    source = _listed(dataset, name, folder, spider.SPLIT_FILES)
    stated = _stated_files(dataset)
    lacking = [s for s in SPLITS if not stated[s] and not any(is_file(file) for file in source.files[s])]
    return replace(source, problems={split: _no_file(folder, split, spider.SPLIT_FILES[split]) for split in lacking})


def _variant(dataset: DatasetConfig, name: str, data_folder: Path) -> Source:
    folder = variants.variant_folder(dataset)
    files = {"train": (), "dev": variants.dev_files(dataset, folder)}
    problems = {"train": f"data set {name!r} is for evaluation alone: train on a data set of kind 'spider'"}
    if not files["dev"]:
        problems["dev"] = _no_file(folder, "dev", variants.DEV_FILES[dataset.kind])
    folders = variants.database_folders(dataset, folder, data_folder)
    return Source(name, folder, folders, files, problems, partial(variants.read_rows, dataset.kind))


def _json(dataset: DatasetConfig, name: str) -> Source:
    if not dataset.root or not Path(dataset.root).is_dir():
        raise DatasetError(f"{dataset.root!r} is no folder; set the data set's root to the folder that holds its files")
    folder = Path(dataset.root)
    found = {split: tuple(n for n in names if is_file(folder / n))[:1] for split, names in JSON_FILES.items()}
    source = _listed(dataset, name, folder, found)
    lacking = [split for split in SPLITS if not source.files[split]]
    return replace(source, problems={split: _no_file(folder, split, JSON_FILES[split]) for split in lacking})


def _bird(dataset: DatasetConfig, name: str) -> Source:
    folder = bird.bird_folder(dataset.root)
    stated = _stated_files(dataset)
    files, problems = {}, {}
    for split in SPLITS:
        found = bird.split_file(folder, split)
        files[split] = tuple(folder / file for file in stated[split]) or ((found,) if found else ())
        if not files[split]:
            problems[split] = _no_file(folder, split, (f"{split}.json", f"{split}/{split}.json"))
        elif not dataset.database_root and (problem := bird.database_problem(files[split][0], split)):
            problems[split] = problem
    places = [bird.database_folder(files[split][0], split) for split in SPLITS if files[split]]
    folders = _database_folders(dataset, *places)
    return Source(name, folder, folders, files, problems, bird.read_rows, stated_levels=True)


def _wikisql(dataset: DatasetConfig, name: str, data_folder: Path) -> Source:
    folder = wikisql.wikisql_folder(dataset.root)
    cache = data_folder / "wikisql" / hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    stated = _stated_files(dataset)
    files, problems = {}, {}
    for split in SPLITS:
        names = stated[split] or tuple(n for n in (f"{split}.jsonl",) if is_file(folder / n))
        files[split] = tuple(wikisql.build_wikisql(folder / n, cache) / Path(n).name for n in names)
        if not names:
            problems[split] = _no_file(folder, split, (f"{split}.jsonl",))
    built = (path.parent / wikisql.DATABASE_FOLDER for split in SPLITS for path in files[split])
    return Source(name, folder, _database_folders(dataset, *built), files, problems)


def _stated_files(dataset: DatasetConfig) -> dict[str, tuple[str, ...]]:
    return {"train": dataset.train_files, "dev": dataset.dev_files}


def _database_folders(dataset: DatasetConfig, *defaults: Path) -> tuple[Path, ...]:
    return (Path(dataset.database_root),) if dataset.database_root else tuple(dict.fromkeys(defaults))


def _no_file(folder: Path, split: str, names: Iterable[str]) -> str:
    return f"{folder}: none of {', '.join(names)}; set {split}_files in the data set's configuration"


def _refuse_two_of_a_name(source: Source) -> None:
    """Raise DatasetError where two folders of databases have different ones of the same name."""
    found: dict[str, Path] = {}
    for folder in source.database_folders if len(source.database_folders) > 1 else ():
        for name, file in _databases_in(folder).items():
            first = found.setdefault(name, file)
            if first != file and not filecmp.cmp(first, file, shallow=False):
                raise DatasetError(f"{file}: another database than {first}, of the same name; give one another name")


def _databases_in(folder: Path) -> dict[str, Path]:
    """The files that a folder of databases can be asked for, by name; WikiSQL has tens of thousands."""
    found: dict[str, Path] = {}
    with os.scandir(folder) if folder.is_dir() else nullcontext(()) as entries:
        for entry in entries:
            name, suffix = os.path.splitext(entry.name)
            if suffix == ".sqlite":
                found.setdefault(name, folder / entry.name)
            elif is_file(own := folder / entry.name / f"{entry.name}.sqlite"):
                found[entry.name] = own
    return found

"""Spider's variants, as their authors publish them: questions for evaluation, on Spider's own dev databases.

    spider_syn        <root>/Spider-Syn/dev.json or <root>/dev.json     github.com/ygan/Spider-Syn
    spider_realistic  <root>/spider-realistic.json                      zenodo.org/records/5205322
    spider_dk         <root>/Spider-DK.json  <root>/database/new_*      github.com/ygan/Spider-DK

Spider-Syn replaces words of the schema by synonyms: `SpiderSynQuestion` is what is asked, `SpiderQuestion` is ignored.
Spider-Realistic leaves out the names of columns. Spider-DK asks for domain knowledge, partly about three databases of
its own; its `type` (which kind of knowledge) is not kept. Databases that a folder does not bring are Spider's. None of
them has a train split here: Spider-Syn's `train_spider.json` is not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.config_variants import VARIANT_ROOTS
from t2s_pipeline.datasets import json_files
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.json_files import InputRow, read_input_rows
from t2s_pipeline.datasets.paths import is_file
from t2s_pipeline.datasets.spider import DATABASE_FOLDER, UNRESOLVED, spider_folder

DEV_FILES = {
    "spider_syn": ("Spider-Syn/dev.json", "dev.json"),
    "spider_realistic": ("spider-realistic.json",),
    "spider_dk": ("Spider-DK.json",),
}
"""Where each kind's questions may be, in its folder."""

QUESTION_FIELDS = {"spider_syn": ("SpiderSynQuestion",)}
"""What the question of a row is called, where it is not as in Spider."""


def variant_folder(dataset: DatasetConfig) -> Path:
    """The variant's folder. Raises DatasetError, with what to do, where there is none."""
    variable = VARIANT_ROOTS[dataset.kind]
    remedy = f"set {variable} to the folder that holds {' or '.join(DEV_FILES[dataset.kind])}"
    if not dataset.root or f"${variable}" in dataset.root:
        raise DatasetError(f"{variable} is not set: {remedy}")
    if not Path(dataset.root).is_dir():
        raise DatasetError(f"{dataset.root}: no such folder: {remedy}")
    return Path(dataset.root)


def read_rows(kind: str, files: Iterable[Path]) -> list[InputRow]:
    """All rows of `files`. Raises DatasetError as `read_input_rows`."""
    return read_input_rows(files, QUESTION_FIELDS.get(kind, json_files.QUESTION_FIELDS))


def dev_files(dataset: DatasetConfig, folder: Path) -> tuple[Path, ...]:
    """The files of questions: those that the configuration states, else the kind's own; none where none is there."""
    names = dataset.dev_files or tuple(name for name in DEV_FILES[dataset.kind] if is_file(folder / name))[:1]
    return tuple(folder / name for name in names)


def database_folders(dataset: DatasetConfig, folder: Path, data_folder: Path) -> tuple[Path, ...]:
    """The variant's own databases, where it has some, and Spider's. Raises DatasetError where these are not there."""
    root = dataset.database_root
    if not root or UNRESOLVED in root:
        root = str(spider_folder("", data_folder) / DATABASE_FOLDER)
    if not Path(root).is_dir():
        raise DatasetError(
            f"{root}: no such folder, but {dataset.kind} asks about Spider's databases; set SPIDER_ROOT to the folder "
            "that holds dev.json and database, or database_root in the data set's configuration"
        )
    own = folder / DATABASE_FOLDER
    return (own, Path(root)) if own.is_dir() else (Path(root),)

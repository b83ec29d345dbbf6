"""Spider's layout: which files make a split, where its databases are, and what came with this copy.

    <root>/train_spider.json  train_others.json  dev.json  tables.json
    <root>/database/<db_id>/<db_id>.sqlite
    <root>/dev_exclusions.json     questions outside the reduced denominator; a genuine copy has none
    <root>/dev_db_sha256.txt       sha256sum's list of the released dev databases; may be absent

The embedded data set has the same layout, with `train_spider.json` alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.schema.catalog import file_fingerprint

SPLIT_FILES = {"train": ("train_spider.json", "train_others.json"), "dev": ("dev.json",)}
DATABASE_FOLDER = "database"
CHECKSUM_FILE = "dev_db_sha256.txt"
UNRESOLVED = "$SPIDER_ROOT"

_CHECKSUM_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


@dataclass(frozen=True)
class ChecksumResult:
    """Files of the checksum list, as it names them: equal to the release, different from it, or absent."""

    equal: tuple[str, ...]
    different: tuple[str, ...]
    absent: tuple[str, ...]


def unpacked_folder(data_folder: Path) -> Path:
    """Where `t2s data spider ARCHIVE` unpacks to, and where Spider is looked for if SPIDER_ROOT is not
    set."""
    return data_folder / "spider"


def spider_folder(root: str, data_folder: Path) -> Path:
    """The folder of Spider for the configured `root`. Raises DatasetError, with what to do, where there
    is none."""
    remedy = "set SPIDER_ROOT to the folder that holds dev.json, or run `t2s data spider ARCHIVE`"
    if not root or UNRESOLVED in root:
        folder = unpacked_folder(data_folder)
        if not folder.is_dir():
            raise DatasetError(f"SPIDER_ROOT is not set, and there is no {folder}: {remedy}")
        return folder
    if not Path(root).is_dir():
        raise DatasetError(f"{root}: no such folder: {remedy}")
    return Path(root)


def exclusions_file(folder: Path, split: str) -> Path:
    return folder / f"{split}_exclusions.json"


def read_exclusions(folder: Path, split: str, row_count: int) -> dict[int, str]:
    """Reasons by row number of the split, from `<split>_exclusions.json`; empty where there is no such file.

    The file holds `{"split": "dev", "reason": "...", "index": [459, ...]}`. Raises DatasetError where it
    does not, or names a row outside the split's `row_count` rows.
    """
    path = exclusions_file(folder, split)
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DatasetError(f"{path}: not valid JSON: {error}; repair it, or remove it") from error
    content = content if isinstance(content, dict) else {}
    reason, index = content.get("reason"), content.get("index")
    if content.get("split") != split or not isinstance(reason, str) or not isinstance(index, list):
        raise DatasetError(
            f"{path}: expected an object with split {split!r}, reason (text) and index (row numbers from 0)"
        )
    for number in index:
        if type(number) is not int or not 0 <= number < row_count:
            raise DatasetError(f"{path}: index {number!r} is not one of the split's {row_count} rows; remove it")
    return dict.fromkeys(index, reason)


def verify_checksums(folder: Path) -> ChecksumResult | None:
    """Compare the files that `dev_db_sha256.txt` lists; None where there is no such list. Raises
    DatasetError."""
    path = folder / CHECKSUM_FILE
    if not path.is_file():
        return None
    equal, different, absent = [], [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        match = _CHECKSUM_LINE.fullmatch(line.strip())
        if not match:
            raise DatasetError(f"{path}:{number}: expected a sha256, two spaces and a file name")
        stated, name = match.groups()
        if not (folder / name).is_file():
            absent.append(name)
        else:
            (equal if file_fingerprint(folder / name) == stated else different).append(name)
    return ChecksumResult(tuple(equal), tuple(different), tuple(absent))

"""Unpacking the official Spider archive, which is untrusted input: `t2s data spider ARCHIVE`.

    unpacked = unpack_spider(Path("spider_data.zip"), data_folder / "spider")
    unpacked.missing        # what of Spider's layout the archive did not hold

Zip and tar (plain, gz, bz2, xz), read to the end of the stream. The folder that holds `dev.json` becomes `target`,
whatever it is called in the archive (`spider`, `spider_data`); `__MACOSX` and its like are left out. Everything is
written into a temporary folder beside `target`, which takes the name only when complete. Refused: names that lead
outside or are too long, links, devices, encrypted members, a second file of the same name, more than 32 GB.

Not covered: downloading, and whether the content is the release's (`t2s data check`).
"""

from __future__ import annotations

import gzip
import json
import lzma
import os
import shutil
import stat
import tarfile
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.paths import is_file
from t2s_pipeline.datasets.spider import DATABASE_FOLDER, SPLIT_FILES

MAX_BYTES = 32 * 10**9
ANCHOR = "dev.json"
EXPECTED_FILES = (*SPLIT_FILES["train"], *SPLIT_FILES["dev"], "tables.json")
MAX_NAME_BYTES = 255  # of one file or folder: what file systems take

# What the readers raise for damaged archives, and the file system for members that cannot stand side by side.
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    UnicodeError,
    NotImplementedError,
    FileExistsError,
    NotADirectoryError,
)


@dataclass(frozen=True)
class UnpackedSpider:
    """`missing` names files of the layout, and databases that `tables.json` knows, that were not in the
    archive."""

    folder: Path
    files: int
    databases: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class _Member:
    path: PurePosixPath
    size: int
    open: Callable[[], IO[bytes]]


def unpack_spider(archive: Path, target: Path, progress: Callable[[int, int], None] | None = None) -> UnpackedSpider:
    """Unpack `archive` to `target`, which must not exist or be an empty folder. `progress` gets files
    done, of all.

    Raises DatasetError, with nothing left behind, where the archive is not one that can be used.
    """
    if not archive.is_file():
        raise DatasetError(f"{archive}: no such file; download Spider's archive first")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise DatasetError(f"{target}: is there already; remove it, or set SPIDER_ROOT to it")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f".tmp-{uuid.uuid4().hex}-{target.name}"
    try:
        with _members(archive) as members:
            chosen = _below_anchor(members, archive)
            # In the archive's order: going back in a compressed tar means reading it from the start again.
            for done, (path, member) in enumerate(chosen.items(), start=1):
                _write(member, temporary / path, archive)
                if progress:
                    progress(done, len(chosen))
        databases = len(list((temporary / DATABASE_FOLDER).glob("*/*.sqlite")))
        unpacked = UnpackedSpider(target, len(chosen), databases, _missing(temporary, archive))
        if target.is_dir():
            target.rmdir()
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return unpacked


@contextmanager
def _members(archive: Path) -> Iterator[list[_Member]]:
    """The regular files of the archive. Raises DatasetError for what is no archive, is damaged, or is not
    safe."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                yield _zip_members(opened, archive)
        elif tarfile.is_tarfile(archive):
            with tarfile.open(archive) as opened:
                yield _tar_members(opened, archive)
        else:
            raise DatasetError(f"{archive}: neither a zip nor a tar archive; download it again")
    except _BROKEN as error:
        raise DatasetError(f"{archive}: cannot be unpacked ({error}); download it again") from error
    except OSError as error:
        raise DatasetError(
            f"{archive}: cannot be unpacked ({error.strerror or error}); see that the data folder has room and may be "
            "written, else download it again"
        ) from error


def _zip_members(opened: zipfile.ZipFile, archive: Path) -> list[_Member]:
    members = []
    for info in opened.infolist():
        if info.is_dir():
            continue
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise DatasetError(f"{archive}: {info.filename!r} is a link or device; refused")
        if info.flag_bits & 1:
            raise DatasetError(f"{archive}: {info.filename!r} is encrypted; refused")
        path = _safe_path(info.filename, archive)
        members.append(_Member(path, info.file_size, lambda info=info: opened.open(info)))
    return members


def _tar_members(opened: tarfile.TarFile, archive: Path) -> list[_Member]:
    members = []
    for info in opened.getmembers():
        if info.isdir():
            continue
        if not info.isreg():
            raise DatasetError(f"{archive}: {info.name!r} is a link or device; refused")
        path = _safe_path(info.name, archive)
        members.append(_Member(path, info.size, lambda info=info: opened.extractfile(info)))
    # The end of a compressed stream lies behind the last member, and only there a cut or a wrong checksum shows.
    while opened.fileobj.read(1 << 20):
        pass
    return members


def _safe_path(name: str, archive: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    odd = "\\" in name or "\0" in name or PureWindowsPath(name).drive
    if path.is_absolute() or ".." in path.parts or not path.parts or odd:
        raise DatasetError(f"{archive}: {name!r} leads outside the folder; refused")
    if any(len(os.fsencode(part)) > MAX_NAME_BYTES for part in path.parts):
        raise DatasetError(f"{archive}: {name[:60]!r}... is longer than a file's name can be; refused")
    return path


def _below_anchor(members: list[_Member], archive: Path) -> dict[PurePosixPath, _Member]:
    """The members of Spider's own folder, by their path in it."""
    usable = [m for m in members if "__MACOSX" not in m.path.parts and not m.path.name.startswith("._")]
    anchors = [member.path.parent for member in usable if member.path.name == ANCHOR]
    if not anchors:
        raise DatasetError(f"{archive}: holds no {ANCHOR}; is it Spider's archive?")
    anchor = min(anchors, key=lambda path: (len(path.parts), path))
    chosen: dict[PurePosixPath, _Member] = {}
    for member in usable:
        if member.path.is_relative_to(anchor) and member.path.name != ".DS_Store":
            path = member.path.relative_to(anchor)
            if path in chosen:
                raise DatasetError(f"{archive}: holds {str(member.path)!r} twice; refused")
            chosen[path] = member
    size = sum(member.size for member in chosen.values())
    if size > MAX_BYTES:
        raise DatasetError(f"{archive}: would unpack to {size} bytes, more than {MAX_BYTES}; refused")
    return chosen


def _write(member: _Member, path: Path, archive: Path) -> None:
    """Copy the member's bytes to `path`, no more than it declared."""
    path.parent.mkdir(parents=True, exist_ok=True)
    left = member.size
    with member.open() as source, open(path, "xb") as file:
        while chunk := source.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise DatasetError(f"{archive}: {str(member.path)!r} is longer than it says; refused")
            file.write(chunk)


def _missing(folder: Path, archive: Path) -> tuple[str, ...]:
    missing = [name for name in EXPECTED_FILES if not is_file(folder / name)]
    if "tables.json" in missing:
        return tuple(missing)
    try:
        schemas = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
        names = [str(schema["db_id"]) for schema in schemas]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DatasetError(f"{archive}: tables.json is not Spider's list of schemas ({error!r})") from error
    paths = (f"{DATABASE_FOLDER}/{name}/{name}.sqlite" for name in sorted(set(names)))
    return (*missing, *(path for path in paths if not is_file(folder / path)))

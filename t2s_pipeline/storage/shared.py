"""An object store as the storage (fsspec), with a folder of this machine for copies of what never changes.

A file is written here first and uploaded whole; a live name is a copy that the server makes in one step, so that plain
globs over the bucket read it. What is in the store now decides; the folder only spares downloads, and may be removed at
any time when nobody is at work on this machine.

Not covered: a folder that fills the disk (remove it), and stores whose listing lags behind what was written.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from t2s_pipeline.files import TEMPORARY, replacing, write_synced
from t2s_pipeline.storage.lease import leased
from t2s_pipeline.storage.local import file_lock
from t2s_pipeline.storage.protocol import PUBLISH, Result, StorageError, Stored

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

AT_ONCE = 256
"""Files of one download call; fsspec brings them side by side."""
READ_AGAIN = 5
"""Times that a live file is read anew when it was replaced while it was read."""
_JUST_NOW_SECONDS = 60.0
_VERSIONS = ("ETag", "etag", "md5Hash", "content_md5", "created", "mtime")
_TIMES = ("LastModified", "last_modified", "mtime", "created")
_TOGETHER = "ConditionalRequestConflict"
"""What S3 answers one of two that make a file at the same moment: ask again."""
_ASK_AGAIN, _ASK_AGAIN_SECONDS = 6, 0.1
_KNOCKED_AT = ("s3",)
"""Protocols of which it is known what their library raises where the server, the bucket or a right is missing."""
_READ_BY_VERSION = ("s3",)
"""Protocols whose reader notices that the file was replaced between two ranges of it; of others it is read whole."""
_COPIED_LATER = ("abfs",)
"""Protocols whose server may end a copy after it has answered, so that a live name would not be there for a while."""


class SharedStorage:
    """The storage at `url`, with copies in `folder`; see `protocol.py`."""

    shared = True

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self._protocol = url.partition(":")[0]
        self._files, self._root = _open(url)
        if self._protocol in _KNOCKED_AT:
            _knock(url)

    def stat(self, name: str) -> Stored | None:
        try:
            return _stored(self._files.info(self._at(name)))
        except FileNotFoundError:
            return None

    def listed(self, folder: str) -> dict[str, Stored]:
        self._files.invalidate_cache()  # other machines write, too
        try:
            found = self._files.find(self._at(folder), detail=True)
        except FileNotFoundError:
            return {}
        cut = len(self._root) + 1
        return {
            path.lstrip("/")[cut:]: _stored(info)
            for path, info in sorted(found.items())
            if info["type"] == "file" and not path.endswith("/")
        }

    def stamp(self) -> str:
        listed = self.listed("tables") | self.listed("stores")
        found = [(name, stored.version) for name, stored in listed.items()]
        return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()[:32]

    def read(self, name: str, reader: Callable[[BinaryIO], Result]) -> Result:
        if self._protocol not in _READ_BY_VERSION:
            return reader(io.BytesIO(self._files.cat_file(self._at(name))))
        for attempt in range(READ_AGAIN):
            try:
                with self._files.open(self._at(name), "rb", cache_type="none") as file:
                    return reader(file)
            except OSError as error:  # replaced between two ranges of it
                if error.errno != errno.EBUSY or attempt == READ_AGAIN - 1:
                    raise
        raise AssertionError("unreachable")

    def bring(self, names: Sequence[str]) -> list[Path]:
        paths = [self.folder / name for name in names]
        missing = [(name, path) for name, path in zip(names, paths, strict=True) if not path.is_file()]
        for start in range(0, len(missing), AT_ONCE):
            self._download(missing[start : start + AT_ONCE])
        return paths

    def bring_all(self, folder: str, pattern: str) -> list[Path]:
        place = self.folder / folder
        while True:
            began = time.time()
            names = [name for name in self.listed(folder) if fnmatchcase(name, f"{folder}/{pattern}")]
            try:
                paths = self.bring(names)
            except FileNotFoundError:  # removed since it was listed: list again
                continue
            listed = set(paths)
            for path in place.glob(pattern):
                # What another process here has just put may be younger than the listing.
                if path not in listed and path.stat().st_mtime < began - _JUST_NOW_SECONDS:
                    path.unlink(missing_ok=True)
            return paths

    def snapshots(self, pointed: Sequence[tuple[str, str]]) -> list[Path]:
        try:
            return self.bring([target for _, target in pointed])
        except FileNotFoundError:
            # An object is gone: the live copy has the same content, and is brought under the object's name.
            for live, target in pointed:
                if not (self.folder / target).is_file():
                    self._download([(live, self.folder / target)])
        return [self.folder / target for _, target in pointed]

    def put(self, name: str, write: Callable[[BinaryIO], None], replace: bool = False) -> Path:
        path = self.folder / name
        with replacing(path) as temporary:  # here only once it is there: what is on this machine alone is not stored
            write_synced(temporary, write)
            if replace:
                self._files.put_file(str(temporary), self._at(name), mode="overwrite")
            else:  # where another machine is first: a name has one content
                self._made(partial(self._files.put_file, str(temporary), self._at(name), mode="create"))
        return path

    def upload(self, name: str) -> None:
        """Store a file that is in this machine's folder under its name already; one that is stored stays."""
        if self.stat(name) is None:
            self._made(partial(self._files.put_file, str(self.folder / name), self._at(name), mode="create"))

    def bring_matching(self, folder: str, pattern: str) -> None:
        """Bring all files under `folder`, however deep, whose names under it match `pattern`."""
        self.bring([name for name in self.listed(folder) if fnmatchcase(name, f"{folder}/{pattern}")])

    def point(self, live: str, target: str) -> None:
        if self._protocol in _COPIED_LATER:
            self._files.put_file(str(self.bring([target])[0]), self._at(live), mode="overwrite")
        else:
            self._files.cp_file(self._at(target), self._at(live))

    def remove(self, name: str) -> None:
        try:
            self._files.rm_file(self._at(name))
        except FileNotFoundError:
            pass
        (self.folder / name).unlink(missing_ok=True)

    def create(self, name: str, content: bytes) -> bool:
        """Write a small file where there is none of that name; whether this was it. A request whose answer is lost is
        sent again by the library and then finds its own file: `content` that is nobody else's tells so."""
        if self._made(partial(self._files.pipe_file, self._at(name), content, mode="create")):
            return True
        try:
            return bool(content) and self._files.cat_file(self._at(name)) == content
        except FileNotFoundError:
            return False

    def _made(self, write: Callable[[], object]) -> bool:
        """Whether `write`, which makes a file where there is none, made it."""
        for attempt in range(_ASK_AGAIN):
            try:
                write()
                return True
            except FileExistsError:
                return False
            except OSError as error:
                if attempt == _ASK_AGAIN - 1 or _code(error) != _TOGETHER:
                    raise
            time.sleep(_ASK_AGAIN_SECONDS * 2**attempt)
        raise AssertionError("unreachable")

    @contextmanager
    def lock(self, name: str = PUBLISH) -> Iterator[None]:
        with self.machine_lock(name), leased(self, name):
            yield

    def machine_lock(self, name: str = PUBLISH) -> AbstractContextManager[None]:
        return file_lock(self.folder / f".{name}.lock")

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _download(self, wanted: Sequence[tuple[str, Path]]) -> None:
        temporaries = [path.with_name(f"{TEMPORARY}{uuid.uuid4().hex}-{path.name}") for _, path in wanted]
        for folder in {path.parent for path in temporaries}:
            folder.mkdir(parents=True, exist_ok=True)
        try:
            self._files.get([self._at(name) for name, _ in wanted], [str(path) for path in temporaries])
            for temporary, (_, path) in zip(temporaries, wanted, strict=True):
                os.replace(temporary, path)
        finally:
            for temporary in temporaries:
                temporary.unlink(missing_ok=True)


def _open(url: str) -> tuple[AbstractFileSystem, str]:
    """The file system of a URL, and its root there."""
    try:
        import fsspec

        files, root = fsspec.url_to_fs(url, use_listings_cache=False)
    except ImportError as error:
        protocol = url.partition(":")[0]
        package = {"s3": "pip install 't2s-pipeline[s3]'", "gs": "pip install gcsfs", "abfs": "pip install adlfs"}
        raise StorageError(f"{url}: {error}; install it: {package.get(protocol, 'pip install fsspec')}") from error
    return files, root.strip("/")


@cache
def _knock(url: str) -> None:
    """Once a process: without it a bucket that is not there reads as an empty one, and what else is wrong is told by
    whichever request comes first. Raises StorageError."""
    from botocore.exceptions import BotoCoreError

    files, root = _open(url)
    bucket, _, prefix = root.partition("/")
    try:
        files.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=1)
    except (BotoCoreError, OSError, ValueError) as error:
        raise StorageError(
            f"{url}: {error}; name a bucket that is there, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and for a "
            "server that is not Amazon's AWS_ENDPOINT_URL_S3: docs/storage.md"
        ) from error


def _code(error: OSError) -> str:
    """The code of S3's answer that an error was made of; empty where it was made of none."""
    response = getattr(error.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _stored(info: dict[str, Any]) -> Stored:
    version = next((str(info[key]) for key in _VERSIONS if info.get(key)), "")
    written = next((info[key] for key in _TIMES if info.get(key)), time.time())
    seconds = written.timestamp() if isinstance(written, datetime) else float(written)
    return Stored(f"{version}-{info['size']}-{int(seconds)}", int(info["size"]), seconds)

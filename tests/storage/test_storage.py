"""Both kinds of storage keep the same promises. The shared one is fsspec's store in memory here; over the wire it is
tested in tests/services/test_s3.py."""

from __future__ import annotations

import importlib.util
import threading
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from t2s_pipeline.storage import storage_of, users
from t2s_pipeline.storage.lease import leased
from t2s_pipeline.storage.local import LocalStorage
from t2s_pipeline.storage.location import data_folder, shared_url
from t2s_pipeline.storage.protocol import Storage, StorageError
from t2s_pipeline.storage.shared import SharedStorage, _stored
from t2s_pipeline.storage.users import StoreInUse, hold_store

pytest.importorskip("fsspec")


@pytest.fixture(params=["local", "shared"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return storage_of(tmp_path / "data")
    return storage_of(tmp_path / f"memory@@{uuid.uuid4().hex}@prefix")


def machines(tmp_path: Path) -> tuple[SharedStorage, SharedStorage]:
    """The same storage from two machines."""
    folder = f"memory@@{uuid.uuid4().hex}@prefix"
    one, other = (storage_of(tmp_path / name / folder) for name in ("one", "other"))
    assert isinstance(one, SharedStorage) and isinstance(other, SharedStorage)
    return one, other


def put(storage: Storage, name: str, content: bytes, replace: bool = False) -> Path:
    return storage.put(name, lambda file: file.write(content), replace)


def content(storage: Storage, name: str) -> bytes:
    return storage.read(name, lambda file: file.read())


def test_what_is_put_is_there_under_its_name(storage: Storage) -> None:
    assert storage.stat("objects/a") is None and list(storage.listed("objects")) == []
    put(storage, "objects/a", b"one")
    put(storage, "objects/deep/b", b"three")
    assert list(storage.listed("objects")) == ["objects/a", "objects/deep/b"]
    assert list(storage.listed("obj")) == []
    assert content(storage, "objects/a") == b"one"
    assert storage.stat("objects/deep/b").size == 5
    assert abs(storage.stat("objects/a").seconds - time.time()) < 60
    assert [path.read_bytes() for path in storage.bring(["objects/deep/b", "objects/a"])] == [b"three", b"one"]
    storage.remove("objects/a")
    storage.remove("objects/a")
    assert list(storage.listed("objects")) == ["objects/deep/b"]


def test_a_live_name_moves_and_its_target_stays(storage: Storage) -> None:
    put(storage, "objects/a", b"old")
    put(storage, "objects/b", b"newer")
    storage.point("tables/t/x.parquet", "objects/a")
    before, stamp = storage.stat("tables/t/x.parquet"), storage.stamp()
    assert content(storage, "tables/t/x.parquet") == b"old"
    time.sleep(0.01)
    storage.point("tables/t/x.parquet", "objects/b")
    assert content(storage, "tables/t/x.parquet") == b"newer" and content(storage, "objects/a") == b"old"
    assert storage.stat("tables/t/x.parquet").version != before.version
    assert storage.snapshots([("tables/t/x.parquet", "objects/b")])[0].read_bytes() == b"newer"
    assert storage.stamp() != stamp


def test_a_write_that_fails_leaves_nothing(storage: Storage) -> None:
    def half(file: object) -> None:
        file.write(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        storage.put("objects/a", half)
    assert list(storage.listed("objects")) == [] and storage.stat("objects/a") is None
    assert not [path for path in storage.folder.rglob("*") if path.is_file()]


def test_the_storage_of_a_folder_is_told_by_its_name(tmp_path: Path) -> None:
    folder = Path(data_folder("s3://bucket/team/text2sql/", tmp_path))
    assert folder == tmp_path / "data" / "s3@@bucket@team@text2sql"
    assert shared_url(folder) == "s3://bucket/team/text2sql"
    assert shared_url(tmp_path / "here") is None
    assert isinstance(storage_of(tmp_path), LocalStorage)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("ftp://host/x", "name a mounted folder by its path"),
        ("memory://bucket/x", "'memory' is none of s3, gs, abfs"),  # it would end with the process
        ("s3://user:key@host/x", "expected"),
        ("s3://bucket/../other/x", "expected"),
        ("s3://bucket/.", "expected"),
        ("s3://", "expected"),
    ],
)
def test_what_names_no_storage_is_told(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(StorageError, match=said):
        data_folder(wrong, tmp_path)


def test_names_with_dots_are_names(tmp_path: Path) -> None:
    assert shared_url(Path(data_folder("s3://a.b/..c/.d/e..", tmp_path))) == "s3://a.b/..c/.d/e.."


@pytest.mark.parametrize(("url", "package"), [("gs://bucket/x", "gcsfs"), ("abfs://bucket/x", "adlfs")])
def test_a_library_that_is_missing_is_named(tmp_path: Path, url: str, package: str) -> None:
    if importlib.util.find_spec(package):
        pytest.skip(f"{package} is here")
    with pytest.raises(StorageError, match=f"{url}: .*pip install {package}"):
        storage_of(Path(data_folder(url, tmp_path)))


def test_what_the_libraries_say_of_a_file_is_understood() -> None:
    when = datetime(2026, 11, 22, tzinfo=UTC)
    google = {"size": 5, "etag": "CKih", "updated": "2026-11-22T00:00:00.000Z", "mtime": when, "md5Hash": "1B2M"}
    azure = {"size": 5, "etag": '"0x8DA"', "last_modified": when}
    amazon = {"size": 5, "ETag": '"9a03"', "LastModified": when}
    for info in (google, azure, amazon):
        assert (_stored(info).size, _stored(info).seconds) == (5, when.timestamp())
        for name in ("etag", "ETag"):
            assert name not in info or _stored(info | {name: "another"}).version != _stored(info).version


def test_where_a_server_copies_later_the_content_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = machines(tmp_path)
    put(one, "objects/a", b"content")
    monkeypatch.setattr("t2s_pipeline.storage.shared._COPIED_LATER", ("memory",))
    monkeypatch.setattr(one._files, "cp_file", None)
    one.point("tables/t/x.parquet", "objects/a")
    assert content(other, "tables/t/x.parquet") == b"content"


def test_what_one_machine_put_another_brings_once(tmp_path: Path) -> None:
    one, other = machines(tmp_path)
    put(one, "stores/s/part-a", b"rows")
    (path,) = other.bring(["stores/s/part-a"])
    assert path.read_bytes() == b"rows" and other.folder in path.parents
    one._files.pipe_file(one._at("stores/s/part-a"), b"never rewritten, so never brought again")
    assert other.bring(["stores/s/part-a"]) == [path] and path.read_bytes() == b"rows"
    with pytest.raises(FileNotFoundError):
        other.bring(["stores/s/part-b"])


def test_the_first_of_two_writers_of_a_name_stays(tmp_path: Path) -> None:
    one, other = machines(tmp_path)
    put(one, "objects/a", b"first")
    put(other, "objects/a", b"later")
    assert content(one, "objects/a") == b"first"
    put(other, "objects/a", b"mended", replace=True)
    assert content(one, "objects/a") == b"mended"


def test_what_was_not_uploaded_is_not_stored(tmp_path: Path) -> None:
    """Killed between writing here and uploading: only the store's own word counts."""
    one, _ = machines(tmp_path)
    one._files.put_file = None  # the next upload ends the writer
    with pytest.raises(TypeError):
        put(one, "stores/s/part-a", b"rows")
    assert list(one.listed("stores")) == [] and not [path for path in one.folder.rglob("*") if path.is_file()]
    del one._files.put_file


def test_a_live_name_whose_object_is_gone_is_still_read(tmp_path: Path) -> None:
    one, other = machines(tmp_path)
    put(one, "objects/a", b"content")
    one.point("tables/t/x.parquet", "objects/a")
    one.remove("objects/a")
    assert other.snapshots([("tables/t/x.parquet", "objects/a")])[0].read_bytes() == b"content"


def test_a_lease_is_one_machines_at_a_time(tmp_path: Path) -> None:
    inside, most, turns = 0, 0, []

    def work(storage: SharedStorage) -> None:
        nonlocal inside, most
        for _ in range(3):
            with leased(storage, "x"):
                inside += 1
                most = max(most, inside)
                turns.append(inside)
                time.sleep(0.005)
                inside -= 1

    threads = [threading.Thread(target=work, args=(storage,)) for storage in machines(tmp_path)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(turns) == 6 and most == 1


def test_a_lease_of_the_dead_is_taken_over(tmp_path: Path) -> None:
    one, other = machines(tmp_path)
    with leased(one, "x"):
        pass
    one.create("locks/x/00000002", b"a machine that was switched off")
    began = time.monotonic()
    with leased(other, "x", seconds=0.6):
        assert time.monotonic() - began > 0.6
    assert list(other.listed("locks/x")) == ["locks/x/00000002", "locks/x/00000003", "locks/x/00000003.done"]


class Asleep:
    """A machine that is suspended after it has looked at the lock, while another takes three turns."""

    def __init__(self, storage: SharedStorage, other: SharedStorage) -> None:
        self._storage, self._other, self._slept = storage, other, False
        self.listed, self.remove = storage.listed, storage.remove

    def create(self, name: str, content: bytes) -> bool:
        if not self._slept:
            self._slept = True
            for _ in range(3):
                with leased(self._other, "x"):
                    pass
        return self._storage.create(name, content)


def test_a_turn_that_was_made_too_late_is_given_up(tmp_path: Path) -> None:
    one, other = machines(tmp_path)
    with leased(other, "x"):
        pass
    with leased(Asleep(one, other), "x"):
        assert list(one.listed("locks/x"))[-1] == "locks/x/00000005", "the second was over long ago, and removed"


def test_who_made_a_file_knows_it_though_the_answer_was_lost(tmp_path: Path) -> None:
    """The library sends the request again, and is told that the file is there."""
    one, other = machines(tmp_path)
    made = one._files.pipe_file

    def sent_twice(*given: object, **named: object) -> None:
        made(*given, **named)
        made(*given, **named)

    one._files.pipe_file = sent_twice
    try:
        assert one.create("locks/x/1", b"mine") and not one.create("locks/x/1", b"another's")
    finally:
        del one._files.pipe_file
    assert not other.create("locks/x/1", b"nobody's")


def test_who_waits_for_one_that_removes_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = machines(tmp_path)
    one.create("locks/alone", b"a machine that died")
    monkeypatch.setattr(users, "WAIT_SECONDS", 0.0)
    with caplog.at_level("INFO", "t2s"), pytest.raises(StoreInUse, match="remove that file"):
        hold_store(other.folder)
    assert [message.partition(",")[0] for message in caplog.messages] == [f"{other.url}/locks/alone: waiting"]
    assert list(one.listed("locks/users")) == []

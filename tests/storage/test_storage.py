"""Both kinds of storage keep the same promises. The shared one is fsspec's store in memory here; over the wire it is
tested in tests/services/test_s3.py."""

from __future__ import annotations

import threading
import time
import uuid
from pathlib import Path

import pytest

from t2s_pipeline.storage import storage_of
from t2s_pipeline.storage.lease import leased
from t2s_pipeline.storage.local import LocalStorage
from t2s_pipeline.storage.location import data_folder, shared_url
from t2s_pipeline.storage.protocol import Storage, StorageError
from t2s_pipeline.storage.shared import SharedStorage

pytest.importorskip("fsspec")


@pytest.fixture(params=["local", "shared"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return storage_of(tmp_path / "data")
    return storage_of(Path(data_folder(f"memory://{uuid.uuid4().hex}/prefix", tmp_path)))


def machines(tmp_path: Path) -> tuple[SharedStorage, SharedStorage]:
    """The same storage from two machines."""
    url = f"memory://{uuid.uuid4().hex}/prefix"
    one, other = (storage_of(Path(data_folder(url, tmp_path / name))) for name in ("one", "other"))
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
    for wrong, said in (("ftp://host/x", "name a mounted folder by its path"), ("s3://user:key@host/x", "expected")):
        with pytest.raises(StorageError, match=said):
            data_folder(wrong, tmp_path)


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

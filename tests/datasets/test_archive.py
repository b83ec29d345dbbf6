"""Unpacking an archive: Spider's own shapes, and those that must leave nothing behind."""

from __future__ import annotations

import io
import json
import stat
import tarfile
import zipfile

import pytest

from t2s_pipeline.datasets.archive import unpack_spider
from t2s_pipeline.datasets.errors import DatasetError

LAYOUT = {
    "train_spider.json": "[]",
    "train_others.json": "[]",
    "dev.json": "[1]",
    "tables.json": json.dumps([{"db_id": "a"}, {"db_id": "b"}]),
    "database/a/a.sqlite": "A" * 3_000_000,
    "test_data/dev.json": "[2]",
}


def make_zip(path, files: dict[str, str]):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("spider_data")
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def make_tar(path, files: dict[str, str]):
    kind = path.suffix.removeprefix(".")
    with tarfile.open(path, f"w:{kind}" if kind in ("gz", "xz", "bz2") else "w") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def under(top: str, files: dict[str, str] = LAYOUT) -> dict[str, str]:
    return {top + name: text for name, text in files.items()}


def refused(tmp_path, archive, said: str):
    with pytest.raises(DatasetError, match=said):
        unpack_spider(archive, tmp_path / "out" / "spider")
    assert not list((tmp_path / "out").glob("*")), "something was left behind"


@pytest.mark.parametrize("top", ["spider/", "spider_data/", "", "some/where/"])
@pytest.mark.parametrize(("make", "name"), [(make_zip, "s.zip"), (make_tar, "s.tar.gz"), (make_tar, "s.tar")])
def test_the_folder_with_dev_json_becomes_the_target(tmp_path, top, make, name):
    files = {f"__MACOSX/{top}._dev.json": "junk", f"{top}.DS_Store": "junk", **under(top)}
    done = []
    unpacked = unpack_spider(make(tmp_path / name, files), tmp_path / "out/spider", lambda *n: done.append(n))
    found = {str(p.relative_to(unpacked.folder)): p for p in unpacked.folder.rglob("*") if p.is_file()}
    assert {name: path.read_text() for name, path in found.items()} == LAYOUT
    assert (unpacked.files, unpacked.databases, unpacked.missing) == (6, 1, ("database/b/b.sqlite",))
    assert done[-1] == (6, 6)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["spider"]


def test_missing_files_are_said(tmp_path):
    archive = make_zip(tmp_path / "s.zip", {"spider/dev.json": "[]"})
    assert unpack_spider(archive, tmp_path / "spider").missing == (
        "train_spider.json",
        "train_others.json",
        "tables.json",
    )


@pytest.mark.parametrize("name", ["../evil", "spider/../../evil", "/evil", "..\\evil", "C:evil", "spider/.."])
@pytest.mark.parametrize(("make", "archive"), [(make_zip, "s.zip"), (make_tar, "s.tar")])
def test_names_that_lead_outside_are_refused(tmp_path, name, make, archive):
    refused(tmp_path, make(tmp_path / archive, {**under("spider/"), name: "x"}), "leads outside")


def test_links_are_refused(tmp_path):
    with zipfile.ZipFile(make_zip(tmp_path / "s.zip", under("spider/")), "a") as archive:
        link = zipfile.ZipInfo("spider/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    refused(tmp_path, tmp_path / "s.zip", "'spider/link' is a link")
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
        with tarfile.open(make_tar(tmp_path / "s.tar", under("spider/")), "a") as archive:
            info = tarfile.TarInfo("spider/link")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        refused(tmp_path, tmp_path / "s.tar", "'spider/link' is a link")


def test_what_is_damaged_or_no_archive_leaves_nothing(tmp_path):
    whole = make_zip(tmp_path / "whole.zip", under("spider/")).read_bytes()
    broken = bytearray(whole)
    broken[whole.index(b"database/a/a.sqlite") + 200] ^= 0xFF
    cases = {
        "text.zip": b"no archive",
        "half.zip": whole[: len(whole) // 2],
        "bits.zip": bytes(broken),
        "half.tar.gz": make_tar(tmp_path / "whole.tar.gz", under("spider/")).read_bytes()[:2000],
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        refused(tmp_path, tmp_path / name, f"{name}: .*download it again")
    refused(tmp_path, make_zip(tmp_path / "other.zip", {"readme.txt": ""}), r"holds no dev\.json")
    refused(tmp_path, make_tar(tmp_path / "t.tar", under("", {**LAYOUT, "tables.json": "{"})), "tables.json")
    refused(tmp_path, make_tar(tmp_path / "c.tar", under("", {**LAYOUT, "dev.json/x": "{"})), "cannot be unpacked")
    refused(tmp_path, tmp_path / "none.zip", "no such file")


@pytest.mark.parametrize("suffix", ["gz", "xz", "bz2"])
def test_a_stream_cut_in_its_last_bytes_is_refused(tmp_path, suffix):
    archive = make_tar(tmp_path / f"s.tar.{suffix}", under("spider/"))
    whole = archive.read_bytes()
    unpack_spider(archive, tmp_path / "whole")
    archive.write_bytes(whole[:-6])
    refused(tmp_path, archive, "cannot be unpacked .*download it again")


@pytest.mark.parametrize(("make", "name"), [(make_zip, "s.zip"), (make_tar, "s.tar")])
def test_names_that_no_file_can_have_are_refused(tmp_path, make, name):
    files = under("spider/")
    refused(tmp_path, make(tmp_path / name, files | {"spider/" + "ü" * 128: "x"}), "longer than a file's name can be")
    deep = "spider/" + "d" * 250
    refused(tmp_path, make(tmp_path / name, files | {"/".join([deep] * 20): "x"}), "File name too long")
    unpack_spider(make(tmp_path / name, files | {"spider/" + "n" * 255: "x"}), tmp_path / "longest")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": 1}', "5", '[{"name": 1}]'])
def test_tables_that_are_no_list_of_schemas_are_refused(tmp_path, text):
    refused(tmp_path, make_zip(tmp_path / "s.zip", under("", LAYOUT | {"tables.json": text})), "tables.json is not")


def test_a_database_of_an_impossible_name_is_missing(tmp_path):
    names = ["a", "b\0", "c" * 300]
    tables = json.dumps([{"db_id": name} for name in names])
    unpacked = unpack_spider(
        make_zip(tmp_path / "s.zip", under("", LAYOUT | {"tables.json": tables})), tmp_path / "out"
    )
    assert unpacked.missing == tuple(f"database/{name}/{name}.sqlite" for name in names[1:])


def test_twice_the_same_name_is_refused(tmp_path):
    make_tar(tmp_path / "s.tar", under("spider/"))
    with tarfile.open(tmp_path / "s.tar", "a") as archive:
        archive.addfile(tarfile.TarInfo("spider/dev.json"))
    refused(tmp_path, tmp_path / "s.tar", "twice")


def test_what_is_there_is_never_touched(tmp_path):
    archive = make_zip(tmp_path / "s.zip", under("spider/"))
    (tmp_path / "spider").mkdir()
    unpack_spider(archive, tmp_path / "spider")
    (tmp_path / "spider/dev.json").write_text("mine")
    with pytest.raises(DatasetError, match="is there already; remove it, or set SPIDER_ROOT"):
        unpack_spider(archive, tmp_path / "spider")
    assert (tmp_path / "spider/dev.json").read_text() == "mine"

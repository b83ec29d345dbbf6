"""Finding files and databases of a data set, and one id for one file."""

from __future__ import annotations

import json
import sqlite3

import pytest

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.source import open_source


def make_database(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (i)")
    connection.commit()
    connection.close()


def write_rows(path, *databases: dict):
    path.write_text(json.dumps([{"question": "q", "query": "SELECT 1", **database} for database in databases]))


def ids(source, split: str) -> list[str]:
    databases = source.databases()
    return [databases.locate(row).database_id for row in source.rows(split)]


def json_config(tmp_path, **more) -> DatasetConfig:
    return DatasetConfig(kind="json", root=str(tmp_path), **more)


def test_a_name_is_found_in_its_folder_first_then_beside(tmp_path):
    make_database(tmp_path / "database/both/both.sqlite")
    make_database(tmp_path / "database/both.sqlite")
    make_database(tmp_path / "database/flat.sqlite")
    make_database(tmp_path / "up.sqlite")
    write_rows(tmp_path / "dev.json", {"db_id": "both"}, {"db_id": "flat"}, {"db_id": "none"}, {"db_id": "../up"})
    source = open_source(json_config(tmp_path), "mine", tmp_path / "data")
    places = [source.databases().locate(row) for row in source.rows("dev")]
    assert [p.database_id for p in places[:3]] == ["mine/both", "mine/flat", "mine/none"]
    assert [p.path for p in places[:2]] == [tmp_path / "database/both/both.sqlite", tmp_path / "database/flat.sqlite"]
    assert (places[2].path, places[2].detail) == (
        None,
        "no none/none.sqlite or none.sqlite in the database folder",
    )
    assert places[3].path is None
    assert source.databases().by_id("mine/flat").path == places[1].path


def test_files_with_one_stem_get_ids_of_their_own_in_both_splits(tmp_path):
    for name in ("a/shop.sqlite", "b/shop.sqlite", "c/shop.sqlite", "database/bank.sqlite", "d/bank.sqlite"):
        make_database(tmp_path / name)
    write_rows(tmp_path / "train.json", {"db_path": "a/shop.sqlite"}, {"db_path": "d/bank.sqlite"})
    write_rows(
        tmp_path / "dev.json",
        {"db_path": "b/shop.sqlite"},
        {"db_path": "a/../a/shop.sqlite"},
        {"db_path": "c/shop.sqlite"},
        {"db_id": "bank"},
        {"db_path": "database/bank.sqlite"},
    )
    source = open_source(json_config(tmp_path), "mine", tmp_path / "data")
    assert ids(source, "train") == ["mine/shop", "mine/bank_2"]
    assert ids(source, "dev") == ["mine/shop_2", "mine/shop", "mine/shop_3", "mine/bank", "mine/bank"]
    assert source.databases().by_id("mine/shop_3").path == tmp_path / "c/shop.sqlite"
    assert source.databases().by_id("mine/bank_2").path == tmp_path / "d/bank.sqlite"


def test_an_absent_file_is_said_relative_to_the_data_set(tmp_path):
    write_rows(tmp_path / "dev.json", {"db_path": "gone/shop.sqlite"})
    source = open_source(json_config(tmp_path), "mine", tmp_path / "data")
    place = source.databases().locate(source.rows("dev")[0])
    assert (place.database_id, place.path, place.detail) == ("mine/shop", None, "no database file gone/shop.sqlite")


@pytest.mark.parametrize(
    ("database", "detail"),
    [
        ({"db_path": "d1\0"}, r"no database file d1\0"),
        ({"db_path": "d" * 300}, "no database file ddd"),
        ({"db_path": "d/" * 3000 + "x"}, "no database file d/d/"),
        ({"db_path": "round"}, "no database file round"),
        ({"db_id": "d1\0"}, r"'d1\x00' is not the name of a database"),
        ({"db_id": "d" * 300}, "no ddd"),
        ({"db_id": "round"}, "no round/round.sqlite or"),
    ],
)
def test_a_path_that_cannot_be_is_a_database_that_is_not_there(tmp_path, database, detail):
    (tmp_path / "round").symlink_to("round")
    make_database(tmp_path / "database/shop.sqlite")
    write_rows(tmp_path / "dev.json", database, {"db_id": "shop"})
    write_rows(tmp_path / "train.json", database)
    source = open_source(json_config(tmp_path), "mine", tmp_path / "data")
    databases = source.databases()
    place, good = [databases.locate(row) for row in source.rows("dev")]
    assert place.path is None and place.detail.startswith(detail)
    assert databases.by_id(place.database_id) == place
    assert good.path == tmp_path / "database/shop.sqlite"


def test_stated_files_and_database_root(tmp_path):
    make_database(tmp_path / "elsewhere/x/x.sqlite")
    write_rows(tmp_path / "questions.jsonl.json", {"db_id": "x"})
    config = json_config(tmp_path, dev_files=("questions.jsonl.json",), database_root=str(tmp_path / "elsewhere"))
    source = open_source(config, "mine", tmp_path / "data")
    assert source.databases().locate(source.rows("dev")[0]).path == tmp_path / "elsewhere/x/x.sqlite"
    with pytest.raises(DatasetError, match=r"none of train\.json, train\.jsonl; set train_files"):
        source.rows("train")


def test_errors_say_what_to_do(tmp_path):
    with pytest.raises(DatasetError, match="'' is no folder; set the data set's root"):
        open_source(DatasetConfig(kind="json"), "mine", tmp_path)
    unset = DatasetConfig(kind="spider", root="$SPIDER_ROOT")
    with pytest.raises(DatasetError, match=r"SPIDER_ROOT is not set.*set SPIDER_ROOT.*t2s data spider ARCHIVE"):
        open_source(unset, "spider", tmp_path)
    with pytest.raises(DatasetError, match=r"no such folder.*set SPIDER_ROOT.*t2s data spider ARCHIVE"):
        open_source(DatasetConfig(kind="spider", root=str(tmp_path / "none")), "spider", tmp_path)


def test_an_unpacked_spider_is_found_without_the_variable(tmp_path):
    (tmp_path / "spider").mkdir()
    source = open_source(DatasetConfig(kind="spider", root="$SPIDER_ROOT"), "spider", tmp_path)
    assert source.folder == tmp_path / "spider"
    assert [path.name for path in source.files["train"]] == ["train_spider.json", "train_others.json"]

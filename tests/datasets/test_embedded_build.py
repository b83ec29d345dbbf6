"""Building the embedded data set: the same bytes each time, once, whole, and loud about a broken source."""

import json
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import t2s_pipeline.datasets.embedded.build as build_module
from t2s_pipeline.datasets.embedded.build import build_embedded, read_splits, sources_digest
from t2s_pipeline.datasets.errors import DatasetError

SOURCES = Path(build_module.__file__).parent
SPLITS = 'train = ["pet_clinic"]\ndev = ["wine_estates"]\n'


def append(path, text):
    with path.open("a") as file:
        file.write(text)


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build_embedded(tmp_path_factory.mktemp("built") / "set")


@pytest.fixture
def small_sources(tmp_path):
    """A copy of two databases' sources, one a split, free to be changed."""
    sources = tmp_path / "sources"
    for name in ("pet_clinic", "wine_estates"):
        for kind in ("databases", "questions"):
            (sources / kind).mkdir(parents=True, exist_ok=True)
            shutil.copy(SOURCES / kind / f"{name}.sql", sources / kind)
    (sources / "splits.toml").write_text(SPLITS)
    return sources


def test_two_builds_give_the_same_bytes(tmp_path, built):
    again = build_embedded(tmp_path / "elsewhere" / "set")
    assert content(again) == content(built)
    assert len(content(again)) == 4 + sum(len(names) for names in read_splits().values())


def test_nothing_is_left_beside_the_target(tmp_path):
    build_embedded(tmp_path / "set")
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_an_unchanged_target_is_left_alone(tmp_path, small_sources):
    target = build_embedded(tmp_path / "set", small_sources)
    before = {path: path.stat().st_ino for path in target.rglob("*")}
    assert build_embedded(target, small_sources) == target
    assert {path: path.stat().st_ino for path in target.rglob("*")} == before


@pytest.mark.parametrize("name", ["dev.json", "database/pet_clinic/pet_clinic.sqlite"])
def test_a_damaged_target_is_mended(tmp_path, small_sources, name):
    target = build_embedded(tmp_path / "set", small_sources)
    before = content(target)
    (target / name).write_text("damaged")
    assert content(build_embedded(target, small_sources)) == before
    (target / name).unlink()
    assert content(build_embedded(target, small_sources)) == before


def test_a_changed_source_rebuilds(tmp_path, small_sources):
    target = build_embedded(tmp_path / "set", small_sources)
    digest = sources_digest(small_sources)
    append(
        small_sources / "questions/wine_estates.sql", "\n-- Which estates?\n-- The estates.\nSELECT name FROM estate\n"
    )
    assert sources_digest(small_sources) != digest
    rows = json.loads((build_embedded(target, small_sources) / "dev.json").read_text())
    expected = [
        {"db_id": "wine_estates", "query": "SELECT name FROM estate", "question": question}
        for question in ("Which estates?", "The estates.")
    ]
    assert rows[-2:] == expected


def test_of_builders_at_the_same_time_one_builds(tmp_path, small_sources):
    def build(_):
        return build_embedded(tmp_path / "set", small_sources).stat().st_ino

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(build, range(8)))) == 1
    assert content(tmp_path / "set") == content(build_embedded(tmp_path / "other", small_sources))


def test_a_folder_of_somebody_else_is_refused(tmp_path, small_sources):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "thesis.txt").write_text("mine")
    with pytest.raises(DatasetError, match="move it away"):
        build_embedded(tmp_path / "set", small_sources)
    assert os.listdir(tmp_path / "set") == ["thesis.txt"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("questions/wine_estates.sql", "\nSELECT 1", r"wine_estates.sql:\d+: no question is above this gold"),
        ("questions/wine_estates.sql", "\n-- Why?", r"wine_estates.sql:\d+: no gold follows this question"),
        ("splits.toml", "test = []", "splits.toml: expected a list of databases for each of train, dev"),
        ("splits.toml", "dev = []", "splits.toml cannot be read: "),
        (
            "databases/pet_clinic.sql",
            "CREATE TABLE t (a VARCHAR);",
            "pet_clinic.sql: t.a is of type 'VARCHAR'; use one",
        ),
        ("questions/lost_city.sql", "", "splits.toml: lost_city is in no split"),
        ("databases/quiet_place.sql", "", "splits.toml: quiet_place is in no split"),
        ("databases/pet_clinic.sql", "INSERT INTO owner VALUES (1);", "pet_clinic.sql: table owner has 4 columns"),
        (
            "databases/pet_clinic.sql",
            "INSERT INTO pet VALUES (99, 77, 'Rex', 'Dog', 'Boxer', '2020-01-01', 20.0);",
            "pet_clinic.sql: row 99 of pet points to no row of owner",
        ),
    ],
)
def test_a_broken_source_is_named_and_leaves_no_target(tmp_path, small_sources, name, text, message):
    append(small_sources / name, text)
    with pytest.raises(DatasetError, match=message):
        build_embedded(tmp_path / "set", small_sources)
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("splits", "message"),
    [
        ('train = ["pet_clinic"]\ndev = ["pet_clinic"]', "pet_clinic is there twice"),
        ('train = ["pet_clinic"]\ndev = ["lost_city"]', "lost_city is named, but there is no databases/lost_city.sql"),
        ('train = ["pet_clinic"]', "expected a list of databases for each of train, dev"),
        ('train = ["pet_clinic"]\ndev = "wine_estates"', "expected a list of databases for each of train, dev"),
    ],
)
def test_splits_name_each_database_once_and_no_other(tmp_path, small_sources, splits, message):
    (small_sources / "splits.toml").write_text(splits)
    with pytest.raises(DatasetError, match=message):
        build_embedded(tmp_path / "set", small_sources)


def test_tables_json_describes_the_databases_in_spiders_way(built):
    for entry in json.loads((built / "tables.json").read_text(encoding="utf-8")):
        path = built / "database" / entry["db_id"] / f"{entry['db_id']}.sqlite"
        connection = sqlite3.connect(path)
        columns = entry["column_names_original"]
        assert columns[0] == [-1, "*"] and len(columns) == len(entry["column_names"]) == len(entry["column_types"])
        for number, table in enumerate(entry["table_names_original"]):
            info = connection.execute(f"PRAGMA table_info({table})").fetchall()
            assert [column for owner, column in columns if owner == number] == [row[1] for row in info]
            keys = {(row[3], row[2], row[4]) for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
            stated = {
                (columns[child][1], entry["table_names_original"][columns[parent][0]], columns[parent][1])
                for child, parent in entry["foreign_keys"]
                if columns[child][0] == number
            }
            assert stated == keys
        connection.close()
        assert set(entry["column_types"]) <= {"text", "number", "time", "boolean", "others"}

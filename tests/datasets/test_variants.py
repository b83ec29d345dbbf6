"""Spider's variants in the layouts that their authors publish, with small databases of our own."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.config_variants import VARIANT_ROOTS
from t2s_pipeline.datasets.check import check_dataset
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.load import database_paths, load_split
from t2s_pipeline.datasets.source import open_source
from t2s_pipeline.preferences.leakage import LeakageError, check_databases_disjoint, check_no_leakage
from t2s_pipeline.schema.catalog import file_fingerprint

SINGERS = "CREATE TABLE singer (name TEXT, age INT); INSERT INTO singer VALUES ('Ada', 40), ('Bo', 30);"
NEW_SINGERS = "CREATE TABLE singer (name TEXT, birthday TEXT); INSERT INTO singer VALUES ('Ada', '1980-01-01');"
SHOPS = "CREATE TABLE shop (name TEXT); INSERT INTO shop VALUES ('Kiosk');"
COUNT, OLDEST = "SELECT count(*) FROM singer", "SELECT name FROM singer ORDER BY age DESC LIMIT 1"
DEV = [
    {"db_id": "concert", "query": COUNT, "question": "How many singers are there?"},
    {"db_id": "concert", "query": OLDEST, "question": "What is the name of the singer of the greatest age?"},
]
SYN = [
    {
        "db_id": "concert",
        "SpiderQuestion": DEV[0]["question"],
        "SpiderSynQuestion": "How many vocalists?",
        "query": COUNT,
    },
    {"db_id": "concert", "SpiderQuestion": DEV[1]["question"], "SpiderSynQuestion": "Who is oldest?", "query": OLDEST},
]
REALISTIC = [{"db_id": "concert", "query": OLDEST, "query_toks": [], "question": "Who is oldest?", "question_toks": [],
              "sql": {"from": {}}}]  # fmt: skip
DK = [
    {"type": 0, "db_id": "concert", "query": COUNT, "question": "How many singers are there?"},
    {"type": 3, "db_id": "new_concert", "query": "SELECT name FROM singer ORDER BY birthday LIMIT 1",
     "question": "Who is oldest?"},
]  # fmt: skip


def write_database(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def write_rows(path: Path, rows: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows), encoding="utf-8")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Spider, and its variants as they come from their authors."""
    write_database(tmp_path / "spider/database/concert/concert.sqlite", SINGERS)
    write_database(tmp_path / "spider/database/mall/mall.sqlite", SHOPS)
    write_rows(tmp_path / "spider/dev.json", DEV)
    write_rows(
        tmp_path / "spider/train_spider.json", [{"db_id": "mall", "query": "SELECT name FROM shop", "question": "?"}]
    )
    write_rows(tmp_path / "syn/Spider-Syn/dev.json", SYN)
    write_rows(tmp_path / "syn/Spider-Syn/train_spider.json", SYN)
    write_rows(tmp_path / "realistic/spider-realistic.json", REALISTIC)
    write_rows(tmp_path / "dk/Spider-DK.json", DK)
    write_rows(tmp_path / "dk/tables.json", [])
    write_database(tmp_path / "dk/database/new_concert/new_concert.sqlite", NEW_SINGERS)
    return tmp_path


def variant(folders: Path, name: str) -> DatasetConfig:
    root = folders / name.removeprefix("spider_")
    return DatasetConfig(kind=name, root=str(root), database_root=str(folders / "spider/database"))


@pytest.mark.parametrize(
    ("name", "questions", "databases"),
    [
        ("spider_syn", ["How many vocalists?", "Who is oldest?"], {"concert"}),
        ("spider_realistic", ["Who is oldest?"], {"concert"}),
        ("spider_dk", ["How many singers are there?", "Who is oldest?"], {"concert", "new_concert"}),
    ],
)
def test_a_variant_loads_from_its_published_folder(folders, verifier, name, questions, databases):
    dataset = variant(folders, name)
    rows = load_split(dataset, name, "dev", folders / "data", verifier)
    assert [row["question"] for row in rows.examples] == questions and rows.rejected == []
    assert rows.examples[0]["example_id"] == f"{name}/dev/00000"
    paths = database_paths(dataset, name, folders / "data", {row["database_id"] for row in rows.examples})
    assert {key.removeprefix(f"{name}/") for key in paths} == databases
    check = check_dataset(dataset, name, folders / "data", verifier)
    assert [(split.split, split.examples) for split in check.splits] == [("dev", len(questions))]


def test_its_databases_are_its_own_else_spiders(folders):
    databases = open_source(variant(folders, "spider_dk"), "dk", folders / "data").databases()
    assert databases.by_id("dk/new_concert").path == folders / "dk/database/new_concert/new_concert.sqlite"
    assert databases.by_id("dk/concert").path == folders / "spider/database/concert/concert.sqlite"


def test_another_database_of_one_of_spiders_names_is_refused(folders):
    write_database(folders / "dk/database/concert/concert.sqlite", NEW_SINGERS)
    with pytest.raises(DatasetError, match="another database than .*give one another name"):
        open_source(variant(folders, "spider_dk"), "dk", folders / "data")


def test_a_clone_may_be_named_by_the_folder_of_its_files(folders):
    dataset = replace(variant(folders, "spider_syn"), root=str(folders / "syn/Spider-Syn"))
    assert len(open_source(dataset, "syn", folders / "data").rows("dev")) == 2


@pytest.mark.parametrize("name", sorted(VARIANT_ROOTS))
def test_a_variant_has_no_train_split(folders, verifier, name):
    with pytest.raises(DatasetError, match="is for evaluation alone: train on a data set of kind 'spider'"):
        load_split(variant(folders, name), name, "train", folders / "data", verifier)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"root": "$SPIDER_DK_ROOT"},
            "SPIDER_DK_ROOT is not set: set SPIDER_DK_ROOT to the folder that holds Spider-DK",
        ),
        ({"root": "/nowhere/at/all"}, "/nowhere/at/all: no such folder: set SPIDER_DK_ROOT"),
        ({"database_root": "/nowhere/at/all"}, "asks about Spider's databases; set SPIDER_ROOT to the folder"),
        (
            {"database_root": "$SPIDER_ROOT/database"},
            "SPIDER_ROOT is not set, and there is no .*t2s data spider ARCHIVE",
        ),
        ({"dev_files": ("dk.json",)}, "dk.json: no such file; check the data set's root and its file names"),
    ],
)
def test_what_is_not_there_is_named_with_the_remedy(folders, change, message):
    with pytest.raises(DatasetError, match=message):
        open_source(replace(variant(folders, "spider_dk"), **change), "dk", folders / "data").rows("dev")


def test_a_folder_without_its_file_and_a_malformed_row_are_named(folders):
    (folders / "dk/Spider-DK.json").write_text('[{"db_id": "concert"}, 7]')
    with pytest.raises(DatasetError, match=r"Spider-DK.json, row 1 \(from 0\): 7 is not a JSON object"):
        open_source(variant(folders, "spider_dk"), "dk", folders / "data").rows("dev")
    (folders / "dk/Spider-DK.json").unlink()
    with pytest.raises(DatasetError, match="dk: none of Spider-DK.json; set dev_files in the data set's config"):
        open_source(variant(folders, "spider_dk"), "dk", folders / "data").rows("dev")


def test_any_folder_in_spiders_layout_may_have_dev_alone(folders, verifier):
    mine = DatasetConfig(kind="spider", root=str(folders / "spider"))
    (folders / "spider/train_spider.json").unlink()
    check = check_dataset(mine, "mine", folders / "data", verifier)
    assert [(split.split, split.examples) for split in check.splits] == [("dev", 2)]
    with pytest.raises(DatasetError, match="none of train_spider.json, train_others.json; set train_files"):
        load_split(mine, "mine", "train", folders / "data", verifier)
    (folders / "spider/dev.json").unlink()
    with pytest.raises(DatasetError, match="none of train_spider.json, .*none of dev.json; set dev_files"):
        check_dataset(mine, "mine", folders / "data", verifier)


def test_questions_of_a_variant_are_leaks_whatever_they_are_called(folders, verifier):
    rows = load_split(variant(folders, "spider_syn"), "spider_syn", "dev", folders / "data", verifier).examples
    with pytest.raises(LeakageError, match="spider_syn/dev/00000 is of split dev"):
        check_no_leakage(rows[:1], rows)
    content = file_fingerprint(folders / "spider/database/concert/concert.sqlite")
    trained = {"database_id": "mine/concert", "split": "train", "fingerprint": content}
    with pytest.raises(LeakageError, match=r"mine/concert \(train\) = spider_syn/concert \(dev\)"):
        check_databases_disjoint([trained, trained | {"database_id": "spider_syn/concert", "split": "dev"}])


EXPERIMENT = """
[datasets.syn]
kind = "spider_syn"
root = "$SPIDER_SYN_ROOT"
{files}

[datasets.spider]
kind = "spider"
root = "$SPIDER_ROOT"

[models.nano]
path = "builtin:nano"

[train]
dataset = "{train}"
model = "nano"

[evaluation]
dataset = "syn"
{variants}

[arms.base]
model = "nano"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text("")
    return tmp_path


def experiment(project: Path, train: str = "spider", files: str = "", variants: str = "") -> None:
    text = EXPERIMENT.format(train=train, files=files, variants=variants)
    (project / "experiments/syn.toml").write_text(text)


def test_the_environment_names_a_variants_folder_and_its_databases(project, folders, monkeypatch):
    experiment(project)
    monkeypatch.setenv("SPIDER_SYN_ROOT", str(folders / "syn"))
    monkeypatch.setenv("SPIDER_ROOT", str(folders / "spider"))
    dataset = load_experiment("syn", project).datasets["syn"]
    assert (dataset.root, dataset.database_root) == (str(folders / "syn"), str(folders / "spider/database"))
    monkeypatch.delenv("SPIDER_ROOT")
    assert load_experiment("syn", project).datasets["syn"].database_root == "$SPIDER_ROOT/database"


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"train": "syn"}, "train.dataset = 'syn' is of kind 'spider_syn', .* for evaluation alone"),
        ({"files": 'train_files = ["train_spider.json"]'}, "datasets.syn.train_files: kind 'spider_syn' is for"),
        ({"variants": 'variants = ["nowhere"]'}, r"evaluation.variants\[0\] = 'nowhere' names nothing"),
    ],
)
def test_a_configuration_that_would_train_on_a_variant_is_refused(project, stated, message):
    experiment(project, **stated)
    with pytest.raises(ConfigError, match=message):
        load_experiment("syn", project)


def test_the_example_experiment_asks_the_same_arms_on_dev_and_on_every_variant():
    root = Path(__file__).parents[2]
    original = load_experiment("spider_variants", root)
    variants = [load_experiment(name, root) for name in original.evaluation.variants]
    assert {one.datasets[one.evaluation.dataset].kind for one in variants} == set(VARIANT_ROOTS)
    assert original.datasets[original.evaluation.dataset].kind == "spider" and not original.trains
    assert all(one.arms == original.arms and one.models == original.models for one in variants)

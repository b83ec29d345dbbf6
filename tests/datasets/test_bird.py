"""BIRD's layout: where its parts are found, its difficulties, and errors that say what to do."""

from __future__ import annotations

import json
import shutil

import pytest

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.config_loading import standalone_config
from t2s_pipeline.datasets.check import check_dataset, render
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.gold_files import read_gold
from t2s_pipeline.datasets.load import database_paths, load_split, split_sources
from t2s_pipeline.datasets.scoring import score_split
from t2s_pipeline.datasets.source import open_source
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.statistics import Proportion
from t2s_pipeline.prediction_files import bird_predictions
from tests.datasets.layouts import BIRD_DEV, write_bird


@pytest.fixture
def root(tmp_path):
    return write_bird(tmp_path / "bird")


@pytest.fixture
def dataset(root):
    return DatasetConfig(kind="bird", root=str(root))


def test_every_row_is_an_example_or_rejected(dataset, tmp_path, verifier):
    split = load_split(dataset, "bird", "dev", tmp_path, verifier)
    assert [(e["example_id"], e["database_id"], e["hardness"], e["evidence"]) for e in split.examples] == [
        ("bird/dev/00000", "bird/clinic", "simple", "female refers to SEX = 'F'"),
        ("bird/dev/00001", "bird/clinic", "moderate", "abnormal GOT refers to GOT >= 60"),
        ("bird/dev/00002", "bird/clinic", "challenging", None),
    ]
    assert [(r["source_file"], r["source_row"], r["reason"]) for r in split.rejected] == [
        ("dev.json", 3, "gold_fails"),
        ("dev.json", 4, "missing_database"),
    ]
    assert "no such table: Doctor" in split.rejected[0]["detail"]


def test_train_has_no_difficulties_and_lies_in_its_own_folder(dataset, tmp_path, verifier):
    (example,) = load_split(dataset, "bird", "train", tmp_path, verifier).examples
    assert (example["database_id"], example["hardness"]) == ("bird/mall", "unknown")
    paths = database_paths(dataset, "bird", tmp_path, ["bird/mall", "bird/clinic"])
    assert [path.parent.parent.name for path in paths.values()] == ["dev_databases", "train_databases"]


def test_a_dated_folder_and_stated_files_are_found(root, tmp_path):
    for name in ("dev_20230913", "dev_20240627"):
        (root / name).mkdir()
        shutil.copy(root / "dev.json", root / name)
        shutil.copytree(root / "dev_databases", root / name / "dev_databases")
    (root / "dev.json").rename(root / "mini_dev_sqlite.json")
    source = open_source(DatasetConfig(kind="bird", root=str(root)), "bird", tmp_path)
    assert source.files["dev"] == (root / "dev_20240627/dev.json",)
    assert root / "dev_20240627/dev_databases" in source.database_folders
    stated = DatasetConfig(kind="bird", root=str(root), dev_files=("mini_dev_sqlite.json",))
    assert (
        open_source(stated, "bird", tmp_path)
        .databases()
        .by_id("bird/clinic")
        .path.is_relative_to(root / "dev_databases")
    )


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda root: shutil.rmtree(root / "dev_databases"), r"dev_databases: no such folder, but dev\.json.*unpack"),
        (lambda root: (root / "dev.json").unlink(), r"none of dev\.json, dev/dev\.json; set dev_files"),
        (lambda root: (root / "dev.json").write_text('[{"a": 1},\n {]'), r"dev\.json, row 1 \(from 0\).*repair"),
        (
            lambda root: (root / "dev.json").write_text(json.dumps([BIRD_DEV[0], BIRD_DEV[1] | {"difficulty": "x"}])),
            r"dev\.json, row 1 \(from 0\): difficulty 'x' is not one of simple, moderate, challenging; correct it",
        ),
    ],
)
def test_what_is_wrong_names_file_row_and_remedy(root, dataset, tmp_path, verifier, break_it, said):
    break_it(root)
    with pytest.raises(DatasetError, match=said):
        load_split(dataset, "bird", "dev", tmp_path, verifier)


def test_a_split_that_is_not_there_does_not_keep_the_other(root, dataset, tmp_path, verifier):
    shutil.rmtree(root / "dev_databases")
    assert len(load_split(dataset, "bird", "train", tmp_path, verifier).examples) == 1
    assert "train: 1 rows" in render(check_dataset(dataset, "bird", tmp_path, verifier))


def test_without_its_folder(tmp_path):
    for root, said in (("$BIRD_ROOT", "BIRD_ROOT is not set: set BIRD_ROOT"), (str(tmp_path / "x"), "no such folder")):
        with pytest.raises(DatasetError, match=said):
            open_source(DatasetConfig(kind="bird", root=root), "bird", tmp_path)


def test_its_folder_is_named_by_the_environment_and_recorded(root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WIKISQL_ROOT", raising=False)
    monkeypatch.setenv("BIRD_ROOT", "bird")
    config = standalone_config()
    assert open_source(config.datasets["bird"], "bird", tmp_path).folder == root
    assert "BIRD_ROOT=bird" in config.overrides and config.datasets["wikisql"].root == "$WIKISQL_ROOT"


def test_two_databases_of_one_name_are_refused(root, dataset, tmp_path):
    twin = root / "train/train_databases/clinic/clinic.sqlite"
    twin.parent.mkdir()
    shutil.copy(root / "dev_databases/clinic/clinic.sqlite", twin)
    open_source(dataset, "bird", tmp_path)  # the same file twice is one database
    twin.write_bytes(twin.read_bytes() + b"x")
    with pytest.raises(DatasetError, match="another database than .*clinic.sqlite, of the same name"):
        open_source(dataset, "bird", tmp_path)


def test_descriptions_are_sources(root, dataset, tmp_path):
    named = split_sources(dataset, "dev", tmp_path)
    assert named["database /clinic: Patient.csv"] == root / "dev_databases/clinic/database_description/Patient.csv"
    assert "database /clinic: laboratory.csv" in named


def test_its_predictions_are_scored_by_its_rule_and_difficulties(dataset, root, tmp_path, verifier):
    answers = [
        "SELECT COUNT(*) FROM Patient WHERE SEX = 'F'",
        "SELECT T2.ID FROM Laboratory AS T2 WHERE T2.GOT >= 60 ORDER BY 1 DESC",  # other order, the same set
        None,
        "SELECT 1",
        "",
    ]
    file = tmp_path / "predict_dev.json"
    written = bird_predictions((sql, row["db_id"]) for sql, row in zip(answers, BIRD_DEV, strict=True))
    assert written["0"].endswith("\t----- bird -----\tclinic") and written["2"] == written["4"] == 0
    file.write_text(json.dumps(written))
    report = score_split(file, dataset, "bird", "dev", tmp_path, verifier, rule=MatchRule.BIRD)
    assert report.overall == Proportion(2, 3)
    assert report.by_hardness == {
        "simple": Proportion(1, 1), "moderate": Proportion(1, 1), "challenging": Proportion(0, 1)
    }  # fmt: skip
    assert report.as_dict()["lines_without_an_example"] == {"gold_fails": [4], "missing_database": [5]}
    golds = [row for row in BIRD_DEV if row["difficulty"] != "simple"]
    (tmp_path / "gold.json").write_text(json.dumps(golds))
    assert [e.hardness for e in read_gold(tmp_path / "gold.json", root / "dev_databases")] == [
        "moderate",
        "challenging",
    ]


def test_data_check_says_its_levels(dataset, tmp_path, verifier):
    text = render(check_dataset(dataset, "bird", tmp_path, verifier))
    assert "simple 1, moderate 1, challenging 1" in text and "unknown 1" in text
    assert "without a database  1 bird/hospital" in text
    assert "column descriptions   5, of no column there 1" in text and text.count("column descriptions") == 1

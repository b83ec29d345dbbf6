"""Split `train_holdout`: whole databases of train, and together with train every row of it, once."""

from __future__ import annotations

import json
import sqlite3

import pytest

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.load import check_every_row_counted, load_split, split_sources

NAMES = ("shop", "school", "garden", "harbour", "library")
TRAIN = [{"question": f"Of {n}?", "query": "SELECT count(*) FROM item", "db_id": n} for n in (*NAMES, *NAMES)]
BROKEN = [{"question": "And?", "query": "SELECT 1", "db_id": "gone"}, {"question": "What?", "query": "SELECT 1"}]


@pytest.fixture
def dataset(tmp_path) -> DatasetConfig:
    for name in (*NAMES, "kept"):
        folder = tmp_path / "in" / "database" / name
        folder.mkdir(parents=True)
        with sqlite3.connect(folder / f"{name}.sqlite") as connection:
            connection.execute("CREATE TABLE item (name TEXT)")
            connection.execute("INSERT INTO item VALUES (?)", (name,))
    (tmp_path / "in" / "train.json").write_text(json.dumps(TRAIN + BROKEN))
    (tmp_path / "in" / "dev.json").write_text(json.dumps([{**TRAIN[0], "db_id": "kept"}]))
    return DatasetConfig(kind="json", root=str(tmp_path / "in"))


def test_train_and_its_holdout_share_no_database_and_lose_no_row(dataset, tmp_path, verifier):
    parts = [
        load_split(dataset, "mine", split, tmp_path, verifier, holdout_fraction=0.4)
        for split in ("train", "train_holdout")
    ]
    train, held_out = parts
    databases = [{row["database_id"] for row in part.examples} for part in parts]
    assert len(databases[1]) == 2 and not databases[0] & databases[1]
    assert {row["split"] for row in held_out.examples} == {"train_holdout"}
    whole = load_split(dataset, "mine", "train", tmp_path, verifier)
    ids = [row["example_id"] for part in parts for row in part.examples]
    assert sorted(ids) == [row["example_id"] for row in whole.examples]  # `mine/train/...`: named by their file
    assert [row["source_row"] for row in (*train.rejected, *held_out.rejected)] == [10, 11]
    check_every_row_counted(train.examples + held_out.examples, train.rejected + held_out.rejected)


def test_dev_is_not_touched(dataset, tmp_path, verifier):
    (tmp_path / "in" / "dev.json").unlink()
    held_out = load_split(dataset, "mine", "train_holdout", tmp_path, verifier, holdout_fraction=0.4)
    assert held_out.examples
    assert not [name for name in split_sources(dataset, "train_holdout", tmp_path) if "dev" in name]

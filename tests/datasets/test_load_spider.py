"""The real Spider, whole: counts that are known of this copy, and what holds for every copy."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from t2s_pipeline.config import DatasetConfig, RolloutConfig
from t2s_pipeline.datasets.check import check_dataset, render
from t2s_pipeline.datasets.load import check_every_row_counted, database_paths, load_split
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.table_rows import retrieval_recall, retrieved_schema_rows

SPIDER_ROOT = os.environ.get("SPIDER_ROOT", "")
THIS_COPY = (Path(SPIDER_ROOT) / "dev_exclusions.json").is_file()
DATASET = DatasetConfig(kind="spider", root=SPIDER_ROOT)

pytestmark = [
    pytest.mark.spider,
    pytest.mark.skipif(not SPIDER_ROOT, reason="SPIDER_ROOT is not set"),
]
only_this_copy = pytest.mark.skipif(not THIS_COPY, reason="a copy of Spider without dev_exclusions.json")


@pytest.fixture(scope="module")
def verifier():
    with GoldVerifier(SandboxPolicy()) as opened:
        yield opened


@pytest.fixture(scope="module")
def splits(verifier):
    return {split: load_split(DATASET, "spider", split, Path("none"), verifier) for split in ("train", "dev")}


def test_every_input_row_is_accounted_for(splits):
    for name, rows in (("train", 8659), ("dev", 1034)):
        split = splits[name]
        assert len(split.examples) + len(split.rejected) == rows
        check_every_row_counted(split.examples, split.rejected)
    others = [row for row in splits["train"].examples if row["source_file"] == "train_others.json"]
    assert others[0]["example_id"] == "spider/train/07000"
    assert (others[0]["source_row"], others[0]["database_id"]) == (0, "spider/geo")


def test_dev_is_whole_and_of_known_hardness(splits):
    dev = splits["dev"]
    assert len(dev.examples) == 1034
    assert Counter(row["hardness"] for row in dev.examples) == {"easy": 248, "medium": 446, "hard": 174, "extra": 166}


def test_no_database_is_in_both_splits(splits):
    train, dev = ({row["database_id"] for row in splits[name].examples} for name in ("train", "dev"))
    assert len(dev) == 20 and not train & dev


@only_this_copy
def test_what_is_left_out_of_this_copy(splits):
    rejected = Counter((row["reason"], row["database_id"]) for row in splits["train"].rejected)
    assert {key: n for key, n in rejected.items() if key[0] == "missing_database"} == {
        ("missing_database", "spider/baseball_1"): 82,
        ("missing_database", "spider/soccer_1"): 14,
    }
    assert sum(n for (reason, _), n in rejected.items() if reason == "gold_fails") == 3
    assert len(splits["train"].examples) == 8560
    excluded = [row for row in splits["dev"].examples if row["excluded_reason"]]
    assert [int(row["example_id"][-5:]) for row in excluded] == [459, 460, 469, 470, 471, 472, 479, 480]
    assert {row["database_id"] for row in excluded} == {"spider/wta_1"}


@only_this_copy
def test_vacuous_golds_of_this_copy(splits):
    # 1,616 golds without rows; 1,759 examples in the seven databases without rows; 1,939 one or the other.
    train = splits["train"].examples
    assert sum(row["gold_row_count"] == 0 for row in train) == 1616
    assert sum(row["gold_vacuous"] for row in train) == 1939
    assert sum(row["gold_vacuous"] for row in splits["dev"].examples) == 57


@only_this_copy
def test_data_check_names_the_database_that_differs(verifier):
    checked = check_dataset(DATASET, "spider", Path("none"), verifier)
    text = render(checked)
    for line in (
        "train: 8659 rows, 8560 examples",
        "rejected              96 missing_database",
        "rejected              3 gold_fails",
        "dev: 1034 rows, 1034 examples",
        "excluded              8 ",
        "easy 248, medium 446, hard 174, extra 166",
        "checksums: 19 of 20 dev databases are as released",
        "differs: database/wta_1/wta_1.sqlite",
    ):
        assert line in text


def test_retrieval_recall_is_stated_where_there_was_a_choice(splits):
    examples = splits["dev"].examples
    paths = database_paths(DATASET, "spider", Path("none"), {row["database_id"] for row in examples})
    schemas = {database_id: read_schema(path, database_id) for database_id, path in paths.items()}
    found = {}
    for mode in ("full", "retrieved", "bm25", "bm25_fk"):
        settings = RolloutConfig(retrieval_mode=mode)
        found |= retrieval_recall(retrieved_schema_rows(examples, schemas, settings)).by_retrieval
    assert all(recall.unparsed == 0 for recall in found.values())
    assert found["full"].with_choice.examples == 0
    assert found["retrieved_k6"].overall.examples == 1034
    choices = {name: recall.with_choice for name, recall in found.items()}
    assert {name: (c.found, c.gold_tables, c.examples) for name, c in choices.items()} == {
        "full": (0, 0, 0),
        "retrieved_k6": (256, 260, 160),
        "bm25_k6": (256, 260, 160),
        "bm25_fk_k6_h1": (260, 260, 160),
    }

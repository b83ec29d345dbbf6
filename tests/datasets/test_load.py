"""Loading a split: every row accounted for, slices, reasons; and `t2s data check` on top of it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.check import check_dataset, render
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.load import (
    check_every_row_counted,
    check_every_row_read,
    database_paths,
    load_split,
    split_sources,
)
from t2s_pipeline.datasets.source import open_source
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.table_definitions import EXAMPLES, REJECTED_EXAMPLES


def make_database(path: Path, script: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def question(query: str | None, database: str = "shop", **more) -> dict:
    return {"question": f"About {query}?", "query": query, "db_id": database, **more}


ROWS = [
    question("SELECT count(*) FROM item"),
    question("SELECT name FROM item WHERE price > 1", evidence="Prices are in euros."),
    question("SELECT name FROM item WHERE price > 99"),
    question("SELECT colour FROM item"),
    question("DELETE FROM item"),
    question("SELECT 1", "gone"),
    question(None),
    question("SELECT count(*) FROM item", "empty"),
]


@pytest.fixture
def dataset(tmp_path) -> DatasetConfig:
    table = "CREATE TABLE item (name TEXT, price REAL);"
    make_database(tmp_path / "in/database/shop/shop.sqlite", table + "INSERT INTO item VALUES ('a', 1), ('b', 2)")
    make_database(tmp_path / "in/database/empty/empty.sqlite", table)
    (tmp_path / "in/dev.json").write_text(json.dumps(ROWS))
    exclusions = {"split": "dev", "reason": "not to be trusted", "index": [1]}
    (tmp_path / "in/dev_exclusions.json").write_text(json.dumps(exclusions))
    return DatasetConfig(kind="json", root=str(tmp_path / "in"))


def test_every_row_is_an_example_or_rejected_with_its_reason(dataset, tmp_path, verifier):
    done = []
    split = load_split(dataset, "mine", "dev", tmp_path / "data", verifier, lambda *n: done.append(n))
    check_every_row_counted(split.examples, split.rejected)
    assert len(split.examples) + len(split.rejected) == len(ROWS)
    assert [row["example_id"] for row in split.examples] == [f"mine/dev/0000{n}" for n in (0, 1, 2, 7)]
    assert [(row["source_row"], row["reason"]) for row in split.rejected] == [
        (3, "gold_fails"),
        (4, "gold_fails"),
        (5, "missing_database"),
        (6, "missing_field"),
    ]
    details = [row["detail"] for row in split.rejected]
    assert "no such column: colour" in details[0]
    assert details[1]
    assert details[2] == "no gone/gone.sqlite or gone.sqlite in the database folder"
    assert details[3] == "no field 'query' or 'gold' or 'gold_sql' or 'SQL' or 'sql'"
    assert done[-1] == (6, 6)
    for schema, rows in ((EXAMPLES, split.examples), (REJECTED_EXAMPLES, split.rejected)):
        schema.check(schema.to_arrow({"experiment": "toy", **row} for row in rows))


def test_an_example_row(dataset, tmp_path, verifier):
    examples = load_split(dataset, "mine", "dev", tmp_path / "data", verifier).examples
    assert examples[1] == {
        "example_id": "mine/dev/00001",
        "database_id": "mine/shop",
        "split": "dev",
        "question": "About SELECT name FROM item WHERE price > 1?",
        "gold": "SELECT name FROM item WHERE price > 1",
        "evidence": "Prices are in euros.",
        "hardness": "easy",
        "gold_row_count": 1,
        "gold_vacuous": False,
        "excluded_reason": "not to be trusted",
        "source_file": "dev.json",
        "source_row": 1,
    }
    assert [row["excluded_reason"] for row in examples if row["source_row"] != 1] == [None] * 3
    # No rows, and a count of a database that has none.
    assert [row["gold_vacuous"] for row in examples] == [False, False, True, True]
    assert [row["gold_row_count"] for row in examples] == [1, 1, 0, 1]


def test_golds_that_cannot_be_judged_are_rejected_without_naming_the_machine(dataset, tmp_path):
    root = Path(dataset.root)
    (root / "database/text.sqlite").write_text("this is no database, however long it may be " * 99)
    rows = [question("SELECT name FROM item"), question("SELECT 1", "text"), question("SELECT 1 FROM item LIMIT 1")]
    (root / "train.json").write_text(json.dumps(rows))
    with GoldVerifier(SandboxPolicy(max_rows=1), workers=1) as strict:
        split = load_split(dataset, "mine", "train", tmp_path / "data", strict)
    assert [row["source_row"] for row in split.examples] == [2]
    assert [(row["source_row"], row["reason"]) for row in split.rejected] == [(0, "gold_fails"), (1, "gold_fails")]
    assert "sandbox.max_rows" in split.rejected[0]["detail"]
    assert "mine/text" in split.rejected[1]["detail"] and str(tmp_path) not in split.rejected[1]["detail"]


def test_a_slice_is_of_input_rows_and_keeps_ids_and_exclusions(dataset, tmp_path, verifier):
    whole = load_split(dataset, "mine", "dev", tmp_path / "data", verifier)
    sliced = DatasetConfig(kind="json", root=dataset.root, offset=1, dev_limit=5, train_limit=1)
    part = load_split(sliced, "mine", "dev", tmp_path / "data", verifier)
    assert part.examples == [row for row in whole.examples if 1 <= row["source_row"] < 6]
    assert part.rejected == [row for row in whole.rejected if 1 <= row["source_row"] < 6]
    past = DatasetConfig(kind="json", root=dataset.root, offset=8)
    with pytest.raises(DatasetError, match="offset is 8, but its dev split has only 8 rows"):
        load_split(past, "mine", "dev", tmp_path / "data", verifier)


def test_a_lost_or_doubled_row_is_noticed(dataset, tmp_path, verifier):
    split = load_split(dataset, "mine", "dev", tmp_path / "data", verifier)
    with pytest.raises(InvariantError, match=r"dev\.json: an input row is missing \(3\)"):
        check_every_row_counted(split.examples, split.rejected[1:])
    with pytest.raises(InvariantError, match=r"is there twice \(1\)"):
        check_every_row_counted([*split.examples, split.examples[1]], split.rejected)


def test_rows_lost_at_either_end_are_noticed_where_the_input_is_read(dataset, tmp_path, verifier):
    split = load_split(dataset, "mine", "dev", tmp_path / "data", verifier)
    rows = open_source(dataset, "mine", tmp_path / "data").rows("dev")
    check_every_row_read(rows, split.examples, split.rejected)
    for kept, lost in ((split.examples[1:], 0), (split.examples[:-1], 7)):
        check_every_row_counted(kept, split.rejected)  # the tables alone do not show it
        with pytest.raises(
            InvariantError, match=rf"8 input rows became 3 .* 4 rejected.*dev\.json: row {lost} is lost"
        ):
            check_every_row_read(rows, kept, split.rejected)
    with pytest.raises(InvariantError, match="8 input rows became 5 examples"):
        check_every_row_read(rows, [*split.examples, split.examples[0]], split.rejected)


def test_a_row_with_an_impossible_path_is_rejected(dataset, tmp_path, verifier):
    rows = [question("SELECT 1", "d" * 300), question("SELECT 1", "d\0"), question("SELECT 1 FROM item", "shop")]
    rows += [question("SELECT 1") | {"db_path": path} for path in ("d\0", "d/" * 3000, "d" * 300)]
    (Path(dataset.root) / "train.json").write_text(json.dumps(rows))
    split = load_split(dataset, "mine", "train", tmp_path / "data", verifier)
    assert [row["source_row"] for row in split.examples] == [2]
    assert [row["reason"] for row in split.rejected] == ["missing_database"] * 5
    REJECTED_EXAMPLES.check(REJECTED_EXAMPLES.to_arrow({"experiment": "toy", **row} for row in split.rejected))


def test_database_paths(dataset, tmp_path):
    paths = database_paths(dataset, "mine", tmp_path / "data", ["mine/shop", "mine/empty", "mine/shop"])
    assert paths == {f"mine/{n}": tmp_path / f"in/database/{n}/{n}.sqlite" for n in ("empty", "shop")}
    with pytest.raises(DatasetError, match=r"database mine/gone: no gone/gone.sqlite or gone.sqlite"):
        database_paths(dataset, "mine", tmp_path / "data", ["mine/gone"])


def test_sources_are_all_files_that_rows_come_from(dataset, tmp_path):
    root = Path(dataset.root)
    assert split_sources(dataset, "dev", tmp_path / "data") == {
        "dev file 0: dev.json": root / "dev.json",
        "dev_exclusions.json": root / "dev_exclusions.json",
        "database /shop": root / "database/shop/shop.sqlite",
        "database /empty": root / "database/empty/empty.sqlite",
    }
    only_first = DatasetConfig(kind="json", root=dataset.root, dev_limit=1)
    assert "database /empty" not in split_sources(only_first, "dev", tmp_path / "data")
    further = root / "database/shop/shop_2.sqlite"
    further.touch()
    assert split_sources(dataset, "dev", tmp_path / "data")["database /shop: shop_2.sqlite"] == further


def test_the_embedded_data_set_is_built_on_first_use(tmp_path, verifier):
    dataset = DatasetConfig(kind="embedded", dev_limit=3)
    split = load_split(dataset, "embedded", "dev", tmp_path, verifier)
    assert len(split.examples) == 3 and not split.rejected
    paths = database_paths(dataset, "embedded", tmp_path, {row["database_id"] for row in split.examples})
    assert all(path.is_relative_to(tmp_path / "embedded/database") for path in paths.values())


def test_data_check_says_what_is_left_out(dataset, tmp_path, verifier):
    text = render(check_dataset(dataset, "mine", tmp_path / "data", verifier))
    for line in (
        "dev: 8 rows, 4 examples",
        "databases read        2",
        "vacuous golds         2 ",
        "rejected              2 gold_fails",
        "rejected              1 missing_database",
        "without a database  1 mine/gone",
        "excluded              1 not to be trusted",
        "checksums: no dev_db_sha256.txt",
    ):
        assert line in text
    assert "train" not in text

"""Synthetic hard negatives on a real database, judged by the real verifier, the same in every process."""

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

from t2s_pipeline.config import RolloutConfig, TrainConfig
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.generation.keys import prompt_id
from t2s_pipeline.preferences.pair_types import EditKind
from t2s_pipeline.preferences.synthetic import synthetic_pairs
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.table_definitions import PAIRS

TABLES = """
CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, country TEXT, age INTEGER, songs INTEGER);
INSERT INTO singer VALUES (1, 'Ada', 'Chad', 30, 5), (2, 'Bo', 'Chad', 41, 2), (3, 'Cy', 'Fiji', 29, 9),
                          (4, 'Di', 'Peru', 18, 9);
CREATE TABLE same (a INTEGER, b INTEGER);
INSERT INTO same VALUES (1, 1), (2, 2);
CREATE TABLE album (album_id INTEGER PRIMARY KEY, singer_id INTEGER REFERENCES singer (id), name TEXT, year INTEGER);
INSERT INTO album VALUES (1, 1, 'Ada', 1999), (2, 1, 'Sun', 2001), (3, 2, 'Sea', 2001), (4, 4, 'Sky', 2020);
"""
GOLDS = (
    "SELECT name FROM singer WHERE country = 'Chad' AND age > 18 ORDER BY age DESC LIMIT 1",
    "SELECT avg(age), max(songs) FROM singer",
    "SELECT name, country FROM singer WHERE country != 'Fiji' OR songs >= 9",
    "SELECT a FROM same",  # every edit of it is right
    "SELECT name FROM singer WHERE age > 99",  # vacuous
    "SELECT name FROM singer WHERE country = 'Peru'",
    "SELECT FROM WHERE",  # does not parse
    "SELECT count(*) FROM same",  # no edit
    "SELECT T1.name, count(*) FROM singer AS T1 JOIN album AS T2 ON T1.id = T2.singer_id GROUP BY T1.id",
)
SCHEMA_TEXT = "Table singer: ..."
TRAIN = TrainConfig(synthetic_per_example=3, rollouts=RolloutConfig(max_turns=2))


def make(folder, train=TRAIN):
    """The result for GOLDS on a database in `folder`, and what was read."""
    path = folder / "music.sqlite"
    if not path.exists():
        connection = sqlite3.connect(path)
        connection.executescript(TABLES)
        connection.close()
    examples = [
        {
            "example_id": f"toy/train/{number:05d}",
            "database_id": "toy/music",
            "split": "train",
            "question": f"question {number}",
            "gold": gold,
            "gold_vacuous": number == 4,
            "excluded_reason": None,
        }
        for number, gold in enumerate(GOLDS)
    ]
    texts = {example["example_id"]: SCHEMA_TEXT for example in examples}
    schemas, paths = {"toy/music": read_schema(path, "toy/music")}, {"toy/music": path}
    with GoldVerifier(SandboxPolicy(), workers=1) as verifier:
        result = synthetic_pairs(examples, texts, schemas, paths, verifier, train)
        pairs = [Candidate("toy/music", str(path), r["chosen_sql"], r["rejected_sql"]) for r in result.rows]
        verdicts = verifier.verify(pairs)
    return result, verdicts


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make(tmp_path_factory.mktemp("synthetic"))


def test_rows_are_wrong_edits_of_their_gold(made):
    result, verdicts = made
    PAIRS.check(PAIRS.to_arrow([row | {"experiment": "toy"} for row in result.rows]))
    assert all(v.correct_official is False and v.correct_strict is False for v in verdicts)
    assert [v.executable for v in verdicts] == [row["rejected_executable"] for row in result.rows]
    for row in result.rows:
        assert row["origin"] == "synthetic"
        assert row["chosen_sql"] == GOLDS[int(row["example_id"][-5:])]
        assert 0 < row["edit_distance_ratio"] < 0.5
        assert not any(sentinel in row["rejected_sql"] for sentinel in ("__", "999999"))


def test_what_teaches_nothing_gives_nothing(made):
    result, _ = made
    by_example = {}
    for row in result.rows:
        by_example.setdefault(int(row["example_id"][-5:]), []).append(row["pair_type"])
    assert sorted(by_example) == [0, 1, 2, 5, 8]
    assert all(len(types) <= 3 for types in by_example.values())
    # Kinds take turns: three pairs of one example, where there are more kinds, are of three kinds.
    assert len(set(by_example[8])) == 3
    assert result.stats["vacuous_or_excluded"] == 1
    assert result.stats["gold_not_parsed"] == 1
    assert result.stats["edits_wrong"] < result.stats["edits_judged"]
    assert sum(result.stats["pairs_by_type"].values()) == result.stats["pairs"] == len(result.rows)


ALL = replace(TRAIN, synthetic_per_example=100, max_schema_error_fraction=1.0)


def test_every_kind_of_mistake_is_made_and_no_more_fail_than_the_limit(tmp_path):
    """The counts at the end, exactly; at any limit the pairs that run stay what they were, or become more."""
    everything, _ = make(tmp_path, ALL)
    assert {row["pair_type"] for row in everything.rows} == {kind.pair_type for kind in EditKind}
    running = {row["pair_id"] for row in everything.rows if row["rejected_executable"]}
    errors = len(everything.rows) - len(running)
    assert len(running) > 0 and errors / len(everything.rows) > 0.2
    for limit in (0.0, 0.1, 0.2):
        result, _ = make(tmp_path, replace(ALL, max_schema_error_fraction=limit))
        failing = [row for row in result.rows if not row["rejected_executable"]]
        assert {row["pair_id"] for row in result.rows if row["rejected_executable"]} == running
        # The most that the limit allows: with one more it would not hold.
        assert len(failing) <= limit * len(result.rows)
        assert len(failing) + 1 > limit * (len(result.rows) + 1)
        assert result.stats["schema_errors_dropped"] == errors - len(failing)


def test_a_mistake_too_many_that_fails_gives_way_to_one_that_runs(tmp_path):
    few = replace(TRAIN, synthetic_per_example=4, max_schema_error_fraction=1.0)
    before, _ = make(tmp_path, few)
    after, _ = make(tmp_path, replace(few, max_schema_error_fraction=0.0))
    assert before.stats["pairs_that_run"] < before.stats["pairs"]
    assert after.stats["schema_errors_replaced"] > 0
    assert after.stats["pairs"] == before.stats["pairs"] - after.stats["schema_errors_dropped"]
    assert after.stats["pairs_that_run"] == after.stats["pairs"] == len(after.rows)


def test_the_margin_is_that_of_the_rollouts(made, tmp_path):
    result, _ = made
    runs = {row["rejected_executable"]: row["rejected_reward"] for row in result.rows}
    assert runs[True] == 0.2
    assert {row["reward_margin"] for row in result.rows if row["rejected_executable"]} == {0.8}
    one_shot, _ = make(tmp_path, replace(TRAIN, rollouts=RolloutConfig(max_turns=1)))
    assert {row["reward_margin"] for row in one_shot.rows} == {1.5}


def test_the_prompt_is_the_first_one_of_the_rollouts(made):
    """So that a mined and a synthetic pair of the same content are duplicates of each other."""
    row = made[0].rows[0]
    prompt = initial_prompt(SCHEMA_TEXT, "question 0")
    assert row["prompt_id"] == prompt_id(prompt)
    assert json.loads(row["messages"]) == prompt.chat()


def test_the_prompt_has_the_wording_of_the_rollouts(tmp_path):
    finer, _ = make(tmp_path, replace(TRAIN, rollouts=RolloutConfig(prompt_style="finer")))
    prompt = initial_prompt(SCHEMA_TEXT, "question 0", "finer")
    assert json.loads(finer.rows[0]["messages"]) == prompt.chat() != initial_prompt(SCHEMA_TEXT, "question 0").chat()


def test_the_same_seed_gives_the_same_bytes_in_every_process(made, tmp_path):
    program = (
        "import json, sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]); import test_synthetic as t; "
        "print(json.dumps(t.make(Path(sys.argv[1]))[0].rows))"
    )
    texts = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program, str(tmp_path), os.path.dirname(__file__)]
        texts.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert texts == {json.dumps(made[0].rows) + "\n"}
    other, _ = make(tmp_path, replace(TRAIN, seed=14))
    assert other.rows != made[0].rows

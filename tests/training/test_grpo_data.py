"""Which questions GRPO asks, what its rewards are made of, and which thoughts its memory starts from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.rewards.memory import Trace
from t2s_pipeline.rewards.score import RewardRow
from t2s_pipeline.training.grpo_data import (
    RewardData,
    memory_seeds,
    prompt_rows,
    read_reward_data,
    reward_rows,
    store_seeds,
)
from t2s_pipeline.training.rows import TrainingError


def example(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "example_id": f"toy/train/{number:05d}",
        "database_id": f"toy/db_{number}",
        "question": f"Question {number}?",
        "evidence": None,
        "gold": f"SELECT {number}",
        "gold_vacuous": False,
        "excluded_reason": None,
    }
    return row | changes


def trace(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "example_id": f"toy/train/{number:05d}",
        "database_id": f"toy/db_{number}",
        "teacher": "plans",
        "attempt": 0,
        "thought": f"thought {number}",
        "removed_by": None,
        "train_correct": True,
    }
    return row | changes


DATA = RewardData(
    (RewardRow("toy/train/00001", "toy/db_1", "here/db.sqlite", ("SELECT 1", "SELECT 1 LIMIT 1")),),
    (Trace("toy/db_2", "a thought"),),
    {"toy/db_1": "a" * 64},
    SandboxConfig(),
)


def test_what_teaches_nothing_is_not_asked():
    examples = [example(3), example(1), example(2, gold_vacuous=True), example(4, excluded_reason="gold_disputed")]
    schemas = [{"example_id": row["example_id"], "schema_text": "Table t: a"} for row in examples]
    rows = prompt_rows(examples, schemas, "finer", {"toy/db_3"})
    assert [(row.row_id[-1], row.held_out, row.completions) for row in rows] == [("1", False, ()), ("3", True, ())]
    assert "meticulous SQL expert" in rows[0].messages[0].content and "Question 1?" in rows[0].messages[1].content
    golds = reward_rows(examples, {f"toy/db_{n}": Path(f"db_{n}.sqlite") for n in range(5)})
    assert [(row.example_id[-1], row.golds, row.database_path) for row in golds] == [
        ("1", ("SELECT 1",), "db_1.sqlite"),
        ("3", ("SELECT 3",), "db_3.sqlite"),
    ]
    with pytest.raises(TrainingError, match="toy/train/00001: no row in retrieved_schemas"):
        prompt_rows(examples, schemas[:1], "finer")


def test_a_memory_starts_from_verified_thoughts_of_databases_that_are_trained_on():
    traces = [
        trace(5),
        trace(1, teacher="z"),
        trace(1, teacher="a"),
        trace(2, train_correct=False),  # kept to learn from, but wrong
        trace(3, removed_by="wrong"),
        trace(4),
    ]
    seeds = memory_seeds(traces, held_out={"toy/db_4"})
    assert seeds == [Trace("toy/db_1", "thought 1"), Trace("toy/db_1", "thought 1"), Trace("toy/db_5", "thought 5")]


def test_a_memory_may_start_from_the_store_but_for_databases_held_out_or_evaluated():
    stored = [trace(n) for n in (3, 1, 2, 4)]
    seeds = store_seeds(stored, apart={"toy/db_2", "toy/db_4"})
    assert seeds == [Trace("toy/db_3", "thought 3"), Trace("toy/db_1", "thought 1")]
    with pytest.raises(TrainingError, match="the store of reasoning traces holds no verified one"):
        store_seeds(stored, apart={f"toy/db_{n}" for n in range(5)})


def test_the_data_s_digest_stands_for_what_rewards_depend_on(tmp_path):
    (tmp_path / "rewards.json").write_text(DATA.text())
    assert read_reward_data(tmp_path / "rewards.json") == DATA
    moved = replace(DATA, rows=(replace(DATA.rows[0], database_path="there/db.sqlite"),))
    assert moved.digest == replace(DATA, sandbox=SandboxConfig(workers=7)).digest == DATA.digest
    others = [
        replace(DATA, rows=(replace(DATA.rows[0], golds=("SELECT 1",)),)),
        replace(DATA, seeds=()),
        replace(DATA, databases={"toy/db_1": "b" * 64}),
        replace(DATA, sandbox=SandboxConfig(timeout_seconds=1.0)),
        replace(DATA, embedder="c" * 64),
    ]
    assert len({DATA.digest, *(other.digest for other in others)}) == 6
    (tmp_path / "rewards.json").write_text("{}")
    with pytest.raises(TrainingError, match="not what rewards are made of"):
        read_reward_data(tmp_path / "rewards.json")

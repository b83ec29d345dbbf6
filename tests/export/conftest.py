"""A small project with what a train rollout, an arm and a recipe published: every figure can be counted by hand.

Question `lamps` of train: two wrong answers of turn 1, then one right and one wrong repair. Question `chairs`: right at
once, twice. Question `desks` of dev, in the arm `repair`: an answer without SQL, then a right one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.generation.keys import completion_key, prompt_id
from t2s_pipeline.generation.protocol import Completion, Identity, Sampling
from t2s_pipeline.generation.store import CompletionStore, StoredCompletion
from t2s_pipeline.prompts.render import Prompt, initial_prompt, repair_prompt
from t2s_pipeline.table_definitions import ALL
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.reports.tables import table

PROJECT = """
[datasets.furniture]
kind = "{kind}"
root = "."

[models.small]
path = "builtin:nano"
"""
EXPERIMENT = """
description = "Furniture"

[train]
dataset = "furniture"
model = "small"
shards = 2

[evaluation]
dataset = "furniture"

[recipes.mix]

[arms.base]
model = "small"

[arms.repair]
model = "small"
max_turns = 2
"""
SCHEMA = "Table item: name TEXT, price REAL"
LAMPS, CHAIRS, DESKS = "furniture/train/00000", "furniture/train/00001", "furniture/dev/00000"
QUESTIONS = {LAMPS: "How many lamps are there?", CHAIRS: "Which chairs?", DESKS: "Which desks?"}
GOLD = "SELECT count(*) FROM item"
WRONG = "SELECT count(*) FROM itm"
FEEDBACK = "SQLite error: no such table: itm"
FIRST = {example: initial_prompt(SCHEMA, question) for example, question in QUESTIONS.items()}
REPAIR = {e: repair_prompt(SCHEMA, QUESTIONS[e], WRONG, FEEDBACK, 1, "basic") for e in (LAMPS, DESKS)}


def attempt(
    rollout: str, example: str, prompt: Prompt, turn: int, sample: int, sql: str | None, **more: object
) -> dict:
    right = sql == GOLD
    row = {"rollout": rollout, "example_id": example, "database_id": "furniture/shop", "turn": turn, "sample": sample}
    row |= {"sql": sql, "raw_text": sql or "I \x1b[31mcannot.", "correct": right, "train_correct": right}
    row |= {
        "executable": right,
        "syntax_valid": sql is not None,
        "schema_valid": right,
        "status": "ok" if right else "error",
    }
    row |= {"error_class": "execution_correct" if right else "no_such_table", "row_count": 1 if right else None}
    row |= {"column_count": 1 if right else None}
    row |= {"error": None if right else "no such table: itm", "reward": 1.0 if right else -0.2}
    row |= {"cost_reward": -0.1, "signals": [] if right else ["executor_error", "not_executable"]}
    return row | {"prompt_id": prompt_id(prompt), "completion_key": stored(prompt, sample).key.digest} | more


def stored(prompt: Prompt, sample: int) -> StoredCompletion:
    key = completion_key(Identity("m", None, "hf", "float32"), Sampling(), [len(prompt.hash)], sample)
    return StoredCompletion(key, prompt, Completion("x", "stop", 1, 1))


TRAIN_ATTEMPTS = [
    attempt("train", LAMPS, FIRST[LAMPS], 1, 0, WRONG, feedback=FEEDBACK),
    attempt("train", LAMPS, FIRST[LAMPS], 1, 1, WRONG, duplicate_of=0),
    attempt("train", LAMPS, REPAIR[LAMPS], 2, 0, GOLD, reward=0.7),
    attempt("train", LAMPS, REPAIR[LAMPS], 2, 1, WRONG, reward=-0.5),
    attempt("train", CHAIRS, FIRST[CHAIRS], 1, 0, GOLD),
    attempt("train", CHAIRS, FIRST[CHAIRS], 1, 1, GOLD, duplicate_of=0),
]
ARM_ATTEMPTS = [
    attempt("repair", DESKS, FIRST[DESKS], 1, 0, None, feedback="The answer holds no SQL query."),
    attempt("repair", DESKS, REPAIR[DESKS], 2, 0, GOLD, reward=0.7),
]


def trajectory(rollout: str, example: str, status: str, turns: int) -> dict:
    first = status == "correct_first_turn"
    row = {"rollout": rollout, "example_id": example, "database_id": "furniture/shop", "status": status}
    row |= {"stop_reason": "correct", "turns": turns, "first_correct": first, "final_correct": True}
    return row | {"any_correct": True, "final_turn": turns, "final_sample": 0, "final_sql": GOLD}


def pair(kind: str, prompt: Prompt, place: int | None, moved: bool = False) -> dict:
    row = {"pair_id": f"{kind}-1", "example_id": LAMPS, "database_id": "furniture/shop", "pair_type": kind}
    row |= {"origin": "natural", "prompt_id": prompt_id(prompt), "messages": json.dumps(prompt.chat())}
    row |= {"chosen_sql": GOLD, "rejected_sql": WRONG, "prompt_moved": moved, "chosen_reward": 0.7}
    row |= {"rejected_reward": -0.5, "reward_margin": 1.2, "removed_by": None if place is not None else "max_pairs"}
    row |= {"rejected_turn": 1 if prompt is FIRST[LAMPS] else 2}
    return row | {"recipe": "mix", "position": place}


PAIRS = [
    pair("self_repair_success_vs_failed_attempt", FIRST[LAMPS], 1, moved=True),
    pair("repair_correct_vs_repair_failed", REPAIR[LAMPS], 0),
    pair("gold_vs_failed_attempt", FIRST[LAMPS], None),
]
REJECTED = [
    {
        "split": "train",
        "source_file": "f",
        "source_row": 7,
        "split_row": 7,
        "question": "Bad?",
        "gold": "SELECT x",
        "reason": "gold_fails",
    }
    | {"database_id": "furniture/shop", "detail": "no such column: x"},
    {
        "split": "train",
        "source_file": "f",
        "source_row": 8,
        "split_row": 8,
        "reason": "missing_field",
        "detail": "no question",
    },
]


def rollout(name: str, shard: str, examples: int, turns: int = 2, samples: int = 2) -> dict:
    row = {"rollout": name, "shard": shard, "split": "train" if name == "train" else "dev", "examples": examples}
    row |= {"model": "small", "adapter": None, "match_rule": "official", "verifier": "gold"}
    return row | {"max_turns": turns, "num_samples": samples, "temperature": 0.7}


def example(example_id: str) -> dict:
    row = {"example_id": example_id, "database_id": "furniture/shop", "split": example_id.split("/")[1]}
    return row | {"question": QUESTIONS[example_id], "gold": GOLD, "hardness": "easy"}


def publish(warehouse: Warehouse, name: str, partition: str, rows: list[dict]) -> None:
    columns = {column.name for column in ALL[name].columns}
    fitting = [{key: value for key, value in row.items() if key in columns} | {"experiment": "shop"} for row in rows]
    warehouse.publish(TableRef(name, "shop", partition), table(ALL[name], fitting), "f" * 32, {})


@pytest.fixture(params=["spider"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    (tmp_path / "dagster_project.toml").write_text(PROJECT.format(kind=request.param))
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "shop.toml").write_text(EXPERIMENT)
    return tmp_path


@pytest.fixture
def config(project: Path) -> ExperimentConfig:
    return load_experiment("shop")


@pytest.fixture
def warehouse(config: ExperimentConfig) -> Warehouse:
    warehouse = Warehouse(Path(config.paths.data))
    store = CompletionStore(warehouse.data)
    store.append([stored(prompt, 0) for prompt in (*FIRST.values(), *REPAIR.values())])
    store.close()
    publish(warehouse, "examples", "train", [example(LAMPS), example(CHAIRS)])
    publish(warehouse, "examples", "dev", [example(DESKS)])
    publish(warehouse, "rejected_examples", "train", REJECTED)
    for shard, rows, trajectories in (
        ("00_of_02", TRAIN_ATTEMPTS[:4], [trajectory("train", LAMPS, "repaired", 2)]),
        ("01_of_02", TRAIN_ATTEMPTS[4:], [trajectory("train", CHAIRS, "correct_first_turn", 1)]),
    ):
        publish(warehouse, "attempts", f"train.{shard}", rows)
        publish(warehouse, "trajectories", f"train.{shard}", trajectories)
        publish(warehouse, "rollouts", f"train.{shard}", [rollout("train", shard, 1)])
    publish(warehouse, "attempts", "repair", ARM_ATTEMPTS)
    publish(warehouse, "trajectories", "repair", [trajectory("repair", DESKS, "repaired", 2)])
    publish(warehouse, "rollouts", "repair", [rollout("repair", "00_of_01", 1, samples=1)])
    publish(warehouse, "pairs", "mined", PAIRS)
    publish(warehouse, "filtered_pairs", "mix", PAIRS)
    return warehouse

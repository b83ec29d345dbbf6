"""The rewards of a run: terms by name, a memory that evaluations leave alone, and no reward of a failure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.config_grpo import GrpoConfig
from t2s_pipeline.config_rewards import MemoryConfig, RewardConfig
from t2s_pipeline.rewards.memory import Trace
from t2s_pipeline.rewards.score import RewardRow, open_scorer
from t2s_pipeline.training.grpo_memory import RunMemory
from t2s_pipeline.training.grpo_rewards import FinerReward
from t2s_pipeline.training.rows import TrainingError

SEEDS = [Trace(f"other/db_{n}", f"count the singer rows by age {'and name' * (n % 2)}") for n in range(4)]
RIGHT = "<think>count all singer rows whose age is over one</think>\nSELECT count(*) FROM singer WHERE age > 1"
RUNS = "<think>count singer rows</think>\nSELECT count(*) FROM singer"
FAILS = "<think>count singer rows</think>\nSELECT count(*) FROM singers"
NO_FORM = "SELECT count(*) FROM singer WHERE age > 1"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("stage") / "stage.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript("CREATE TABLE singer (age INTEGER); INSERT INTO singer VALUES (1), (2), (3);")
    connection.close()
    return str(path)


@pytest.fixture
def reward(database: str) -> Iterator[FinerReward]:
    settings = MemoryConfig(min_words=2, min_columns=1, min_column_mentions=1, min_seed_characters=0)
    memory = RunMemory(GrpoConfig(memory=settings), SEEDS)
    rows = {"q": RewardRow("q", "toy/stage", database, ("SELECT count(*) FROM singer WHERE age > 1",))}
    with open_scorer(SandboxConfig(workers=1), RewardConfig(min_thought_characters=0), memory.current) as scorer:
        yield FinerReward(scorer, rows)


def test_terms_are_means_over_all_answers_since_they_were_asked_for(reward: FinerReward) -> None:
    totals = reward([RIGHT, NO_FORM], ["q", "q"], 1) + reward([RUNS, FAILS], ["q", "q"], 1)
    assert totals[:2] == [4, 0] and 4 > totals[2] > totals[3] > 1
    means = reward.metrics()
    assert means["rewards/format/mean"] == 0.75 and means["rewards/execution/mean"] == 0.75
    assert means["completions/correct"] == 0.25 and means["completions/executable"] == 0.5
    assert sum(means[f"rewards/{name}/mean"] for name in ("format", "execution", "atomic", "memory")) == pytest.approx(
        sum(totals) / 4
    )
    assert reward.metrics() == {}


def test_an_evaluation_leaves_the_memory_as_it_is(reward: FinerReward) -> None:
    before = len(reward.scorer.memory)
    reward.learns = False
    evaluated = reward([RIGHT, RUNS], ["q", "q"], 3)
    assert len(reward.scorer.memory) == before
    reward.learns = True
    assert reward([RIGHT, RUNS], ["q", "q"], 3) == evaluated
    assert len(reward.scorer.memory) == before + 1
    assert reward.metrics()["memory/traces"] == before + 1


def test_a_database_that_is_gone_is_nobody_s_reward(reward: FinerReward, tmp_path: Path) -> None:
    lost = {"q": RewardRow("q", "toy/stage", str(tmp_path / "gone.sqlite"), ("SELECT 1",))}
    with pytest.raises(TrainingError, match=r"no reward can be given at step 7: .* goes on from its last checkpoint"):
        FinerReward(reward.scorer, lost)([RUNS], ["q"], 7)


def test_a_memory_goes_back_to_a_checkpoint(tmp_path: Path, database: str) -> None:
    memory = RunMemory(GrpoConfig(memory=MemoryConfig(min_seed_characters=0)), SEEDS)
    memory.keep(tmp_path)
    seeded = memory.table()
    vectors = memory.current.vectors(["rows of age"])
    assert memory.current.remember([Trace("toy/stage", "rows of age")], vectors, 1) == [True]
    assert len(memory.current) == seeded.num_rows + 1
    memory.restore(tmp_path)
    assert memory.table().equals(seeded)

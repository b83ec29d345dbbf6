"""A small database, its verifier, and completions of FINER's form."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest

from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.rewards.score import RewardRow
from t2s_pipeline.sandbox.policy import SandboxPolicy

THOUGHT = (
    "The question asks for the name of every singer who is older than twenty, so the table singer is enough, the "
    "condition compares the column age with the number given, and the column name is what has to be returned."
)
assert len(THOUGHT.split()) >= 30


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("stage") / "stage.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, country TEXT);
            INSERT INTO singer VALUES (1, 'Ann', 20, 'France'), (2, 'Bob', 30, 'Spain'), (3, 'Cy', 40, 'France');
            CREATE TABLE song (song_id INTEGER PRIMARY KEY, singer_id INTEGER, name TEXT);
            INSERT INTO song VALUES (1, 2, 'Aria'), (2, 3, 'Blues');
            """
        )
    db.close()
    return str(path)


@pytest.fixture(scope="session")
def verifier() -> Iterator[GoldVerifier]:
    with GoldVerifier(SandboxPolicy(timeout_seconds=1.0, memory_mb=256), workers=1) as running:
        yield running


@pytest.fixture
def row(database: str) -> Callable[..., RewardRow]:
    def make(gold: str = "SELECT name FROM singer WHERE age > 20", **settings: object) -> RewardRow:
        defaults = {"example_id": "toy/train/00000", "database_id": "toy/stage", "database_path": database}
        return RewardRow(**defaults | {"golds": (gold,)} | settings)

    return make


def completion(sql: str, thought: str = THOUGHT) -> str:
    return f"<think>{thought}</think>\n{sql}"

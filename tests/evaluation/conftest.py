from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.sandbox.policy import SandboxPolicy


@pytest.fixture(scope="session")
def spider_root() -> Path:
    """The real Spider's folder; its published predictions and their verdicts lie beside it."""
    root = os.environ.get("SPIDER_ROOT")
    if not root or not Path(root).is_dir():
        pytest.skip("SPIDER_ROOT is not set to a folder with the Spider data set")
    return Path(root)


@pytest.fixture(scope="session")
def verifier():
    with GoldVerifier(SandboxPolicy(timeout_seconds=0.8, memory_mb=256), workers=2) as verifier:
        yield verifier


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("shop") / "shop.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, kind TEXT, value INTEGER);
            INSERT INTO item VALUES (1, 'pen', 1.5, 'a', 10), (2, 'ink', 4, 'b', 20), (3, 'pad', 0.5, 'a', 30);
            CREATE TABLE spare (id INTEGER);
            """
        )
    db.close()
    return str(path)


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE item (id INTEGER)")
    db.close()
    return str(path)

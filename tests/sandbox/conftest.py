from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest


def make_shop(folder: Path) -> Path:
    """A small database, with text that is not UTF-8 in one table."""
    folder.mkdir()
    path = folder / "shop.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL);
            CREATE TABLE broken (id INTEGER, word TEXT);
            CREATE VIEW cheap AS SELECT name FROM item WHERE price < 2;
            INSERT INTO item VALUES (1, 'pen', 1.5), (2, 'ink', 4), (3, NULL, 0.5);
            INSERT INTO broken VALUES (2, CAST(x'61ff62' AS TEXT)), (1, 'plain');
            """
        )
    db.close()
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The database, in a folder of its own."""
    return make_shop(tmp_path / "database")

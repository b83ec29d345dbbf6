"""A small music database, six questions on it, a real verifier, and a model whose answers are written down."""

import sqlite3

import pytest

from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.scripted import ScriptedBackend
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.sandbox.policy import SandboxPolicy

TABLES = """
CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, country TEXT, age INTEGER);
INSERT INTO singer VALUES (1, 'Ada', 'Chad', 30), (2, 'Bo', 'Chad', 41), (3, 'Cy', 'Fiji', 29), (4, 'Bo', 'Peru', 41);
"""
GOLDS = {
    "names": "SELECT name FROM singer",
    "ages": "SELECT age FROM singer",
    "chad": "SELECT name FROM singer WHERE country = 'Chad'",
    "count": "SELECT count(*) FROM singer",
    "nobody": "SELECT name FROM singer WHERE age > 99",
    "oldest": "SELECT max(age) FROM singer",
}
SCHEMA_TEXT = "Table singer: id INTEGER primary_key, name TEXT, country TEXT, age INTEGER"


@pytest.fixture(scope="session")
def paths(tmp_path_factory):
    path = tmp_path_factory.mktemp("databases") / "music.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(TABLES)
    connection.close()
    return {"toy/music": path}


@pytest.fixture(scope="session")
def verifier():
    with GoldVerifier(SandboxPolicy(timeout_seconds=2.0), workers=1) as verifier:
        yield verifier


@pytest.fixture
def examples():
    """One example a gold; the question is the gold's name. `nobody` is vacuous."""
    return [
        {
            "example_id": f"toy/train/{number:05d}",
            "database_id": "toy/music",
            "split": "train",
            "question": name,
            "gold": gold,
            "gold_vacuous": name == "nobody",
            "excluded_reason": None,
        }
        for number, (name, gold) in enumerate(GOLDS.items())
    ]


@pytest.fixture
def schema_texts(examples):
    return {example["example_id"]: SCHEMA_TEXT for example in examples}


@pytest.fixture
def model(tmp_path):
    """`model(script)` answers `script(question, turn, sample, prompt)`; `model(..., max_context=n)` has little room."""

    def make(script, name="model", **options):
        def answer(prompt, sample):
            text = prompt.messages[-1].content
            question = text.split("Question: ")[1].splitlines()[0]
            turn = 1
            if "Execution feedback at turn " in text:
                turn = int(text.split("Execution feedback at turn ")[1].split(":")[0]) + 1
            return script(question, turn, sample, prompt)

        return CachedGenerator(ScriptedBackend(answer, name, **options), CompletionStore(tmp_path))

    return make

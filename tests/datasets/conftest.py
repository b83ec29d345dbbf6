"""The embedded data set, built once, as its tests read it; and what judges golds."""

import json
from collections import defaultdict

import apsw
import pytest

from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.sandbox.policy import SandboxPolicy


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    """The folder of the built data set."""
    return build_embedded(tmp_path_factory.mktemp("embedded") / "set")


@pytest.fixture(scope="module")
def verifier():
    """One worker for the tests of a file."""
    with GoldVerifier(SandboxPolicy(), workers=1) as opened:
        yield opened


@pytest.fixture(scope="session")
def questions(embedded):
    """Rows of both splits, each with its split."""
    return [
        row | {"split": split}
        for split, name in SPLIT_FILES.items()
        for row in json.loads((embedded / name).read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="session")
def golds(questions):
    """(db_id, query) of every distinct gold with the questions that ask it."""
    found = defaultdict(list)
    for row in questions:
        found[row["db_id"], row["query"]].append(row["question"])
    return found


@pytest.fixture(scope="session")
def connections(embedded):
    """By database: a connection that can only read."""
    opened = {
        path.stem: apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        for path in sorted(embedded.glob("database/*/*.sqlite"))
    }
    yield opened
    for connection in opened.values():
        connection.close()


@pytest.fixture(scope="session")
def schemas(embedded):
    """By database: table name to column names."""
    found = {}
    for entry in json.loads((embedded / "tables.json").read_text(encoding="utf-8")):
        tables = found[entry["db_id"]] = {table: [] for table in entry["table_names_original"]}
        for table, column in entry["column_names_original"][1:]:
            tables[entry["table_names_original"][table]].append(column)
    return found


@pytest.fixture(scope="session")
def split_of(questions):
    """By database: the split that its questions are in."""
    return {row["db_id"]: row["split"] for row in questions}

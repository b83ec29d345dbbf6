"""`t2s score` on a data set of one's own, some rows of which are no examples."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.scoring import score_file
from t2s_pipeline.evaluation.scoring import ScoreReport, verdict_rows
from t2s_pipeline.evaluation.statistics import Proportion
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.prediction_files import PredictionFileError
from t2s_pipeline.sandbox.policy import SandboxPolicy

GOLDS = ["SELECT nope FROM t", "SELECT a FROM t", "SELECT b FROM t", None, "SELECT a + 1 FROM t"]


@pytest.fixture(scope="module")
def verifier():
    with GoldVerifier(SandboxPolicy(), workers=1) as opened:
        yield opened


def score(folder: Path, verifier: GoldVerifier, golds: list[str | None], lines: list[str], **more) -> ScoreReport:
    (folder / "database").mkdir()
    with sqlite3.connect(folder / "database/d.sqlite") as connection:
        connection.executescript("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2);")
    connection.close()
    rows = [{"question": f"q{n}", "query": gold, "db_id": "d"} for n, gold in enumerate(golds)]
    (folder / "dev.json").write_text(json.dumps(rows))
    (folder / "pred.txt").write_text("\n".join(lines) + "\n")
    dataset = DatasetConfig(kind="json", root=str(folder), **more)
    return score_file(folder / "pred.txt", dataset, "mine", "dev", folder / "data", verifier)


def test_every_line_has_a_row_with_its_own_prediction(tmp_path, verifier):
    lines = ["SELECT 0", "SELECT a FROM t", "SELECT 2", "SELECT 3", "SELECT 4"]
    report = score(tmp_path, verifier, GOLDS, lines)
    assert report.overall == Proportion(1, 2)
    rows = verdict_rows(report)
    assert [(row["line"], row["sql"], row["gold"]) for row in rows] == [
        (n, line, gold) for n, (line, gold) in enumerate(zip(lines, GOLDS, strict=True), start=1)
    ]
    assert [row["correct"] for row in rows] == [None, True, None, None, False]
    assert [row["rejected_reason"] for row in rows] == ["gold_fails", None, "gold_fails", "missing_field", None]
    figures = json.loads(json.dumps(report.as_dict()))
    assert figures["lines_without_an_example"] == {"gold_fails": [1, 3], "missing_field": [4]}


def test_lines_are_those_of_the_slice(tmp_path, verifier):
    report = score(tmp_path, verifier, GOLDS, ["SELECT 2", "SELECT 3", "SELECT a + 1 FROM t"], offset=2)
    assert [(row["line"], row["correct"]) for row in verdict_rows(report)] == [(1, None), (2, None), (3, True)]


def test_no_example_at_all_is_an_error_that_says_why(tmp_path, verifier):
    said = r"nothing to score.*2 rows.*1 gold_fails, 1 missing_field; dev\.json, row 0: .*nope.*t2s data check"
    with pytest.raises(DatasetError, match=said):
        score(tmp_path, verifier, [GOLDS[0], None], ["SELECT 1", "SELECT 1"])


def test_rejected_rows_have_lines_too(tmp_path, verifier):
    with pytest.raises(PredictionFileError, match="too few lines: 2, but the split has 5"):
        score(tmp_path, verifier, GOLDS, ["SELECT a FROM t"] * 2)

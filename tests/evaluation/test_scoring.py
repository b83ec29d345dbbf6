"""Scoring a prediction file, from the file to the Parquet of verdicts."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from t2s_pipeline.evaluation.scoring import (
    RejectedLine,
    ScoredExample,
    score_predictions,
    verdict_rows,
    write_verdicts,
)
from t2s_pipeline.evaluation.statistics import Proportion


@pytest.fixture
def scored(verifier, shop):
    rows = [  # gold, prediction, hardness, excluded
        ("SELECT name FROM item", "SELECT name FROM item", "easy", None),
        ("SELECT name FROM item", "SELECT id FROM item", "easy", None),
        ("SELECT kind FROM item", "SELECT DISTINCT kind FROM item", "hard", None),
        ("SELECT id FROM item", "", "hard", None),
        ("SELECT id FROM item", "SELECT id FROM item; SELECT 1", "hard", "bad gold"),
        ("SELECT no_gold FROM item", "SELECT id FROM item", "unknown", None),
    ]
    examples = [
        ScoredExample(f"shop/dev/{i:05}", "shop", shop, f"question {i}", gold, level, excluded)
        for i, (gold, _, level, excluded) in enumerate(rows)
    ]
    return score_predictions(examples, [sql for _, sql, _, _ in rows], verifier)


def test_figures(scored):
    assert scored.overall == Proportion(3, 6)
    assert scored.not_excluded == Proportion(2, 5)
    assert scored.strict == Proportion(1, 6)
    assert scored.by_hardness == {"easy": Proportion(1, 2), "hard": Proportion(2, 3), "unknown": Proportion(0, 1)}
    assert scored.by_hardness_not_excluded["hard"] == Proportion(1, 2)
    assert [(c.error_class, c.lines, c.correct) for c in scored.by_error_class] == [
        ("missing_candidate", 1, 0),
        ("multiple_statements", 1, 1),
        ("wrong_result", 1, 0),
        ("execution_correct", 2, 2),
        ("ran_without_verdict", 1, 0),
    ]
    assert (scored.undecided, scored.differences) == (1, {"gold_failed": 1})


def test_text_and_json(scored):
    text = scored.as_text()
    assert "3/6 = 50.00%" in text and "2/5 = 40.00%" in text
    assert "multiple_statements               1  (1 correct)" in text and "gold_failed 1" in text
    figures = json.loads(json.dumps(scored.as_dict()))
    assert figures["execution_accuracy"]["numerator"] == 3
    assert figures["by_hardness"]["hard"]["denominator"] == 3


def test_verdicts_as_parquet(scored, tmp_path):
    write_verdicts(scored, tmp_path / "verdicts.parquet")
    table = pq.read_table(tmp_path / "verdicts.parquet")
    assert table.to_pylist() == verdict_rows(scored)
    assert table["line"].to_pylist() == [1, 2, 3, 4, 5, 6]
    assert table["correct"].to_pylist() == [True, False, True, False, True, False]
    assert table["excluded_reason"].to_pylist()[4] == "bad gold"
    assert table["gold_error"].to_pylist()[5] == "no such column: no_gold"
    assert table["error_class"].null_count == 1


def test_a_rejected_line_has_a_row_and_is_in_no_figure(verifier, shop, tmp_path):
    examples = [ScoredExample(f"e{n}", "shop", shop, "q", "SELECT 1", "easy", line=n) for n in (2, 4)]
    rejected = [
        RejectedLine(1, "gold_fails", "SELECT 1", "shop", "q", "SELECT x"),
        RejectedLine(3, "missing_field", ""),
    ]
    report = score_predictions(examples, ["SELECT 1", "SELECT 2"], verifier, rejected=rejected)
    assert report.overall == report.not_excluded == Proportion(1, 2)
    assert report.as_dict()["lines_without_an_example"] == {"gold_fails": [1], "missing_field": [3]}
    assert "1 lines are in no figure: gold_fails (line 1)" in report.as_text()
    write_verdicts(report, tmp_path / "verdicts.parquet")
    rows = pq.read_table(tmp_path / "verdicts.parquet").to_pylist()
    assert [(row["line"], row["correct"], row["rejected_reason"]) for row in rows] == [
        (1, None, "gold_fails"),
        (2, True, None),
        (3, None, "missing_field"),
        (4, False, None),
    ]
    assert (rows[0]["gold"], rows[0]["sql"], rows[0]["status"]) == ("SELECT x", "SELECT 1", None)


def test_many_rejected_lines_are_not_all_printed(verifier, shop):
    example = ScoredExample("e", "shop", shop, "q", "SELECT 1", "easy", line=1)
    rejected = [RejectedLine(line, "gold_fails", "") for line in range(2, 40)]
    report = score_predictions([example], ["SELECT 1"], verifier, rejected=rejected)
    assert "38 lines are in no figure: gold_fails (line 2, 3" in report.as_text()
    assert ", 21, ...)" in report.as_text()


def test_progress_and_lengths(verifier, shop):
    seen = []
    example = ScoredExample("e", "shop", shop, "q", "SELECT 1", "easy")
    score_predictions([example] * 600, ["SELECT 1"] * 600, verifier, progress=lambda *at: seen.append(at))
    assert seen == [(512, 600), (600, 600)]
    with pytest.raises(ValueError, match="1 predictions for 2 examples"):
        score_predictions([example] * 2, ["SELECT 1"], verifier)


def test_scoring_needs_the_base_installation_alone():
    code = "import sys, t2s_pipeline.evaluation.scoring; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=".").stdout
    assert not {"torch", "transformers", "dagster", "sqlparse", "nltk", "numpy"} & set(loaded.split())

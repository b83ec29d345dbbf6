"""Scoring a prediction file, from the file to the Parquet of verdicts."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from t2s_pipeline import __version__
from t2s_pipeline.evaluation.judged import RejectedLine, ScoredExample
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.score_rows import COLUMNS, RowsError, read_answers, read_rule, write_rows
from t2s_pipeline.evaluation.scoring import BATCH, score_predictions
from t2s_pipeline.evaluation.statistics import Proportion


def rows_of(report, folder):
    write_rows(report, folder / "rows.parquet")
    return pq.read_table(folder / "rows.parquet").to_pylist()


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
    return score_predictions(examples, [[sql] for _, sql, _, _ in rows], verifier)


def test_figures(scored):
    assert scored.overall == Proportion(3, 6)
    assert scored.not_excluded == Proportion(2, 5)
    assert scored.executable == Proportion(4, 6)
    assert scored.by_rule["strict"] == Proportion(1, 6)
    assert list(scored.by_rule) == ["official", "strict", "execution_guided", "bird", "star"]
    assert scored.by_hardness == {"easy": Proportion(1, 2), "hard": Proportion(2, 3), "unknown": Proportion(0, 1)}
    assert scored.by_hardness_not_excluded["hard"] == Proportion(1, 2)
    assert scored.by_database == {"shop": Proportion(3, 6)}
    assert [(c.error_class, c.share, c.correct) for c in scored.by_error_class] == [
        ("missing_candidate", Proportion(1, 6), 0),
        ("multiple_statements", Proportion(1, 6), 1),
        ("wrong_result", Proportion(1, 6), 0),
        ("execution_correct", Proportion(2, 6), 2),
        ("ran_without_verdict", Proportion(1, 6), 0),
    ]
    assert (scored.undecided["official"], [f.line for f in scored.gold_failures]) == (1, [6])
    assert scored.differences == {"gold_failed": 1}
    assert scored.samples is None


def test_text_and_json(scored):
    text = scored.as_text()
    assert "3/6 = 50.00%" in text and "2/5 = 40.00%" in text
    assert "1/6 = 16.67% [3.01%, 56.35%]  (1 correct)" in text and "gold_failed 1" in text
    assert re.search(r"gold does not run in 1 line; mend the gold or its database\n  line 6, shop: no such", text), text
    assert "[ ]: 95 % Wilson interval" in text
    figures = json.loads(json.dumps(scored.as_dict()))
    assert figures["execution_accuracy"]["numerator"] == 3
    assert figures["by_hardness"]["hard"]["denominator"] == 3
    assert figures["by_rule"]["strict"]["undecided"] == 1
    assert figures["interval"] == {"level": 0.95, "method": "Wilson score"}
    assert figures["t2s_pipeline_version"] == __version__ and figures["lines_whose_gold_fails"][0]["line"] == 6


def test_rows_as_parquet(scored, tmp_path):
    rows = rows_of(scored, tmp_path)
    assert list(rows[0]) == list(COLUMNS)
    assert [row["line"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["correct"] for row in rows] == [True, False, True, False, True, False]
    assert rows[4]["excluded_reason"] == "bad gold"
    assert rows[5]["gold_error"] == "no such column: no_gold" and rows[5]["error_class"] is None
    for row, item in zip(rows, scored.judged, strict=True):
        assert {name: row[name] for name in ("sql", "correct_bird", "elapsed_ms")} == {
            name: getattr(item.answer, name) for name in ("sql", "correct_bird", "elapsed_ms")
        }


def test_the_headline_is_by_the_rule_that_is_asked_for(scored, verifier, tmp_path):
    examples = [item.example for item in scored.judged]
    report = score_predictions(examples, [[item.answer.sql] for item in scored.judged], verifier, rule=MatchRule.STRICT)
    assert report.overall == report.by_rule["strict"] == scored.by_rule["strict"]
    assert report.by_hardness["hard"] == Proportion(0, 3)
    assert "execution accuracy (strict)" in report.as_text() and report.as_dict()["rule"] == "strict"
    classes = {count.error_class: (count.share.numerator, count.correct) for count in report.by_error_class}
    assert classes["execution_correct"] == (1, 1) and "correct)" not in report.as_text()
    assert [row["error_class"] for row in rows_of(report, tmp_path)].count("execution_correct") == 1
    by_official = read_answers(tmp_path / "rows.parquet", MatchRule.OFFICIAL)
    assert [answer.error_class for answer in by_official] == [item.answer.error_class for item in scored.judged]
    assert [row["correct"] for row in rows_of(report, tmp_path)] == [True, *[False] * 5]
    assert read_rule(tmp_path / "rows.parquet") is MatchRule.STRICT


SAMPLES = [  # of three questions; the right answer is the name of what there is
    ["SELECT id FROM item", "SELECT name FROM item", "SELECT name FROM item ORDER BY 1"],
    ["SELECT nope FROM item", "SELECT kind FROM item", "SELECT name FROM item"],
    ["SELECT nope", "", "SELECT nope"],
]


@pytest.fixture
def voted(verifier, shop):
    examples = [ScoredExample(f"e{n}", "shop", shop, None, "SELECT name FROM item", "easy") for n in range(3)]
    return score_predictions(examples, SAMPLES, verifier)


def test_samples_are_voted_on_and_recalled(voted):
    assert [item.chosen for item in voted.judged] == [1, 1, 0]
    assert voted.overall == Proportion(1, 3)
    assert voted.samples.recall == {1: Proportion(0, 3), 2: Proportion(1, 3), 3: Proportion(2, 3)}
    assert (voted.samples.accuracy, voted.samples.executable) == (Proportion(3, 9), Proportion(5, 9))
    assert voted.executable == Proportion(2, 3)
    figures = json.loads(json.dumps(voted.as_dict()))["samples"]
    assert figures["recall"]["2"]["numerator"] == 1 and "interval_low" not in figures["accuracy"]
    assert "an answer is the vote of 3" in voted.as_text()


def test_a_row_a_sample(voted, tmp_path):
    rows = rows_of(voted, tmp_path)
    assert [(row["line"], row["sample"]) for row in rows] == [(n, s) for n in (1, 2, 3) for s in (0, 1, 2)]
    assert [row["sql"] for row in rows] == [sql for samples in SAMPLES for sql in samples]
    assert [row["sample"] for row in rows if row["chosen"]] == [1, 1, 0]
    assert [row["correct"] for row in rows] == [False, True, True, False, False, True, False, False, False]


def test_one_sample_and_a_vote_over_copies_of_it_are_the_same(scored, verifier):
    examples = [item.example for item in scored.judged]
    again = score_predictions(examples, [[item.answer.sql] * 4 for item in scored.judged], verifier)
    assert (again.overall, again.by_rule, again.by_error_class) == (
        scored.overall,
        scored.by_rule,
        scored.by_error_class,
    )
    assert again.samples.recall[4] == scored.overall


def test_examples_may_have_different_numbers_of_samples(verifier, shop):
    example = ScoredExample("e", "shop", shop, None, "SELECT 1", "easy")
    report = score_predictions([example] * 2, [["SELECT 1"], ["SELECT 2", "SELECT 2", "SELECT 1"]], verifier)
    assert (report.samples.fewest, report.samples.most) == (1, 3)
    assert report.samples.recall == {1: Proportion(1, 2), 2: Proportion(1, 2), 3: Proportion(2, 2)}
    assert "the vote of 1 to 3" in report.as_text()


def test_a_rejected_line_has_rows_and_is_in_no_figure(verifier, shop, tmp_path):
    examples = [ScoredExample(f"e{n}", "shop", shop, "q", "SELECT 1", "easy", line=n) for n in (2, 4)]
    rejected = [
        RejectedLine(1, "gold_fails", ("SELECT 1", "SELECT 3"), "shop", "q", "SELECT x"),
        RejectedLine(3, "missing_field", ("",)),
    ]
    report = score_predictions(examples, [["SELECT 1"], ["SELECT 2"]], verifier, rejected=rejected)
    assert report.overall == report.not_excluded == Proportion(1, 2)
    assert report.as_dict()["lines_without_an_example"] == {"gold_fails": [1], "missing_field": [3]}
    assert "1 lines are in no figure: gold_fails (line 1)" in report.as_text()
    rows = rows_of(report, tmp_path)
    assert [(row["line"], row["sample"], row["correct"], row["rejected_reason"]) for row in rows] == [
        (1, 0, None, "gold_fails"),
        (1, 1, None, "gold_fails"),
        (2, 0, True, None),
        (3, 0, None, "missing_field"),
        (4, 0, False, None),
    ]
    assert (rows[0]["gold"], rows[0]["sql"], rows[0]["status"]) == ("SELECT x", "SELECT 1", None)
    assert [a.example_id for a in read_answers(tmp_path / "rows.parquet", MatchRule.OFFICIAL)] == ["e2", "e4"]


def test_many_rejected_lines_are_not_all_printed(verifier, shop):
    example = ScoredExample("e", "shop", shop, "q", "SELECT 1", "easy", line=1)
    rejected = [RejectedLine(line, "gold_fails", ("",)) for line in range(2, 40)]
    report = score_predictions([example], [["SELECT 1"]], verifier, rejected=rejected)
    assert "38 lines are in no figure: gold_fails (line 2, 3" in report.as_text()
    assert ", 21, ...)" in report.as_text()


def test_samples_that_are_the_same_text_are_verified_once(verifier, shop):
    asked = []

    class Listening:
        def verify(self, items):
            asked.extend(items)
            return verifier.verify(items)

    examples = [ScoredExample(f"e{n}", "shop", shop, None, f"SELECT {n}", "easy") for n in range(2)]
    report = score_predictions(examples, [["SELECT 1", "SELECT 0", "SELECT 1"]] * 2, Listening())
    assert [item.sql for item in asked] == ["SELECT 1", "SELECT 0"] * 2
    assert [[v.correct_official for v in item.verdicts] for item in report.judged] == [
        [False, True, False],
        [True, False, True],
    ]


def test_progress_and_lengths(verifier, shop):
    seen = []
    example = ScoredExample("e", "shop", shop, "q", "SELECT 1", "easy")
    half = BATCH // 2
    samples = [[f"SELECT {n % 7} -- {n}" for n in range(half)]] * 3
    score_predictions([example] * 3, samples, verifier, progress=lambda *at: seen.append(at))
    assert seen == [(2 * half, 3 * half, "verdicts"), (3 * half, 3 * half, "verdicts")]
    with pytest.raises(ValueError, match="predictions for 1 examples, but there are 2"):
        score_predictions([example] * 2, [["SELECT 1"]], verifier)
    with pytest.raises(ValueError, match="e: no samples"):
        score_predictions([example], [[]], verifier)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "no such file"), (b"SELECT 1\n", "not Parquet"), ("other", "not the rows of a score")],
)
def test_a_file_that_holds_no_rows_of_a_score_is_named(tmp_path, content, said):
    path = tmp_path / "rows.parquet"
    if content == "other":
        pq.write_table(pa.table({"line": [1]}), path)
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(RowsError, match=rf"rows\.parquet: {said}"):
        read_rule(path)


def test_rows_without_plug_value_cannot_be_read_by_it(scored, tmp_path):
    rows_of(scored, tmp_path)
    with pytest.raises(RowsError, match="score again with --rule plug_value"):
        read_answers(tmp_path / "rows.parquet", MatchRule.PLUG_VALUE)


def test_scoring_needs_the_base_installation_alone():
    code = (
        "import sys; from t2s_pipeline import compare, score, score_files; import t2s_pipeline.cli; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=".").stdout
    assert "t2s_pipeline.datasets.scoring" in loaded.split()
    assert not {"torch", "transformers", "dagster", "sqlparse", "nltk", "numpy", "duckdb"} & set(loaded.split())

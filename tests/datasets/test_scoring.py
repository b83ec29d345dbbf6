"""Scoring from dicts, from files, and against a data set of one's own, some rows of which are no examples."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

import t2s_pipeline
from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.scoring import score, score_files, score_split
from t2s_pipeline.evaluation.score_report import ScoreReport
from t2s_pipeline.evaluation.score_rows import rows_table
from t2s_pipeline.evaluation.statistics import Proportion
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.prediction_files import PredictionFileError
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.sandbox.policy import SandboxPolicy

GOLDS = ["SELECT nope FROM t", "SELECT a FROM t", "SELECT b FROM t", None, "SELECT a + 1 FROM t"]


def make_database(folder: Path) -> Path:
    (folder / "database").mkdir()
    path = folder / "database/d.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2);")
    connection.close()
    return path


def scored(folder: Path, verifier: GoldVerifier, golds: list[str | None], lines: list[str], **more) -> ScoreReport:
    make_database(folder)
    rows = [{"question": f"q{n}", "query": gold, "db_id": "d"} for n, gold in enumerate(golds)]
    (folder / "dev.json").write_text(json.dumps(rows))
    (folder / "pred.txt").write_text("\n".join(lines) + "\n")
    dataset = DatasetConfig(kind="json", root=str(folder), **more)
    return score_split(folder / "pred.txt", dataset, "mine", "dev", folder / "data", verifier)


def test_every_line_has_a_row_with_its_own_prediction(tmp_path, verifier):
    lines = ["SELECT 0", "SELECT a FROM t", "SELECT 2", "SELECT 3", "SELECT 4"]
    report = scored(tmp_path, verifier, GOLDS, lines)
    assert report.overall == Proportion(1, 2)
    rows = rows_table(report).to_pylist()
    assert [(row["line"], row["sql"], row["gold"]) for row in rows] == [
        (n, line, gold) for n, (line, gold) in enumerate(zip(lines, GOLDS, strict=True), start=1)
    ]
    assert [row["correct"] for row in rows] == [None, True, None, None, False]
    assert [row["rejected_reason"] for row in rows] == ["gold_fails", None, "gold_fails", "missing_field", None]
    figures = json.loads(json.dumps(report.as_dict()))
    assert figures["lines_without_an_example"] == {"gold_fails": [1, 3], "missing_field": [4]}


def test_lines_are_those_of_the_slice(tmp_path, verifier):
    report = scored(tmp_path, verifier, GOLDS, ["SELECT 2", "SELECT 3", "SELECT a + 1 FROM t"], offset=2)
    assert [(row["line"], row["correct"]) for row in rows_table(report).to_pylist()] == [
        (1, None),
        (2, None),
        (3, True),
    ]


def test_no_example_at_all_is_an_error_that_says_why(tmp_path, verifier):
    said = r"nothing to score.*2 rows.*1 gold_fails, 1 missing_field; dev\.json, row 0: .*nope.*t2s data check"
    with pytest.raises(DatasetError, match=said):
        scored(tmp_path, verifier, [GOLDS[0], None], ["SELECT 1", "SELECT 1"])


def test_rejected_rows_have_lines_too(tmp_path, verifier):
    with pytest.raises(PredictionFileError, match="too few lines: 2, but the split has 5"):
        scored(tmp_path, verifier, GOLDS, ["SELECT a FROM t"] * 2)


def test_entries_name_rows_of_the_split_rejected_ones_too(tmp_path, verifier):
    report = scored(tmp_path, verifier, GOLDS, ["x"] * 5)
    entries = [{"index": n, "sql": f"SELECT {n}", "db_id": "d"} for n in (4, 2, 0, 3)]
    entries.insert(2, {"example_id": "mine/dev/00001", "samples": ["SELECT a FROM t", "SELECT 1"], "db_id": "d"})
    (tmp_path / "pred.jsonl").write_text("\n".join(map(json.dumps, entries)))
    dataset = DatasetConfig(kind="json", root=str(tmp_path))
    again = score_split(tmp_path / "pred.jsonl", dataset, "mine", "dev", tmp_path / "data", verifier)
    assert (report.overall, again.overall) == (Proportion(0, 2), Proportion(1, 2))
    rows = rows_table(again).to_pylist()
    assert [row["sql"] for row in rows if row["line"] != 2] == ["SELECT 0", "SELECT 2", "SELECT 3", "SELECT 4"]
    entries[0]["db_id"] = "e"
    (tmp_path / "pred.jsonl").write_text("\n".join(map(json.dumps, entries)))
    with pytest.raises(PredictionFileError, match=r"pred\.jsonl:1: is for database 'e', but row 4 .* on 'd'"):
        score_split(tmp_path / "pred.jsonl", dataset, "mine", "dev", tmp_path / "data", verifier)


def test_dicts_are_scored(tmp_path, verifier):
    path = make_database(tmp_path)
    records = [
        {"gold": "SELECT a FROM t", "database": path, "question": "What is there?"},
        {"query": "SELECT count(*) FROM t", "db_path": str(path), "sql": {"select": []}},
        {"SQL": "SELECT max(a) FROM t", "db_id": "d"},
    ]
    report = score(records, ["SELECT a FROM t", ["SELECT 2", "SELECT 1"], ""], databases=path.parent, verifier=verifier)
    assert report.overall == Proportion(2, 3)
    assert report.by_hardness == {"easy": Proportion(2, 3)} and report.by_database == {"gold/d": Proportion(2, 3)}
    assert [item.example.question for item in report.judged] == ["What is there?", None, None]
    strict = score(records[:1], ["SELECT a FROM t"], verifier=verifier, rule="strict")
    assert strict.rule == "strict" and strict.overall == Proportion(1, 1)


def test_a_gold_that_is_cut_is_not_audited(tmp_path):
    record = {"gold": "SELECT a FROM t", "database": make_database(tmp_path)}
    with GoldVerifier(SandboxPolicy(max_rows=1), workers=1) as strict:
        [item] = score([record], [""], verifier=strict, audit=True).judged
    assert item.example.audited is False


def test_no_examples_is_an_error():
    with pytest.raises(DatasetError, match="records: no examples"):
        score([], [])


def test_the_verifier_of_a_call_is_its_own(tmp_path):
    record = {"gold": "SELECT a FROM t", "database": make_database(tmp_path)}
    assert t2s_pipeline.score([record], ["SELECT a FROM t"]).overall == Proportion(1, 1)


def test_golds_are_audited_where_that_is_asked_for(tmp_path, verifier):
    path = make_database(tmp_path)
    golds = ["SELECT a FROM t", "SELECT a FROM t LIMIT 1", "SELECT a FROM t WHERE a > 5", "SELECT nope FROM t"]
    records = [{"gold": gold, "database": path} for gold in golds]
    seen = []
    report = score(records, golds, verifier=verifier, audit=True, progress=lambda *at: seen.append(at))
    assert [item.example.audited for item in report.judged] == [True, False, False, False]
    assert (report.overall, report.audited) == (Proportion(3, 4), Proportion(1, 1))
    assert "on audited golds" in report.as_text()
    assert report.as_dict()["execution_accuracy_audited"]["denominator"] == 1
    assert rows_table(report)["audited"].to_pylist() == [True, False, False, False]
    assert [what for _, _, what in seen] == ["golds audited", "verdicts"]
    plain = score(records, golds, verifier=verifier)
    assert plain.audited is None and "audited" not in plain.as_text()


@pytest.mark.parametrize(
    ("record", "predictions", "said"),
    [
        ({"gold": "SELECT 1"}, [""], r"row 0 \(from 0\): no field 'db_id' or 'database_id', and no database file"),
        ({"database": "d.sqlite"}, [""], "row 0 .*: no field 'query' or 'gold'"),
        ({"gold": 3, "database": "d.sqlite"}, [""], "row 0 .*: field 'gold' is 3, expected text"),
        ({"gold": "SELECT 1", "database": "none.sqlite"}, [""], r"row 0 .*: no database file .*none\.sqlite"),
        ({"gold": "SELECT 1", "db_id": "d"}, [""], r"names database 'd', but not where it is; .*databases="),
        ("SELECT 1", [""], "row 0 .*: 'SELECT 1' is no dict; a row looks like"),
        ({"gold": "SELECT 1", "database": "DATABASE"}, ["SELECT '\ud800'"], "predictions, row 0 .*surrogate"),
        ({"gold": "SELECT 1", "database": "DATABASE"}, [], "predictions: too few elements: 0, but .* 1 row"),
        (
            {"gold": "SELECT 1", "database": "DATABASE"},
            [[]],
            "predictions, row 0 .*: expected a SQL text, a list of one",
        ),
        ({"gold": "SELECT 1", "database": "DATABASE"}, [[None]], "predictions, row 0"),
        ({"gold": "SELECT 1", "database": "DATABASE"}, [None], "predictions, row 0 .*: expected a SQL text"),
        ({"gold": "SELECT 1", "database": "DATABASE"}, [{"text": "SELECT 1"}], "row 0 .*: has none of the keys"),
    ],
)
def test_dicts_that_cannot_be_scored_are_named(tmp_path, verifier, record, predictions, said):
    path = make_database(tmp_path)
    if isinstance(record, dict) and record.get("database") == "DATABASE":
        record = record | {"database": path}
    with pytest.raises(DatasetError, match=said):
        score([record], predictions, verifier=verifier)


def test_objects_are_scored_as_those_of_a_file(tmp_path, verifier):
    record = {"gold": "SELECT a FROM t", "database": make_database(tmp_path)}
    for prediction in ({"sql": "SELECT a FROM t"}, {"samples": ["SELECT a FROM t", "SELECT 1"]}, ("SELECT a FROM t",)):
        assert score([record], [prediction], verifier=verifier).overall == Proportion(1, 1), prediction


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", r"gold\.sql:1: .*d\.sqlite: has no tables; put"), (b"none" * 400, r"gold\.sql:1: .*d\.sqlite: .*put")],
)
def test_a_database_without_tables_is_named(tmp_path, verifier, content, said):
    make_database(tmp_path).write_bytes(content)
    (tmp_path / "gold.sql").write_text("SELECT a FROM t\td\n")
    (tmp_path / "pred.txt").write_text("SELECT 1\n")
    with pytest.raises(DatasetError, match=said):
        score_files(*(tmp_path / name for name in ("pred.txt", "gold.sql", "database")), verifier=verifier)


def test_an_answer_in_fences_is_extracted_where_that_is_asked_for(tmp_path, verifier):
    make_database(tmp_path)
    (tmp_path / "gold.sql").write_text("SELECT a FROM t\td\n")
    (tmp_path / "pred.txt").write_text("```sql SELECT a FROM t ```\n")
    files = [str(tmp_path / name) for name in ("pred.txt", "gold.sql", "database")]
    plain = score_files(*files, verifier=verifier)
    assert plain.overall.numerator == 0 and "1 of 1 predictions begin with ```" in plain.as_text()
    extracted = score_files(*files, extract=extract_sql, verifier=verifier)
    assert extracted.overall.numerator == 1 and "begin with" not in extracted.as_text()
    assert extracted.as_dict()["inputs"] == dict(zip(("predictions", "gold", "databases"), files, strict=True))


def test_the_official_evaluators_files(tmp_path, verifier):
    make_database(tmp_path)
    (tmp_path / "gold.sql").write_text("SELECT a FROM t\td\nSELECT max(a)\tFROM t\td\n\n")
    (tmp_path / "pred.txt").write_text("SELECT a FROM t\td\nSELECT 1\n")
    report = score_files(tmp_path / "pred.txt", tmp_path / "gold.sql", tmp_path / "database", verifier=verifier)
    assert report.overall == Proportion(1, 2)
    assert [item.example.gold for item in report.judged] == ["SELECT a FROM t", "SELECT max(a)\tFROM t"]


def test_birds_files(tmp_path, verifier):
    make_database(tmp_path)
    golds = [{"question_id": n, "db_id": "d", "question": "q", "SQL": "SELECT a FROM t"} for n in range(2)]
    (tmp_path / "dev.json").write_text(json.dumps(golds))
    predictions = {"1": "SELECT 1\t----- bird -----\td", "0": "SELECT a FROM t\t----- bird -----\td"}
    (tmp_path / "pred.json").write_text(json.dumps(predictions))
    files = (tmp_path / "pred.json", tmp_path / "dev.json", tmp_path / "database")
    report = score_files(*files, rule="bird", verifier=verifier)
    assert report.overall == Proportion(1, 2) and report.judged[0].answer.correct_bird


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("gold.sql", "SELECT 1\n", r"gold\.sql:1: expected SQL<TAB>db_id"),
        ("gold.sql", "SELECT 1\td\n\nSELECT 2\td\n", r"gold\.sql:2: empty; sessions"),
        ("gold.sql", "\n", r"gold\.sql: holds no rows"),
        ("gold.sql", "SELECT 1\te\n", r"gold\.sql:1: no e/e\.sqlite or e\.sqlite in the database folder"),
        ("gold.sql", "SELECT 1\t../d\n", "is not the name of a database"),
        ("gold.json", '[{"question": "q", "db_id": "d"}]', r"gold\.json, row 0 .*no field 'query'"),
        ("gold.json", "[]", r"gold\.json: holds no rows"),
        ("none.sql", None, r"none\.sql: No such file"),
    ],
)
def test_golds_that_cannot_be_used_are_named(tmp_path, verifier, name, text, said):
    make_database(tmp_path)
    (tmp_path / "pred.txt").write_text("SELECT 1\n")
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(DatasetError, match=said):
        score_files(tmp_path / "pred.txt", tmp_path / name, tmp_path / "database", verifier=verifier)


def test_a_database_that_is_none_is_named(tmp_path, verifier):
    make_database(tmp_path).write_text("no database, whatever its name says" * 40)
    (tmp_path / "gold.sql").write_text("SELECT 1\td\n")
    (tmp_path / "pred.txt").write_text("SELECT 1\n")
    with pytest.raises(DatasetError, match=r"d\.sqlite: .*put the right file there"):
        score_files(tmp_path / "pred.txt", tmp_path / "gold.sql", tmp_path / "database", verifier=verifier)
    with pytest.raises(DatasetError, match="no such folder of databases"):
        score_files(tmp_path / "pred.txt", tmp_path / "gold.sql", tmp_path / "elsewhere", verifier=verifier)


@pytest.mark.spider
def test_the_official_figure_comes_out(tmp_path):
    root = Path(os.environ.get("SPIDER_ROOT", "/none"))
    if not (root.parent / "verdicts" / "official_ex.json").is_file():
        pytest.skip("no verdicts beside SPIDER_ROOT")
    golds = json.loads((root / "dev.json").read_text(encoding="utf-8"))
    (tmp_path / "dev_gold.sql").write_text("".join(f"{gold['query']}\t{gold['db_id']}\n" for gold in golds))
    official = json.loads((root.parent / "verdicts" / "official_ex.json").read_text())["verdicts"]
    system = "din_sql_gpt4"
    report = score_files(root.parent / "predictions" / f"{system}.txt", tmp_path / "dev_gold.sql", root / "database")
    assert report.overall == Proportion(official[system]["correct"], 1034)
    levels = {level: proportion.denominator for level, proportion in report.by_hardness.items()}
    assert levels == {"easy": 248, "medium": 446, "hard": 174, "extra": 166}

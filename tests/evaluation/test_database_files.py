"""Several files of one database: correct only where correct on all, and which files these are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from t2s_pipeline.database_files import database_files, further_database_files
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.verdict import SandboxDifference
from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.sandbox.connection import DatabaseFileError
from t2s_pipeline.sandbox.execute import Status

ALWAYS = [rule for rule in MatchRule if rule is not MatchRule.PLUG_VALUE]


def write(path: Path, rows: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(f"CREATE TABLE t (a INTEGER, b TEXT); {f'INSERT INTO t VALUES {rows};' if rows else ''}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """In the main file, `a = 1` and `b = 'x'` are the same; in the second they are not."""
    folder = tmp_path / "toy"
    folder.mkdir()
    write(folder / "toy.sqlite", "(1, 'x'), (2, 'y')")
    write(folder / "toy_2.sqlite", "(1, 'x'), (3, 'x')")
    return folder


def judged(verifier, folder: Path, gold: str, sql: str, plug_value: bool = False):
    [verdict] = verifier.verify([Candidate("toy", str(folder / "toy.sqlite"), gold, sql, plug_value)])
    return verdict


def test_which_files_there_are(folder, tmp_path):
    for name in ("toy.sqlite-wal", "toy.sqlite-journal", "toy_2.sqlite-shm", "toy.db", "a.sqlite.old"):
        (folder / name).touch()
    (folder / "more.sqlite").mkdir()
    main = str(folder / "toy.sqlite")
    assert database_files(main) == (main, str(folder / "a.sqlite.old"), str(folder / "toy_2.sqlite"))
    assert further_database_files(Path(main)) == database_files(main)[1:]
    # Elsewhere the neighbours are other databases.
    assert database_files(tmp_path / "flat.sqlite") == (str(tmp_path / "flat.sqlite"),)
    assert database_files(folder / "toy_2.sqlite") == (str(folder / "toy_2.sqlite"),)
    assert database_files(tmp_path / "none" / "none.sqlite") == (str(tmp_path / "none" / "none.sqlite"),)


def test_correct_only_where_correct_on_all(verifier, folder):
    gold, sql = "SELECT a FROM t WHERE a = 1", "SELECT a FROM t WHERE b = 'x'"
    wrong = judged(verifier, folder, gold, sql)
    assert [wrong.correct(rule) for rule in ALWAYS] == [False] * 5
    assert (wrong.status, wrong.row_count, wrong.gold_row_count, wrong.sandbox_difference) == (Status.OK, 1, 1, None)
    assert all(judged(verifier, folder, gold, gold + " AND b = 'x'").correct(rule) for rule in ALWAYS)
    (folder / "toy_2.sqlite").unlink()
    alone = judged(verifier, folder, gold, sql)
    assert [alone.correct(rule) for rule in ALWAYS] == [True] * 5
    facts = {rule.field: None for rule in MatchRule} | {"elapsed_ms": 0, "error_class": None}
    assert replace(alone, **facts) == replace(wrong, **facts)


def test_each_rule_has_its_own_answer_on_each_file(verifier, folder):
    """Duplicates come with the second file: only rules that count them see the difference."""
    v = judged(verifier, folder, "SELECT b FROM t WHERE a < 9", "SELECT DISTINCT b FROM t WHERE a < 9")
    answers = {rule: v.correct(rule) for rule in ALWAYS}
    assert answers == {
        MatchRule.OFFICIAL: True,
        MatchRule.STRICT: False,
        MatchRule.EXECUTION_GUIDED: False,
        MatchRule.BIRD: True,
        MatchRule.STAR: True,
    }


def test_values_are_plugged_in_on_every_file(verifier, folder):
    assert judged(verifier, folder, "SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'q'", True).correct(
        MatchRule.PLUG_VALUE
    )
    only_on_the_first = "SELECT a FROM t WHERE b = 'x' AND a = 1"
    assert (
        judged(verifier, folder, only_on_the_first, "SELECT a FROM t WHERE b = 'q'", True).correct_plug_value is False
    )


def test_what_fails_on_a_further_file(verifier, folder):
    with closing(sqlite3.connect(folder / "toy_3.sqlite")) as database:
        database.execute("CREATE TABLE u (a)")
    gold = "SELECT a FROM t WHERE a = 1"
    undecided = judged(verifier, folder, gold, gold)
    assert undecided.correct_official is None and undecided.sandbox_difference is SandboxDifference.GOLD_FAILED
    assert undecided.gold_error == "toy_3.sqlite: no such table: t"
    wrong = judged(verifier, folder, gold, "SELECT 7", plug_value=True)
    assert [wrong.correct(rule) for rule in MatchRule] == [None] * len(MatchRule)
    assert wrong.sandbox_difference is SandboxDifference.GOLD_FAILED and wrong.gold_error == undecided.gold_error
    (folder / "toy_3.sqlite").rename(folder / "a.sqlite")  # in the middle: what comes after it makes nothing wrong
    again = judged(verifier, folder, "SELECT a FROM t WHERE a = 1", "SELECT a FROM t WHERE b = 'x'")
    assert [again.correct(rule) for rule in ALWAYS] == [None] * 5
    (folder / "a.sqlite").rename(folder / "toy_3.sqlite")
    (folder / "toy_4.sqlite").write_text("no database " * 100)
    (folder / "toy_3.sqlite").unlink()
    with pytest.raises(DatabaseFileError, match=r"^\S+toy_4\.sqlite: file is not a database$"):
        judged(verifier, folder, gold, gold)

"""What a worker keeps of earlier golds takes no memory from the candidates to come."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing

import pytest

from t2s_pipeline.evaluation.judge import Judge
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.sandbox.execute import Execution, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.progress import ProgressPage

ALL = "SELECT body FROM docs WHERE id<>5"
ORDERED = "SELECT body FROM docs WHERE id <> 5 ORDER BY 1"


@pytest.fixture
def docs(tmp_path) -> str:
    """33 texts of 900 kB."""
    path = tmp_path / "docs.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE docs (id INTEGER, body TEXT)")
        db.executemany("INSERT INTO docs VALUES (?, ?)", [(i, chr(65 + i) * 900_000) for i in range(33)])
    return str(path)


def test_a_verdict_does_not_depend_on_the_golds_before_it(docs):
    golds = [f"SELECT body FROM docs WHERE id < {1 + k % 2} AND {k}={k}" for k in range(190)]
    early = [Candidate("x", docs, gold, "SELECT 1") for gold in golds]
    with GoldVerifier(SandboxPolicy(), workers=1) as verifier:
        verifier.verify(early)
        [verdict] = verifier.verify([Candidate("x", docs, ALL, ORDERED)])
    assert (verdict.status, verdict.error, verdict.gold_error, verdict.correct_strict) == (Status.OK, None, None, True)


def test_what_runs_out_of_memory_is_judged_again_with_nothing_kept(docs, monkeypatch):
    """Here and not in a worker, so that memory is short exactly as long as something is kept."""
    with tempfile.TemporaryFile() as file:
        file.truncate(ProgressPage.SIZE)
        judge = Judge(SandboxPolicy(), ProgressPage(file.fileno()))
    run, kept = judge._runner.run, []

    def short_of_memory(path, sql, **options):
        kept.append(len(judge._golds))
        if kept[-1] and "id = 7" in sql:
            return Execution(Status.RESOURCE_LIMIT, "out of memory")
        return run(path, sql, **options)

    monkeypatch.setattr(judge._runner, "run", short_of_memory)
    judge(("verify", (docs,), "SELECT id FROM docs", "SELECT 1", False))
    assert len(judge._golds) == 1
    outcome = judge(("verify", (docs,), "SELECT 7", "SELECT id FROM docs WHERE id = 7", False))
    assert (outcome[0], outcome[2], outcome[9]) == (Status.OK, 1, True)
    assert kept == [0, 0, 1, 0, 0]


def test_a_query_that_needs_too_much_memory_by_itself_says_so_in_any_company(docs):
    hog = "SELECT length(group_concat(a.body)) FROM docs a, docs b ORDER BY " + ", ".join(["a.body"] * 9)
    sorting = "SELECT a.body || b.body || c.id AS x FROM docs a, docs b, docs c ORDER BY x"
    with GoldVerifier(SandboxPolicy(memory_mb=64, timeout_seconds=20), workers=1) as verifier:
        for _ in range(2):
            for sql in (hog, sorting):
                [verdict] = verifier.verify([Candidate("x", docs, "SELECT id FROM docs", sql)])
                assert verdict.status is Status.RESOURCE_LIMIT and verdict.gold_row_count == 33

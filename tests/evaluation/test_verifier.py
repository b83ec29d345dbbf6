"""Verdicts through the whole verifier, on a small database: rules, differences, deaths, audits."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.evaluation.error_class import ErrorClass
from t2s_pipeline.evaluation.oracle import check_oracle
from t2s_pipeline.evaluation.verdict import SandboxDifference
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier, open_verifier
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.sandbox.execute import Status
from tests.evaluation.test_result_match import words_of_two_codes

NAMES = "SELECT name FROM item ORDER BY id"
FAILS = "abs(-9223372036854775807 - 1)"
MANY = "WITH n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n LIMIT 150000)"
HANG = "instr(printf('%.990000c', 'a'), printf('%.400000c', 'a') || 'b')"


def judged(verifier, shop, gold, sql):
    [verdict] = verifier.verify([Candidate("shop", shop, gold, sql)])
    return verdict


def test_a_correct_candidate(verifier, shop):
    v = judged(verifier, shop, NAMES, 'SELECT name FROM item ORDER BY "id"')
    assert v.correct_official is v.correct_strict is True
    assert (v.status, v.error, v.error_class) == (Status.OK, None, ErrorClass.EXECUTION_CORRECT)
    assert (v.row_count, v.column_count, v.gold_row_count, v.truncated) == (3, 1, 3, False)
    assert v.preview_rows == (("pen",), ("ink",), ("pad",))
    assert v.sandbox_difference is None and v.gold_error is None and v.elapsed_ms >= 0
    assert v.sqlite_version == verifier.sqlite_version
    json.dumps(asdict(v))


@pytest.mark.parametrize(
    ("gold", "sql", "official", "strict"),
    [
        ("SELECT kind FROM item", "SELECT DISTINCT kind FROM item", True, False),
        ("SELECT DISTINCT kind FROM item", "SELECT kind FROM item", True, False),
        ("SELECT count(DISTINCT kind) FROM item", "SELECT count(kind) FROM item", True, False),
        (NAMES, "SELECT name FROM item", True, True),  # the table's own order, by luck
        (NAMES, "SELECT name FROM item ORDER BY id DESC", False, False),
        ("SELECT name FROM item", "SELECT name FROM item ORDER BY id DESC", True, True),
        ("SELECT id, name FROM item", "SELECT name, id FROM item", True, True),
        ("SELECT id FROM item WHERE id >= 2", "SELECT id FROM item WHERE id > = 2", True, True),
        (NAMES, NAMES + "; SELECT 2", True, False),
        (NAMES, NAMES + "; -- done", True, True),
        ("SELECT value FROM item", "SELECT value FROM item", False, True),
        ("SELECT id FROM item WHERE 0", "-- no statement", True, True),
        ("SELECT id FROM item WHERE 0", ";", True, True),
        ("SELECT id FROM item WHERE 0", "", False, False),
        ("SELECT id FROM item WHERE 0", "SELECT name, id FROM item WHERE 0", True, True),
        ("SELECT 2020", "SELECT YEAR(CURDATE())", True, True),
        ("SELECT id * 1.0 FROM item", "SELECT id FROM item", True, True),
    ],
)
def test_each_rule_runs_its_own_text(verifier, shop, gold, sql, official, strict):
    v = judged(verifier, shop, gold, sql)
    assert (v.correct_official, v.correct_strict) == (official, strict)
    assert v.sandbox_difference is None


def test_status_is_of_the_text_as_written(verifier, shop):
    v = judged(verifier, shop, NAMES, NAMES + "; SELECT 2")
    assert v.correct_official and not v.executable and not v.preview_rows
    assert (v.status, v.error_class) == (Status.MULTIPLE_STATEMENTS, ErrorClass.MULTIPLE_STATEMENTS)


@pytest.mark.parametrize(
    ("gold", "sql", "official", "difference"),
    [
        (NAMES, "PRAGMA table_info(item)", False, SandboxDifference.DENIED_STATEMENT),
        ("SELECT 1 WHERE 0", "DELETE FROM item", False, SandboxDifference.DENIED_STATEMENT),
        ("SELECT 1", "SELECT abs(random()) >= 0", False, SandboxDifference.DENIED_FUNCTION),
        ("SELECT 1", "SELECT date('now') > '2001'", True, SandboxDifference.FIXED_CLOCK),
        ("SELECT 1", f"SELECT CASE WHEN date('now') < '2021' THEN {FAILS} ELSE 1 END", False, "fixed_clock"),
        ("SELECT 1", f"{MANY} SELECT 1 FROM n WHERE date('now') < '2021'", False, "fixed_clock"),
        (f"SELECT CASE WHEN date('now') < '2021' THEN {FAILS} END", "SELECT 1", None, "gold_failed"),
        ("SELECT 1", "SELECT " + "1+" * 600 + "1", False, SandboxDifference.RESOURCE_LIMIT),
        ("SELECT 1", "WITH n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT max(x) FROM n", False, "timeout"),
        ("SELECT 1", f"SELECT 1 + {HANG}", False, SandboxDifference.TIMEOUT),
        ("SELECT none_such", "SELECT 1", None, SandboxDifference.GOLD_FAILED),
        (" ", "SELECT 1", None, SandboxDifference.GOLD_FAILED),
        (NAMES, "SELECT none_such", False, None),
        (NAMES, "WITH n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n LIMIT 150000) SELECT x FROM n", False, None),
    ],
)
def test_differences_from_the_official_evaluator_are_marked(verifier, shop, gold, sql, official, difference):
    v = judged(verifier, shop, gold, sql)
    assert (v.correct_official, v.sandbox_difference) == (official, difference)


def test_a_truncated_gold_is_not_judged(verifier, shop):
    many = "WITH n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n LIMIT 150000) SELECT x FROM n"
    v = judged(verifier, shop, many, many)
    assert v.truncated and v.result_digest is None and v.row_count == 100_000
    assert v.correct_official is None and v.sandbox_difference is SandboxDifference.TRUNCATED


def test_a_match_that_hits_its_bound_is_undecided(shop):
    def values(rows) -> str:
        return "VALUES " + ", ".join(str(row) for row in rows)

    one, other = words_of_two_codes()
    with GoldVerifier(workers=1) as standard:
        v = judged(standard, shop, values(one), values(other))
    assert v.correct_official is v.correct_strict is None
    assert v.sandbox_difference is SandboxDifference.UNDECIDED_MATCH
    assert (v.correct_bird, v.correct_star) == (False, True)  # the bits of a row, sorted, are the same


def test_a_gold_that_kills_its_worker_is_golds_fault(verifier, shop):
    v = judged(verifier, shop, f"SELECT 1 + {HANG}", "SELECT name FROM item")
    assert v.correct_official is v.correct_strict is None
    assert v.sandbox_difference is SandboxDifference.GOLD_FAILED and "killed" in v.gold_error
    assert (v.status, v.row_count) == (Status.OK, 3)


def test_a_rules_own_text_that_hangs_does_not_hide_the_text_as_written(verifier, shop):
    """As written it fails to compile; with its operator joined it hangs."""
    v = judged(verifier, shop, "SELECT 1", f"SELECT 1 WHERE 1 > = {HANG}")
    assert (v.status, v.error_class) == (Status.ERROR, ErrorClass.SYNTAX_ERROR)
    assert v.correct_official is False and v.sandbox_difference is SandboxDifference.TIMEOUT


def test_order_length_and_identical_candidates(verifier, shop, empty_shop):
    items = [
        Candidate("shop", shop if i % 3 else empty_shop, "SELECT count(*) FROM item", f"SELECT {i % 10} AS n")
        for i in range(400)
    ]
    verdicts = verifier.verify(items)
    assert [v.sql for v in verdicts] == [c.sql for c in items]
    correct = [v.correct_official for v in verdicts]
    assert correct == [i % 10 == (3 if i % 3 else 0) for i in range(400)]
    assert verdicts[1] == verdicts[31]  # one run: even the time is the same
    assert verifier.verify([]) == []


def test_verdicts_do_not_depend_on_company_or_process(verifier, shop):
    items = [Candidate("shop", shop, NAMES, sql) for sql in ("SELECT 1", NAMES, "SELECT", "SELECT 'x' UNION SELECT 1")]
    together = verifier.verify(items * 50)[:4]
    with GoldVerifier(verifier.policy, workers=1) as other:
        alone = [other.verify([item])[0] for item in items]
    assert [replace(v, elapsed_ms=0) for v in together] == [replace(v, elapsed_ms=0) for v in alone]


def test_digests_tell_results_apart_as_voting_needs(verifier, shop):
    def digest(sql: str) -> str | None:
        return judged(verifier, shop, None, sql).result_digest

    assert digest("SELECT id FROM item") == digest("SELECT id * 1.0 FROM item ORDER BY id DESC")
    assert digest("SELECT id FROM item") != digest("SELECT CAST(id AS TEXT) FROM item")
    assert digest("SELECT id, name FROM item") != digest("SELECT name, id FROM item")
    assert digest("SELECT 1 WHERE 0") != digest("SELECT 1, 2 WHERE 0")
    assert digest("SELECT none_such") is None


def test_a_preview_is_fit_for_json(verifier, shop):
    v = judged(verifier, shop, None, "SELECT x'00ff', 9e999, printf('%.500c', 'a'), NULL, 2")
    assert v.preview_rows == (("x'00ff'", "inf", "a" * 200, None, 2),)


def test_execute_returns_rows(verifier, shop):
    ran, failed = verifier.execute(
        [Candidate("shop", shop, None, "SELECT name, x'01' FROM item LIMIT 1"), Candidate("shop", shop, None, "x")]
    )
    assert ran.rows == (("pen", b"\x01"),) and ran.columns == ("name", "x'01'")
    assert failed.status is Status.ERROR


def test_audit(verifier, shop, empty_shop, tmp_path):
    missing, broken = str(tmp_path / "missing.sqlite"), tmp_path / "broken.sqlite"
    broken.write_text("no database " * 100)
    golds = [
        (shop, "SELECT name FROM item"),
        (shop, "SELECT id FROM spare"),
        (shop, "SELECT none_such"),
        (empty_shop, "SELECT count(*) FROM item"),
        (missing, "SELECT 1"),
        (str(broken), "SELECT 1"),
    ]
    found = verifier.audit_gold([Candidate("x", path, gold, "") for path, gold in golds])
    assert [(a.runs, a.row_count, a.database_is_empty, a.vacuous) for a in found] == [
        (True, 3, False, False),
        (True, 0, False, True),
        (False, None, False, False),
        (True, 1, True, True),
        (False, None, False, False),
        (False, None, False, False),
    ]
    assert [bool(a.error) for a in found] == [False, False, True, False, True, True]
    with pytest.raises(ValueError, match="no gold"):
        verifier.audit_gold([Candidate("x", shop, None, "SELECT 1")])


def test_a_missing_database_is_named(verifier, shop, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"pets_1 at .*pets_1\.sqlite.*check"):
        verifier.verify([Candidate("pets_1", str(tmp_path / "pets_1.sqlite"), "SELECT 1", "SELECT 1")])


def test_a_relative_path_will_do(verifier, shop, monkeypatch):
    monkeypatch.chdir(shop.rpartition("/")[0])
    assert judged(verifier, "shop.sqlite", NAMES, NAMES).correct_official


def test_a_verifier_of_a_configuration(shop):
    verifier = open_verifier(SandboxConfig(timeout_seconds=2.0, max_rows=2, max_bytes=10_000, memory_mb=300, workers=1))
    with verifier:
        assert judged(verifier, shop, None, NAMES).truncated


def test_oracle(verifier, shop):
    golds = ["SELECT name FROM item", "SELECT value FROM item"]  # the official driver damages the second
    examples = [{"example_id": f"e{i}", "database_id": "shop", "gold": gold} for i, gold in enumerate(golds)]
    assert check_oracle(examples, {"shop": shop}, verifier) == 2
    with pytest.raises(InvariantError, match="e9"):
        check_oracle(
            [*examples, {"example_id": "e9", "database_id": "shop", "gold": "SELECT x"}], {"shop": shop}, verifier
        )

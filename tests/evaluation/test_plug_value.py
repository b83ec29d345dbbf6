"""plug_value against the official evaluator's own texts and verdicts (`make_plug_value_cases.py`), and its bound."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from t2s_pipeline.evaluation.plug_value import PLUG_VALUE_TRIES, _with_go_in_capitals, plugged_texts, ways_to_plug
from t2s_pipeline.evaluation.verdict import SandboxDifference
from t2s_pipeline.evaluation.verifier import Candidate

FIXTURE = json.loads((Path(__file__).parent / "plug_value_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def item_shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("plug") / "item_shop.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(FIXTURE["schema"])
    return str(path)


def test_the_texts_are_the_official_ones():
    for gold, prediction, ways, digest, _ in FIXTURE["cases"]:
        texts = sorted(plugged_texts(gold, prediction))
        found = hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]
        assert (ways_to_plug(gold, prediction), found) == (ways, digest), (gold, prediction)


def test_the_verdicts_are_the_official_ones(verifier, item_shop):
    cases = FIXTURE["cases"]
    verdicts = verifier.verify([Candidate("shop", item_shop, gold, sql, plug_value=True) for gold, sql, *_ in cases])
    different = [case[:2] for case, v in zip(cases, verdicts, strict=True) if v.correct_plug_value is not case[4]]
    assert different == []
    rescued = [v for v in verdicts if v.correct_plug_value and not v.correct_official]
    assert len(rescued) > 20 and len([v for v in verdicts if not v.correct_plug_value]) > 20
    assert {v.sandbox_difference for v in verdicts} == {None}


@pytest.mark.parametrize(
    ("gold", "sql", "texts"),
    [
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'y'", ["select a from t where b = 'x'"]),
        ("SELECT a FROM t", "SELECT a FROM t WHERE b = 'y'", []),
        ("SELECT a FROM t WHERE b = 'x'", "SELECT T1.a FROM t", ["select t1 . a from t"]),
        ("SELECT 5 ", "SELECT a1 , T1 , 'T1', 12", ["select 5 , t1 , 5 , 5"]),
        ("SELECT 5 ", "SELECT market_value, 7.5", ["select market_1 , 5"]),
        ("SELECT 'A  b', .5", "SELECT 1", ["select 'A  b'", "select .5"]),
        ("SELECT go FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'y'", ["select a from t where b = 'x'"]),
        ("SELECT 'x'", "SELECT go FROM t WHERE b = 'y'", ["select gofrom t where b = 'x'"]),
        ("SELECT 'x'", "SELECT 'y' , T1.go , 'go' FROM category", ["select 'x' , t1 . go, 'go' from category"]),
        ("SELECT 5 ", "", []),
        ("", "SELECT 1", []),
        ("SELECT 5 ", ";", []),
    ],
)
def test_what_is_a_value(gold, sql, texts):
    assert sorted(plugged_texts(gold, sql)) == texts


def test_a_bound_that_is_hit_is_undecided(verifier, item_shop):
    gold = "SELECT 1 FROM item WHERE id IN ( 1 , 2 , 3 , 4 ) AND kind IN ( 'a' , 'b' )"
    wrong = "SELECT 9 FROM item WHERE id IN ( 11 , 12 , 13 , 14 , 15 ) AND kind IN ( 'x' , 'y' )"
    assert ways_to_plug(gold, wrong) == 6**8 > PLUG_VALUE_TRIES == len(list(plugged_texts(gold, wrong)))
    [undecided] = verifier.verify([Candidate("shop", item_shop, gold, wrong, plug_value=True)])
    assert (undecided.correct_plug_value, undecided.correct_official) == (None, False)
    assert undecided.sandbox_difference is SandboxDifference.UNDECIDED_VALUES
    [plain] = verifier.verify([Candidate("shop", item_shop, gold, wrong)])
    assert (plain.correct_plug_value, plain.sandbox_difference) == (None, None)


def test_a_filled_in_text_that_hangs_leaves_the_other_rules_their_verdict(verifier, item_shop):
    gold = "SELECT 0 UNION ALL SELECT 0 WHERE '%.990000c' > '%.400000c'"
    sql = "SELECT instr(printf('x', 'a'), printf('y', 'a') || 'b')"
    [v] = verifier.verify([Candidate("shop", item_shop, gold, sql, plug_value=True)])
    assert (v.correct_official, v.correct_plug_value) == (False, None)
    assert v.sandbox_difference is SandboxDifference.TIMEOUT and v.correct_bird is True
    [plain] = verifier.verify([Candidate("shop", item_shop, gold, sql)])
    assert (plain.correct_official, plain.sandbox_difference, plain.executable) == (False, None, True)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT go FROM t WHERE b = 'x'",
        "SELECT t1.go , go FROM t WHERE go 5 = 'x' AND go = 3",
        "SELECT a AS go",
        "SELECT go -- c\n FROM t",
        "SELECT t1 . go , gO , Go( 1 ) FROM t",
        "SELECT ( go ) FROM go , x WHERE 'go on' = `go`",
    ],
)
def test_go_is_treated_as_sqlparse_treats_it(query):
    sqlparse = pytest.importorskip("sqlparse", reason="sqlparse is no part of a base installation")
    assert _with_go_in_capitals(query) == sqlparse.format(query, keyword_case="upper")

"""The rules `execution_guided`, `bird` and `star`: their texts, their comparisons, and the three written down plainly."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.reference_rules import REFERENCE_RULES, STAR_ROWS, ReferenceGold, guided_text
from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.sandbox.execute import Execution, Status
from tests.evaluation.test_result_match import results

NAMES = "SELECT name FROM item"


def ran(rows, **facts) -> Execution:
    return Execution(Status.OK, columns=("c",) * len(rows[0] if rows else ("c",)), rows=tuple(rows), **facts)


def answers(gold: Execution, candidate: Execution | None, guided: Execution | None = None):
    return ReferenceGold("SELECT 1", gold).answers(candidate, guided or candidate)


def plainly(gold, predicted) -> tuple[bool, bool, bool]:
    """What each reference does, without a thought for time."""

    def guided(rows):
        texts = [[_guided(v) for v in row] for row in rows]
        return sorted(texts, key=json.dumps)

    def star(rows):
        return {tuple(sorted("\0" if v is None else str(v).lower().strip() for v in row)) for row in rows}

    return guided(gold) == guided(predicted), set(gold) == set(predicted), star(gold) == star(predicted)


def _guided(value):
    if value is None:
        return "<NULL>"
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, float):
        return round(value, 6) if abs(value) != float("inf") else value
    return value.strip() if isinstance(value, str) else value


@settings(max_examples=300, deadline=None)
@given(results())
def test_equals_what_the_references_do(pair):
    gold, predicted = pair
    assert answers(ran(gold), ran(predicted)) == plainly(gold, predicted)


@pytest.mark.parametrize(
    ("gold", "predicted", "guided", "bird", "star"),
    [
        ([(1,), (1,)], [(1,)], False, True, True),
        ([(1,), (2,)], [(2,), (1,)], True, True, True),
        ([(1, 2)], [(2, 1)], False, False, True),
        ([("A ",)], [("a",)], False, False, True),
        ([("a ",)], [("a",)], True, False, True),
        ([(1,)], [(1.0,)], True, True, False),
        ([(1,), (10,)], [(1.0,), (10.0,)], False, True, False),  # "[1]" sorts after "[10]", "[1.0]" before "[10.0]"
        ([(0.1 + 0.2,)], [(0.3,)], True, False, False),
        ([(None,)], [("<NULL>",)], True, False, False),
        ([("1",)], [(1,)], False, False, True),
        ([(b"a",)], [("a",)], True, False, False),
        ([], [], True, True, True),
        ([(1,)], [], False, False, False),
        ([], [(1,)], False, False, False),
        ([(1, 1)], [(1,)], False, False, False),
    ],
)
def test_known_cases(gold, predicted, guided, bird, star):
    assert answers(ran(gold), ran(predicted)) == (guided, bird, star) == plainly(gold, predicted)


def test_what_was_cut_is_decided_only_where_the_rest_cannot_matter():
    gold, cut = ran([(1,), (2,)]), ran([(1,)], truncated=True)
    assert answers(gold, cut) == (None, None, None)
    assert answers(gold, ran([(1,), (2,)], truncated=True)) == (False, None, None)
    assert answers(gold, ran([(1,), (3,)], truncated=True)) == (False, False, None)
    assert answers(cut, gold) == (None, None, None)
    many = [(i,) for i in range(STAR_ROWS)]
    assert answers(ran(many, truncated=True), ran([*many, ("more",)], truncated=True)) == (None, None, True)


def test_text_that_is_not_utf_8_fails_there():
    fine, broken = ran([("a",)]), ran([("a",)], undecodable_text=True)
    assert answers(fine, broken) == (False, False, False)
    assert answers(broken, fine) == answers(broken, broken) == (None, None, None)


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELECT 1", "SELECT 1"),
        ("select\n  1", "select\n  1"),  # blanks that mean nothing: the text as written will do
        ("SELECT 'a b',\t1", "SELECT 'a b',\t1"),
        ("SELECT 'a  b'", "SELECT 'a b'"),
        ('SELECT "a\tb"  FROM t', 'SELECT "a b" FROM t'),
        ("SELECT 1 -- one\nFROM t", "SELECT 1 -- one FROM t"),
        ("SELECT  1 /* ' */", "SELECT 1 /* ' */"),
        ("SELECT\u00a01", "SELECT 1"),
        ("(SELECT 1)", "(SELECT 1)"),
        (" WITH x AS (SELECT 1) SELECT * FROM x", " WITH x AS (SELECT 1) SELECT * FROM x"),
        ("VALUES (1)", None),
        ("/* first */ SELECT 1", None),
        ("-- nothing", None),
        ("", None),
    ],
)
def test_the_text_that_execution_guided_runs(sql, text):
    assert guided_text(sql) == text


@pytest.mark.parametrize(
    ("gold", "sql", "guided", "bird", "star"),
    [
        (NAMES, NAMES, True, True, True),
        (NAMES, NAMES + " ORDER BY id DESC", True, True, True),
        (NAMES, "SELECT upper(name) FROM item", False, False, True),
        ("SELECT kind FROM item", "SELECT DISTINCT kind FROM item", False, True, True),
        ("SELECT id, name FROM item", "SELECT name, id FROM item", False, False, True),
        ("SELECT id FROM item WHERE id >= 2", "SELECT id FROM item WHERE id > = 2", False, False, False),
        (NAMES, NAMES + "; SELECT 2", False, False, False),
        ("SELECT 'a b'", "SELECT 'a  b'", True, False, False),
        ("SELECT name FROM item", "SELECT name -- all\nFROM item", False, True, True),
        ("SELECT 1 WHERE 0", "-- nothing", False, True, True),
        ("SELECT 1 WHERE 0", "", False, False, False),
        ("SELECT 1", "VALUES (1)", False, True, True),
        ("VALUES (1)", "SELECT 1", None, True, True),
        ("SELECT none_such", "SELECT 1", None, None, None),
        ("SELECT id FROM item WHERE id > = 2", "SELECT 2 UNION SELECT 3", None, None, None),
    ],
)
def test_in_the_verifier(verifier, shop, gold, sql, guided, bird, star):
    [v] = verifier.verify([Candidate("shop", shop, gold, sql)])
    assert [v.correct(rule) for rule in REFERENCE_RULES] == [guided, bird, star]
    assert v.correct_plug_value is None


def test_text_that_is_not_utf_8_in_the_verifier(verifier, tmp_path):
    path = tmp_path / "odd.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (CAST(x'61ff' AS TEXT)), ('b')")
    candidates = [("SELECT a FROM t", "SELECT a FROM t"), ("SELECT 'a' UNION SELECT 'b'", "SELECT a FROM t")]
    first, second = verifier.verify([Candidate("odd", str(path), gold, sql) for gold, sql in candidates])
    assert first.correct_official and [first.correct(rule) for rule in REFERENCE_RULES] == [None] * 3
    assert second.correct_official and [second.correct(rule) for rule in REFERENCE_RULES] == [False] * 3


def test_configuration_and_verdicts_name_the_same_rules(verifier, shop):
    assert get_args(get_type_hints(RolloutConfig)["match_rule"]) == tuple(MatchRule)
    [v] = verifier.verify([Candidate("shop", shop, NAMES, NAMES)])
    assert v.correct("official") is v.correct(MatchRule.STAR) is True
    with pytest.raises(ValueError, match="none_such"):
        v.correct("none_such")

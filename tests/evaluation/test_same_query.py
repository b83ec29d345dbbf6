"""Texts that share a key get one run; those that SQLite or a match rule could tell apart do not."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.evaluation.same_query import query_key
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.prediction_files import read_predictions

GOLD = "SELECT name, count(*) FROM item WHERE price > 1 AND kind = 'a' GROUP BY name"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select name from t where a=1", "SELECT  name\nFROM t WHERE a = 1;"),
        ("SELECT T1.name , b FROM t AS T1", "select t1.Name,B from T as t1 ; "),
        ("SELECT count(*) FROM t WHERE a IN (1, 2)", "SELECT count(*) FROM t WHERE a in( 1,2 )"),
        ("SELECT a FROM t WHERE b-1 > c * 2", "select a from t where b - 1>c*2"),
        ("SELECT a FROM t WHERE governmentform = 'x'", "select a from t where governmentform='x'"),
        ("SELECT a FROM t WHERE b > 'x y' OR c LIKE \"%Z\"", "SELECT a FROM t WHERE b>'x y' or c like \"%Z\""),
    ],
)
def test_blanks_and_case_make_no_difference(one, other):
    assert query_key(one) == query_key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t WHERE b = 'x y'", "SELECT a FROM t WHERE b = 'x  y'"),
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'X'"),
        ('SELECT a FROM t WHERE b = "x"', "SELECT a FROM t WHERE b = 'x'"),
        ("SELECT count(*) FROM t", "SELECT COUNT(*) FROM t"),  # the name of the column
        ("SELECT a AS Name FROM t", "SELECT a AS name FROM t"),
        ("SELECT a FROM t", "SELECT a, a FROM t"),
        ("SELECT a FROM t WHERE b = 1.5", "SELECT a FROM t WHERE b = 1. 5"),
        ("SELECT a FROM t WHERE b = .5", "SELECT a FROM t WHERE b = . 5"),
        ("SELECT t.a FROM t WHERE b = 1", "SELECT t .a FROM t WHERE b = 1"),
        ("SELECT a FROM t WHERE b=1 AND c=-1", "SELECT a FROM t WHERE b=1 AND c=1"),
        ("SELECT a+b FROM t", "SELECT a + b FROM t"),  # the name of the column
        ("SELECT a FROM t ORDER BY b", "SELECT a FROM t ORDER BY b desc"),
    ],
)
def test_what_shows_makes_a_difference(one, other):
    assert query_key(one) != query_key(other)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT 1",
        "SELECT a FROM t; SELECT 2",
        "SELECT a FROM t;;",
        "SELECT a FROM t -- b",
        "SELECT a FROM t /* b */",
        "SELECT a FROM t WHERE b > = 1",
        "SELECT a FROM t WHERE b < = 1",
        "SELECT a FROM t WHERE b = 1e-5",
        "SELECT a FROM t WHERE b = 1.e+5",
        "SELECT a FROM t WHERE b = 1--c",
        "SELECT a FROM t WHERE b = 1 - -1",
        "SELECT t.oid FROM t",
        "SELECT a FROM t WHERE b = x'00'",
        "SELECT a FROM t WHERE b = 'it''s'",
        "SELECT market_value FROM t",
        "SELECT a FROM [t]",
        "SELECT a FROM `t`",
        "SELECT a FROM (SELECT count (*) FROM t)",
        "SELECT a FROM s, (SELECT count (*) FROM t)",
        "WITH q AS (SELECT 1) SELECT a FROM q",
        "SELECT a FROM s NATURAL JOIN t",
        "SELECT a FROM s FULL JOIN t USING (a)",
        "SELECT rowid FROM t",
        "SELECT null FROM t",
        "SELECT 'from' FROM t",
        "SELECT a FROM t GO",
        "SELECT é FROM t",
        "SELECT a FROM t WHERE b = ?",
        "SELECT a FROM t WHERE b = 1\x0b",
        r"SELECT a FROM t WHERE b = 'x\y'",
        r'SELECT a FROM t WHERE b = "\"',
    ],
)
def test_what_is_out_of_the_ordinary_has_no_key(sql):
    assert query_key(sql) is None


def test_a_backslash_before_a_quote(tmp_path):
    """To sqlparse the quoted text goes on, and the next one's `-- ` is a comment: it hides DISTINCT on its line."""
    path = tmp_path / "t.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript("CREATE TABLE t (a, b, c); INSERT INTO t VALUES (1, 'p', 'q'), (1, 'p', 'q'), (2, 'p', 'q')")
    gold = r"SELECT a FROM t WHERE b != 'x\' AND c != '-- ' AND a < (SELECT count(a) FROM t)"
    one = gold.replace("count(a)", "count(DISTINCT a)")
    other = one.replace("'-- ' ", "'-- '\n")
    with GoldVerifier(workers=1) as verifier:
        verdicts = verifier.verify([Candidate("t", str(path), gold, sql) for sql in (one, other)])
    assert [v.correct_official for v in verdicts] == [False, True]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([" ", "  ", "\n", "\t", ""]), min_size=8, max_size=8),
    st.sampled_from([str, str.lower, str.upper, str.title]),
    st.sampled_from(["name", "count(*)", "name, count( * )", "DISTINCT kind", "max(price) AS Top", "*", "T.name"]),
    st.sampled_from(
        ["", "WHERE kind='a'", "WHERE price >= 1 and name LIKE 'P%'", "ORDER BY name DESC", "GROUP BY kind"]
    ),
)
def test_texts_with_a_key_in_common_get_one_verdict(verifier, shop, blanks, case, shown, rest):
    """Judged together they share a run, judged by verifiers of their own they do not: the verdicts are equal."""
    sql = f"select{blanks[0]} {shown}{blanks[1]} from item AS T {blanks[2]}{rest}{blanks[3]}"
    other = f"{blanks[4]}{case('select')} {shown} {case('from')} {blanks[5]}ITEM {case('as')} t{blanks[6]} {rest};{blanks[7]}"
    items = [Candidate("shop", shop, gold, text) for gold in (GOLD, None) for text in (sql, other)]
    together = verifier.verify(items)
    if query_key(sql) == query_key(other) is not None:
        for one, two in zip(together[::2], together[1::2], strict=True):
            assert replace(one, sql="", elapsed_ms=0) == replace(two, sql="", elapsed_ms=0)
    for item, verdict in zip(items, together, strict=True):
        commented = verifier.verify([replace(item, sql=item.sql.rstrip("; \n\t") + " -- own run")])[0]
        assert replace(verdict, sql="", elapsed_ms=0) == replace(commented, sql="", elapsed_ms=0)


@pytest.mark.spider
def test_what_real_systems_write_alike_is_judged_alike(spider_root, verifier):
    """Every text of six systems that shares a key, against its own run: a comment keeps it from sharing."""
    examples = json.loads((spider_root / "dev.json").read_text(encoding="utf-8"))
    seen: dict[tuple, dict[str, Candidate]] = {}
    for file in sorted((spider_root.parent / "predictions").glob("*.txt"))[::2]:
        for example, sql in zip(examples, read_predictions(file, len(examples)), strict=True):
            database, key = example["db_id"], query_key(sql)
            path = str(spider_root / "database" / database / f"{database}.sqlite")
            if key is not None:
                found = seen.setdefault((database, example["query"], key), {})
                found[sql] = Candidate(database, path, example["query"], sql)
    shared = [c for texts in seen.values() if len(texts) > 1 for c in texts.values()]
    assert len(shared) > 500
    own = verifier.verify([replace(c, sql=c.sql.rstrip("; ") + " -- own run") for c in shared])
    different = [
        (a.sql, a, b)
        for a, b in zip(verifier.verify(shared), own, strict=True)
        if a.executable and replace(a, sql="", elapsed_ms=0) != replace(b, sql="", elapsed_ms=0)
    ]
    assert different == []

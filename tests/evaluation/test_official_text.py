"""What the official rule makes of a text, held against sqlparse, which the official evaluator uses."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.evaluation.official_text import (
    first_statement_without_distinct,
    official_gold,
    official_prediction,
    order_matters,
    strict_text,
)

_WORDS = """ distinct DISTINCT Distinct distinct( t.distinct ( ) ; ;; GO go GO 2 begin BEGIN end END END IF END LOOP if case CASE for LOOP
    while do create CREATE declare transaction WORK -- --+ # /* /*+ */ ' '' \\' " "" \\" ` ´ [ ] $$ $a$ $ @ ## # : :: := ? % %s
    \\ . , + - * / | a b1 t. select from as join left order by not null like union all 1 1.5 1e5 0x1F .5 é = >= ! ~ ->>"""
FRAGMENTS = [
    *_WORDS.split(),
    " ",
    " ",
    " ",
    "\n",
    "\r\n",
    "\t",
    "END IF",
    "END CASE",
    "GO 2",
    "LEFT JOIN",
    " distinct ",
]


def as_sqlparse(sql: str) -> str | None:
    sqlparse = pytest.importorskip("sqlparse", reason="the development dependency sqlparse is not installed")
    statements = sqlparse.parse(sql)
    if not statements:
        return None
    return "".join(t.value for t in statements[0].flatten() if t.value.lower() != "distinct")


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14), st.sampled_from(["", " "]))
def test_distinct_and_first_statement_are_sqlparses(fragments, glue):
    sql = glue.join(fragments)
    assert first_statement_without_distinct(sql) == as_sqlparse(sql)


_PLAIN_WORDS = """ distinct DISTINCT DISTINCT( ( ) count( , ' '' 'distinct' ' distinct ' " "a distinct b" a1 t. t.a select from as by
    not null end END case IF CREATE for begin % %s 1.5 >= go | ; WITH' TIME ZONE at"""
PLAIN = [*_PLAIN_WORDS.split(), " ", "\n", " distinct "]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PLAIN), max_size=10), st.sampled_from(["", ";", " ", "'"]))
def test_distinct_in_plain_texts_is_sqlparses(fragments, end):
    sql = " ".join(fragments) + " distinct a" + end
    assert first_statement_without_distinct(sql) == as_sqlparse(sql)


@pytest.mark.spider
def test_on_every_published_prediction_and_gold_that_it_touches(spider_root):
    texts = set()
    for path in (spider_root.parent / "predictions").glob("*.txt"):
        texts |= set(path.read_text(encoding="utf-8").split("\n"))
    for name in ("dev", "train_spider", "train_others"):
        texts |= {e["query"] for e in json.loads((spider_root / f"{name}.json").read_text(encoding="utf-8"))}
    touched = sorted(t for t in texts if "distinct" in t.lower() or ";" in t or "GO" in t)
    assert len(touched) > 3000
    different = [t for t in touched if first_statement_without_distinct(t) != as_sqlparse(t)]
    assert different == []


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELECT DISTINCT a FROM t", "SELECT  a FROM t"),
        ("SELECT count(DISTINCT a) FROM t", "SELECT count( a) FROM t"),
        ("SELECT 'distinct' /* distinct */ FROM t", "SELECT 'distinct' /* distinct */ FROM t"),
        ("SELECT a AS distinct FROM t", "SELECT a AS  FROM t"),
        ("SELECT 1; SELECT 2", "SELECT 1; "),
        ("SELECT ';' ; SELECT 2", "SELECT ';' ; "),
        ("SELECT market_value FROM t", "SELECT market_1 FROM t"),
        ("SELECT VALUE FROM t", "SELECT VALUE FROM t"),
        ("SELECT a FROM t WHERE a > = 1 AND b ! = 2 AND c < = 3", "SELECT a FROM t WHERE a >= 1 AND b != 2 AND c <= 3"),
        ("SELECT '> ='", "SELECT '>='"),
        ("SELECT year ( curdate() ) - a", "SELECT 2020- a"),
        ("", None),
        (" \n", None),
        (";", ";"),
    ],
)
def test_prediction_text(sql, text):
    assert official_prediction(sql) == text


def test_gold_keeps_value_and_strict_keeps_distinct():
    sql = "SELECT DISTINCT value FROM t WHERE a > = YEAR(CURDATE()); SELECT 2"
    assert official_gold(sql) == "SELECT  value FROM t WHERE a >= 2020; "
    assert strict_text(sql) == "SELECT DISTINCT value FROM t WHERE a >= 2020; SELECT 2"


def test_order_matters_by_substring():
    assert order_matters("SELECT a FROM t Order By a")
    assert order_matters("SELECT 'order by'")
    assert not order_matters("SELECT a FROM t ORDER  BY a")

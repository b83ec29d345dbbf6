"""Where a statement ends, and how long it takes to see it."""

from __future__ import annotations

import time

import pytest

from t2s_pipeline.sandbox.execute import Runner, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.statement_text import as_subquery, ends_twice


@pytest.mark.parametrize(
    ("statement", "twice"),
    [
        ("SELECT 1", False),
        ("SELECT 1;", False),
        ("SELECT 1; \n", False),
        ("SELECT 1;;", True),
        ("SELECT 1 ; \t; ", True),
        ("SELECT 1 -- ;;", False),
        ("SELECT 1 -- ;\n;;", True),
        ("SELECT 1 -- ;\n;", False),
        ("SELECT 1 -- ;;\n", False),
        ("SELECT 1 /* ;;", False),
        ("SELECT ';;'", False),
    ],
)
def test_a_second_semicolon(statement: str, twice: bool) -> None:
    assert ends_twice(statement) is twice


@pytest.mark.parametrize(
    ("statement", "inner"),
    [
        ("SELECT 1", "SELECT 1\n"),
        (" ;/* a */; SELECT 1 ;\n", "SELECT 1\n"),
        ("SELECT 1 -- a", "SELECT 1 -- a\n"),
        ("SELECT 1 /* a", "SELECT 1 /* a*/"),
        ("SELECT '/* a'", "SELECT '/* a'\n"),
        ("SELECT 1 AS \xa0", "SELECT 1 AS \xa0\n"),
    ],
)
def test_a_statement_between_parentheses(statement: str, inner: str) -> None:
    assert as_subquery(statement) == inner


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 -- " + ";" * 99_000 + "x",
        "SELECT 1 -- " + "; " * 49_000 + "x",
        "SELECT 1 WHERE '" + ";" * 99_000 + "x' <> 'a'",
    ],
)
def test_many_semicolons_take_no_time(database, sql: str) -> None:
    runner = Runner(SandboxPolicy())
    began = time.process_time()
    execution = runner.run(str(database), sql)
    assert (execution.status, execution.rows) == (Status.OK, ((1,),))
    assert time.process_time() - began < 3
    runner.close()

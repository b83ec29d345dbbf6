"""Odd queries with the official evaluator's answers: ours are the same, or the row says why not.

`official_cases.json` is made by `benchmarks/official_cases.py --official PATH --write`, which runs the official evaluator on
mutations of queries over three small databases; their scripts are in the file.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from t2s_pipeline.evaluation.verdict import SandboxDifference
from t2s_pipeline.evaluation.verifier import Candidate

RECORD = json.loads(Path(__file__).with_name("official_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory, verifier):
    """(case, our verdict) of every case."""
    folder = tmp_path_factory.mktemp("official")
    for name, script in RECORD["databases"].items():
        with sqlite3.connect(folder / f"{name}.sqlite") as connection:
            connection.executescript(script)
        connection.close()
    items = [
        Candidate(case["database"], str(folder / f"{case['database']}.sqlite"), case["gold"], case["sql"])
        for case in RECORD["cases"]
    ]
    return list(zip(RECORD["cases"], verifier.verify(items), strict=True))


def test_each_answer_is_the_official_one_or_marked(verdicts):
    """`official`: 1 and 0 are its verdicts; `gold` stops its run because the gold query fails, `text` because it can't
    take the prediction (an empty one, say). Only `difference`, in the file, excuses another answer."""
    different = [
        (case, verdict.correct_official, verdict.sandbox_difference)
        for case, verdict in verdicts
        if verdict.sandbox_difference != case.get("difference")
        or ("difference" not in case and verdict.correct_official != (case["official"] == 1))
    ]
    assert different == []


def test_the_cases_are_many_and_of_many_kinds():
    kinds = Counter(case["kind"].rpartition(" + ")[2] for case in RECORD["cases"])
    answers = Counter(str(case["official"]) for case in RECORD["cases"])
    assert 400 <= len(RECORD["cases"]) <= 600 and len(kinds) >= 30
    assert answers["0"] >= 100 and answers["1"] >= 100 and answers["text"] >= 5


def test_what_is_marked_is_on_the_closed_list(verdicts):
    """A mark never turns a wrong prediction into a right one."""
    marked = [(case, verdict) for case, verdict in verdicts if verdict.sandbox_difference is not None]
    assert {verdict.sandbox_difference for _, verdict in marked} <= set(SandboxDifference)
    assert not [case for case, verdict in marked if verdict.correct_official and case["official"] != 1]

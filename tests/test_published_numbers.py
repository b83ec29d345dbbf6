"""docs/published_numbers.md: what is right by which rule, run as the table says; the order of the table is the rules'."""

from __future__ import annotations

import re
import sqlite3

from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from tests.documents import ROOT

_HEAD = re.compile(r"^\| \| gold \| prediction \| (.*) \|$", re.MULTILINE)
_ROW = re.compile(
    r"^\| [^|]+ \| `(?P<gold>[^`]+)` \| `(?P<sql>[^`]+)` \| (?P<answers>(?:yes|no)(?: \| (?:yes|no))*) \|$", re.M
)


def test_what_is_right_by_which_rule(tmp_path):
    text = (ROOT / "docs" / "published_numbers.md").read_text(encoding="utf-8")
    rules = [MatchRule(name.strip("`")) for name in _HEAD.search(text)[1].split(" | ")]
    assert set(rules) == set(MatchRule) - {MatchRule.PLUG_VALUE}
    rows = list(_ROW.finditer(text))
    path = str(tmp_path / "t.sqlite")
    with sqlite3.connect(path) as connection:
        connection.executescript("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (1, 'x'), (2, 'y');")
    connection.close()
    with GoldVerifier(workers=1) as verifier:
        verdicts = verifier.verify([Candidate("t", path, row["gold"], row["sql"]) for row in rows])
    found = [" | ".join("yes" if verdict.correct(rule) else "no" for rule in rules) for verdict in verdicts]
    assert found == [row["answers"] for row in rows] and len(rows) == 12

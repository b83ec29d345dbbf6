"""The proof on the real Spider: the official evaluator's verdicts, line by line, and every gold under our limits."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.prediction_files import read_predictions
from tests.documents import ROOT

pytestmark = pytest.mark.spider


@pytest.fixture(scope="module")
def standard():
    """A verifier under the default limits."""
    with GoldVerifier() as verifier:
        yield verifier


def candidates(root: Path, *names: str) -> list[Candidate]:
    """The golds of some files as candidates against themselves."""
    found = []
    for name in names:
        for example in json.loads((root / f"{name}.json").read_text(encoding="utf-8")):
            database = example["db_id"]
            path = str(root / "database" / database / f"{database}.sqlite")
            found.append(Candidate(f"spider/{database}", path, example["query"], example["query"]))
    return found


def test_twelve_systems_get_the_official_verdicts(spider_root, standard):
    golds = candidates(spider_root, "dev")
    official = json.loads((spider_root.parent / "verdicts" / "official_ex.json").read_text(encoding="utf-8"))[
        "verdicts"
    ]
    assert len(official) == 12
    started = time.monotonic()
    shown = (ROOT / "docs" / "published_numbers.md").read_text(encoding="utf-8")
    different = []
    for system, verdicts in official.items():
        path = spider_root.parent / "predictions" / f"{system}.txt"
        predictions = read_predictions(path, len(golds))
        ours = standard.verify(
            [
                Candidate(g.database_id, g.database_path, g.gold_sql, sql)
                for g, sql in zip(golds, predictions, strict=True)
            ]
        )
        bits = "".join("1" if v.correct_official else "0" for v in ours)
        different += [(system, i) for i, (a, b) in enumerate(zip(bits, verdicts["bits"], strict=True)) if a != b]
        assert bits.count("1") == verdicts["correct"]
        assert not [v for v in ours if v.correct_official is None or v.sandbox_difference]
        right = [sum(v.correct(rule) is True for v in ours) for rule in MatchRule if rule is not MatchRule.PLUG_VALUE]
        assert f"| {system} | {' | '.join(f'{100 * n / len(golds):.1f} % ({n})' for n in right)} |" in shown
    print(f"12 x {len(golds)} verdicts in {time.monotonic() - started:.1f} s")
    assert different == []


def test_every_gold_runs_under_the_limits(spider_root, standard):
    train = standard.audit_gold(candidates(spider_root, "train_spider", "train_others"))
    without_database = [a for a in train if "No such file" in (a.error or "")]
    failing = [a for a in train if not a.runs and a not in without_database]
    assert (len(train), sum(a.runs for a in train)) == (8659, 8560)
    assert len(without_database) == 96
    assert {a.database_id for a in without_database} == {"spider/baseball_1", "spider/soccer_1"}
    assert sorted({a.error for a in failing}) == [
        "ORDER BY clause should come after INTERSECT not before",
        "no such table: Ref_Company_Types",
    ]
    assert len(failing) == 3
    assert sum(a.database_is_empty for a in train) == 1759
    assert not any(a.truncated for a in train)
    dev = standard.audit_gold(candidates(spider_root, "dev"))
    assert all(a.runs for a in dev) and len(dev) == 1034
    assert sum(a.row_count == 0 for a in dev) == 57


def test_every_dev_gold_is_correct_against_itself(spider_root, standard):
    verdicts = standard.verify(candidates(spider_root, "dev"))
    assert all(v.correct(rule) for v in verdicts for rule in MatchRule if rule is not MatchRule.PLUG_VALUE)

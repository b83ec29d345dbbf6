"""Voting on the real Spider: 12 published systems as 12 samples a question, with the official verdicts of each."""

from __future__ import annotations

import json
import time

import pytest

from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.evaluation.voting import Ballot, Selector, choose
from t2s_pipeline.prediction_files import read_predictions

pytestmark = pytest.mark.spider

RIGHT = {"vav": 918, "vav_reference": 913, "first_executable": 852}


def test_what_the_selectors_get_right(spider_root):
    examples = json.loads((spider_root / "dev.json").read_text(encoding="utf-8"))
    verdicts = json.loads((spider_root.parent / "verdicts" / "official_ex.json").read_text(encoding="utf-8"))[
        "verdicts"
    ]
    paths = [str(spider_root / "database" / e["db_id"] / f"{e['db_id']}.sqlite") for e in examples]
    files = [
        read_predictions(spider_root.parent / "predictions" / f"{system}.txt", len(examples)) for system in verdicts
    ]
    candidates = [
        Candidate("spider", path, None, sql) for of_file in files for path, sql in zip(paths, of_file, strict=True)
    ]
    started = time.monotonic()
    with GoldVerifier() as verifier:
        keys = verifier.result_keys(candidates)
    print(f"{len({(c.database_path, c.sql) for c in candidates})} queries in {time.monotonic() - started:.1f} s")
    ballots = [
        [Ballot(True, key is not None, None, key) for key in keys[row :: len(examples)]] for row in range(len(examples))
    ]
    bits = [[verdict["bits"][row] == "1" for verdict in verdicts.values()] for row in range(len(examples))]
    found = {
        selector: sum(right[choose(Selector(selector), own).sample] for own, right in zip(ballots, bits, strict=True))
        for selector in RIGHT
    }
    assert found == RIGHT
    assert sum(map(any, bits)) == 997  # recall@12
    assert max(verdict["correct"] for verdict in verdicts.values()) == 863  # the best single system

"""The embedded data set's golds parse by the official grammar, and are about as hard as Spider's."""

from collections import Counter
from pathlib import Path

import pytest

import t2s_pipeline.datasets.embedded.build as build_module
from t2s_pipeline.datasets.embedded.build import SPLIT_FILES
from t2s_pipeline.evaluation.hardness import hardness

SPIDER_DEV_PERCENT = {"easy": 24, "medium": 43, "hard": 17, "extra": 16}


@pytest.mark.parametrize("split", SPLIT_FILES)
def test_hardness_mix(questions, schemas, split):
    rows = [row for row in questions if row["split"] == split]
    verdicts = {(row["db_id"], row["query"]): hardness(row["query"], schemas[row["db_id"]]) for row in rows}
    assert [(query, verdict.reason) for (_, query), verdict in verdicts.items() if verdict.reason] == []
    levels = Counter(verdicts[row["db_id"], row["query"]].level.value for row in rows)
    shares = {level: 100 * levels[level] / len(rows) for level in SPIDER_DEV_PERCENT}
    assert shares == pytest.approx(SPIDER_DEV_PERCENT, abs=3)
    card = (Path(build_module.__file__).parent / "DATA_CARD.md").read_text(encoding="utf-8")
    assert f"| {split} | {' | '.join(f'{shares[level]:.1f}' for level in SPIDER_DEV_PERCENT)} |\n" in card

"""The embedded data set's golds parse by the official grammar, and are about as hard as Spider's."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import t2s_pipeline.datasets.embedded.build as build_module
from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded
from t2s_pipeline.evaluation.hardness import hardness

SPIDER_DEV_PERCENT = {"easy": 24, "medium": 43, "hard": 17, "extra": 16}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build_embedded(tmp_path_factory.mktemp("embedded") / "set")


@pytest.fixture(scope="module")
def schemas(folder):
    """By database: table name to column names."""
    found = {}
    for entry in json.loads((folder / "tables.json").read_text(encoding="utf-8")):
        found[entry["db_id"]] = defaultdict(list)
        for table, column in entry["column_names_original"][1:]:
            found[entry["db_id"]][entry["table_names_original"][table]].append(column)
    return found


@pytest.mark.parametrize("split", SPLIT_FILES)
def test_hardness_mix(folder, schemas, split):
    rows = json.loads((folder / SPLIT_FILES[split]).read_text(encoding="utf-8"))
    verdicts = {(row["db_id"], row["query"]): hardness(row["query"], schemas[row["db_id"]]) for row in rows}
    assert [(query, verdict.reason) for (_, query), verdict in verdicts.items() if verdict.reason] == []
    levels = Counter(verdicts[row["db_id"], row["query"]].level.value for row in rows)
    shares = {level: 100 * levels[level] / len(rows) for level in SPIDER_DEV_PERCENT}
    assert shares == pytest.approx(SPIDER_DEV_PERCENT, abs=4)
    card = (Path(build_module.__file__).parent / "DATA_CARD.md").read_text(encoding="utf-8")
    assert f"| {split} | {' | '.join(f'{shares[level]:.1f}' for level in SPIDER_DEV_PERCENT)} |\n" in card

"""Real mistakes: 12 published systems as 12 candidates a question of Spider dev, mined, marked and refused by training."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from t2s_pipeline.config import DatasetConfig, RecipeConfig
from t2s_pipeline.datasets.load import database_paths, load_split
from t2s_pipeline.evaluation.train_truth import train_truth
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.prediction_files import read_predictions
from t2s_pipeline.preferences.leakage import LeakageError, check_no_leakage
from t2s_pipeline.preferences.mining import mine_pairs
from t2s_pipeline.preferences.recipe import apply_recipe
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.rewards.rule import rule_reward
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.serialise import compact
from t2s_pipeline.table_definitions import FILTERED_PAIRS, PAIRS

pytestmark = pytest.mark.spider

EVERY = 12
"""One question of so many: 86 questions, 1,032 candidates."""


@pytest.fixture(scope="module")
def dev(spider_root, tmp_path_factory):
    """Rows of `examples` of Spider dev."""
    dataset = DatasetConfig("spider", str(spider_root))
    with GoldVerifier() as verifier:
        return load_split(dataset, "spider", "dev", tmp_path_factory.mktemp("dev"), verifier).examples


@pytest.fixture(scope="module")
def mined(spider_root, dev, tmp_path_factory):
    """The pairs of every twelfth question, each system's answer standing as a sample under a prompt of its own."""
    examples = dev[::EVERY]
    dataset, folder = DatasetConfig("spider", str(spider_root)), tmp_path_factory.mktemp("mined")
    paths = database_paths(dataset, "spider", folder, [example["database_id"] for example in examples])
    files = sorted((spider_root.parent / "predictions").glob("*.txt"))
    predictions = {file.stem: read_predictions(file, len(dev))[::EVERY] for file in files}
    assert len(predictions) == 12
    attempts, messages = [], {}
    with GoldVerifier() as verifier:
        for sample, (system, answers) in enumerate(predictions.items()):
            judged = verifier.verify(
                [
                    Candidate(e["database_id"], str(paths[e["database_id"]]), e["gold"], sql)
                    for e, sql in zip(examples, answers, strict=True)
                ]
            )
            for example, sql, verdict in zip(examples, answers, judged, strict=True):
                # Nobody knows what the systems were asked: each has a prompt of its own, in our words.
                prompt_id = f"{system} {example['example_id']}"
                schema = read_schema(paths[example["database_id"]], example["database_id"])
                messages[prompt_id] = json.dumps(initial_prompt(compact(schema), example["question"]).chat())
                right = bool(verdict.correct_official)
                attempts.append(
                    {
                        "example_id": example["example_id"],
                        "turn": 1,
                        "sample": sample,
                        "sql": sql,
                        "prompt_id": prompt_id,
                        "correct": right,
                        "train_correct": train_truth(verdict, gold_vacuous=example["gold_vacuous"]),
                        "reward": rule_reward(correct=right, executable=verdict.executable, turn=1, max_turns=2),
                        "cost_reward": None,
                        "executable": verdict.executable,
                        "error_class": verdict.error_class.value,
                    }
                )
    return mine_pairs(attempts, examples, messages, gold_when_failed=True, min_cost_reward_gap=0.05)


def test_real_mistakes_make_pairs_that_say_that_they_were_moved(mined):
    rows = [row | {"experiment": "published"} for row in mined.rows]
    PAIRS.check(PAIRS.to_arrow(rows))
    types = Counter(row["pair_type"] for row in rows)
    assert types["first_turn_correct_sample_vs_failed_sample"] > 30
    assert types["gold_vs_failed_attempt"] >= 1
    for row in rows:
        # The right answer of one system on the prompt of another; gold belongs to none.
        assert row["prompt_moved"] is (row["pair_type"] == "first_turn_correct_sample_vs_failed_sample")
        assert row["reward_margin"] > 0 and row["edit_distance_ratio"] > 0
        assert row["rejected_error_class"] != "execution_correct"
    assert sum(mined.stats["pairs_by_type"].values()) == len(rows)


def test_all_are_marked_and_training_refuses_them(mined, dev):
    assert {row["not_for_training"] for row in mined.rows} == {"split dev"}
    with pytest.raises(LeakageError, match="is of split dev"):
        check_no_leakage(mined.rows, dev)
    # Nor by calling dev train: the mark stays with the pair, through a recipe too.
    relabelled = [example | {"split": "train"} for example in dev]
    with pytest.raises(LeakageError, match="is marked not for training: split dev"):
        check_no_leakage(mined.rows, relabelled)
    recipe = RecipeConfig(min_reward_margin=0.3, pair_type_max_fractions={"gold_vs_failed_attempt": 0.2})
    filtered = apply_recipe(mined.rows, "any", recipe).rows
    FILTERED_PAIRS.check(FILTERED_PAIRS.to_arrow([row | {"experiment": "published"} for row in filtered]))
    with pytest.raises(LeakageError, match="is marked not for training: split dev"):
        check_no_leakage(filtered, relabelled)
    unmarked = [row | {"not_for_training": None} for row in filtered]
    assert check_no_leakage(unmarked, relabelled) == len(filtered)

"""Pairs, attempts and recipes of a few examples, whose figures can be counted by hand, for the reports on pairs."""

from __future__ import annotations

import pyarrow as pa

from t2s_pipeline.table_definitions import ATTEMPTS, EXAMPLES, FILTERED_PAIRS, PAIRS
from tests.reports.tables import table

REPAIR, GOLD, COLUMN = "repair_correct_vs_repair_failed", "gold_vs_failed_attempt", "synthetic_wrong_column"
COST = "correct_low_cost_vs_correct_high_cost"
RECIPES = pa.table(
    {
        "recipe": ["synth20", "strict", "later"],
        "missing": ["x", "x", "not made yet"],
        "position": pa.array([0, 1, 2], pa.int64()),
    }
)
_ORIGIN = {GOLD: "gold_fallback", COLUMN: "synthetic"}


def pair(number, pair_type, margin, ratio, runs=True, **more):
    return {
        "pair_id": f"{number}",
        "example_id": f"toy/train/{number:05d}",
        "database_id": f"toy/db{number % 2}",
        "pair_type": pair_type,
        "origin": _ORIGIN.get(pair_type, "natural"),
        "prompt_id": f"p{number}",
        "prompt_moved": False,
        "chosen_sql": "SELECT 1",
        "rejected_sql": "SELECT 22",
        "reward_margin": margin,
        "edit_distance_ratio": ratio,
        "rejected_executable": runs,
        "chosen_executable": True,
        "chosen_tokens": 2,
        "rejected_tokens": 3,
    } | more


PAIR_ROWS = [
    pair(0, REPAIR, 0.5, 0.25, prompt_moved=True, rejected_sql="SELECT"),
    pair(1, GOLD, 0.8, 0.95, runs=False, chosen_executable=None),
    pair(2, COLUMN, 0.8, 0.10),
    pair(3, COLUMN, 1.2, 1.0, runs=False),
    pair(4, COST, 0.1, 0.5),
    pair(5, COLUMN, 0.8, 0.10, example_id="toy/train/00002", prompt_id="p2"),  # the same as number 2
]
REMOVED = {"synth20": {3: "max_sql_edit_distance_ratio", 4: "min_reward_margin", 5: "duplicate"}}
REMOVED["strict"] = {number: "min_reward_margin" for number in range(6)}


def pair_tables() -> dict[str, pa.Table]:
    filtered = [
        row | {"recipe": recipe, "removed_by": removed.get(number)}
        for recipe, removed in REMOVED.items()
        for number, row in enumerate(PAIR_ROWS)
    ]
    levels = ["easy", "easy", "hard", None, "easy", "easy"]
    examples = [
        {"example_id": f"toy/train/{n:05d}", "split": "train", "hardness": level} for n, level in enumerate(levels)
    ]
    examples[4]["gold_vacuous"] = True
    examples[5]["excluded_reason"] = "empty table"
    return {
        "pairs": table(PAIRS, [*PAIR_ROWS, pair(9, REPAIR, 1.0, 1.0, experiment="another")]),
        "filtered_pairs": table(FILTERED_PAIRS, filtered),
        "examples": table(EXAMPLES, [*examples, {"example_id": "toy/dev/00000", "split": "dev"}]),
        "attempts": table(ATTEMPTS, _attempts()),
    }


def _attempts():
    """Of example 0 a wrong and a right one, of 1 two wrong ones, of 2 one that the rules disagree on, of 4 a vacuous."""
    judged = [(0, False, False, False), (0, True, True, True), (1, False, False, False), (1, False, False, False)]
    judged += [(2, True, False, None), (4, True, True, None)]
    return [
        {"rollout": "train", "example_id": f"toy/train/{number:05d}", "sample": sample, "executable": sample != 2}
        | {"correct_official": official, "correct_strict": strict, "train_correct": truth}
        for sample, (number, official, strict, truth) in enumerate(judged)
    ] + [{"rollout": "an_arm", "example_id": "toy/train/00000", "train_correct": True}]

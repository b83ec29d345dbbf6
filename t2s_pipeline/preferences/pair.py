"""One preference pair as a row of `pairs`, however it came about.

    pair_row(example=..., pair_type=..., prompt_id=..., chosen=Answer(...), rejected=Answer(...))

The pair's identity is the example, the pair type, the prompt and both answers. Two pairs of the same content
may exist (mined and synthetic, or from a question that a data set asks twice); removing them is a recipe's
business. A pair of an example that is not of the train split is marked, and no training takes it (`leakage.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from t2s_pipeline.preferences.distance import edit_distance_ratio, sql_tokens
from t2s_pipeline.preferences.leakage import TRAIN_SPLIT
from t2s_pipeline.preferences.pair_types import Origin
from t2s_pipeline.rewards.rule import FIRST_TURN_REWARD


@dataclass(frozen=True)
class Answer:
    """One side of a pair. `prompt_id` and `turn` are those it was written under; None for what no model wrote."""

    sql: str
    reward: float
    executable: bool
    error_class: str
    cost_reward: float | None = None
    prompt_id: str | None = None
    turn: int | None = None

    @classmethod
    def of(cls, attempt: Mapping[str, Any]) -> Answer:
        """The answer of a row of `attempts` that has SQL."""
        return cls(
            attempt["sql"],
            attempt["reward"],
            attempt["executable"],
            attempt["error_class"],
            attempt["cost_reward"],
            attempt["prompt_id"],
            attempt["turn"],
        )


def gold_answer(example: Mapping[str, Any]) -> Answer:
    """The gold in place of a model's answer: it runs, or its row would be no example."""
    return Answer(example["gold"], FIRST_TURN_REWARD, True, "execution_correct")


def pair_row(
    *,
    example: Mapping[str, Any],
    pair_type: str,
    origin: Origin,
    prompt_id: str,
    messages: str,
    chosen: Answer,
    rejected: Answer,
) -> dict[str, Any]:
    """A row of `pairs` without `experiment`. `messages` is the prompt's JSON, as in `prompts`."""
    identity = json.dumps([example["example_id"], pair_type, prompt_id, chosen.sql, rejected.sql])
    split = example["split"]
    return {
        "pair_id": hashlib.sha256(identity.encode()).hexdigest()[:32],
        "example_id": example["example_id"],
        "database_id": example["database_id"],
        "pair_type": pair_type,
        "origin": origin.value,
        "prompt_id": prompt_id,
        "prompt_moved": chosen.prompt_id not in (None, prompt_id),
        "messages": messages,
        "chosen_sql": chosen.sql,
        "rejected_sql": rejected.sql,
        "chosen_reward": chosen.reward,
        "rejected_reward": rejected.reward,
        "reward_margin": round(chosen.reward - rejected.reward, 6),
        "edit_distance_ratio": edit_distance_ratio(chosen.sql, rejected.sql),
        "rejected_error_class": rejected.error_class,
        "rejected_executable": rejected.executable,
        "chosen_executable": chosen.executable,
        "chosen_cost_reward": chosen.cost_reward,
        "rejected_cost_reward": rejected.cost_reward,
        "chosen_turn": chosen.turn,
        "rejected_turn": rejected.turn,
        "chosen_tokens": len(sql_tokens(chosen.sql)),
        "rejected_tokens": len(sql_tokens(rejected.sql)),
        "not_for_training": None if split == TRAIN_SPLIT else f"split {split}",
    }

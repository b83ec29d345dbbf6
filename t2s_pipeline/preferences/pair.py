"""One preference pair as a row of `pairs`, however it came about.

The pair's identity is the example, the pair type, the prompt and both answers. Two pairs of the same content
may exist (mined and synthetic, or from a question that a data set asks twice); removing them is a recipe's
business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from t2s_pipeline.preferences.caps import Origin
from t2s_pipeline.preferences.distance import edit_distance_ratio


def pair_row(
    *,
    example: Mapping[str, Any],
    pair_type: str,
    origin: Origin,
    prompt_id: str,
    messages: str,
    chosen_sql: str,
    rejected_sql: str,
    chosen_reward: float,
    rejected_reward: float,
    rejected_error_class: str,
    rejected_executable: bool,
    prompt_moved: bool = False,
) -> dict[str, Any]:
    """A row of `pairs` without `experiment`. `messages` is the prompt's JSON, as in `prompts`."""
    identity = json.dumps([example["example_id"], pair_type, prompt_id, chosen_sql, rejected_sql])
    return {
        "pair_id": hashlib.sha256(identity.encode()).hexdigest()[:32],
        "example_id": example["example_id"],
        "database_id": example["database_id"],
        "pair_type": pair_type,
        "origin": origin.value,
        "prompt_id": prompt_id,
        "prompt_moved": prompt_moved,
        "messages": messages,
        "chosen_sql": chosen_sql,
        "rejected_sql": rejected_sql,
        "chosen_reward": chosen_reward,
        "rejected_reward": rejected_reward,
        "reward_margin": round(chosen_reward - rejected_reward, 6),
        "edit_distance_ratio": edit_distance_ratio(chosen_sql, rejected_sql),
        "rejected_error_class": rejected_error_class,
        "rejected_executable": rejected_executable,
    }

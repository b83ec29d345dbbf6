"""What a set of preference pairs is like, as one JSON-able dictionary for metadata.

Duplicates are counted on (prompt, chosen, rejected), the same key that recipes remove by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any


def pair_quality(pairs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Counts, shares and means over `pairs` (rows of `pairs`, or the kept rows of `filtered_pairs`).

    Shares and means are None where there are no pairs.
    """
    pairs = list(pairs)
    contents = {(p["prompt_id"], p["chosen_sql"], p["rejected_sql"]) for p in pairs}
    return {
        "pairs": len(pairs),
        "examples": len({p["example_id"] for p in pairs}),
        "databases": len({p["database_id"] for p in pairs}),
        "by_type": _by(pairs, "pair_type"),
        "by_origin": _by(pairs, "origin"),
        "mean_reward_margin": _mean([p["reward_margin"] for p in pairs]),
        "min_reward_margin": min((p["reward_margin"] for p in pairs), default=None),
        "mean_edit_distance_ratio": _mean([p["edit_distance_ratio"] for p in pairs]),
        "duplicates": len(pairs) - len(contents),
        "rejected_executable_rate": _mean([float(p["rejected_executable"]) for p in pairs]),
        "prompt_moved_rate": _mean([float(p["prompt_moved"]) for p in pairs]),
    }


def _by(pairs: list[Mapping[str, Any]], column: str) -> dict[str, dict[str, float]]:
    counts = Counter(pair[column] for pair in pairs)
    return {name: {"pairs": n, "share": round(n / len(pairs), 6)} for name, n in sorted(counts.items())}


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None

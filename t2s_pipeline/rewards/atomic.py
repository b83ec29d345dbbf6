"""The atomic term: how much of what gold does an answer does, for answers that are not right.

    overlap = best_overlap(atoms(sql, catalogue), [atoms(gold, catalogue), ...])      # Jaccard, the best of all golds
    shaped(overlap, RewardConfig())                                                   # 0 to 0.8005

The shape is steep at first: the first operation shared is worth more than the last. It ends below 1, so that an answer
that runs and is wrong stays below one that is right.
"""

from __future__ import annotations

from collections.abc import Iterable

from t2s_pipeline.config_rewards import RewardConfig
from t2s_pipeline.sql.atoms import Atoms


def overlap(one: Atoms, other: Atoms) -> float:
    """Jaccard's index of two sets; 0 where both are empty."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def best_overlap(answer: Atoms, golds: Iterable[Atoms]) -> float:
    """The largest overlap of an answer with one of several golds; 0 without golds."""
    return max((overlap(answer, gold) for gold in golds), default=0.0)


def shaped(share: float, settings: RewardConfig) -> float:
    """The reward of an overlap of 0 to 1: lambda J + (1 - lambda) beta J ** gamma."""
    linear = settings.atomic_lambda
    return linear * share + (1 - linear) * settings.atomic_beta * share**settings.atomic_gamma

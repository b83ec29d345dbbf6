"""The reward of one completion and its terms, as FINER's paper puts them together.

    terms = reward_terms(well_formed=True, executable=True, correct=False, overlap=0.5, closeness=0.4, settings=...)
    terms.total                                   # 1 + 1 + 0.678 + 0.4

| completion | total |
|---|---|
| not of the form | 0 |
| SQL does not run | 1 + atomic (`atomic_of_failed`) + memory |
| runs, wrong or not known to be right | 2 + atomic + memory |
| right | 3 + 1 of the memory, where there is one |

With memory off `closeness` is None, and its term 0 for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from t2s_pipeline.config_rewards import RewardConfig
from t2s_pipeline.rewards.atomic import shaped

EXECUTABLE, CORRECT = 1.0, 2.0


@dataclass(frozen=True)
class RewardTerms:
    """`total` is the sum of the four terms. `correct` is train-side truth, None where it is not known or was not asked;
    `overlap` the Jaccard index behind `atomic`, None where that does not apply; `remembered` whether the thought was
    taken into the memory."""

    format: float
    execution: float
    atomic: float
    memory: float
    total: float
    executable: bool = False
    correct: bool | None = None
    overlap: float | None = None
    remembered: bool = False


NOT_OF_THE_FORM = RewardTerms(0.0, 0.0, 0.0, 0.0, 0.0)


def execution_reward(*, executable: bool, correct: bool | None) -> float:
    """0, 1 for SQL that runs, 2 for SQL that is right. What does not run as it is written is never right."""
    if not executable:
        return 0.0
    return CORRECT if correct else EXECUTABLE


def memory_reward(*, right: bool, closeness: float | None) -> float:
    """1 for what is right, else the closeness to the memory within 0 to 1; 0 without a memory."""
    if closeness is None:
        return 0.0
    return 1.0 if right else min(1.0, max(0.0, closeness))


def reward_terms(
    *,
    well_formed: bool,
    executable: bool,
    correct: bool | None,
    overlap: float | None,
    closeness: float | None,
    settings: RewardConfig,
    remembered: bool = False,
) -> RewardTerms:
    """All terms of one completion. `overlap` and `closeness` of what is right are not looked at, but for None."""
    if not well_formed:
        return NOT_OF_THE_FORM
    execution = execution_reward(executable=executable, correct=correct)
    right = execution == CORRECT
    applies = settings.atomic and not right and (executable or settings.atomic_of_failed)
    share = overlap if applies else None
    atomic = 0.0 if share is None else shaped(share, settings)
    memory = memory_reward(right=right, closeness=closeness)
    total = 1.0 + execution + atomic + memory
    return RewardTerms(1.0, execution, atomic, memory, total, executable, correct, share, remembered)

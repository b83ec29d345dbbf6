"""The rule reward of the execution-guided reference, which preference pairs compare.

    rule_reward(correct=True, executable=True, turn=1, max_turns=3)     # 1.0

A right answer is worth less the later it comes; a wrong one costs most when no turn is left to repair it.
With one turn alone every wrong answer is therefore worth the same. Cost and shaping terms are not part of it.
"""

from __future__ import annotations

FIRST_TURN_REWARD = 1.0
REPAIRED_REWARD = 0.7
LATER_TURN_PENALTY = 0.1
LAST_TURN_FAILURE = -0.5
EXECUTABLE_FAILURE = 0.2
NOT_EXECUTABLE_FAILURE = -0.2


def rule_reward(*, correct: bool, executable: bool, turn: int, max_turns: int) -> float:
    """Reward of one attempt, -0.5 to 1. Raises ValueError where `turn` is not within 1 to `max_turns`."""
    if not 1 <= turn <= max_turns:
        raise ValueError(f"turn {turn} is not within 1 to {max_turns}")
    if correct and turn == 1:
        return FIRST_TURN_REWARD
    if correct:
        # Rounded because 0.7 - 0.1 * 2 is not 0.5 in binary, and rewards are compared with each other.
        return round(max(0.0, REPAIRED_REWARD - LATER_TURN_PENALTY * (turn - 2)), 6)
    if turn == max_turns:
        return LAST_TURN_FAILURE
    return EXECUTABLE_FAILURE if executable else NOT_EXECUTABLE_FAILURE

"""The rule reward, vector by vector."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.rewards.rule import rule_reward


@pytest.mark.parametrize(
    ("correct", "executable", "turn", "max_turns", "expected"),
    [
        (True, True, 1, 1, 1.0),
        (True, True, 1, 3, 1.0),
        (True, True, 2, 3, 0.7),
        (True, True, 3, 3, 0.6),
        (True, True, 4, 9, 0.5),
        (True, True, 9, 9, 0.0),
        (True, True, 20, 20, 0.0),
        (False, True, 1, 1, -0.5),
        (False, False, 1, 1, -0.5),
        (False, True, 3, 3, -0.5),
        (False, True, 1, 3, 0.2),
        (False, True, 2, 3, 0.2),
        (False, False, 2, 3, -0.2),
    ],
)
def test_reference_values(correct, executable, turn, max_turns, expected):
    assert rule_reward(correct=correct, executable=executable, turn=turn, max_turns=max_turns) == expected


@given(st.integers(1, 12), st.data())
def test_right_is_never_worth_less_than_wrong_at_the_last_turn(max_turns, data):
    turn = data.draw(st.integers(1, max_turns))
    right = rule_reward(correct=True, executable=True, turn=turn, max_turns=max_turns)
    wrong = rule_reward(correct=False, executable=True, turn=max_turns, max_turns=max_turns)
    assert right > wrong
    assert -0.5 <= wrong < right <= 1.0


@pytest.mark.parametrize(("turn", "max_turns"), [(0, 3), (4, 3)])
def test_a_turn_outside_the_loop_is_refused(turn, max_turns):
    with pytest.raises(ValueError, match="not within"):
        rule_reward(correct=True, executable=True, turn=turn, max_turns=max_turns)

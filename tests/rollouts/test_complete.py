"""The invariant that nothing is left out, seen to fail."""

import pytest

from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.rollouts.complete import check_complete

EXAMPLES = [{"example_id": name} for name in ("e1", "e2")]
TRAJECTORIES = [{"example_id": "e1", "turns": 1}, {"example_id": "e2", "turns": 2}]
ATTEMPTS = [
    {"example_id": example, "turn": turn, "sample": sample}
    for example, turn in (("e1", 1), ("e2", 1), ("e2", 2))
    for sample in (0, 1)
]


def test_complete_rows_pass():
    check_complete(EXAMPLES, ATTEMPTS, TRAJECTORIES)
    check_complete([], [], [])


@pytest.mark.parametrize(
    ("examples", "attempts", "trajectories", "message"),
    [
        (EXAMPLES, ATTEMPTS, TRAJECTORIES[:1], "e2 has no trajectory"),
        (EXAMPLES, ATTEMPTS, [*TRAJECTORIES, TRAJECTORIES[0]], "e1 has 2 trajectories"),
        (EXAMPLES[:1], ATTEMPTS, TRAJECTORIES, "e2 was not asked"),
        (EXAMPLES, ATTEMPTS[:-1], TRAJECTORIES, r"e2 has samples \[0\] in turn 2"),
        (EXAMPLES, ATTEMPTS[2:], TRAJECTORIES, r"e1 has samples \[\] in turn 1"),
        (EXAMPLES, [*ATTEMPTS, ATTEMPTS[0]], TRAJECTORIES, r"e1 has samples \[0, 0, 1\] in turn 1"),
        (EXAMPLES, [*ATTEMPTS, ATTEMPTS[0] | {"turn": 2}], TRAJECTORIES, "e1 has attempts in turn 2"),
    ],
)
def test_a_gap_is_named(examples, attempts, trajectories, message):
    with pytest.raises(InvariantError, match=message):
        check_complete(examples, attempts, trajectories)

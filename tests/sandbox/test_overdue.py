"""Deadlines count the seconds in which a query could run."""

import pytest

from t2s_pipeline.sandbox.progress import STARVED_FACTOR, overdue


@pytest.mark.parametrize(
    ("wall", "cpu", "expected"),
    [
        (4.9, 4.9, False),
        (5.1, 5.1, True),
        (5.1, 2.6, True),
        (5.1, 0.2, False),
        (20.0, 2.4, False),
        (5.0 * STARVED_FACTOR + 0.1, 0.2, True),
    ],
)
def test_a_starved_execution_goes_on_and_a_working_one_does_not(wall: float, cpu: float, expected: bool) -> None:
    assert overdue(wall, cpu, limit=5.0) is expected

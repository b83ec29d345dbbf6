"""How the terms make the total, and that no wrong answer is worth as much as a right one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config_rewards import RewardConfig
from t2s_pipeline.rewards.terms import RewardTerms, reward_terms

UNIT = st.floats(0, 1)


def terms(**changes) -> RewardTerms:
    given_ = {"well_formed": True, "executable": True, "correct": False, "overlap": 0.5, "closeness": 0.25}
    return reward_terms(**given_ | {"settings": RewardConfig()} | changes)


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"well_formed": False, "correct": True}, 0),
        ({"executable": False}, 1 + 0.6783 + 0.25),
        ({"executable": False, "settings": RewardConfig(atomic_of_failed=False)}, 1.25),
        ({"executable": False, "overlap": 0.0}, 1.25),
        ({}, 2 + 0.6783 + 0.25),
        ({"settings": RewardConfig(atomic=False)}, 2.25),
        ({"correct": None}, 2 + 0.6783 + 0.25),
        ({"correct": True}, 4),
        ({"correct": True, "closeness": None}, 3),
        ({"closeness": None}, 2.6783),
        ({"executable": False, "closeness": None, "overlap": None}, 1),
        ({"closeness": -0.4}, 2.6783),
        ({"correct": True, "executable": False}, 1 + 0.6783 + 0.25),  # what does not run is not right
    ],
)
def test_totals_of_the_papers_table(changes, total):
    assert terms(**changes).total == pytest.approx(total, abs=1e-4)


@given(
    st.booleans(),
    st.booleans(),
    st.sampled_from([True, False, None]),
    UNIT,
    st.none() | st.floats(-1, 1),
    st.booleans(),
    st.booleans(),
)
def test_ranges(well_formed, executable, correct, overlap, closeness, atomic, of_failed):
    settings = RewardConfig(atomic=atomic, atomic_of_failed=of_failed)
    found = terms(
        well_formed=well_formed, executable=executable, correct=correct, overlap=overlap, closeness=closeness,
        settings=settings,
    )  # fmt: skip
    assert found.total == found.format + found.execution + found.atomic + found.memory
    assert found.format in (0, 1) and found.execution in (0, 1, 2)
    assert 0 <= found.atomic <= 0.8005 + 1e-9 and 0 <= found.memory <= 1
    if not well_formed:
        assert found.total == 0
    elif executable and correct:
        assert found.total == (3 if closeness is None else 4)
    else:
        lowest = 2 if executable else 1
        assert lowest <= found.total <= lowest + 0.8005 + 1e-9 + (closeness is not None)
        assert found.total < terms(correct=True, closeness=closeness).total
        if not atomic or (not executable and not of_failed):
            assert found.atomic == 0

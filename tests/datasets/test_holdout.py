"""Which train databases are held out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.holdout import held_out_databases

NAMES = st.sets(st.text("abcdef", min_size=1, max_size=4), min_size=2, max_size=12)
FRACTIONS = st.floats(0.01, 0.99)


@given(NAMES, FRACTIONS, FRACTIONS)
def test_some_but_never_all_and_more_with_a_larger_fraction(names: set[str], one: float, other: float) -> None:
    less, more = (held_out_databases(names, fraction) for fraction in sorted((one, other)))
    assert less and less <= more < names
    assert less == held_out_databases([*sorted(names, reverse=True), *names], min(one, other))
    assert not held_out_databases(names, 0.0)


def test_one_database_cannot_be_held_out() -> None:
    with pytest.raises(
        DatasetError, match="holdout_fraction = 0.1, but the train split is of one database, toy/shop: take more"
    ):
        held_out_databases(["toy/shop", "toy/shop"], 0.1)

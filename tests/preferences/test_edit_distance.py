"""Token edit distance between SQL texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.preferences.distance import edit_distance_ratio, sql_tokens


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("SELECT name FROM singer", "select  name\nfrom singer", 0.0),
        ("SELECT name FROM singer", "SELECT age FROM singer", 0.25),
        ("SELECT a WHERE b = 'France'", "SELECT a WHERE b = 'france'", round(1 / 6, 6)),
        ("SELECT a WHERE b >= 1.5", "SELECT a WHERE b > 1.5", round(1 / 6, 6)),
        ("SELECT 1", "", 1.0),
        ("", "", 0.0),
    ],
)
def test_known_distances(left, right, expected):
    assert edit_distance_ratio(left, right) == expected


def test_a_literal_is_one_token():
    tokens = sql_tokens("x != 'it''s -- a'  AND \"a b\"<>[c d]")
    assert tokens == ["x", "!=", "'it''s -- a'", "and", '"a b"', "<>", "[c d]"]


@given(st.text(), st.text())
def test_a_symmetric_share_for_any_text(left, right):
    ratio = edit_distance_ratio(left, right)
    assert 0 <= ratio <= 1
    assert ratio == edit_distance_ratio(right, left)
    assert edit_distance_ratio(left, left) == 0

"""What is kept stays within its bounds, and the least recently used goes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.evaluation.shelf import Shelf


def test_the_least_recently_used_makes_room():
    shelf: Shelf[str] = Shelf(most=2, most_bytes=100)
    shelf.put("a", "A", 10)
    shelf.put("b", "B", 10)
    assert shelf.get("a") == "A"
    shelf.put("c", "C", 10)
    assert [shelf.get(key) for key in "abc"] == ["A", None, "C"]
    shelf.put("large", "D", 105)
    assert [shelf.get(key) for key in ("a", "c", "large")] == [None, None, "D"]
    shelf.clear()
    assert len(shelf) == 0 and shelf.get("large") is None


@given(st.lists(st.integers(0, 150), max_size=40), st.integers(1, 10))
def test_bounds_hold_whatever_is_kept(sizes, most):
    shelf: Shelf[int] = Shelf(most=most, most_bytes=100)
    for key, size in enumerate(sizes):
        shelf.put(key, size, size)
        kept = [size for size in map(shelf.get, range(key + 1)) if size is not None]
        assert (sum(kept) <= 100 or kept == [size]) and len(kept) == len(shelf) <= most

"""Recipes: filters, duplicates, and caps that hold at the end with the most pairs that allow it."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.config import RecipeConfig
from t2s_pipeline.preferences.caps import Origin, exact_fraction, solve_caps
from t2s_pipeline.preferences.recipe import RecipeError, apply_recipe, check_caps
from t2s_pipeline.table_definitions import FILTERED_PAIRS


def pair(number, origin="natural", content=None, margin=1.0, ratio=0.5):
    """A row of `pairs`; `content` equal in two pairs makes them duplicates."""
    content = number if content is None else content
    return {
        "experiment": "test",
        "pair_id": f"{number:032x}",
        "example_id": f"toy/train/{number:05d}",
        "database_id": "toy/one",
        "pair_type": "any",
        "origin": origin,
        "prompt_id": f"prompt {content}",
        "prompt_moved": False,
        "messages": "[]",
        "chosen_sql": "SELECT 1",
        "rejected_sql": "SELECT 2",
        "chosen_reward": margin,
        "rejected_reward": 0.0,
        "reward_margin": margin,
        "edit_distance_ratio": ratio,
        "rejected_error_class": "wrong_result",
        "rejected_executable": True,
    }


def pairs_of(natural=0, gold_fallback=0, synthetic=0):
    origins = ["natural"] * natural + ["gold_fallback"] * gold_fallback + ["synthetic"] * synthetic
    return [pair(number, origin) for number, origin in enumerate(origins)]


SYNTH20 = RecipeConfig(max_synthetic_fraction=0.2, max_gold_fallback_fraction=0.2)

counts = st.integers(0, 9)
shares = st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.5, 0.8, 1.0])


@settings(deadline=None, max_examples=300)
@given(counts, counts, counts, shares, shares, st.integers(0, 30))
def test_caps_hold_at_the_end_with_the_most_pairs_by_brute_force(n, g, s, gold_cap, synthetic_cap, max_pairs):
    recipe = RecipeConfig(
        max_gold_fallback_fraction=gold_cap, max_synthetic_fraction=synthetic_cap, max_pairs=max_pairs
    )
    best = max(
        kept_n + kept_g + kept_s
        for kept_n, kept_g, kept_s in itertools.product(range(n + 1), range(g + 1), range(s + 1))
        if kept_g <= exact_fraction(gold_cap) * (kept_n + kept_g + kept_s)
        and kept_s <= exact_fraction(synthetic_cap) * (kept_n + kept_g + kept_s)
        and (not max_pairs or kept_n + kept_g + kept_s <= max_pairs)
    )
    result = apply_recipe(pairs_of(n, g, s), "any", recipe)
    kept = [row for row in result.rows if row["removed_by"] is None]
    assert len(kept) == best == result.summary["pairs_kept"]
    assert len(result.rows) == n + g + s
    assert [row["position"] for row in kept] == list(range(best))
    assert all(row["position"] is None for row in result.rows if row["removed_by"])
    check_caps(result.rows, recipe)


def test_one_fifth_is_one_fifth():
    """0.2 as a binary float is a little more than a fifth, 0.2 * 5 rounds to 1: neither may decide."""
    caps = {Origin.SYNTHETIC: exact_fraction(0.2)}
    assert solve_caps({Origin.NATURAL: 4, Origin.SYNTHETIC: 9}, caps).total == 5
    assert exact_fraction(0.2) == Fraction(1, 5)
    result = apply_recipe(pairs_of(natural=300, gold_fallback=300, synthetic=900), "synth20", SYNTH20)
    assert result.summary["kept_by_origin"] == {"natural": 300, "gold_fallback": 100, "synthetic": 100}
    assert result.summary["removed"]["max_gold_fallback_fraction"] == 200
    assert result.summary["removed"]["max_synthetic_fraction"] == 800
    assert result.summary["warnings"] == []


def test_max_pairs_keeps_a_mixture_and_names_itself():
    pairs = pairs_of(natural=100, gold_fallback=10, synthetic=90)
    result = apply_recipe(pairs, "cut", replace(SYNTH20, max_pairs=50))
    assert result.summary["pairs_kept"] == 50
    assert 0 < result.summary["kept_by_origin"]["synthetic"] <= 10
    assert result.summary["removed"]["max_pairs"] > 0


def test_a_share_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="not within 0 to 1"):
        apply_recipe(pairs_of(natural=1), "bad", RecipeConfig(max_synthetic_fraction=1.5))


def test_filters_and_what_each_removed():
    rows = [pair(0, margin=0.4), pair(1, margin=0.2), pair(2, ratio=0.95), pair(3), pair(4, content=3)]
    recipe = RecipeConfig(min_reward_margin=0.3, max_sql_edit_distance_ratio=0.9, max_synthetic_fraction=0.5)
    result = apply_recipe(rows, "filters", recipe)
    removed = {row["pair_id"][-1]: row["removed_by"] for row in result.rows}
    assert removed == {
        "0": None,
        "1": "min_reward_margin",
        "2": "max_sql_edit_distance_ratio",
        "3": None,
        "4": "duplicate",
    }
    assert result.summary["warnings"] == ["max_synthetic_fraction = 0.5 removed nothing"]


def test_of_duplicates_the_natural_one_stays():
    origins = ("synthetic", "gold_fallback", "natural")
    rows = [pair(number, origin, content=7) for number, origin in enumerate(origins)]
    result = apply_recipe(rows, "any", RecipeConfig())
    assert [row["origin"] for row in result.rows if row["removed_by"] is None] == ["natural"]


def test_a_removed_pair_hides_no_duplicate():
    rows = [pair(0, "natural", content=7, margin=0.1), pair(1, "synthetic", content=7, margin=1.5)]
    result = apply_recipe(rows, "any", RecipeConfig(min_reward_margin=0.3))
    assert [row["origin"] for row in result.rows if row["removed_by"] is None] == ["synthetic"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(random):
    rows = pairs_of(natural=12, gold_fallback=6, synthetic=6)
    expected = apply_recipe(rows, "any", SYNTH20).rows
    random.shuffle(rows)
    assert apply_recipe(rows, "any", SYNTH20).rows == expected


def test_the_order_is_shuffled_by_the_seed_and_stable_under_a_new_pair():
    rows = pairs_of(natural=30)

    def order(given, seed):
        return [row["pair_id"] for row in apply_recipe(given, "any", RecipeConfig(seed=seed)).rows]

    assert order(rows, 13) != order(rows, 14) != sorted(order(rows, 14))
    more = order([*rows, pair(99)], 13)
    assert [pair_id for pair_id in more if pair_id != f"{99:032x}"] == order(rows, 13)


def test_rows_fit_their_table():
    rows = apply_recipe(pairs_of(4, 3, 2), "synth20", SYNTH20).rows
    assert all("experiment" not in row for row in rows)
    FILTERED_PAIRS.check(FILTERED_PAIRS.to_arrow([row | {"experiment": "test"} for row in rows]))


def test_a_pair_given_twice_is_an_error():
    with pytest.raises(RecipeError, match="came twice"):
        apply_recipe([pair(0), pair(0)], "any", RecipeConfig())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"origin": "synthetic"}, "are synthetic"),
        ({"prompt_id": "prompt 1"}, "are duplicates"),
        ({"reward_margin": 0.1}, "min_reward_margin"),
    ],
)
def test_the_invariant_goes_red(change, message):
    recipe = RecipeConfig(min_reward_margin=0.3, max_synthetic_fraction=0.2, max_pairs=4)
    rows = apply_recipe(pairs_of(natural=4), "any", recipe).rows
    check_caps(rows, recipe)
    target = next(row for row in rows if row["prompt_id"] != "prompt 1")
    broken = [row | change if row is target else row for row in rows]
    with pytest.raises(RecipeError, match=message):
        check_caps(broken, recipe)
    with pytest.raises(RecipeError, match="max_pairs"):
        check_caps(rows + apply_recipe([pair(77)], "any", recipe).rows, recipe)

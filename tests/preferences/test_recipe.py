"""Recipes: filters, duplicates, and caps that hold at the end with the most pairs that allow it."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.config import RecipeConfig
from t2s_pipeline.preferences.caps import exact_fraction, solve_caps
from t2s_pipeline.preferences.recipe import RecipeError, apply_recipe, check_caps
from t2s_pipeline.table_definitions import FILTERED_PAIRS

GOLD = "gold_vs_failed_attempt"
TYPES = {"natural": "first_turn", "gold_fallback": GOLD, "synthetic": "synthetic_wrong_column"}


def pair(number, origin="natural", content=None, margin=1.0, ratio=0.5, pair_type=None):
    """A row of `pairs`; `content` equal in two pairs makes them duplicates."""
    content = number if content is None else content
    return {
        "experiment": "test",
        "pair_id": f"{number:032x}",
        "example_id": f"toy/train/{number:05d}",
        "database_id": "toy/one",
        "pair_type": pair_type or TYPES[origin],
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


def caps(synthetic=None, gold=None, **more):
    """A recipe with a cap on the synthetic input and one on gold fallback; None: no cap."""
    return RecipeConfig(
        input_fraction_limits={} if synthetic is None else {"synthetic": synthetic},
        pair_type_max_fractions={} if gold is None else {GOLD: gold},
        **more,
    )


SYNTH20 = caps(synthetic=0.2, gold=0.2)

shares = st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.5, 0.8, 1.0])


INPUT_OF = {"repair": "mined", GOLD: "mined", "cost": "mined", "column": "synthetic", "table": "synthetic"}
some_caps = st.dictionaries(st.sampled_from(sorted(INPUT_OF)), shares)
input_caps = st.dictionaries(st.sampled_from(["mined", "synthetic"]), shares)
some_counts = st.dictionaries(st.sampled_from(sorted(INPUT_OF)), st.integers(0, 5))


def holds(kept, input_limits, type_limits, max_pairs):
    """Whether a choice, counts by pair type, keeps every cap."""
    total = sum(kept.values())
    inputs = {i: sum(n for t, n in kept.items() if INPUT_OF[t] == i) for i in input_limits}
    return (
        all(inputs[i] <= exact_fraction(cap) * total for i, cap in input_limits.items())
        and all(kept.get(t, 0) <= exact_fraction(cap) * total for t, cap in type_limits.items())
        and (not max_pairs or total <= max_pairs)
    )


@settings(deadline=None, max_examples=150)
@given(some_counts, input_caps, some_caps, st.integers(0, 20), st.booleans())
def test_caps_hold_at_the_end_with_the_most_pairs_by_brute_force(counts, inputs, types, max_pairs, shuffle):
    recipe = RecipeConfig(
        input_fraction_limits=inputs, pair_type_max_fractions=types, max_pairs=max_pairs, shuffle=shuffle
    )
    choices = itertools.product(*(range(n + 1) for n in counts.values()))
    kept_counts = (dict(zip(counts, choice, strict=True)) for choice in choices)
    best = max(sum(kept.values()) for kept in kept_counts if holds(kept, inputs, types, max_pairs))
    named = [t for t, n in counts.items() for _ in range(n)]
    origin = {"mined": "natural", "synthetic": "synthetic"}
    pairs = [pair(number, origin[INPUT_OF[t]], pair_type=t) for number, t in enumerate(named)]
    result = apply_recipe(pairs, "any", recipe)
    kept = [row for row in result.rows if row["removed_by"] is None]
    assert len(kept) == best == result.summary["pairs_kept"]
    assert len(result.rows) == len(pairs)
    assert [row["position"] for row in kept] == list(range(best))
    assert all(row["position"] is None for row in result.rows if row["removed_by"])
    reasons = {row["removed_by"] for row in result.rows} - {None}
    assert max_pairs or "max_pairs" not in reasons
    assert inputs or "input_fraction_limits" not in reasons
    assert types or "pair_type_max_fractions" not in reasons
    check_caps(result.rows, recipe)


def test_a_pair_type_of_two_inputs_is_refused():
    """The rooms would not be nested, and the solution not the largest."""
    with pytest.raises(ValueError, match="two inputs"):
        solve_caps({("mined", "any"): 1, ("synthetic", "any"): 1}, {}, {})


def test_one_fifth_is_one_fifth():
    """0.2 as a binary float is a little more than a fifth, 0.2 * 5 rounds to 1: neither may decide."""
    cap = {"synthetic": exact_fraction(0.2)}
    assert solve_caps({("mined", "any"): 4, ("synthetic", "wrong"): 9}, cap, {}).total == 5
    assert exact_fraction(0.2) == Fraction(1, 5)
    result = apply_recipe(pairs_of(natural=300, gold_fallback=300, synthetic=900), "synth20", SYNTH20)
    assert result.summary["kept_by_origin"] == {"natural": 300, "gold_fallback": 100, "synthetic": 100}
    assert result.summary["removed"]["pair_type_max_fractions"] == 200
    assert result.summary["removed"]["input_fraction_limits"] == 800
    assert result.summary["warnings"] == ["the removal of duplicates removed nothing"]


def test_max_pairs_keeps_a_mixture_and_names_itself():
    pairs = pairs_of(natural=100, gold_fallback=10, synthetic=90)
    result = apply_recipe(pairs, "cut", replace(SYNTH20, max_pairs=50))
    assert result.summary["pairs_kept"] == 50
    assert 0 < result.summary["kept_by_origin"]["synthetic"] <= 10
    assert result.summary["removed"]["max_pairs"] > 0


def test_a_share_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="not within 0 to 1"):
        apply_recipe(pairs_of(natural=1), "bad", caps(synthetic=1.5))


def test_filters_and_what_each_removed():
    rows = [pair(0, margin=0.4), pair(1, margin=0.2), pair(2, ratio=0.95), pair(3), pair(4, content=3)]
    recipe = caps(0.5, 0.4, min_reward_margin=0.3, max_sql_edit_distance_ratio=0.9, max_pairs=9)
    result = apply_recipe(rows, "filters", recipe)
    removed = {row["pair_id"][-1]: row["removed_by"] for row in result.rows}
    assert removed == {
        "0": None,
        "1": "min_reward_margin",
        "2": "max_sql_edit_distance_ratio",
        "3": None,
        "4": "duplicate",
    }
    assert result.summary["warnings"] == [
        "max_pairs = 9 removed nothing",
        "input_fraction_limits.synthetic = 0.5 removed nothing",
        "pair_type_max_fractions.gold_vs_failed_attempt = 0.4 removed nothing",
    ]


def test_every_setting_that_removes_nothing_warns():
    result = apply_recipe([pair(0)], "idle", caps(1.0, 1.0, min_reward_margin=0.3, max_sql_edit_distance_ratio=0.9))
    assert len(result.summary["warnings"]) == 5
    assert set(result.summary["removed"].values()) == {0}
    off = apply_recipe([pair(0), pair(1, content=0)], "off", RecipeConfig())
    assert off.summary["warnings"] == []


def test_without_shuffle_the_order_is_that_of_the_inputs():
    rows = [pair(3), pair(1), pair(0, "synthetic"), pair(2, "gold_fallback")]
    result = apply_recipe(rows, "plain", RecipeConfig(shuffle=False, max_pairs=3))
    assert [row["pair_id"][-1] for row in result.rows] == ["1", "2", "3", "0"]
    assert [row["removed_by"] for row in result.rows] == [None, None, None, "max_pairs"]


def test_of_duplicates_the_natural_one_stays():
    origins = ("synthetic", "gold_fallback", "natural")
    rows = [pair(number, origin, content=7) for number, origin in enumerate(origins)]
    result = apply_recipe(rows, "any", RecipeConfig())
    assert [row["origin"] for row in result.rows if row["removed_by"] is None] == ["natural"]


def test_pairs_that_differ_in_one_answer_alone_are_no_duplicates():
    rows = [pair(number, content=7) for number in range(4)]
    rows[1]["chosen_sql"], rows[2]["rejected_sql"] = "SELECT 3", "SELECT 4"
    result = apply_recipe(rows, "any", RecipeConfig())
    assert result.summary["removed"]["duplicate"] == 1
    assert [row["pair_id"][-1] for row in result.rows if row["removed_by"]] == ["3"]


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
    recipe = caps(synthetic=0.2, min_reward_margin=0.3, max_pairs=4)
    rows = apply_recipe(pairs_of(natural=4), "any", recipe).rows
    check_caps(rows, recipe)
    target = next(row for row in rows if row["prompt_id"] != "prompt 1")
    broken = [row | change if row is target else row for row in rows]
    with pytest.raises(RecipeError, match=message):
        check_caps(broken, recipe)
    with pytest.raises(RecipeError, match="max_pairs"):
        check_caps(rows + apply_recipe([pair(77)], "any", recipe).rows, recipe)

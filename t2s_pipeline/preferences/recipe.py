"""A recipe: which preference pairs a training sees, and in which order.

    result = apply_recipe([*mined, *synthetic], "synth20", recipe)
    result.rows         # rows of `filtered_pairs`: every pair, kept with a position or removed with a reason
    result.summary      # what each setting removed, and a warning for one that removed nothing

Filters judge each pair alone: reward margin, edit distance, then duplicates of (prompt, chosen, rejected).
Caps judge the set, and hold at its end: `caps.py` solves `input_fraction_limits`, `pair_type_max_fractions` and
`max_pairs` together. What stays is what comes first in the recipe's order and has room. With `shuffle` the order is a
hash of seed and pair, so one new pair does not reshuffle the rest, and a cut keeps a mixture; without, mined pairs
come before synthetic ones, each by example, and a cut keeps the first examples.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from t2s_pipeline.config import RecipeConfig
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.preferences.caps import exact_fraction, solve_caps
from t2s_pipeline.preferences.pair_types import Origin, PairInput, input_of

RECIPES_CODE_VERSION = "2"

_ORIGINS = tuple(Origin)
_INPUTS = tuple(PairInput)

Pair = Mapping[str, Any]


class Removal(StrEnum):
    """Why a pair is out; the names are the recipe's settings, and `duplicate`."""

    MIN_REWARD_MARGIN = "min_reward_margin"
    MAX_SQL_EDIT_DISTANCE_RATIO = "max_sql_edit_distance_ratio"
    DUPLICATE = "duplicate"
    INPUT_FRACTION_LIMITS = "input_fraction_limits"
    PAIR_TYPE_MAX_FRACTIONS = "pair_type_max_fractions"
    MAX_PAIRS = "max_pairs"


class RecipeError(InvariantError):
    """Filtered pairs that break their recipe."""


@dataclass(frozen=True)
class RecipeResult:
    """`rows` in training order, then the removed ones by pair; `summary` is JSON-able, for metadata."""

    rows: list[dict[str, Any]]
    summary: dict[str, Any]


def apply_recipe(pairs: Iterable[Pair], name: str, recipe: RecipeConfig) -> RecipeResult:
    """Rows of `filtered_pairs` for all of `pairs` (rows of `pairs` of both inputs, in any order).

    Raises RecipeError where a pair comes twice, and ValueError for a share that is not within 0 to 1.
    """
    ordered = sorted(pairs, key=lambda pair: _order(pair, recipe))
    _check_distinct(ordered, name)
    removed_by: dict[str, Removal] = {}
    for pair in ordered:
        reason = _filter(pair, recipe)
        if reason is not None:
            removed_by[pair["pair_id"]] = reason
    _remove_duplicates(ordered, removed_by)
    _apply_caps(ordered, removed_by, recipe)
    kept = [pair for pair in ordered if pair["pair_id"] not in removed_by]
    removed = sorted((p for p in ordered if p["pair_id"] in removed_by), key=lambda pair: pair["pair_id"])
    rows = [_row(pair, name, None, position) for position, pair in enumerate(kept)]
    rows += [_row(pair, name, removed_by[pair["pair_id"]], None) for pair in removed]
    check_caps(rows, recipe)
    return RecipeResult(rows, _summary(rows, recipe))


def check_caps(rows: Iterable[Pair], recipe: RecipeConfig) -> dict[str, int]:
    """Kept pairs by origin. Raises RecipeError where a filter or cap of `recipe` does not hold at the end."""
    kept = [row for row in rows if row["removed_by"] is None]
    for counts, caps in (
        (Counter(input_of(row["origin"]) for row in kept), _exact(recipe.input_fraction_limits)),
        (Counter(row["pair_type"] for row in kept), _exact(recipe.pair_type_max_fractions)),
    ):
        for name, cap in caps.items():
            if counts[name] > cap * len(kept):
                raise RecipeError(f"{counts[name]} of {len(kept)} pairs are {name}, above the cap {float(cap):.4f}")
    if recipe.max_pairs and len(kept) > recipe.max_pairs:
        raise RecipeError(f"{len(kept)} pairs are kept, more than max_pairs = {recipe.max_pairs}")
    contents = {_content(row) for row in kept}
    if len(contents) != len(kept):
        raise RecipeError(f"{len(kept) - len(contents)} kept pairs are duplicates of others")
    for row in kept:
        if _filter(row, recipe) is not None:
            raise RecipeError(f"pair {row['pair_id']} is kept against {_filter(row, recipe)}")
    return {origin.value: 0 for origin in Origin} | Counter(row["origin"] for row in kept)


def _order(pair: Pair, recipe: RecipeConfig) -> tuple[str, ...]:
    if recipe.shuffle:
        return hashlib.sha256(f"{recipe.seed}:{pair['pair_id']}".encode()).hexdigest(), pair["pair_id"]
    return str(_INPUTS.index(input_of(pair["origin"]))), pair["example_id"], pair["pair_id"]


def _check_distinct(ordered: Sequence[Pair], name: str) -> None:
    counts = Counter(pair["pair_id"] for pair in ordered)
    repeated = [pair_id for pair_id, count in counts.items() if count > 1]
    if repeated:
        raise RecipeError(f"recipe {name}: pair {repeated[0]} came twice; read every shard and source once")


def _content(pair: Pair) -> tuple[str, str, str]:
    return pair["prompt_id"], pair["chosen_sql"], pair["rejected_sql"]


def _filter(pair: Pair, recipe: RecipeConfig) -> Removal | None:
    if pair["reward_margin"] < recipe.min_reward_margin:
        return Removal.MIN_REWARD_MARGIN
    if pair["edit_distance_ratio"] > recipe.max_sql_edit_distance_ratio:
        return Removal.MAX_SQL_EDIT_DISTANCE_RATIO
    return None


def _remove_duplicates(ordered: Sequence[Pair], removed_by: dict[str, Removal]) -> None:
    """Of pairs with the same content one stays: a natural one before gold fallback before synthetic."""
    seen: set[tuple[str, str, str]] = set()
    for pair in sorted(ordered, key=lambda pair: (_ORIGINS.index(Origin(pair["origin"])), pair["pair_id"])):
        if pair["pair_id"] in removed_by:
            continue
        if _content(pair) in seen:
            removed_by[pair["pair_id"]] = Removal.DUPLICATE
        seen.add(_content(pair))


def _exact(shares: Mapping[str, float]) -> dict[str, Fraction]:
    return {name: exact_fraction(share) for name, share in shares.items()}


def _apply_caps(ordered: Sequence[Pair], removed_by: dict[str, Removal], recipe: RecipeConfig) -> None:
    """Keep the first pairs of the order that have room, up to the most that the caps allow."""
    left = [pair for pair in ordered if pair["pair_id"] not in removed_by]
    solution = solve_caps(
        Counter((input_of(pair["origin"]).value, pair["pair_type"]) for pair in left),
        _exact(recipe.input_fraction_limits),
        _exact(recipe.pair_type_max_fractions),
        recipe.max_pairs,
    )
    types, inputs, total = dict(solution.type_room), dict(solution.input_room), solution.total
    for pair in left:
        pair_type, source = pair["pair_type"], input_of(pair["origin"]).value
        if total and types[pair_type] and inputs[source]:
            types[pair_type] -= 1
            inputs[source] -= 1
            total -= 1
        elif not types[pair_type] and pair_type in solution.binding_types:
            removed_by[pair["pair_id"]] = Removal.PAIR_TYPE_MAX_FRACTIONS
        elif not inputs[source] and source in solution.binding_inputs:
            removed_by[pair["pair_id"]] = Removal.INPUT_FRACTION_LIMITS
        else:
            removed_by[pair["pair_id"]] = Removal.MAX_PAIRS


def _row(pair: Pair, name: str, removed_by: Removal | None, position: int | None) -> dict[str, Any]:
    """The pair without its own `experiment`, which the stage adds again."""
    row = {key: value for key, value in pair.items() if key != "experiment"}
    return row | {"recipe": name, "removed_by": removed_by and removed_by.value, "position": position}


def _summary(rows: Sequence[Pair], recipe: RecipeConfig) -> dict[str, Any]:
    removed = Counter(row["removed_by"] for row in rows if row["removed_by"] is not None)
    kept = Counter(row["origin"] for row in rows if row["removed_by"] is None)
    total = sum(kept.values())
    return {
        "pairs_in": len(rows),
        "pairs_kept": total,
        "removed": {reason.value: removed[reason.value] for reason in Removal},
        "kept_by_origin": {origin.value: kept[origin.value] for origin in Origin},
        "share_by_origin": {o.value: round(kept[o.value] / total, 6) if total else None for o in Origin},
        "warnings": _warnings(rows, recipe),
    }


def _warnings(rows: Sequence[Pair], recipe: RecipeConfig) -> list[str]:
    """One line for every setting that is on, and every entry of a table of shares, that removed nothing."""
    removed = Counter(row["removed_by"] for row in rows)
    removed_of = Counter((row["removed_by"], row["pair_type"]) for row in rows)
    removed_of += Counter((row["removed_by"], input_of(row["origin"]).value) for row in rows)
    switched_on = {
        Removal.MIN_REWARD_MARGIN: recipe.min_reward_margin > 0,
        Removal.MAX_SQL_EDIT_DISTANCE_RATIO: recipe.max_sql_edit_distance_ratio < 1,
        Removal.MAX_PAIRS: recipe.max_pairs > 0,
    }
    found = [
        f"{reason.value} = {getattr(recipe, reason.value)} removed nothing"
        for reason, on in switched_on.items()
        if on and not removed[reason.value]
    ]
    found += [] if removed[Removal.DUPLICATE] else ["the removal of duplicates removed nothing"]
    for reason in (Removal.INPUT_FRACTION_LIMITS, Removal.PAIR_TYPE_MAX_FRACTIONS):
        for name, share in getattr(recipe, reason.value).items():
            if not removed_of[reason.value, name]:
                found.append(f"{reason.value}.{name} = {share} removed nothing")
    return found

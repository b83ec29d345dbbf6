"""A recipe: which preference pairs a training sees, and in which order.

    result = apply_recipe([*mined, *synthetic], "synth20", recipe)
    result.rows         # rows of `filtered_pairs`: every pair, kept with a position or removed with a reason
    result.summary      # what each filter removed, and a warning for one that removed nothing

Filters judge each pair alone: reward margin, edit distance, then duplicates of (prompt, chosen, rejected).
Caps judge the set, and hold at its end: `caps.py` solves them together. What stays is the first of a seeded
order that has room under the caps; the order is a hash of seed and pair, so one new pair does not reshuffle
the rest.
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
from t2s_pipeline.preferences.caps import Origin, exact_fraction, solve_caps

RECIPES_CODE_VERSION = "1"

_ORIGINS = tuple(Origin)


class Removal(StrEnum):
    """Why a pair is out; the names are the recipe's settings, and `duplicate`."""

    MIN_REWARD_MARGIN = "min_reward_margin"
    MAX_SQL_EDIT_DISTANCE_RATIO = "max_sql_edit_distance_ratio"
    DUPLICATE = "duplicate"
    MAX_SYNTHETIC_FRACTION = "max_synthetic_fraction"
    MAX_GOLD_FALLBACK_FRACTION = "max_gold_fallback_fraction"
    MAX_PAIRS = "max_pairs"


_CAP_NAMES = {
    Origin.SYNTHETIC: Removal.MAX_SYNTHETIC_FRACTION,
    Origin.GOLD_FALLBACK: Removal.MAX_GOLD_FALLBACK_FRACTION,
}


class RecipeError(InvariantError):
    """Filtered pairs that break their recipe."""


@dataclass(frozen=True)
class RecipeResult:
    """`rows` in training order, then the removed ones by pair; `summary` is JSON-able, for metadata."""

    rows: list[dict[str, Any]]
    summary: dict[str, Any]


def apply_recipe(pairs: Iterable[Mapping[str, Any]], name: str, recipe: RecipeConfig) -> RecipeResult:
    """Rows of `filtered_pairs` for all of `pairs` (rows of `pairs` of any sources, in any order)."""
    ordered = sorted(pairs, key=lambda pair: _seeded_order(pair, recipe.seed))
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


def check_caps(rows: Iterable[Mapping[str, Any]], recipe: RecipeConfig) -> dict[str, int]:
    """Kept pairs by origin. Raises RecipeError where a filter or cap of `recipe` does not hold at the end."""
    kept = [row for row in rows if row["removed_by"] is None]
    counts = {origin.value: 0 for origin in Origin} | Counter(row["origin"] for row in kept)
    for origin, cap in _capped(recipe).items():
        if counts[origin] > cap * len(kept):
            raise RecipeError(f"{counts[origin]} of {len(kept)} pairs are {origin}, above the cap {float(cap):.4f}")
    if recipe.max_pairs and len(kept) > recipe.max_pairs:
        raise RecipeError(f"{len(kept)} pairs are kept, more than max_pairs = {recipe.max_pairs}")
    contents = {_content(row) for row in kept}
    if len(contents) != len(kept):
        raise RecipeError(f"{len(kept) - len(contents)} kept pairs are duplicates of others")
    for row in kept:
        if _filter(row, recipe) is not None:
            raise RecipeError(f"pair {row['pair_id']} is kept against {_filter(row, recipe)}")
    return counts


def _check_distinct(ordered: Sequence[Mapping[str, Any]], name: str) -> None:
    counts = Counter(pair["pair_id"] for pair in ordered)
    repeated = [pair_id for pair_id, count in counts.items() if count > 1]
    if repeated:
        raise RecipeError(f"recipe {name}: pair {repeated[0]} came twice; read every shard and source once")


def _seeded_order(pair: Mapping[str, Any], seed: int) -> tuple[str, str]:
    return hashlib.sha256(f"{seed}:{pair['pair_id']}".encode()).hexdigest(), pair["pair_id"]


def _content(pair: Mapping[str, Any]) -> tuple[str, str, str]:
    return pair["prompt_id"], pair["chosen_sql"], pair["rejected_sql"]


def _filter(pair: Mapping[str, Any], recipe: RecipeConfig) -> Removal | None:
    if pair["reward_margin"] < recipe.min_reward_margin:
        return Removal.MIN_REWARD_MARGIN
    if pair["edit_distance_ratio"] > recipe.max_sql_edit_distance_ratio:
        return Removal.MAX_SQL_EDIT_DISTANCE_RATIO
    return None


def _remove_duplicates(ordered: Sequence[Mapping[str, Any]], removed_by: dict[str, Removal]) -> None:
    """Of pairs with the same content one stays: a natural one before gold fallback before synthetic."""
    seen: set[tuple[str, str, str]] = set()
    for pair in sorted(ordered, key=lambda pair: (_ORIGINS.index(Origin(pair["origin"])), pair["pair_id"])):
        if pair["pair_id"] in removed_by:
            continue
        if _content(pair) in seen:
            removed_by[pair["pair_id"]] = Removal.DUPLICATE
        seen.add(_content(pair))


def _capped(recipe: RecipeConfig) -> dict[Origin, Fraction]:
    return {origin: exact_fraction(getattr(recipe, name.value)) for origin, name in _CAP_NAMES.items()}


def _apply_caps(ordered: Sequence[Mapping[str, Any]], removed_by: dict[str, Removal], recipe: RecipeConfig) -> None:
    """Keep the first pairs of the seeded order that have room, up to the most that the caps allow."""
    left = [pair for pair in ordered if pair["pair_id"] not in removed_by]
    solution = solve_caps(Counter(Origin(pair["origin"]) for pair in left), _capped(recipe), recipe.max_pairs)
    room, total = dict(solution.room), solution.total
    for pair in left:
        origin = Origin(pair["origin"])
        if total and room[origin]:
            room[origin] -= 1
            total -= 1
        elif room[origin] or origin not in solution.binding:
            removed_by[pair["pair_id"]] = Removal.MAX_PAIRS
        else:
            removed_by[pair["pair_id"]] = _CAP_NAMES[origin]


def _row(pair: Mapping[str, Any], name: str, removed_by: Removal | None, position: int | None) -> dict[str, Any]:
    """The pair without its own `experiment`, which the stage adds again."""
    row = {key: value for key, value in pair.items() if key != "experiment"}
    return row | {"recipe": name, "removed_by": removed_by and removed_by.value, "position": position}


def _summary(rows: Sequence[Mapping[str, Any]], recipe: RecipeConfig) -> dict[str, Any]:
    removed = Counter(row["removed_by"] for row in rows if row["removed_by"] is not None)
    kept = Counter(row["origin"] for row in rows if row["removed_by"] is None)
    switched_on = {
        Removal.MIN_REWARD_MARGIN: recipe.min_reward_margin > 0,
        Removal.MAX_SQL_EDIT_DISTANCE_RATIO: recipe.max_sql_edit_distance_ratio < 1,
        Removal.MAX_SYNTHETIC_FRACTION: recipe.max_synthetic_fraction < 1,
        Removal.MAX_GOLD_FALLBACK_FRACTION: recipe.max_gold_fallback_fraction < 1,
        Removal.MAX_PAIRS: recipe.max_pairs > 0,
    }
    total = sum(kept.values())
    return {
        "pairs_in": len(rows),
        "pairs_kept": total,
        "removed": {reason.value: removed[reason.value] for reason in Removal},
        "kept_by_origin": {origin.value: kept[origin.value] for origin in Origin},
        "share_by_origin": {o.value: round(kept[o.value] / total, 6) if total else None for o in Origin},
        "warnings": [
            f"{reason.value} = {getattr(recipe, reason.value)} removed nothing"
            for reason, on in switched_on.items()
            if on and not removed[reason.value]
        ],
    }

"""Whether a loop goes on: an iteration against the one before, on questions of train that neither was trained on.

    row = iteration_row("self", 2, trajectories, before, adapter, star, stopped=False)

The loop ends after an iteration whose gain is within noise: it is not above, or the exact McNemar test of the two
answers to each question gives p of 0.05 or more. Iterations after the end train nothing and stand for the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.evaluation.statistics import Proportion, exact_mcnemar, paired_difference
from t2s_pipeline.invariants import InvariantError

SIGNIFICANT = 0.05

Row = Mapping[str, Any]


def iteration_row(
    name: str,
    iteration: int,
    trajectories: Iterable[Row],
    before: Iterable[Row] | None,
    adapter: Row | None,
    star: StarConfig,
    *,
    stopped: bool,
) -> dict[str, Any]:
    """A row of `star_iterations` (without `experiment`): the greedy answers to the held-out questions (rows of
    `trajectories`), compared with those of the iteration before (None of the start).

    `adapter` is the row of `adapters` of what was asked, None of a base model; `stopped` says that the loop had ended
    before. Raises InvariantError where the two were not asked the same questions.
    """
    now = _outcomes(trajectories)
    counted = Proportion.of(now.values())
    row = {
        "star": name,
        "iteration": iteration,
        "adapter": adapter and adapter["adapter"],
        "adapter_digest": adapter and adapter["digest"],
        "stopped": stopped,
        "questions": counted.denominator,
        "right": counted.numerator,
        **dict.fromkeys(("only_before", "only_now", "gain", "gain_low", "gain_high", "p_value", "within_noise")),
        "ends_here": False,
    }
    if before is None or stopped:
        return row
    was = _outcomes(before)
    if was.keys() != now.keys():
        raise InvariantError(f"star.{name}, iteration {iteration}: not measured on the questions of the one before")
    only_before = sum(was[key] and not now[key] for key in now)
    only_now = sum(now[key] and not was[key] for key in now)
    both = sum(was[key] and now[key] for key in now)
    gain, low, high = paired_difference(both, only_before, only_now, len(now) - both - only_before - only_now)
    p_value = exact_mcnemar(only_before, only_now)
    within_noise = not (gain > 0 and p_value < SIGNIFICANT)
    found = {"only_before": only_before, "only_now": only_now, "gain": gain, "gain_low": low, "gain_high": high}
    ends = within_noise and star.early_stop
    return row | found | {"p_value": p_value, "within_noise": within_noise, "ends_here": ends}


def has_ended(before: Iterable[Row]) -> bool:
    """Whether the loop had ended before, by the row of `star_iterations` of the iteration before (none: the first)."""
    return any(row["stopped"] or row["ends_here"] for row in before)


def _outcomes(trajectories: Iterable[Row]) -> dict[str, bool]:
    return {row["example_id"]: row["final_correct"] for row in trajectories}

"""The figures of `summary.json`, under the reference's names and by its definitions.

Examples whose gold fails are counted in `total` and nowhere else; `denominators` says over what each share is. Nobody
is skipped here, so `skipped_errors` is empty. `cost_flags` counts the signals of candidates; `schema_alignment_rate` is
the reference's second name for `schema_valid_rate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from t2s_pipeline.export.records import BAD_GOLD, bad_golds
from t2s_pipeline.export.source import Pairs, Rollout, Row

_NOT_ARGUMENTS = ("experiment", "shard")


def summary(rollout: Rollout, pairs: Pairs | None) -> dict[str, Any]:
    """The summary of a rollout and of the pairs that go with it, if any."""
    trajectories, attempts = rollout.trajectories, rollout.attempts
    first = [row for row in attempts if row["turn"] == 1]
    bad = len(bad_golds(rollout))
    types = Counter(row["pair_type"] for row in pairs.rows) if pairs else Counter()
    wrong_first = [row for row in trajectories if not row["first_correct"]]
    statuses = Counter(row["status"] for row in trajectories) + Counter({BAD_GOLD: bad})
    return {
        "total": len(trajectories) + bad,
        "status": dict(sorted(statuses.items())),
        "dpo_pairs": len(pairs.rows) if pairs else None,
        "pair_types": dict(sorted(types.items())),
        "first_turn_example_accuracy": _share(trajectories, "first_correct"),
        "final_example_execution_accuracy": _share(trajectories, "final_correct"),
        "first_turn_execution_accuracy": _share(first, "correct"),
        "candidate_execution_accuracy": _share(attempts, "correct"),
        "syntax_error_rate": _ratio(sum(not row["syntax_valid"] for row in attempts), len(attempts)),
        "schema_valid_rate": _share(attempts, "schema_valid"),
        "schema_alignment_rate": _share(attempts, "schema_valid"),
        "executable_rate": _share(attempts, "executable"),
        "repair_success_rate": _share(wrong_first, "final_correct"),
        # Rounded as in evaluations.sql: the same sum in another order.
        "avg_candidate_reward": _ratio(round(sum(row["reward"] for row in attempts), 6), len(attempts)),
        "cost_flags": dict(sorted(Counter(flag for row in attempts for flag in row["signals"] or ()).items())),
        "skipped_errors": {},
        "denominators": {
            "examples": len(trajectories),
            "examples_outside_the_reduced_denominator": sum(row["excluded_reason"] is not None for row in trajectories),
            "first_turn_errors": len(wrong_first),
            "candidates": len(attempts),
            "first_turn_candidates": len(first),
        },
        "args": {name: value for name, value in rollout.settings.items() if name not in _NOT_ARGUMENTS},
    }


def _share(rows: Iterable[Row], flag: str) -> float | None:
    rows = list(rows)
    return _ratio(sum(bool(row[flag]) for row in rows), len(rows))


def _ratio(count: float, cases: int) -> float | None:
    return count / cases if cases else None

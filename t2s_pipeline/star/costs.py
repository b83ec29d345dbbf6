"""What a pass cost: questions, answers, tokens, and seconds, as a row of `star_costs`."""

from __future__ import annotations

from typing import Any

from t2s_pipeline.rollouts.run import RolloutRows


def cost_row(name: str, iteration: int, what: str, made: RolloutRows | None) -> dict[str, Any]:
    """Of the pass `what` of a loop's iteration (without `experiment`); None where the loop had ended before."""
    attempts = made.attempts if made else []
    return {
        "star": name,
        "iteration": iteration,
        "pass": what,
        "stopped": made is None,
        "questions": len(made.trajectories) if made else 0,
        "candidates": len(attempts),
        "prompt_tokens": sum(row["prompt_tokens"] or 0 for row in attempts),
        "completion_tokens": sum(row["completion_tokens"] or 0 for row in attempts),
        "asked": made.stats["generation_misses"] if made else 0,
        "seconds": made.stats["seconds"] if made else 0.0,
    }

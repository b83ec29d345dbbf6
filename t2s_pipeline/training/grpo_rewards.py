"""What a run of GRPO asks `rewards/score.py`: a batch of answers at a time, and the means of their terms by name.

A reward is never made of a failure that is not the answer's: workers that cannot start, a database that is gone, an
embedder that does not answer end the training with a TrainingError. It goes on from its last checkpoint when the step
runs again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from t2s_pipeline.errors import T2sError
from t2s_pipeline.rewards.score import CompletionScorer, RewardRow
from t2s_pipeline.rewards.terms import RewardTerms
from t2s_pipeline.training.rows import TrainingError

CORRECT = "completions/correct"
"""The metric that the best weights are chosen by: the share of answers that are right by train-side truth."""


@dataclass
class FinerReward:
    """The rewards of one run. While it `learns` (asked in training), the memory takes thoughts in."""

    scorer: CompletionScorer
    rows: Mapping[str, RewardRow]
    learns: bool = True
    _since: list[RewardTerms] = field(default_factory=list)

    def __call__(self, completions: Sequence[str], row_ids: Sequence[str], step: int) -> list[float]:
        """The total reward of each answer of a step to the row beside it. Raises TrainingError."""
        rows = [self.rows[name] for name in row_ids]
        try:
            terms = self.scorer.score_completions(rows, completions, step if self.learns else None)
        except (T2sError, OSError) as error:
            raise TrainingError(
                f"no reward can be given at step {step}: {error}. Nothing was learnt of it; run it again once that is "
                "seen to, and it goes on from its last checkpoint"
            ) from error
        self._since += terms
        return [found.total for found in terms]

    def metrics(self) -> dict[str, float]:
        """The means of every term since this was asked last, under names like TRL's; empty where nothing was scored."""
        terms, self._since = self._since, []
        if not terms:
            return {}
        means = {
            **{f"rewards/{name}/mean": _mean(terms, name) for name in ("format", "execution", "atomic", "memory")},
            CORRECT: sum(found.correct is True for found in terms) / len(terms),
            "completions/executable": _mean(terms, "executable"),
        }
        if self.scorer.memory is not None:
            means["memory/traces"] = float(len(self.scorer.memory))
        return means


def _mean(terms: Sequence[RewardTerms], name: str) -> float:
    return sum(getattr(found, name) for found in terms) / len(terms)

"""A back end whose answers are written already: nothing is generated, everything fits, every request is a hit.

A subclass says what the answer to a request is (`_answer`), and sets `identity`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from t2s_pipeline.generation.protocol import (
    Answered,
    Completion,
    GenerationPlan,
    GenerationRequest,
    GenerationStats,
    Progress,
    Sampling,
)
from t2s_pipeline.prompts.render import Prompt


class WrittenAnswers(ABC):
    """The half of a back end that written answers share."""

    def __init__(self) -> None:
        self.stats = GenerationStats()

    @abstractmethod
    def _answer(self, request: GenerationRequest) -> str:
        """The written answer."""

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]:
        return [True] * len(prompts)

    def plan(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> GenerationPlan:
        return GenerationPlan(hits=len(requests), misses=0, prompt_tokens=0)

    def complete(
        self,
        requests: Sequence[GenerationRequest],
        sampling: Sampling,
        progress: Progress | None = None,
        answered: Answered | None = None,
    ) -> list[Completion]:
        """The answers in the order of the requests. Raises what `_answer` raises."""
        completions = [Completion(self._answer(request), "stop") for request in requests]
        self.stats = replace(self.stats, hits=self.stats.hits + len(requests))
        if progress is not None:
            progress(len(requests), len(requests))
        if answered is not None:
            answered(range(len(requests)), completions)
        return completions

    def close(self) -> None:  # noqa: B027  (there is nothing to close)
        """Nothing is held open."""

"""The embedded teacher: a short plan in words of the parsed gold, and the gold behind it. It needs no network.

    generator = PlanTeacher(examples)                    # what `run_rollouts` holds, as it does a model
    generator.complete(requests, sampling)

A gold that has no words (`sql/plan.py` says which) is answered without a thought, so that it is a row with its reason
and not a gap. It knows the gold: what it writes is training data and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from t2s_pipeline.generation.protocol import (
    Answered,
    Completion,
    GenerationPlan,
    GenerationRequest,
    GenerationStats,
    Identity,
    Progress,
    Sampling,
)
from t2s_pipeline.prompts.render import Prompt, completion_text
from t2s_pipeline.sql.plan import PLAN_VERSION, plan_text


class PlanTeacher:
    """Answers by example; prompts, samples and sampling settings mean nothing to it."""

    answers_are_sql = False

    def __init__(self, examples: Iterable[Mapping[str, Any]]) -> None:
        """`examples` are rows of that table."""
        self._golds = {example["example_id"]: example["gold"] for example in examples}
        self.identity = Identity(hashlib.sha256(f"plan {PLAN_VERSION}".encode()).hexdigest(), None, "plan", "text")
        self.stats = GenerationStats()

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
        """The plans in the order of the requests. Raises KeyError for an example that it was not given."""
        golds = [self._golds[request.example_id] for request in requests]
        completions = [Completion(completion_text(gold, plan_text(gold)), "stop") for gold in golds]
        self.stats = replace(self.stats, hits=self.stats.hits + len(requests))
        if progress is not None:
            progress(len(requests), len(requests))
        if answered is not None:
            answered(range(len(requests)), completions)
        return completions

    def close(self) -> None:
        """Nothing is held open."""

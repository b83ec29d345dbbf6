"""The embedded teacher: a short plan in words of the parsed gold, and the gold behind it. It needs no network.

    generator = PlanTeacher(examples)                    # what `run_rollouts` holds, as it does a model
    generator.complete(requests, sampling)

A gold that has no words (`sql/plan.py` says which) is answered without a thought, so that it is a row with its reason
and not a gap. It knows the gold: what it writes is training data and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from t2s_pipeline.generation.protocol import GenerationRequest, Identity
from t2s_pipeline.generation.written import WrittenAnswers
from t2s_pipeline.prompts.render import completion_text
from t2s_pipeline.sql.plan import PLAN_VERSION, plan_text


class PlanTeacher(WrittenAnswers):
    """Answers by example; prompts, samples and sampling settings mean nothing to it."""

    answers_are_sql = False

    def __init__(self, examples: Iterable[Mapping[str, Any]]) -> None:
        """`examples` are rows of that table."""
        self._golds = {example["example_id"]: example["gold"] for example in examples}
        self.identity = Identity(hashlib.sha256(f"plan {PLAN_VERSION}".encode()).hexdigest(), None, "plan", "text")
        super().__init__()

    def _answer(self, request: GenerationRequest) -> str:
        """Raises KeyError for an example that it was not given."""
        gold = self._golds[request.example_id]
        return completion_text(gold, plan_text(gold))

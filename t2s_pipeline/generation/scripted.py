"""A back end whose answers are a function's, for tests of what stands around it. No configuration leads here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from t2s_pipeline.generation.protocol import MAX_BATCH, Completion, GenerationRequest, Identity, Sampling
from t2s_pipeline.prompts.render import Prompt


class ScriptedBackend:
    """Answers `script(prompt, sample)`; a token is a byte. `name` is its identity: other answers need another."""

    counts_tokens = True
    most_open = MAX_BATCH

    def __init__(
        self, script: Callable[[Prompt, int], str], name: str = "script", max_context: int = 1_000_000
    ) -> None:
        self.identity = Identity(hashlib.sha256(name.encode()).hexdigest(), None, "scripted", "text")
        self._script = script
        self._max_context = max_context

    def token_ids(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        return [list("".join(message.content for message in prompt.messages).encode()) for prompt in prompts]

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]:
        limit = self._max_context - sampling.max_new_tokens
        return [len(ids) <= limit for ids in self.token_ids(prompts)]

    def generate(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> list[Completion]:
        completions = []
        for request in requests:
            text = self._script(request.prompt, request.sample)
            tokens = len(self.token_ids([request.prompt])[0])
            completions.append(Completion(text, "stop", tokens, len(text.encode()) + 1))
        return completions

    def close(self) -> None:
        """Nothing is held open."""

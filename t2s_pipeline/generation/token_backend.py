"""The back end of an engine that takes token ids (hf, vllm): prompts become tokens here, and answers are its business.

    backend = TokenBackend(identity, folder, max_context, Engines(spec))

Tokenizing needs no torch (`tokenizer.py`), and the engine starts with the first batch: finding completions in the store
loads no model.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from t2s_pipeline.generation.hf import TokenRequest
from t2s_pipeline.generation.keys import completion_key
from t2s_pipeline.generation.protocol import Completion, GenerationRequest, Identity, Sampling
from t2s_pipeline.generation.tokenizer import load_tokenizer
from t2s_pipeline.prompts.render import Prompt, token_ids

KEPT_TOKENS = 16_000_000
"""Tokens of prompts that are remembered, 4 bytes each: those of some ten thousand questions."""


class Engine(Protocol):
    """A policy that is asked by token ids. It loads itself with the first batch, and again after `close`. It answers
    at most `most_open` requests, some of them perhaps with None, as `protocol.Backend` says."""

    @property
    def most_open(self) -> int: ...

    def generate(self, requests: Sequence[TokenRequest], sampling: Sampling) -> Sequence[Completion | None]: ...

    def close(self) -> None: ...


class TokenBackend:
    """One policy on an engine. `max_context` is prompt and answer together, tokens."""

    counts_tokens = True

    def __init__(self, identity: Identity, folder: Path, max_context: int, engine: Engine) -> None:
        self.identity = identity
        self.engine = engine
        self._max_context = max_context
        self._tokenizer = load_tokenizer(folder)
        self._tokens: dict[str, array[int]] = {}
        self._kept = 0

    @property
    def most_open(self) -> int:
        return self.engine.most_open

    def token_ids(self, prompts: Sequence[Prompt]) -> list[array[int]]:
        """Token ids of each prompt, remembered by the prompt's hash, the last KEPT_TOKENS of them; equal prompts share
        one array."""
        found = {prompt.hash: self._ids(prompt) for prompt in prompts}
        return [found[prompt.hash] for prompt in prompts]

    def _ids(self, prompt: Prompt) -> array[int]:
        ids = self._tokens.get(prompt.hash)
        if ids is None:
            ids = self._tokens[prompt.hash] = array("i", token_ids(prompt, self._tokenizer))
            self._kept += len(ids)
            while self._kept > KEPT_TOKENS:
                oldest = next(iter(self._tokens))
                self._kept -= len(self._tokens.pop(oldest))
        return ids

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]:
        """Whether each prompt leaves room for the longest answer."""
        limit = self._max_context - sampling.max_new_tokens
        return [len(ids) <= limit for ids in self.token_ids(prompts)]

    def generate(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> Sequence[Completion | None]:
        """Completions in the order of the requests, None where one is not done yet. Raises GenerationError."""
        ids = self.token_ids([_prompt(request) for request in requests])
        jobs = [
            TokenRequest(
                tuple(tokens), completion_key(self.identity, sampling, tokens, request.sample).seed, request.grammar
            )
            for request, tokens in zip(requests, ids, strict=True)
        ]
        return self.engine.generate(jobs, sampling)

    def close(self) -> None:
        self.engine.close()


def _prompt(request: GenerationRequest) -> Prompt:
    if request.prompt is None:
        raise ValueError(f"request for {request.example_id!r} has no prompt: a model needs one")
    return request.prompt

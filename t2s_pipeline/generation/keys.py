"""The identity of one completion: everything that determines its text, and nothing else.

    key = completion_key(backend.identity, sampling, token_ids, sample=3)
    store.lookup([key.digest])

The seed comes from the configuration's seed, the prompt's tokens and the sample, never from the arm, the batch or
the number of samples: arms with equal prompts share a completion, and 8 samples extend to 30. A greedy completion
does not depend on seed, nucleus or sample, so neither does its key.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from t2s_pipeline.generation.protocol import Identity, Sampling
from t2s_pipeline.prompts.render import Prompt

KEY_VERSION = 1
"""Part of every key; raised when the same key would come to mean another text (a changed decoding loop)."""


@dataclass(frozen=True)
class CompletionKey:
    """`seed` is that of this sample; `tokens_digest` is the sha256 of the prompt's token ids, `grammar_digest` that of
    the grammar that the answer is held to, "" where it is free."""

    identity: Identity
    sampling: Sampling
    tokens_digest: str
    seed: int
    sample: int
    grammar_digest: str = ""

    @cached_property
    def digest(self) -> str:
        """sha256 (hex) of all fields; without stop texts or a grammar it is what it was before there were any."""
        sampling = {name: value for name, value in vars(self.sampling).items() if value != ()}
        parts = [KEY_VERSION, vars(self.identity), sampling, self.tokens_digest, self.seed, self.sample]
        parts += [self.grammar_digest] if self.grammar_digest else []
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def tokens_digest(token_ids: Sequence[int]) -> str:
    """sha256 (hex) of token ids, each as eight bytes."""
    return hashlib.sha256(array("q", token_ids).tobytes()).hexdigest()


def completion_key(
    identity: Identity, sampling: Sampling, token_ids: Sequence[int], sample: int, grammar: str = ""
) -> CompletionKey:
    """Key of sample number `sample` (from 0) of the prompt with these token ids, held to `grammar` (its text)."""
    digest, held = tokens_digest(token_ids), _text_digest(grammar)
    if sampling.greedy:
        return CompletionKey(identity, replace(sampling, temperature=0.0, top_p=1.0, seed=0), digest, 0, 0, held)
    sampling = replace(sampling, temperature=float(sampling.temperature), top_p=float(sampling.top_p))
    return CompletionKey(identity, sampling, digest, sample_seed(sampling.seed, digest, sample), sample, held)


@lru_cache(maxsize=1024)
def _text_digest(text: str) -> str:
    """sha256 (hex) of a text; "" of none. Remembered, because all questions on some tables share a grammar."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def sample_seed(seed: int, prompt_digest: str, sample: int) -> int:
    """Seed of one sample, 0 to 2**63 - 1: of the configuration's seed, the prompt and the sample alone."""
    hashed = hashlib.sha256(f"{seed}:{prompt_digest}:{sample}".encode()).digest()
    return int.from_bytes(hashed[:8], "big") >> 1


def prompt_id(prompt: Prompt) -> str:
    """Key of a prompt in the `prompts` store: the first 32 hex characters of its hash."""
    return prompt.hash[:32]

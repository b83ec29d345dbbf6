"""Decoding held to a grammar: at each step, the tokens with which an answer can still become a sentence of it.

    grammars = Grammars(folder / "tokenizer.json", vocabulary=4096, end_ids=stop_ids)
    answers = [grammars.begin("start: ..."), None]       # one a line of the logits; None is free
    logits = grammars.masked(logits, answers)
    answers[0].take(token)

Grammars are Lark text in llguidance's dialect over the text that an answer decodes to (`prompts.answer_grammar`).
A mask comes from a line's own state, so it does not depend on the batch, and greedy decoding stays deterministic.
An answer that reaches its limit of tokens stops in the middle of a sentence, as it does without a grammar.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.generation.respelling import capitals_of, respelled, unspelled

if TYPE_CHECKING:
    import torch
    from llguidance import LLExecutor, LLMatcher, LLTokenizer

_REMEMBERED = 256
"""Grammars kept ready: there is one for each choice of tables, and building one takes some 20 ms."""


@dataclass(frozen=True)
class HeldAnswer:
    """One answer under way, and how far into the grammar it has come."""

    matcher: LLMatcher

    def take(self, token: int) -> None:
        """Go on by one token. Raises GenerationError where the grammar does not have it."""
        if not self.matcher.consume_token(token):
            raise GenerationError(f"decoding held to a grammar failed: {self.matcher.get_error()}")


class Grammars:
    """The grammars of one tokenizer, made ready when they are first asked for. Not for several threads at once."""

    def __init__(self, tokenizer_file: Path, vocabulary: int, end_ids: Iterable[int]) -> None:
        """`vocabulary` is the width of the logits, `end_ids` are the tokens that end an answer."""
        self._file = tokenizer_file
        self._vocabulary = vocabulary
        self._end_ids = sorted(end_ids)
        self._ready: dict[str, LLMatcher] = {}

    @cached_property
    def _tokenizer(self) -> tuple[LLTokenizer, dict[str, str]]:
        """The tokenizer whose tokens mean their own bytes, and what stands for capitals in them."""
        from llguidance import LLTokenizer

        text = self._file.read_text(encoding="utf-8")
        settings = json.loads(text)
        spelling = capitals_of(settings)
        text = json.dumps(unspelled(settings)) if spelling else text
        return LLTokenizer(text, n_vocab=self._vocabulary, eos_token=self._end_ids), spelling

    @cached_property
    def _executor(self) -> LLExecutor:
        from llguidance import LLExecutor

        return LLExecutor()

    def begin(self, grammar: str) -> HeldAnswer:
        """An answer before its first token. Raises GenerationError for a text that is no grammar."""
        from llguidance import LLMatcher

        if grammar not in self._ready:
            tokenizer, spelling = self._tokenizer
            matcher = LLMatcher(tokenizer, respelled(grammar, spelling))
            if matcher.is_error():
                raise GenerationError(
                    f"an answer cannot be held to this grammar of {len(grammar):,} characters: {matcher.get_error()}; "
                    'show fewer tables (retrieval, max_prompt_tokens) or set constraint = "none"'
                )
            if len(self._ready) >= _REMEMBERED:
                del self._ready[next(iter(self._ready))]
            self._ready[grammar] = matcher
        return HeldAnswer(self._ready[grammar].deep_copy())

    def masked(self, logits: torch.Tensor, answers: Sequence[HeldAnswer | None]) -> torch.Tensor:
        """`logits` [lines, vocabulary] with -inf for each token that may not come next; `answers` has one a line."""
        import torch
        from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask_par

        held = [(answer.matcher, line) for line, answer in enumerate(answers) if answer is not None]
        if not held:
            return logits
        bits = allocate_token_bitmask(len(answers), self._vocabulary)
        fill_next_token_bitmask_par(self._executor, held, bits)
        packed = torch.from_numpy(bits.view("uint8")).to(logits.device)
        places = torch.arange(8, dtype=torch.uint8, device=logits.device)
        allowed = ((packed.unsqueeze(-1) >> places) & 1).flatten(1)[:, : logits.shape[-1]]
        return logits.masked_fill(allowed == 0, float("-inf"))

"""How an answer's tokens end and what they come to, for the back ends that see tokens (hf, vllm).

reader = AnswerReader(tokenizer, stop_ids(folder, tokenizer), sampling.stop)
reader.ends(ids)                                       # after each token: is this the last one?
reader.completion(prompt_tokens, ids, log_probability)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from t2s_pipeline.generation.protocol import Completion
from t2s_pipeline.generation.tokenizer import ChatTokenizer

_SPECIAL_TOKENS_AMONG = 8
"""Tokens without text that may stand within a stop text and still not hide it."""


@dataclass(frozen=True)
class AnswerReader:
    """Answers of one model. One ends with a token of `stop_ids`, or with the first of the texts `stop` in it."""

    tokenizer: ChatTokenizer
    stop_ids: frozenset[int]
    stop: tuple[str, ...] = ()

    @cached_property
    def _reach(self) -> int:
        """How many tokens at the end can hold a stop text: each has a byte of it or more, special tokens apart."""
        return max(len(text.encode()) for text in self.stop) + _SPECIAL_TOKENS_AMONG

    def ends(self, ids: Sequence[int]) -> bool:
        """Whether an answer has come to its end with its last token."""
        if ids[-1] in self.stop_ids:
            return True
        return bool(self.stop) and self._before_stop(self.tokenizer.decode(ids[-self._reach :])) is not None

    def completion(self, prompt_tokens: int, ids: Sequence[int], log_probability: float | None) -> Completion:
        """The completion that an answer's tokens are, up to the one after which it `ends`, or all that it may have."""
        ended = ids[-1] in self.stop_ids
        text = self.tokenizer.decode(ids[:-1] if ended else ids)
        cut = self._before_stop(text)
        return Completion(
            text if cut is None else cut,
            "stop" if ended or cut is not None else "length",
            prompt_tokens,
            len(ids),
            log_probability=log_probability,
        )

    def _before_stop(self, text: str) -> str | None:
        """The text up to the first stop text in it; None where there is none."""
        places = [place for place in map(text.find, self.stop) if place >= 0]
        return text[: min(places)] if places else None

"""The vocabulary of generation: what is asked, what comes back, and what a back end and a generator are.

    generator = open_generator(Policy("nano", config.models["nano"]), data_folder)
    requests = [GenerationRequest(prompt, sample) for prompt in prompts for sample in range(8)]
    completions = generator.complete(requests, Sampling(temperature=0.7, seed=13))

A `Backend` is one loaded policy and knows no store; a `Generator` is what rollouts hold, whether its answers come
from the store, a model or a file of predictions. Nothing here imports torch or transformers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.errors import T2sError
from t2s_pipeline.prompts.render import Prompt

MAX_BATCH = 64
"""Requests that one engine or server has open at once, and completions a part of the store holds: what the kill of
an engine can lose."""

ENOUGH = MAX_BATCH // 4
"""How many answers a back end comes back with, at least, where it could go on with the others: a part of the store."""

FinishReason = Literal["stop", "length", "content_filter"]
"""Why an answer ended: by itself or at a stop text, at the limit of new tokens, or where a server withheld the rest."""

Progress = Callable[[int, int], None]
"""Called with (requests answered, requests in all) whenever some more are answered."""


class GenerationError(T2sError, RuntimeError):
    """A model cannot be found, loaded or asked; the message says which, and what to do."""


class BatchInterrupted(GenerationError):
    """A batch that ended early. `completions` has what was answered, by the place of its request, and else None."""

    def __init__(self, message: str, completions: Sequence[Completion | None]) -> None:
        super().__init__(message)
        self.completions = completions


@dataclass(frozen=True)
class Sampling:
    """How tokens are chosen, and where an answer ends.

    A `temperature` of 0 is greedy: `top_p` and `seed` then mean nothing. An answer ends before the first of the
    texts `stop` that it comes to, or with the model's own end of a turn, or after `max_new_tokens`.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    max_new_tokens: int = 128
    seed: int = 13
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.temperature < 0 or not 0 < self.top_p <= 1 or self.max_new_tokens < 1:
            raise ValueError(f"{self}: expected temperature >= 0, 0 < top_p <= 1 and max_new_tokens >= 1")
        if not all(self.stop):
            raise ValueError(f"{self}: a stop text may not be empty")

    @property
    def greedy(self) -> bool:
        return self.temperature == 0


@dataclass(frozen=True)
class GenerationRequest:
    """One completion that is wanted: sample number `sample` of `prompt`.

    `example_id` is what a replayed file is asked by, and `prompt` what a model is asked; a model ignores the
    first, a file the second. `grammar` is a Lark grammar in llguidance's dialect (`prompts.answer_grammar` writes it)
    that every answer of a model begins, and on its own ending is, a sentence of; "" leaves the model free. A back end
    either holds its tokens to it or refuses the request; a file ignores it.
    """

    prompt: Prompt | None
    sample: int = 0
    example_id: str = ""
    grammar: str = ""


@dataclass(frozen=True)
class Completion:
    """What came back.

    Token counts are of prompt and answer, the end-of-turn token and what a stop text cut off included; None where
    nobody counted (a replayed answer, a server that does not say). `key` names the completion in the store; None where
    it is not in it. `log_probability` is the natural logarithm of what the model gave to the tokens counted, before
    grammar, temperature and nucleus; None where it is not known. It does not take part in comparisons: its last digits
    depend on what else was in the batch.
    """

    text: str
    finish_reason: FinishReason
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    key: str | None = None
    log_probability: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Policy:
    """A base model, or one with an adapter on it.

    `adapter_base` is the fingerprint of the base model that the adapter was trained on, where its manifest says;
    another base is then an error when the policy is opened.
    """

    model: str
    config: ModelConfig
    adapter_path: Path | None = None
    adapter_digest: str | None = None
    adapter_base: str | None = None

    def __post_init__(self) -> None:
        if (self.adapter_path is None) != (self.adapter_digest is None):
            raise ValueError(f"policy on {self.model!r}: adapter_path and adapter_digest come together or not at all")


@dataclass(frozen=True)
class Identity:
    """What of a back end determines its completions, beside prompt and sampling."""

    model_fingerprint: str
    adapter_digest: str | None
    backend: str
    dtype: str


class Backend(Protocol):
    """One policy, ready to be asked. `most_open` is how many requests it takes at once: MAX_BATCH for each engine.

    `token_ids` are what a prompt is to it: its tokens (`counts_tokens`), or its bytes where only a server has the
    tokenizer. `fits` says, a prompt each, whether there is room for it and the longest answer. `generate` answers at
    most `most_open` requests, in their order; where it must end early, it raises BatchInterrupted with what is done.
    None in place of an answer: not done yet. A back end may come back with ENOUGH answers, so that they are stored and
    others asked for in their place, and goes on with the rest when it is asked for it again.
    """

    counts_tokens: bool

    @property
    def most_open(self) -> int: ...

    @property
    def identity(self) -> Identity: ...

    def token_ids(self, prompts: Sequence[Prompt]) -> Sequence[Sequence[int]]: ...

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]: ...

    def generate(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> Sequence[Completion | None]: ...

    def close(self) -> None: ...


Answered = Callable[[Sequence[int], Sequence[Completion]], None]
"""Called with the places of some requests in the list that was asked, and their answers."""


@dataclass(frozen=True)
class GenerationStats:
    """What a generator has done so far. `hits` + `misses` are requests; `model_calls` are distinct completions
    that the model was asked for, in `batches`; tokens and seconds are those of the model calls alone."""

    hits: int = 0
    misses: int = 0
    model_calls: int = 0
    batches: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class GenerationPlan:
    """What `complete` would do: requests answered without the model, completions asked of it, their prompt tokens;
    None where only a server can count these."""

    hits: int
    misses: int
    prompt_tokens: int | None


class Generator(Protocol):
    """Where rollouts get their completions from.

    `answers_are_sql` is true where an answer is bare SQL, to be judged as it is written and not searched for SQL.
    `fits` says, a prompt each, whether the model has room for it and its answer. `complete` calls `answered` with every
    answer once, as soon as it is there, so that what comes after need not wait for all.
    """

    answers_are_sql: bool

    @property
    def identity(self) -> Identity: ...

    @property
    def stats(self) -> GenerationStats: ...

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]: ...

    def plan(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> GenerationPlan: ...

    def complete(
        self,
        requests: Sequence[GenerationRequest],
        sampling: Sampling,
        progress: Progress | None = None,
        answered: Answered | None = None,
    ) -> list[Completion]: ...

    def close(self) -> None: ...

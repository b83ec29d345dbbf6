"""A back end behind the completion store: what rollouts ask.

    generator = CachedGenerator(backend, CompletionStore(data_folder))
    generator.plan(requests, sampling)                       # hits and misses, no model
    generator.complete(requests, sampling, progress)         # answers in the order of the requests

Equal requests are asked once. Misses go to the back end in the order of their tokens, so that
prompts that begin alike (one database's) are read together. At most `most_open` of the back end are open, asked for and
not stored, 64 an engine: what is answered is stored before others take its place, and what is open is all that a kill
can lose.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from t2s_pipeline.generation.forgetful import ForgetfulStore
from t2s_pipeline.generation.keys import CompletionKey, completion_key
from t2s_pipeline.generation.protocol import (
    MAX_BATCH,
    Answered,
    Backend,
    BatchInterrupted,
    Completion,
    GenerationError,
    GenerationPlan,
    GenerationRequest,
    GenerationStats,
    Identity,
    Progress,
    Sampling,
)
from t2s_pipeline.generation.store import CompletionStore, StoredCompletion
from t2s_pipeline.prompts.render import Prompt


class CachedGenerator:
    """Answers from the store, and from the back end what the store does not have.

    Without `reuse` the store is not asked: everything is generated again and stored, and the newer answer counts.
    """

    answers_are_sql = False

    def __init__(self, backend: Backend, store: CompletionStore | ForgetfulStore, reuse: bool = True) -> None:
        self.backend = backend
        self.store = store
        self._reuse = reuse
        self.stats = GenerationStats()

    @property
    def identity(self) -> Identity:
        return self.backend.identity

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]:
        """Whether each prompt leaves room for the longest answer. One that does not is never asked, but is kept."""
        fits = self.backend.fits(prompts, sampling)
        self.store.keep_prompts(prompt for prompt, fit in zip(prompts, fits, strict=True) if not fit)
        return fits

    def plan(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> GenerationPlan:
        """What `complete` would do; `misses` are distinct completions, `hits` all the other requests."""
        keys, ids = self._keys(requests, sampling)
        found = self._stored(keys)
        missing = {key.digest: len(tokens) for key, tokens in zip(keys, ids, strict=True) if key.digest not in found}
        tokens = sum(missing.values()) if self.backend.counts_tokens else None
        return GenerationPlan(len(requests) - len(missing), len(missing), tokens)

    def complete(
        self,
        requests: Sequence[GenerationRequest],
        sampling: Sampling,
        progress: Progress | None = None,
        answered: Answered | None = None,
    ) -> list[Completion]:
        """One completion a request, in the order of the requests. Raises GenerationError; batches done stay done."""
        keys, ids = self._keys(requests, sampling)
        found = self._stored(keys)
        asking: dict[str, list[int]] = {}
        for number, key in enumerate(keys):
            asking.setdefault(key.digest, []).append(number)
        missing = [numbers[0] for digest, numbers in asking.items() if digest not in found]
        stored = [number for digest, numbers in asking.items() if digest in found for number in numbers]
        still_open: list[int] = []
        done = 0

        def tell(numbers: list[int]) -> None:
            nonlocal done
            done += len(numbers)
            if progress is not None:
                progress(done, len(keys))
            if answered is not None and numbers:
                answered(numbers, [found[keys[n].digest] for n in numbers])

        hits, misses = len(stored), len(keys) - len(stored)
        self.stats = replace(self.stats, hits=self.stats.hits + hits, misses=self.stats.misses + misses)
        tell(stored)
        left = iter(_in_token_order(missing, keys, ids))
        while numbers := [*still_open, *islice(left, self.backend.most_open - len(still_open))]:
            now = self._generate([requests[n] for n in numbers], [keys[n] for n in numbers], sampling)
            found.update(now)
            still_open = [n for n in numbers if keys[n].digest not in now]
            tell([place for digest in now for place in asking[digest]])
        # An answer may be there without this prompt: its part was lost, or another text has the same tokens.
        self.store.keep_prompts(request.prompt for request in requests)
        return [found[key.digest] for key in keys]

    def close(self) -> None:
        self.backend.close()
        self.store.close()

    def _keys(
        self, requests: Sequence[GenerationRequest], sampling: Sampling
    ) -> tuple[list[CompletionKey], Sequence[Sequence[int]]]:
        """Key and prompt tokens of each request."""
        ids = self.backend.token_ids([request.prompt for request in requests])
        keys = [
            completion_key(self.identity, sampling, tokens, request.sample, request.grammar)
            for request, tokens in zip(requests, ids, strict=True)
        ]
        return keys, ids

    def _stored(self, keys: Sequence[CompletionKey]) -> dict[str, Completion]:
        return self.store.lookup(key.digest for key in keys) if self._reuse else {}

    def _generate(
        self, requests: list[GenerationRequest], keys: list[CompletionKey], sampling: Sampling
    ) -> dict[str, Completion]:
        """Ask the back end and store what it answers, also where that is not all of it."""
        started = time.perf_counter()
        try:
            completions: Sequence[Completion | None] = self.backend.generate(requests, sampling)
        except BatchInterrupted as interruption:
            self._keep(requests, keys, interruption.completions, time.perf_counter() - started)
            raise
        done = self._keep(requests, keys, completions, time.perf_counter() - started)
        if not done:
            raise GenerationError(f"the back end {self.identity.backend} answered none of {len(requests)} requests")
        return done

    def _keep(
        self,
        requests: list[GenerationRequest],
        keys: list[CompletionKey],
        completions: Sequence[Completion | None],
        seconds: float,
    ) -> dict[str, Completion]:
        """Store the completions that are there, count them, and return them by key."""
        done = [
            StoredCompletion(key, request.prompt, replace(completion, key=key.digest))
            for key, request, completion in zip(keys, requests, completions, strict=True)
            if completion is not None
        ]
        for start in range(0, len(done), MAX_BATCH):
            self.store.append(done[start : start + MAX_BATCH])
        answers = [stored.completion for stored in done]
        self.stats = replace(
            self.stats,
            model_calls=self.stats.model_calls + len(done),
            batches=self.stats.batches + 1,
            prompt_tokens=self.stats.prompt_tokens + sum(c.prompt_tokens or 0 for c in answers),
            completion_tokens=self.stats.completion_tokens + sum(c.completion_tokens or 0 for c in answers),
            seconds=self.stats.seconds + seconds,
        )
        return {stored.key.digest: stored.completion for stored in done}


def _in_token_order(numbers: list[int], keys: Sequence[CompletionKey], ids: Sequence[Sequence[int]]) -> list[int]:
    """These requests by their prompts' tokens, then by sample; each distinct prompt is compared once."""
    prompts = {keys[n].tokens_digest: ids[n] for n in numbers}
    rank = {digest: place for place, digest in enumerate(sorted(prompts, key=prompts.__getitem__))}
    return sorted(numbers, key=lambda n: (rank[keys[n].tokens_digest], keys[n].sample))

"""The generator over the store: what is asked of the model, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.files import store_parts
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.keys import prompt_id
from t2s_pipeline.generation.protocol import Completion, GenerationRequest, Sampling
from t2s_pipeline.generation.scripted import ScriptedBackend
from t2s_pipeline.generation.store import CompletionStore, read_prompts
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.table_definitions import COMPLETIONS, PROMPTS

SAMPLED = Sampling(temperature=0.8)


class Watched(ScriptedBackend):
    """Scripted answers, with a record of what was asked; fails at batch number `fail_at`."""

    def __init__(self, name: str = "script", fail_at: int = -1) -> None:
        super().__init__(lambda prompt, sample: f"{prompt.messages[1].content[-12:]} #{sample}", name)
        self.asked: list[list[tuple[str, int]]] = []
        self._fail_at = fail_at

    def generate(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> list[Completion]:
        if len(self.asked) == self._fail_at:
            raise RuntimeError("out of memory")
        self.asked.append([(request.prompt.hash, request.sample) for request in requests])
        return super().generate(requests, sampling)


def request(number: int, sample: int = 0) -> GenerationRequest:
    return GenerationRequest(initial_prompt("Table t: a INTEGER", f"question {number:03}"), sample)


def expected(requests: list[GenerationRequest]) -> list[str]:
    return [f"{r.prompt.messages[1].content[-12:]} #{r.sample}" for r in requests]


def test_answers_come_in_order_and_only_once_from_the_model(tmp_path):
    requests = [request(n % 90, n % 2) for n in range(200)]
    generator = CachedGenerator(Watched(), CompletionStore(tmp_path))
    assert [c.text for c in generator.complete(requests, SAMPLED)] == expected(requests)
    assert [len(batch) for batch in generator.backend.asked] == [64, 26]
    assert len(store_parts(tmp_path, COMPLETIONS)) == 2
    stats = generator.stats
    assert (stats.hits, stats.misses, stats.model_calls, stats.batches) == (0, 200, 90, 2)
    assert stats.prompt_tokens > 0 and stats.completion_tokens > 0 and stats.seconds > 0

    again = CachedGenerator(Watched(), CompletionStore(tmp_path))
    assert [c.text for c in again.complete(requests, SAMPLED)] == expected(requests)
    assert again.backend.asked == []
    assert (again.stats.hits, again.stats.model_calls) == (200, 0)


def test_every_prompt_is_stored_also_where_its_answer_was_there_already(tmp_path):
    class SpaceIsNothing(Watched):
        """As a chat template that trims, or a tokenizer that normalises: two texts, the same tokens."""

        def token_ids(self, prompts):
            return [[token for token in tokens if token != ord(" ")] for tokens in super().token_ids(prompts)]

    alike = [request(1), GenerationRequest(initial_prompt("Table t: a INTEGER", "ques tion 001"), 0)]
    for asked in ([alike[0]], alike):
        CachedGenerator(SpaceIsNothing(), CompletionStore(tmp_path)).complete(asked, SAMPLED)
    wanted = {prompt_id(one.prompt) for one in alike}
    assert read_prompts(tmp_path, wanted).keys() == wanted
    for part in store_parts(tmp_path, PROMPTS):
        part.unlink()  # as the error on a damaged part says to do
    CachedGenerator(SpaceIsNothing(), CompletionStore(tmp_path)).complete(alike, SAMPLED)
    assert read_prompts(tmp_path, wanted).keys() == wanted


def test_eight_samples_extend_to_thirty(tmp_path):
    generator = CachedGenerator(Watched(), CompletionStore(tmp_path))
    first = generator.complete([request(1, s) for s in range(8)], SAMPLED)
    all_thirty = generator.complete([request(1, s) for s in range(30)], SAMPLED)
    assert all_thirty[:8] == first
    assert [sample for batch in generator.backend.asked[1:] for _, sample in batch] == list(range(8, 30))


def test_another_model_shares_nothing_and_another_arm_everything(tmp_path):
    requests = [request(n) for n in range(5)]
    CachedGenerator(Watched(), CompletionStore(tmp_path)).complete(requests, SAMPLED)
    arm, model = (CachedGenerator(Watched(name), CompletionStore(tmp_path)) for name in ("script", "other"))
    arm.complete(requests, SAMPLED)
    model.complete(requests, SAMPLED)
    assert (arm.stats.model_calls, model.stats.model_calls) == (0, 5)


def test_greedy_samples_of_a_prompt_are_one_call(tmp_path):
    generator = CachedGenerator(Watched(), CompletionStore(tmp_path))
    answers = generator.complete([request(1, s) for s in range(8)], Sampling())
    assert len({answer.text for answer in answers}) == 1
    assert generator.stats.model_calls == 1


def test_a_failure_loses_the_batch_under_way_alone(tmp_path):
    requests = [request(n) for n in range(200)]
    broken = CachedGenerator(Watched(fail_at=2), CompletionStore(tmp_path))
    with pytest.raises(RuntimeError, match="out of memory"):
        broken.complete(requests, SAMPLED)
    resumed = CachedGenerator(Watched(), CompletionStore(tmp_path))
    assert [c.text for c in resumed.complete(requests, SAMPLED)] == expected(requests)
    assert resumed.stats.model_calls == 200 - 2 * 64


def test_the_plan_says_what_complete_does(tmp_path):
    generator = CachedGenerator(Watched(), CompletionStore(tmp_path))
    generator.complete([request(n) for n in range(3)], SAMPLED)
    requests = [request(n % 7) for n in range(14)]
    plan = generator.plan(requests, SAMPLED)
    assert (plan.hits, plan.misses) == (10, 4)
    before = generator.stats
    generator.complete(requests, SAMPLED)
    assert generator.stats.model_calls - before.model_calls == plan.misses
    assert generator.stats.prompt_tokens - before.prompt_tokens == plan.prompt_tokens
    assert generator.plan(requests, SAMPLED).misses == 0


def test_without_reuse_everything_is_asked_and_the_new_answers_count(tmp_path):
    CachedGenerator(Watched(), CompletionStore(tmp_path)).complete([request(1)], SAMPLED)
    fresh = CachedGenerator(ScriptedBackend(lambda prompt, sample: "changed"), CompletionStore(tmp_path), reuse=False)
    assert fresh.plan([request(1)], SAMPLED).misses == 1
    assert fresh.complete([request(1)], SAMPLED)[0].text == "changed"
    later = CachedGenerator(Watched(), CompletionStore(tmp_path))
    assert later.complete([request(1)], SAMPLED)[0].text == "changed"


def test_progress_starts_with_the_hits_and_ends_with_all(tmp_path):
    generator = CachedGenerator(Watched(), CompletionStore(tmp_path))
    generator.complete([request(n) for n in range(10)], SAMPLED)
    seen: list[tuple[int, int]] = []
    generator.complete([request(n) for n in range(100)] * 2, SAMPLED, lambda *counts: seen.append(counts))
    assert seen == [(20, 200), (148, 200), (200, 200)]


def test_a_prompt_fits_where_its_answer_does_and_is_kept_where_it_does_not(tmp_path):
    backend = ScriptedBackend(lambda prompt, sample: "", max_context=300)
    generator = CachedGenerator(backend, CompletionStore(tmp_path))
    prompt = request(1).prompt
    tokens = len(backend.token_ids([prompt])[0])
    assert generator.fits([prompt], Sampling(max_new_tokens=300 - tokens)) == [True]
    assert generator.fits([prompt], Sampling(max_new_tokens=301 - tokens)) == [False]
    assert list(read_prompts(tmp_path, [prompt_id(prompt)])) == [prompt_id(prompt)]  # its attempts can be read


@settings(max_examples=25, deadline=None)
@given(asked=st.lists(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=12), max_size=5))
def test_however_it_is_asked_each_completion_is_generated_once(tmp_path_factory, asked):
    folder: Path = tmp_path_factory.mktemp("store")
    backend = Watched()
    for requests in asked:
        wanted = [request(number, sample) for number, sample in requests]
        answers = CachedGenerator(backend, CompletionStore(folder)).complete(wanted, SAMPLED)
        assert [answer.text for answer in answers] == expected(wanted)
    calls = [call for batch in backend.asked for call in batch]
    assert len(calls) == len(set(calls)) == len({pair for requests in asked for pair in requests})

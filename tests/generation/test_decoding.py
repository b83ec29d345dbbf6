"""The decoding loop against transformers' own, and against itself in other company."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.generation.hf import HfModel, ModelSpec, TokenRequest, load_model
from t2s_pipeline.generation.protocol import GenerationError, Sampling

SAMPLED = Sampling(temperature=0.9, top_p=0.95, max_new_tokens=40)


@pytest.fixture(scope="module")
def model(model_folder: Path) -> HfModel:
    return load_model(ModelSpec(str(model_folder), None, "float32", "cpu", 2048, 64))


def requests(count: int, seed: int = 1) -> list[TokenRequest]:
    """Prompts of many lengths, half of them with long beginnings in common."""
    rng = random.Random(seed)
    beginnings = [[rng.randrange(3, 300) for _ in range(length)] for length in (0, 30, 90)]
    prompts = [(*rng.choice(beginnings), *rng.choices(range(3, 300), k=rng.randrange(1, 50))) for _ in range(count)]
    return [TokenRequest(tuple(prompt), rng.randrange(2**63)) for prompt in prompts]


def test_greedy_is_what_transformers_generates(model):
    import torch

    asked = requests(12)
    for request, completion in zip(asked, model.generate(asked, Sampling(max_new_tokens=25)), strict=True):
        ids = torch.tensor([request.token_ids])
        expected = model.model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=25, do_sample=False, pad_token_id=0
        )
        answer = expected[0, len(request.token_ids) :]
        assert completion.text == model.tokenizer.decode([i for i in answer.tolist() if i not in model.stop_ids])
        assert completion.completion_tokens == len(answer)
        assert completion.prompt_tokens == len(request.token_ids)
        assert completion.finish_reason == ("stop" if answer[-1].item() in model.stop_ids else "length")


def test_a_sample_does_not_depend_on_its_company(model):
    asked = requests(30)
    together = model.generate(asked, SAMPLED)
    assert [model.generate([request], SAMPLED)[0] for request in asked] == together
    assert model.generate(asked[::-1], SAMPLED)[::-1] == together
    small = replace(model, spec=replace(model.spec, batch_size=7))
    assert small.generate(asked, SAMPLED) == together


def test_what_is_under_way_is_gone_on_with_and_others_take_the_free_places(model):
    """The order of asking: 40 open, the ended ones replaced; as `CachedGenerator` does it."""
    asked = requests(120, seed=4)
    left, opened, answers, calls = deque(range(len(asked))), [], {}, 0
    fresh = replace(model)
    while left or opened:
        opened += [left.popleft() for _ in range(min(40 - len(opened), len(left)))]
        for number, answer in zip(opened, fresh.answer([asked[n] for n in opened], SAMPLED, 10), strict=True):
            if answer is not None:
                answers[number] = answer
        done = [n for n in opened if n in answers]
        assert len(done) >= min(10, len(opened))
        opened, calls = [n for n in opened if n not in answers], calls + 1
    assert calls > 4
    assert [answers[n] for n in range(len(asked))] == model.generate(asked, SAMPLED)


def test_what_is_no_longer_asked_for_is_forgotten_and_another_sampling_starts_anew(model):
    asked = requests(20, seed=5)
    fresh = replace(model)
    fresh.answer(asked, SAMPLED, 2)
    assert fresh.answer(asked[5:12], SAMPLED) == model.generate(asked[5:12], SAMPLED)
    fresh.answer(asked, SAMPLED, 2)
    greedy = Sampling(max_new_tokens=12)
    assert fresh.answer(asked, greedy) == model.generate(asked, greedy)


def test_longer_prompts_than_before_find_room_in_mid_run(model):
    short, long = requests(6, seed=6), [TokenRequest(tuple(range(3, 300)), n) for n in range(3)]
    sampling = replace(SAMPLED, max_new_tokens=60)
    fresh = replace(model)
    fresh.answer(short, sampling, 1)
    slots = fresh._decoder._slots
    assert fresh.answer([*short, *long], sampling) == model.generate([*short, *long], sampling)
    assert fresh._decoder._slots is slots and slots.columns >= 357


def test_too_little_memory_halves_the_rows_and_goes_on(model):
    """A device that refuses more than five rows at once, in mid-answer as well."""
    import torch

    refused = []

    def refuse(_, arguments, keywords):
        if keywords["input_ids"].shape[0] > 5:
            refused.append(keywords["input_ids"].shape)
            raise torch.OutOfMemoryError("CUDA out of memory")

    asked = requests(30, seed=7)
    expected = model.generate(asked, SAMPLED)
    small = replace(model)
    hook = model.model.register_forward_pre_hook(refuse, with_kwargs=True)
    try:
        assert small.generate(asked, SAMPLED) == expected
        assert 0 < len(refused) <= 5 and small._decoder.most_rows <= 5
    finally:
        hook.remove()


def test_too_little_memory_for_one_row_is_an_error_that_says_so(model):
    import torch

    def refuse(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    hook = model.model.register_forward_pre_hook(refuse)
    try:
        with pytest.raises(GenerationError, match="not enough memory for one answer"):
            replace(model).generate(requests(4), SAMPLED)
    finally:
        hook.remove()
    assert len(replace(model).generate(requests(4), SAMPLED)) == 4


def test_a_failure_in_mid_answer_leaves_nothing_half_done(model):
    asked, fresh, passes = requests(12, seed=8), replace(model), []

    def fail(*_):
        passes.append(1)
        if len(passes) == 6:
            raise KeyboardInterrupt

    hook = model.model.register_forward_pre_hook(fail)
    try:
        with pytest.raises(KeyboardInterrupt):
            fresh.generate(asked, SAMPLED)
        assert fresh.generate(asked, SAMPLED) == model.generate(asked, SAMPLED)
    finally:
        hook.remove()


def test_rows_are_estimated_from_the_memory_that_is_free(model, monkeypatch):
    import torch

    from t2s_pipeline.generation import decoding
    from t2s_pipeline.generation.memory import rows_that_fit
    from t2s_pipeline.generation.slots import bytes_a_column

    size = bytes_a_column(model.model)
    assert size == 2 * 2 * 64 * 4  # layers, keys and values, one head's size, float32
    assert 1000 < rows_that_fit(torch.device("cpu"), size) < 2**40 // size
    monkeypatch.setattr(decoding, "rows_that_fit", lambda device, row: 3)
    fresh = replace(model)
    assert fresh.generate(requests(9), SAMPLED) == model.generate(requests(9), SAMPLED)
    assert fresh._decoder._slots.count == 3


@pytest.mark.parametrize("kinds", [["sliding_attention"] * 3, ["full_attention", "sliding_attention"] * 2])
def test_sliding_windows_are_those_of_transformers(tmp_path, kinds):
    import torch

    from tests.generation.tiny_model import save_model

    folder = save_model(
        tmp_path, layers=len(kinds), layer_types=kinds, sliding_window=16, use_sliding_window=True, hidden=64
    )
    sliding = load_model(ModelSpec(str(folder), None, "float32", "cpu", 2048, 64))
    asked = requests(8)
    for request, completion in zip(asked, sliding.generate(asked, Sampling(max_new_tokens=12)), strict=True):
        ids = torch.tensor([request.token_ids])
        output = sliding.model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=12, do_sample=False)
        answer = [i for i in output[0, ids.shape[1] :].tolist() if i not in sliding.stop_ids]
        assert completion.text == sliding.tokenizer.decode(answer)


def test_grouped_heads_share_beginnings_too(tmp_path):
    from tests.generation.tiny_model import save_model

    folder = save_model(tmp_path, num_attention_heads=4, num_key_value_heads=2, head_dim=32)
    grouped = load_model(ModelSpec(str(folder), None, "float32", "cpu", 2048, 64))
    shared = [TokenRequest((*range(3, 80), 90 + n), n) for n in range(12)]
    together = grouped.generate(shared, SAMPLED)
    assert [grouped.generate([request], SAMPLED)[0] for request in shared] == together


def test_answers_end_at_many_steps_and_differ_by_seed(model):
    prompt = requests(1)[0].token_ids
    answers = model.generate([TokenRequest(prompt, seed) for seed in range(24)], SAMPLED)
    assert len({answer.completion_tokens for answer in answers}) > 5  # rows did leave the batch at different times
    assert len({answer.text for answer in answers}) > 12
    assert {answer.finish_reason for answer in answers} == {"stop", "length"}


def test_the_context_is_a_limit(model):
    small = replace(model, spec=replace(model.spec, max_context=50))
    with pytest.raises(GenerationError, match="exceed the context of 50"):
        small.generate([TokenRequest(tuple(range(3, 14)), 0)], SAMPLED)
    assert small.generate([TokenRequest(tuple(range(3, 13)), 0)], SAMPLED)


def test_chosen_tokens_follow_the_distribution():
    import torch

    from t2s_pipeline.generation.decoding import choose

    probabilities = torch.tensor([0.5, 0.3, 0.15, 0.05])
    count = 2000
    uniforms = [(n + 0.5) / count for n in range(count)]
    logits = probabilities.log().expand(count, -1)
    counts = choose(logits, Sampling(1.0), uniforms).bincount(minlength=4)
    assert counts.tolist() == pytest.approx([1000, 600, 300, 100], abs=2)
    nucleus = choose(logits, Sampling(1.0, top_p=0.7), uniforms).bincount(minlength=4)
    assert nucleus.tolist() == pytest.approx([1250, 750, 0, 0], abs=2)  # the token that crosses 0.7 is inside
    hot = choose(logits, Sampling(2.0), uniforms).bincount(minlength=4)
    flattened = probabilities.sqrt() / probabilities.sqrt().sum()
    assert hot.tolist() == pytest.approx((flattened * count).tolist(), abs=2)
    extremes = choose(logits[:2], Sampling(1.0, top_p=0.5), [0.0, 1 - 2**-53])
    assert extremes.tolist() == [0, 0]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from((4, 64, 65, 500)), st.floats(0.01, 0.999), st.floats(0.1, 10.0))
def test_a_nucleus_is_that_of_the_whole_ranking(seed: int, vocabulary: int, top_p: float, scale: float):
    import torch

    from t2s_pipeline.generation.decoding import choose

    numbers = torch.Generator().manual_seed(seed)
    logits = torch.randn((6, vocabulary), generator=numbers) * torch.linspace(0.05, scale, 6).unsqueeze(
        -1
    )  # flat to steep
    uniforms = torch.rand(6, generator=numbers, dtype=torch.float64).tolist()
    probabilities = torch.softmax(logits.double(), -1)
    ranked, order = probabilities.sort(-1, descending=True)
    outside = torch.zeros_like(ranked, dtype=torch.bool).scatter(-1, order, ranked.cumsum(-1) - ranked >= top_p)
    expected = choose(logits.double().masked_fill(outside, -torch.inf), Sampling(1.0), uniforms)
    assert choose(logits, Sampling(1.0, top_p=top_p), uniforms).tolist() == expected.tolist()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=12), min_size=1, max_size=20),
    st.sampled_from([0, 3, 1000]),
)
def test_groups_hold_every_prompt_once_and_share_what_they_say(prompts, group_tokens):
    from t2s_pipeline.generation.prefill import prefix_groups

    groups = prefix_groups(prompts, group_tokens)
    assert sorted(n for group in groups for n in group.members) == list(range(len(prompts)))
    computed = 0
    for group in groups:
        members = [prompts[n] for n in group.members]
        assert all(len(prompt) > group.shared for prompt in members)
        assert len({tuple(prompt[: group.shared]) for prompt in members}) == 1
        computed += group.shared + len(members) * (max(map(len, members)) - group.shared) + group_tokens
    assert computed <= sum(len(prompt) + group_tokens for prompt in prompts)


def test_prompts_of_one_schema_are_read_once_and_strangers_apart():
    from t2s_pipeline.generation.prefill import prefix_groups

    schemas = [[s] * 300 for s in (1, 2)]
    prompts = [[*schema, *[50 + n] * 20] for n in range(5) for schema in schemas]
    groups = prefix_groups(prompts, 64)
    assert [(len(group.members), group.shared) for group in groups] == [(5, 300), (5, 300)]

"""The decoding loop against transformers' own, and against itself in other company."""

from __future__ import annotations

import random
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

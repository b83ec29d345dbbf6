"""Prompts read once: the numbers and gradients of TRL's own pass, and answers that leave the weights as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from trl.trainer.utils import add_fused_lm_head

from t2s_pipeline.generation.protocol import Sampling
from t2s_pipeline.training.grpo_answers import answers_of
from t2s_pipeline.training.grpo_passes import can_share, log_probabilities

PADDING = 0


@pytest.fixture(scope="module")
def policy(model: Path) -> Any:
    """A random model with an adapter that does something, and TRL's head."""
    base = AutoModelForCausalLM.from_pretrained(str(model), dtype=torch.float32)
    add_fused_lm_head(base, outputs=("log_probs", "entropy"))
    torch.manual_seed(3)
    adapted = get_peft_model(base, LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False))
    return adapted.train()


def batch(prompts: list[list[int]], answers: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Padded as TRL pads them: prompts at their left, answers at their right."""
    before, after = max(map(len, prompts)), max(map(len, answers))
    ids, mask = [], []
    for prompt, answer in zip(prompts, answers, strict=True):
        left, right = before - len(prompt), after - len(answer)
        ids.append([PADDING] * left + prompt + answer + [PADDING] * right)
        mask.append([0] * left + [1] * (len(prompt) + len(answer)) + [0] * right)
    return torch.tensor(ids), torch.tensor(mask), after


def by_trl(model: Any, ids: torch.Tensor, mask: torch.Tensor, answer_tokens: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What GRPOTrainer does: every row whole."""
    labels = ids.masked_fill(mask == 0, -100)
    labels[:, :-answer_tokens] = -100
    found = model(input_ids=ids, attention_mask=mask, labels=labels, fused_lm_head=True)
    return found.log_probs[:, -answer_tokens:], found.entropy[:, -answer_tokens:]


def gradients(model: Any, scores: torch.Tensor, weights: torch.Tensor) -> list[torch.Tensor]:
    model.zero_grad()
    (scores * weights).sum().backward()
    return [weight.grad.clone() for weight in model.parameters() if weight.grad is not None]


tokens = st.integers(5, 200)
texts = st.lists(tokens, min_size=1, max_size=12)
groups_of_answers = st.lists(st.lists(tokens, max_size=12), min_size=1, max_size=3).filter(any)


@settings(max_examples=25)
@given(st.lists(st.tuples(texts, groups_of_answers), min_size=1, max_size=3), st.integers(1, 9))
def test_numbers_and_gradients_are_trl_s(policy: Any, groups: list[tuple[list[int], list[list[int]]]], at_once: int):
    prompts = [prompt for prompt, answers in groups for _ in answers]
    ids, mask, answer_tokens = batch(prompts, [answer for _, answers in groups for answer in answers])
    expected, expected_entropy = by_trl(policy, ids, mask, answer_tokens)
    weights = torch.linspace(-1, 1, expected.numel()).view_as(expected)
    wanted = gradients(policy, expected, weights)
    found, entropy = log_probabilities(policy, ids, mask, answer_tokens, at_once)
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(entropy, expected_entropy, atol=2e-5, rtol=1e-4)
    for one, other in zip(gradients(policy, found, weights), wanted, strict=True):
        torch.testing.assert_close(one, other, atol=2e-4, rtol=1e-3)


def shapes_of_passes(policy: Any, monkeypatch: pytest.MonkeyPatch, *padded: Any) -> list[tuple[int, ...]]:
    """[rows, tokens] of each pass that the log-probabilities of a batch take."""
    shapes: list[tuple[int, ...]] = []
    backbone = policy.get_base_model().base_model
    forward = backbone.forward
    monkeypatch.setattr(
        backbone, "forward", lambda *a, **k: shapes.append(tuple(k["input_ids"].shape)) or forward(*a, **k)
    )
    log_probabilities(policy, *padded)
    return shapes


def test_each_distinct_prompt_is_read_once(policy: Any, monkeypatch: pytest.MonkeyPatch):
    padded = batch([[5, 6, 7, 8]] * 3 + [[9, 9, 9]] * 2, [[10, 11]] * 5)
    assert shapes_of_passes(policy, monkeypatch, *padded, 5) == [(2, 3), (5, 3)]


def test_padding_that_all_rows_of_a_pass_have_is_left_out(policy: Any, monkeypatch: pytest.MonkeyPatch):
    padded = batch([[5, 6, 7, 8]] * 2 + [[9, 9]] * 2, [[10, 11, 12, 13], [10], [10, 11], [10]])
    assert shapes_of_passes(policy, monkeypatch, *padded, 2) == [(1, 3), (2, 5), (1, 1), (2, 3)]


def test_where_activations_are_computed_anew_nothing_is_shared(policy: Any):
    assert can_share(policy, checkpointing=False)
    assert not can_share(policy, checkpointing=True)


def test_answers_are_the_policys_and_leave_its_weights_to_the_bit(policy: Any):
    before = {name: weight.clone() for name, weight in policy.state_dict().items()}
    prompts = [[5, 6, 7, 8]] * 3 + [[9, 9, 9]]
    greedy = answers_of(policy, prompts, Sampling(max_new_tokens=6), [1], "13 True 0")
    assert policy.training and all(torch.equal(weight, before[name]) for name, weight in policy.state_dict().items())
    expected = policy.eval().generate(
        torch.tensor([[5, 6, 7, 8]]), max_new_tokens=6, do_sample=False, eos_token_id=1, pad_token_id=PADDING
    )
    policy.train()
    assert greedy[0] == greedy[1] == greedy[2] == expected[0, 4:].tolist()
    sampled = [answers_of(policy, prompts, Sampling(1.0, max_new_tokens=6), [1], when) for when in ("a", "a", "b")]
    assert sampled[0] == sampled[1] != sampled[2]
    assert len({tuple(answer) for answer in sampled[0][:3]}) > 1

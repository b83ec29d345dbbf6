"""The policy's own answers on a CPU, by the decoding loop of the hf back end: prompts in common are read once, an
answer that has ended makes way, and the adapter is merged for as long as it answers.

Each answer has a seed of its own, from the training's seed, the step and its place: a resumed training draws the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from t2s_pipeline.generation.decoding import Decoder, Row
from t2s_pipeline.generation.protocol import Sampling

MOST_ROWS = 64
"""Answers under way at once."""


def answers_of(
    model: Any, prompts: Sequence[Sequence[int]], sampling: Sampling, ends: Sequence[int], when: str
) -> list[list[int]]:
    """Token ids of one answer to each prompt, with the token of `ends` that ended it, if one did.

    `when` names the occasion (seed, step, training or evaluation); with the place in `prompts` it gives an answer's
    random numbers. The weights are the same before and after, to the bit.
    """
    last = frozenset(ends)
    rows = [
        Row(tuple(prompt), random.Random(f"{when} {place}").getrandbits(63)) for place, prompt in enumerate(prompts)
    ]
    learning = model.training
    model.eval()
    try:
        with _merged(model) as plain:
            found = Decoder(plain, MOST_ROWS).answer(rows, sampling, lambda ids: ids[-1] in last)
    finally:
        model.train(learning)
    return [answer.ids for answer in found]


@contextmanager
def _merged(model: Any) -> Iterator[torch.nn.Module]:
    """The model under the adapters, with adapter `default` in its weights if they are float32, where that is exact to
    rounding; they are put back as they were."""
    from peft import PeftModel
    from peft.tuners.lora import LoraLayer

    if not isinstance(model, PeftModel):
        yield model
        return
    plain = model.get_base_model()
    if plain.dtype != torch.float32:
        yield plain
        return
    layers = [module.get_base_layer() for module in model.modules() if isinstance(module, LoraLayer)]
    before = [layer.weight.detach().clone() for layer in layers]
    model.merge_adapter(["default"])
    try:
        yield plain
    finally:
        model.unmerge_adapter()
        for layer, weight in zip(layers, before, strict=True):
            layer.weight.data.copy_(weight)  # unmerging subtracts, and leaves a rounding error at every step

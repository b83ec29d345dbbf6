"""The decoding loop of the hf back end: many prompts at once, each row on its own random numbers.

Prompts are read once each (`prefill.py`), however many samples are wanted of them. A row's next token
is the inverse of the cumulative distribution at a uniform number that only the row's seed and the step determine,
so what else is in the batch cannot change a sample by more than the rounding of its logits: in float32 a difference
shows only where a uniform number, or a tie of two greedy tokens, lies within about 1e-6 of the border. In bfloat16
kernels round by batch shape, and near-ties do flip. Rows that have ended leave the batch.

Covers decoders with full or sliding attention; recurrent layers and encoder-decoders are refused by `hf.load_model`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from transformers.cache_utils import Cache

from t2s_pipeline.generation.prefill import forward, prefill
from t2s_pipeline.generation.protocol import Sampling

KEEP_SHARE = 0.75
"""Ended rows are dropped when at most this share of the batch is still alive: copying the cache costs as well."""


@dataclass(frozen=True)
class Row:
    """One completion that is wanted: which of the batch's prompts, and the seed of its random numbers."""

    prompt: int
    seed: int


@dataclass
class Answer:
    """Token ids of one row's answer, the stop token included where one came, and the sum of the logarithms of their
    probabilities as the model gave them, before temperature and nucleus; None where it was not asked for."""

    ids: list[int]
    log_probability: float | None


@torch.inference_mode()
def decode(
    model: torch.nn.Module,
    prompts: Sequence[Sequence[int]],
    rows: Sequence[Row],
    sampling: Sampling,
    ends: Callable[[list[int]], bool],
    log_probabilities: bool = False,
) -> list[Answer]:
    """The answer of each row: up to `sampling.max_new_tokens` tokens, and not beyond one after which it `ends`."""
    read = prefill(model, prompts, sampling.max_new_tokens)
    logits, mask, cache = read.logits, read.mask, read.cache
    uniforms = [random.Random(row.seed) for row in rows]
    answers = [Answer([], 0.0 if log_probabilities else None) for _ in rows]
    batch = list(range(len(rows)))  # which row each line of the tensors belongs to
    ended = [False] * len(rows)
    chosen_lines = torch.tensor([row.prompt for row in rows], device=model.device)
    if chosen_lines.tolist() != list(range(len(prompts))):
        logits, mask = _select(cache, chosen_lines, logits, mask)
    positions = mask.sum(-1, keepdim=True)
    for step in range(sampling.max_new_tokens):
        tokens = choose(logits, sampling, [uniforms[row].random() for row in batch])
        scores = _log_probabilities(logits, tokens) if log_probabilities else [0.0] * len(batch)
        for row, token, score in zip(batch, tokens.tolist(), scores, strict=True):
            if not ended[row]:
                answers[row].ids.append(token)
                ended[row] = ends(answers[row].ids)
                if log_probabilities:
                    answers[row].log_probability += score
        alive = [line for line, row in enumerate(batch) if not ended[row]]
        if not alive or step + 1 == sampling.max_new_tokens:
            break
        if len(alive) <= KEEP_SHARE * len(batch):
            kept = torch.tensor(alive, device=model.device)
            tokens, mask = _select(cache, kept, tokens, mask)
            positions = positions.index_select(0, kept)
            batch = [batch[line] for line in alive]
        mask = torch.cat([mask, mask.new_ones((len(batch), 1))], dim=-1)
        logits = forward(model, tokens.unsqueeze(-1), mask, positions, cache)
        positions = positions + 1
    return answers


def choose(logits: torch.Tensor, sampling: Sampling, uniforms: Sequence[float]) -> torch.Tensor:
    """The next token of each row of `logits` [rows, vocabulary]; `uniforms` are numbers in [0, 1), one a row.

    The distribution is inverted in the order of token ids, in double precision: rounding then moves borders a
    little, where an order by probability would swap whole tokens.
    """
    if sampling.greedy:
        return logits.argmax(-1)
    probabilities = torch.softmax(logits.double() / sampling.temperature, -1)
    if sampling.top_p < 1:
        ranked, order = probabilities.sort(-1, descending=True)
        outside = ranked.cumsum(-1) - ranked >= sampling.top_p  # the token that crosses the mass stays inside
        probabilities = probabilities.masked_fill(torch.zeros_like(outside).scatter(-1, order, outside), 0.0)
    cumulative = probabilities.cumsum(-1)
    target = torch.tensor(uniforms, dtype=torch.float64, device=logits.device).unsqueeze(-1) * cumulative[:, -1:]
    return torch.searchsorted(cumulative, target, right=True).squeeze(-1).clamp(max=logits.shape[-1] - 1)


def _log_probabilities(logits: torch.Tensor, tokens: torch.Tensor) -> list[float]:
    """Logarithm of the probability of each row's token; `logits` [rows, vocabulary] are in float32."""
    chosen = logits.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
    return (chosen - logits.logsumexp(-1)).tolist()


def _select(cache: Cache, lines: torch.Tensor, *tensors: torch.Tensor) -> list[torch.Tensor]:
    """Keep (or repeat) these lines of the batch, in the cache and in the tensors."""
    for layer in cache.layers:
        layer.batch_select_indices(lines)
    return [tensor.index_select(0, lines) for tensor in tensors]

"""Attention of many answers whose prompts begin alike: the beginning's keys and values are read once for all of them.

    install(model)                                            # once, before the first pass
    model(..., attention_segments=[Segment(slice(0, 40), shared=300, width=420), Segment(slice(40, 64), 510, 610)])

A decoding step on a CPU spends most of its time on fetching keys and values, and those of a shared schema are most of
them. Scores against the beginning are one product for all its rows, scores against the rest one a row, with one softmax
over both: the same sum in another order. Passes over several tokens, GPUs (where a step is made of the starting
of kernels) and models that do not hand keyword arguments to their attention go the usual way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

NAME = "sdpa_of_shared_beginnings"


@dataclass(frozen=True)
class Segment:
    """Rows of a step whose first `shared` columns are the same; all of them attend to columns below `width`."""

    rows: slice
    shared: int
    width: int


def attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    attention_segments: Sequence[Segment] | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """What transformers calls: `query` is [rows, heads, tokens, size], keys are of all columns, the mask is added."""
    if attention_segments is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **kwargs)
    rows, heads, _, size = query.shape
    kv_heads = key.shape[1]
    scaled = (query * (size**-0.5 if scaling is None else scaling)).view(rows, kv_heads, heads // kv_heads, size)
    output = torch.empty_like(scaled)
    for segment in attention_segments:
        part, first, end = segment.rows, segment.rows.start, segment.shared
        own = slice(end, segment.width)
        scores = torch.cat(
            [
                _one_with_many(scaled[part], key[first, :, :end].transpose(-1, -2)),
                torch.matmul(scaled[part], key[part, :, own].transpose(-1, -2)) + attention_mask[part, :, :, own],
            ],
            -1,
        )
        weights = scores.float().softmax(-1).to(query.dtype)
        output[part] = _one_with_many(weights[..., :end], value[first, :, :end])
        output[part] += torch.matmul(weights[..., end:], value[part, :, own])
    return output.view(rows, 1, heads, size), None


def install(model: torch.nn.Module) -> bool:
    """Let a model on a CPU that uses torch's attention use this one. Whether it does."""
    if model.device.type != "cpu" or model.config.get_text_config()._attn_implementation not in ("sdpa", NAME):
        return False
    AttentionInterface.register(NAME, attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)  # for `generate`, which leaves the masks to the model
    model.set_attn_implementation(NAME)
    return True


def _one_with_many(many: torch.Tensor, one: torch.Tensor) -> torch.Tensor:
    """[rows, kv heads, heads each, n] times [kv heads, n, m], each head's rows as one matrix."""
    rows, kv_heads, each, inner = many.shape
    product = torch.matmul(many.permute(1, 0, 2, 3).reshape(kv_heads, rows * each, inner), one)
    return product.view(kv_heads, rows, each, -1).permute(1, 0, 2, 3)

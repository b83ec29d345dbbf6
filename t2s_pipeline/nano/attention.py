"""Attention over a shared beginning and branches, in two parts: cheaper on a CPU than one masked square.

    with branch_attention(model):
        model.model(input_ids=..., attention_mask={"full_attention": branch_mask(batch, dtype)}, ...)

The beginning's tokens look at the beginning alone, so the square of beginning by branches is never computed. Plain
matrix products in bfloat16 are here also faster than torch's fused attention with a mask. For training alone:
generation uses what transformers offers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import torch

    from t2s_pipeline.nano.batches import Batch

_NAME = "nano_branches"
_NEVER = -1e4


class BranchMask(NamedTuple):
    """What is added to the scores: of the beginning (shared, shared), of branches (rows, 1, rest, shared + rest)."""

    beginning: torch.Tensor
    branches: torch.Tensor


def branch_mask(batch: Batch, dtype: torch.dtype) -> BranchMask:
    """The masks of one batch, for all layers."""
    import torch

    later = torch.ones(batch.shared, batch.shared).triu(1).bool()
    return BranchMask(
        torch.zeros(later.shape, dtype=dtype).masked_fill_(later, _NEVER),
        torch.zeros(batch.sees.shape, dtype=dtype).masked_fill_(~batch.sees, _NEVER),
    )


@contextmanager
def branch_attention(model: Any) -> Iterator[None]:
    """While it lasts the model attends by `BranchMask`s, before and after as transformers does."""
    from transformers import AttentionInterface

    if _NAME not in AttentionInterface():
        AttentionInterface.register(_NAME, _attend)
    before = model.config._attn_implementation
    model.config._attn_implementation = _NAME
    try:
        yield
    finally:
        model.config._attn_implementation = before


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: BranchMask,
    scaling: float,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """query, key, value: (rows, heads, length, size), equally many heads; the result is (rows, length, heads, size)."""
    import torch

    kind = attention_mask.beginning.dtype
    query, key, value = (query * scaling).to(kind), key.to(kind), value.to(kind)
    shared = attention_mask.beginning.shape[0]
    with torch.autocast("cpu", enabled=False):
        beginning = _weighted(query[:, :, :shared], key[:, :, :shared], value[:, :, :shared], attention_mask.beginning)
        branches = _weighted(query[:, :, shared:], key, value, attention_mask.branches)
    return torch.cat((beginning, branches), dim=2).transpose(1, 2).contiguous(), None


def _weighted(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    scores = query @ key.transpose(-1, -2) + mask
    return scores.softmax(-1) @ value

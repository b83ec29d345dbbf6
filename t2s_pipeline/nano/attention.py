"""Attention over schemas and the conversations about them, without the squares that nothing looks at.

    with branch_attention(model):
        model.model(input_ids=..., attention_mask={"full_attention": branch_mask(batch, dtype)}, ...)

A schema's tokens look back at the schema, a conversation's at its schema and back at itself; conversations about one
schema never see each other, nor does anything see another row. Plain matrix products in bfloat16 are here also faster
than torch's fused attention with a mask. For training alone: generation uses what transformers offers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from t2s_pipeline.nano.batches import NO_TOKEN

if TYPE_CHECKING:
    import torch

    from t2s_pipeline.nano.batches import Batch

_NAME = "nano_branches"
_NEVER = -1e4


class BranchMask(NamedTuple):
    """Where the vectors of a head stand, and what is added to the scores.

    A vector is (size,), one a token and head: `slots` (tokens * heads,) names the slot of each, `vectors` the vector
    of each slot; padding stands in padding. Slots are first (rows, heads, shared), the schemas', then (rows, heads,
    branches, length), the conversations'; `sizes` is (rows, heads, shared, branches, length). Added are `beginning`
    (shared, shared) to a schema on itself, `schema` (rows, 1, 1, shared) to conversations on it, `own` (length,
    length) to a conversation on itself.
    """

    slots: torch.Tensor
    vectors: torch.Tensor
    sizes: tuple[int, int, int, int, int]
    beginning: torch.Tensor
    schema: torch.Tensor
    own: torch.Tensor


def branch_mask(batch: Batch, heads: int, dtype: torch.dtype) -> BranchMask:
    """The masks of one batch, for all layers."""
    import torch

    schemas, conversations = batch.grid.schemas, batch.grid.conversations
    rows, shared = schemas.shape
    _, branches, length = conversations.shape
    head = torch.arange(heads)
    tokens = torch.cat(
        (
            schemas[:, None].expand(-1, heads, -1).flatten(),
            conversations[:, None].expand(-1, heads, -1, -1).flatten(),
        )
    )
    of_head = torch.cat(
        (
            head[None, :, None].expand(rows, -1, shared).flatten(),
            head[None, :, None, None].expand(rows, -1, branches, length).flatten(),
        )
    )
    real = tokens != NO_TOKEN
    a_padding_slot, a_padding_token = rows * heads * shared + length - 1, batch.tokens.shape[1] - 1
    slots = torch.full((batch.tokens.shape[1] * heads,), a_padding_slot)
    slots[(tokens * heads + of_head)[real]] = torch.arange(len(tokens))[real]
    vectors = torch.where(real, tokens, a_padding_token) * heads + of_head

    def never(where: torch.Tensor) -> torch.Tensor:
        return torch.zeros(where.shape, dtype=dtype).masked_fill_(where, _NEVER)

    later = torch.ones(max(shared, length), max(shared, length)).triu(1).bool()
    return BranchMask(
        slots,
        vectors,
        (rows, heads, shared, branches, length),
        never(later[:shared, :shared]),
        never((schemas == NO_TOKEN)[:, None, None]),
        never(later[:length, :length]),
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
    """query, key, value: (1, heads, length, size), equally many heads; the result is (1, length, heads, size)."""
    import torch

    slots, vectors, (rows, heads, shared, branches, length), beginning, schema, own = attention_mask
    tokens, size = query.shape[2:]
    schema_slots = rows * heads * shared

    def spread(flat: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(rows, heads, shared, size) and (rows, heads, branches, length, size)."""
        moved = _moved(flat.to(beginning.dtype).transpose(1, 2).reshape(-1, size), vectors, slots)
        schemas, conversations = moved.split((schema_slots, len(vectors) - schema_slots))
        return schemas.view(rows, heads, shared, size), conversations.view(rows, heads, branches, length, size)

    with torch.autocast("cpu", enabled=False):
        (query_0, query_1), (key_0, key_1), (value_0, value_1) = map(spread, (query * scaling, key, value))
        seen_0 = (query_0 @ key_0.transpose(-1, -2) + beginning).softmax(-1) @ value_0
        on_schema = query_1.flatten(2, 3) @ key_0.transpose(-1, -2) + schema
        on_itself = query_1 @ key_1.transpose(-1, -2) + own
        scores = torch.cat((on_schema.view(rows, heads, branches, length, shared), on_itself), dim=-1).softmax(-1)
        on_schema, on_itself = scores.split((shared, length), dim=-1)
        seen_1 = (on_schema.flatten(2, 3) @ value_0).view_as(query_1) + on_itself @ value_1
        seen = torch.cat((seen_0.reshape(-1, size), seen_1.reshape(-1, size)))
        return _moved(seen, slots, vectors).view(1, tokens, heads, size), None


def _moved(source: torch.Tensor, places: torch.Tensor, back: torch.Tensor) -> torch.Tensor:
    """`source[places]`, whose gradient is gathered by `back`, many times faster than the sum that torch would make.

    Right because but for padding, whose gradient is zero, each slot has one vector and each vector one slot.
    """
    import torch

    class Moved(torch.autograd.Function):
        @staticmethod
        def forward(_: Any, rows: torch.Tensor) -> torch.Tensor:
            return rows.index_select(0, places)

        @staticmethod
        def backward(_: Any, gradient: torch.Tensor) -> torch.Tensor:
            return gradient.contiguous().index_select(0, back)

    return Moved.apply(source)

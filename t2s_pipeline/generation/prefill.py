"""Reading prompts before decoding: what prompts begin with alike is computed once.

Questions on one database share system message and schema text, most of their tokens. Prompts are grouped so that
the tokens computed are fewest; a group's shared beginning is run on one row, copied to the others, and the rest of
each prompt is run on all rows at once. `prefill` then lays every prompt, right-aligned, into one cache, from which
`decoding.decode` goes on with the whole batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicLayer

GROUP_TOKENS = {"cpu": 64, "cuda": 4096}
"""What one more group costs, in tokens computed: two more passes over the weights, a little time on a CPU and much
on a GPU, where a pass over few tokens is no faster than one over many."""


class PreallocatedLayer(DynamicLayer):
    """Keys and values of one layer in buffers of their final length: appending a token copies that token alone.

    Buffers start as zeros, because what is masked is still multiplied, and zero times NaN is NaN.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self.capacity = capacity
        self.length = 0

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append [rows, heads, tokens, size] and return everything so far."""
        if not self.is_initialized:
            self.allocate(key_states, value_states, key_states.shape[0])
        end = self.length + key_states.shape[-2]
        self.keys[:, :, self.length : end] = key_states
        self.values[:, :, self.length : end] = value_states
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def allocate(self, keys: torch.Tensor, values: torch.Tensor, rows: int) -> None:
        """Make the buffers for `rows` rows of the heads, sizes and number format of these tensors."""
        self.dtype, self.device = keys.dtype, keys.device
        self.keys = keys.new_zeros((rows, keys.shape[1], self.capacity, keys.shape[-1]))
        self.values = values.new_zeros((rows, values.shape[1], self.capacity, values.shape[-1]))
        self.is_initialized = True

    def place(self, other: PreallocatedLayer, rows: torch.Tensor, total: int, length: int) -> None:
        """Copy all of another layer into these of `total` rows, so that it ends at token `length`."""
        if not self.is_initialized:
            self.allocate(other.keys, other.values, total)
        self.keys[rows, :, length - other.length : length] = other.keys[:, :, : other.length]
        self.values[rows, :, length - other.length : length] = other.values[:, :, : other.length]
        self.length = length

    def get_seq_length(self) -> int:
        return self.length

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        self.keys = self.keys.index_select(0, indices)
        self.values = self.values.index_select(0, indices)


@dataclass(frozen=True)
class Group:
    """Prompts (by number) that are read together, and how many tokens they begin with alike."""

    members: tuple[int, ...]
    shared: int


@dataclass(frozen=True)
class Prefilled:
    """Prompts that have been read: logits after the last token [prompts, vocabulary], the mask of what is prompt and
    what padding [prompts, tokens], and the cache."""

    logits: torch.Tensor
    mask: torch.Tensor
    cache: Cache


def prefix_groups(prompts: Sequence[Sequence[int]], group_tokens: int) -> list[Group]:
    """A grouping of the prompts in which few tokens are computed; every prompt is in one group.

    Goes through the prompts in the order of their tokens, where neighbours are most alike, and opens a new group
    where joining the last would cost more. At least one token of each prompt stays outside the shared beginning.
    """
    order = sorted(range(len(prompts)), key=lambda n: prompts[n])
    groups: list[Group] = []
    longest = 0
    for number in order:
        prompt = prompts[number]
        if groups:
            last = groups[-1]
            before = prompts[last.members[-1]]
            limit = min(len(prompt) - 1, len(before) - 1, last.shared if len(last.members) > 1 else len(before))
            shared = _alike(before, prompt, limit)
            joined = shared + (len(last.members) + 1) * (max(longest, len(prompt)) - shared)
            apart = last.shared + len(last.members) * (longest - last.shared) + len(prompt) + group_tokens
            if joined <= apart:
                groups[-1] = Group((*last.members, number), shared)
                longest = max(longest, len(prompt))
                continue
        groups.append(Group((number,), 0))
        longest = len(prompt)
    return groups


def prefill(model: torch.nn.Module, prompts: Sequence[Sequence[int]], new_tokens: int) -> Prefilled:
    """Read the prompts into one cache with room for `new_tokens` more."""
    length = max(map(len, prompts))
    cache = _empty_cache(model, length + new_tokens)
    mask = torch.zeros((len(prompts), length), dtype=torch.long, device=model.device)
    logits: list[torch.Tensor | None] = [None] * len(prompts)
    for group in prefix_groups(prompts, GROUP_TOKENS[model.device.type]):
        last, read = _read_group(model, [prompts[n] for n in group.members], group.shared)
        rows = torch.tensor(group.members, device=model.device)
        for layer, part in zip(cache.layers, read.layers, strict=True):
            layer.place(part, rows, len(prompts), length)
        for number, row in zip(group.members, last, strict=True):
            logits[number] = row
        _mark(mask, group, prompts)
    return Prefilled(torch.stack(logits), mask, cache)


def forward(
    model: torch.nn.Module, ids: torch.Tensor, mask: torch.Tensor, positions: torch.Tensor, cache: Cache
) -> torch.Tensor:
    """Logits of the last position, [rows, vocabulary], in float32."""
    output = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1,
    )
    return output.logits[:, -1].float()


def _read_group(model: torch.nn.Module, prompts: list[Sequence[int]], shared: int) -> tuple[torch.Tensor, Cache]:
    """Logits after each prompt's last token, and a cache laid out as: shared beginning, padding, rest."""
    cache = _empty_cache(model, max(map(len, prompts)))
    rests, rest_mask = _pad_left([prompt[shared:] for prompt in prompts], model.device)
    positions = (rest_mask.cumsum(-1) - 1).clamp(min=0) + shared
    if not shared:
        return forward(model, rests, rest_mask, positions, cache), cache
    beginning = torch.tensor([list(prompts[0][:shared])], device=model.device)
    ones = torch.ones_like(beginning)
    forward(model, beginning, ones, ones.cumsum(-1) - 1, cache)
    for layer in cache.layers:
        layer.batch_select_indices(torch.zeros(len(prompts), dtype=torch.long, device=model.device))
    mask = torch.cat([ones.expand(len(prompts), -1), rest_mask], dim=-1)
    return forward(model, rests, mask, positions, cache), cache


def _mark(mask: torch.Tensor, group: Group, prompts: Sequence[Sequence[int]]) -> None:
    """Write a group's layout (padding, shared beginning, padding, rest) into its rows of the mask."""
    length, longest = mask.shape[-1], max(len(prompts[n]) for n in group.members)
    for number in group.members:
        mask[number, length - longest : length - longest + group.shared] = 1
        mask[number, length - (len(prompts[number]) - group.shared) :] = 1


def _empty_cache(model: torch.nn.Module, capacity: int) -> Cache:
    layers = model.config.get_text_config().num_hidden_layers
    return Cache(layers=[PreallocatedLayer(capacity) for _ in range(layers)])


def _pad_left(prompts: Sequence[Sequence[int]], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask, both [prompts, longest]; the padding's id is never attended to."""
    longest = max(map(len, prompts))
    ids = [[0] * (longest - len(prompt)) + list(prompt) for prompt in prompts]
    mask = [[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(ids, device=device), torch.tensor(mask, device=device)


def _alike(one: Sequence[int], other: Sequence[int], limit: int) -> int:
    """How many of the first `limit` tokens are the same."""
    return next((n for n in range(limit) if one[n] != other[n]), limit)

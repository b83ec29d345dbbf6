"""The keys and values of all answers under way: one buffer a layer, one slot an answer, a column a token.

    slots = Slots(model, count=64, columns=1024)
    logits = slots.forward(model, ids, columns, rows, width)      # tokens go to their columns, and attend to the left

Every answer starts at column 0, so a token's column is its position, what two prompts begin with alike lies in the same
columns (`copy`), and a slot is taken by the next answer as soon as one has ended. Appending a token copies that token
alone. Covers layers of full and of sliding attention; which of them a model has is read from its configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicLayer

from t2s_pipeline.generation.shared_attention import Segment, install

Rows = slice | torch.Tensor
"""Slots by range, which makes views of the buffers, or by number, which makes copies."""


@dataclass
class _Place:
    """Where a pass goes: slots, their numbers [rows, 1], columns [rows, tokens], and how many are attended to."""

    rows: Rows
    numbers: torch.Tensor
    columns: torch.Tensor
    width: int


class _SlotLayer(DynamicLayer):
    """Keys and values of one layer, [slots, heads, columns, size]. The last column takes what is padding.

    Buffers start as zeros, because what is masked is still multiplied, and zero times NaN is NaN.
    """

    def __init__(self, count: int, columns: int) -> None:
        super().__init__()
        self.count, self.columns = count, columns
        self.place: _Place | None = None

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        self.dtype, self.device = key_states.dtype, key_states.device
        self.keys, self.values = (
            states.new_zeros((self.count, states.shape[1], self.columns, states.shape[-1]))
            for states in (key_states, value_states)
        )
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Put [rows, heads, tokens, size] into their columns, and return all columns attended to."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        place = self.place
        self.keys[place.numbers, :, place.columns] = key_states.transpose(1, 2)
        self.values[place.numbers, :, place.columns] = value_states.transpose(1, 2)
        return self.keys[place.rows, :, : place.width], self.values[place.rows, :, : place.width]

    def widen(self, columns: int) -> None:
        self.columns = columns
        if not self.is_initialized:
            return
        for name in ("keys", "values"):
            old = getattr(self, name)
            new = old.new_zeros((self.count, old.shape[1], columns, old.shape[-1]))
            new[:, :, : old.shape[2] - 1] = old[:, :, :-1]
            setattr(self, name, new)

    def get_seq_length(self) -> int:
        return 0 if self.place is None else self.place.width


class Slots:
    """Room for `count` answers of at most `columns` tokens, prompts included."""

    def __init__(self, model: torch.nn.Module, count: int, columns: int) -> None:
        self.count, self.columns = count, columns
        config = model.config.get_text_config()
        self._layers = [_SlotLayer(count, columns + 1) for _ in range(config.num_hidden_layers)]
        self._cache = Cache(layers=self._layers)
        self._window = _sliding_window(config)
        self._kinds = set(getattr(config, "layer_types", None) or ())
        self.shares_beginnings = install(model) and self._window is None
        self._additive = config._attn_implementation != "sdpa"

    def forward(
        self,
        model: torch.nn.Module,
        ids: torch.Tensor,
        columns: torch.Tensor,
        rows: Rows,
        width: int,
        segments: Sequence[Segment] | None = None,
    ) -> torch.Tensor:
        """Logits after the last of the tokens `ids` [rows, tokens], [rows, vocabulary] in float32.

        `columns` [rows, tokens] are where the tokens go, -1 for padding before them; all are below `width`.
        `segments` of all rows may be stated for one token a row, where the slots share them (`shares_beginnings`).
        """
        padding = columns < 0
        numbers = torch.arange(self.count, device=ids.device)[rows].unsqueeze(-1)
        place = _Place(rows, numbers, columns.masked_fill(padding, self.columns), width)
        for layer in self._layers:
            layer.place = place
        positions = columns.masked_fill(padding, 0)
        output = model(
            input_ids=ids,
            attention_mask=self._masks(positions, width, next(model.parameters()).dtype),
            position_ids=positions,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
            **({} if segments is None else {"attention_segments": segments}),
        )
        return output.logits[:, -1].float()

    def widen(self, columns: int) -> None:
        """Make room for answers of so many tokens; one layer is copied at a time."""
        self.columns = columns
        for layer in self._layers:
            layer.widen(columns + 1)

    def copy(self, source: int, targets: Rows, start: int, end: int) -> None:
        """Copy columns of a slot to others; it may be among them."""
        if start == end:
            return
        for layer in self._layers:
            for buffer in (layer.keys, layer.values):
                buffer[targets, :, start:end] = buffer[source, :, start:end].clone()

    def _masks(self, positions: torch.Tensor, width: int, dtype: torch.dtype) -> torch.Tensor | dict[str, torch.Tensor]:
        """Which columns each token attends to: those up to its own; of a window, the last of them."""
        columns = torch.arange(width, device=positions.device)
        full = (columns <= positions.unsqueeze(-1)).unsqueeze(1)
        if self._window is None:
            return self._as_taken(full, dtype)
        sliding = full & (columns > positions.unsqueeze(-1) - self._window).unsqueeze(1)
        if "full_attention" not in self._kinds:
            return self._as_taken(sliding, dtype)
        return {
            "full_attention": self._as_taken(full, dtype),
            "sliding_attention": self._as_taken(sliding, dtype),
        }

    def _as_taken(self, mask: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        """The mask as the model's attention takes it: boolean, or added to the scores."""
        if not self._additive:
            return mask
        return torch.zeros_like(mask, dtype=dtype).masked_fill(~mask, torch.finfo(dtype).min)


def bytes_a_column(model: torch.nn.Module) -> int:
    """What one token of one answer takes in the buffers of all layers."""
    config = model.config.get_text_config()
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    return config.num_hidden_layers * 2 * heads * size * next(model.parameters()).element_size()


def _sliding_window(config: Any) -> int | None:
    """The window of the layers that have one; None where no layer has."""
    kinds = getattr(config, "layer_types", None)
    if kinds is not None and "sliding_attention" not in kinds:
        return None
    if kinds is None and not getattr(config, "use_sliding_window", True):
        return None
    return getattr(config, "sliding_window", None)

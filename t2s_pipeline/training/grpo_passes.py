"""Log-probabilities of answers to equal prompts: each distinct prompt of a batch is read once for all its answers.

A group of GRPO is one prompt many times over, and the prompt, a schema, is most of its tokens. Its keys and values are
computed once and taken by every answer, which passes alone: the same numbers but for rounding, and gradients of the
prompt's pass are the sums over its answers. `benchmarks/grpo.py` measures what it spares. It needs a cache of full
attention, which activation checkpointing does not leave: TRL's own way is taken there (`can_share`).
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import pad

_IGNORED = -100


def can_share(model: torch.nn.Module, checkpointing: bool) -> bool:
    """Whether prompts of this model can be read once: no activation is computed anew, every layer attends to all."""
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    return not checkpointing and kinds == {"full_attention"} and not getattr(config, "num_local_experts", None)


def log_probabilities(
    model: torch.nn.Module, ids: torch.Tensor, mask: torch.Tensor, answer_tokens: int, rows_at_once: int
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Logarithms of the probabilities of the last `answer_tokens` of each row of `ids`, and the entropies there, both
    [rows, answer_tokens] in nats; 0 where `mask` is 0. None for entropies that the model's head does not give.

    `ids` and `mask` are [rows, prompt and answer], prompts padded at their left, answers at their right. `model` has
    TRL's fused head (`trl.trainer.utils.add_fused_lm_head`). Equal prompts are sought among `rows_at_once` rows.
    """
    parts = [
        _one_batch(model, ids[start : start + rows_at_once], mask[start : start + rows_at_once], answer_tokens)
        for start in range(0, len(ids), rows_at_once)
    ]
    entropies = [entropy for _, entropy in parts if entropy is not None]
    return torch.cat([scores for scores, _ in parts]), torch.cat(entropies) if entropies else None


def _one_batch(
    model: torch.nn.Module, ids: torch.Tensor, mask: torch.Tensor, answer_tokens: int
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The same of rows that pass together, without the columns that are padding in all of them."""
    used = mask.any(dim=0).nonzero()
    first, spare = int(used[0]), min(mask.shape[1] - 1 - int(used[-1]), answer_tokens - 1)
    inside = slice(first, mask.shape[1] - spare)
    scores, entropy = _close_batch(model, ids[:, inside], mask[:, inside], answer_tokens - spare)
    return pad(scores, (0, spare)), None if entropy is None else pad(entropy, (0, spare))


def _close_batch(
    model: torch.nn.Module, ids: torch.Tensor, mask: torch.Tensor, answer_tokens: int
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The last token of the prompt goes with the answers: it is what their first tokens are predicted from."""
    read = ids.shape[1] - answer_tokens - 1
    given: dict[str, Any] = {}
    if read > 0:
        beginnings, place = torch.unique(torch.stack([ids[:, :read], mask[:, :read]]), dim=1, return_inverse=True)
        output = model(input_ids=beginnings[0], attention_mask=beginnings[1], use_cache=True, logits_to_keep=1)
        given["past_key_values"] = output.past_key_values
        output.past_key_values.batch_select_indices(place)
    labels = ids[:, read:].masked_fill(mask[:, read:] == 0, _IGNORED)  # the head predicts none for the first
    scored: Any = model(input_ids=ids[:, read:], attention_mask=mask, labels=labels, fused_lm_head=True, **given)
    entropy = None if scored.entropy is None else scored.entropy[:, -answer_tokens:]
    return scored.log_probs[:, -answer_tokens:], entropy

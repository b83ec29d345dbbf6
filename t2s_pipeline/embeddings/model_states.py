"""The embedder of a language model's own states: the mean of its last hidden states over the tokens of a thought.

    ModelStates(EmbedderConfig(kind="states", path="builtin:nano")).embed(thoughts)

The model runs in float32 on the CPU, or on the GPU where there is one, and is loaded at the first thought. Longer
thoughts are cut after `max_tokens`, or what the model takes. Thoughts of like length share a batch; padding is masked
and, as far as the last bits, changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.config_rewards import EmbedderConfig
from t2s_pipeline.generation.fingerprint import model_fingerprint, model_folder, model_settings

if TYPE_CHECKING:
    from numpy.typing import NDArray


class ModelStates:
    """The transformers model at `config.path`. Raises GenerationError where it is not there."""

    def __init__(self, config: EmbedderConfig) -> None:
        self._folder = model_folder(config.path, config.revision)
        self._most_tokens = min(config.max_tokens, model_settings(self._folder).max_context)
        self._batch_size = config.batch_size
        model = model_fingerprint(ModelConfig(path=config.path, revision=config.revision))
        self.fingerprint = hashlib.sha256(f"states 1 {model} {self._most_tokens}".encode()).hexdigest()

    def embed(self, thoughts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a thought (n, width of the model)."""
        tokenizer, model = self._loaded
        ids = [tokenizer(thought, add_special_tokens=False).input_ids[: self._most_tokens] for thought in thoughts]
        vectors = np.zeros((len(thoughts), model.config.hidden_size), np.float32)
        by_length = sorted((place for place, found in enumerate(ids) if found), key=lambda place: len(ids[place]))
        for start in range(0, len(by_length), self._batch_size):
            places = by_length[start : start + self._batch_size]
            vectors[places] = self._means([ids[place] for place in places])
        return vectors

    def _means(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        import torch

        tokenizer, model = self._loaded
        longest = max(map(len, rows))
        filler = tokenizer.pad_token_id or 0
        tokens = torch.tensor([[*row, *[filler] * (longest - len(row))] for row in rows], device=model.device)
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=model.device)
        with torch.inference_mode():
            states = model(input_ids=tokens, attention_mask=mask, use_cache=False).last_hidden_state
            kept = mask.unsqueeze(-1).to(states.dtype)
            return ((states * kept).sum(dim=1) / kept.sum(dim=1)).float().cpu().numpy()

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import torch
        from transformers import AutoModel, AutoTokenizer

        trusted = {"trust_remote_code": False}  # unsaid, transformers asks at the keyboard
        device = "cuda" if torch.cuda.is_available() else "cpu"
        model = AutoModel.from_pretrained(self._folder, dtype=torch.float32, **trusted).eval().to(device)
        return AutoTokenizer.from_pretrained(self._folder, **trusted), model

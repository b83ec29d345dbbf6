"""A policy of the vllm back end: a base model, or an adapter on it, on the engine that all its policies share.

    engine = VllmPolicy(spec, lora, log_probabilities)      # holds the engine of `spec` until `close`
    engine.generate(requests, sampling)

A model takes minutes to load and most of a GPU: policies that follow each other on one base model, the next opened
before the last is closed, find it loaded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from t2s_pipeline.generation.hf import TokenRequest
from t2s_pipeline.generation.protocol import MAX_BATCH, Completion, Sampling
from t2s_pipeline.generation.vllm_adapter import Lora
from t2s_pipeline.generation.vllm_engine import VllmEngine, VllmSpec

_NEUTRAL = set(
    "attention_config block_size compilation_config cpu_offload_gb cudagraph_capture_sizes disable_custom_all_reduce "
    "distributed_executor_backend enable_chunked_prefill enable_prefix_caching enforce_eager gpu_memory_utilization "
    "kv_cache_memory_bytes load_format max_cpu_loras max_num_batched_tokens max_num_seqs pipeline_parallel_size "
    "tensor_parallel_size".split()
)
"""Options of vLLM's that say how fast and in what memory it works, and not what it computes."""


@dataclass
class _Held:
    engine: VllmEngine
    holders: int = 0


_HELD: dict[str, _Held] = {}
"""The engines of this process, by their spec."""


class VllmPolicy:
    """Answers as `VllmEngine` does, for one policy."""

    most_open = MAX_BATCH

    def __init__(self, spec: VllmSpec, lora: Lora | None, log_probabilities: bool) -> None:
        self.spec = spec
        self._lora = lora
        self._log_probabilities = log_probabilities
        self._engine: VllmEngine | None = self._hold()

    @property
    def pid(self) -> int | None:
        """Process id of the engine that is running; None where none is."""
        return None if self._engine is None else self._engine.pid

    def generate(self, requests: Sequence[TokenRequest], sampling: Sampling) -> list[Completion]:
        """Completions in the order of the requests; raises what `VllmEngine.generate` does."""
        if self._engine is None:
            self._engine = self._hold()
        return self._engine.generate(requests, sampling, self._lora, self._log_probabilities)

    def close(self) -> None:
        """Let go of the engine; the last one that does ends it."""
        if self._engine is None:
            return
        self._engine = None
        held = _HELD[self._key]
        held.holders -= 1
        if not held.holders:
            del _HELD[self._key]
            held.engine.close()

    @property
    def _key(self) -> str:
        return json.dumps(asdict(self.spec), sort_keys=True)

    def _hold(self) -> VllmEngine:
        held = _HELD.setdefault(self._key, _Held(VllmEngine(self.spec)))
        held.holders += 1
        return held.engine


def format_name(dtype: str, options: Mapping[str, Any]) -> str:
    """The number format of a model under these options of vLLM's, for its identity: all that changes its answers."""
    telling = {name: value for name, value in options.items() if name not in _NEUTRAL}
    return dtype + (f" {json.dumps(telling, sort_keys=True)}" if telling else "")

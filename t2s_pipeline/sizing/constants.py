"""The constants of the estimate: `constants.json`, each with where it was measured, or what it was assumed from.

    constants = load_constants()
    constants["cpu_ms_per_attempt"]            # a number, in the unit that its entry states
    constants.model("3b"), constants.gpu("h100")

`benchmarks/sizing.py` measures those that come from a finished experiment. What is `assumed` has not been measured by
this project: it is from the source that the entry names, and `t2s size` says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from t2s_pipeline.errors import T2sError

FILE = Path(__file__).with_name("constants.json")


class SizingError(T2sError, ValueError):
    """A workload that cannot be estimated; names what is wrong with it, and what there is."""


@dataclass(frozen=True)
class Constant:
    """One number, its unit, and where it is from."""

    value: float
    unit: str
    measured: bool
    source: str


@dataclass(frozen=True)
class ModelShape:
    """A model as its published configuration has it: what decides weights, keys and values."""

    parameters: float
    layers: int
    kv_heads: int
    head_size: int

    @property
    def weight_bytes(self) -> float:
        """In bfloat16."""
        return 2 * self.parameters

    @property
    def kv_bytes_per_token(self) -> int:
        """Keys and values of one token, in bfloat16."""
        return 2 * 2 * self.layers * self.kv_heads * self.head_size


@dataclass(frozen=True)
class Gpu:
    """A GPU as its data sheet has it: memory in bytes, bytes a second, dense bfloat16 operations a second."""

    name: str
    memory: float
    bandwidth: float
    operations: float


@dataclass(frozen=True)
class Constants:
    """All entries of `constants.json`."""

    raw: Mapping[str, Any]

    @cached_property
    def entries(self) -> dict[str, Constant]:
        return {
            name: Constant(entry["value"], entry["unit"], kind == "measured", entry["source"])
            for kind in ("measured", "assumed")
            for name, entry in self.raw[kind].items()
        }

    def __getitem__(self, name: str) -> float:
        return self.entries[name].value

    def model(self, name: str) -> ModelShape:
        """Raises SizingError for a model that there is no shape of."""
        return ModelShape(**self._named("models", name))

    def gpu(self, name: str) -> Gpu:
        """Raises SizingError for a GPU that there is no data of."""
        return Gpu(**self._named("gpus", name))

    def _named(self, kind: str, name: str) -> Mapping[str, Any]:
        known = self.raw[kind]["entries"]
        if name not in known:
            raise SizingError(f"{name!r} is none of the {kind} there are figures of: {', '.join(known)}")
        return known[name]


def load_constants() -> Constants:
    return Constants(json.loads(FILE.read_text(encoding="utf-8")))

"""The memory of a run of GRPO: seeded before the first step, kept with every checkpoint, published with the adapter.

What a checkpoint does not hold was not learnt: after a kill the memory is that of the checkpoint too, and takes in the
same thoughts again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.config_grpo import GrpoConfig
from t2s_pipeline.embeddings.embedder import open_embedder
from t2s_pipeline.files import write_parquet
from t2s_pipeline.rewards.memory import ReasoningMemory, Trace

MEMORY = "memory.parquet"
"""Of a checkpoint, and of a published adapter."""
_NOBODY = ""
"""Experiment and adapter in the file: a published adapter is of nobody's in particular."""


class RunMemory:
    """The memory of one run; `current` is what it remembers now."""

    def __init__(self, grpo: GrpoConfig, seeds: Sequence[Trace]) -> None:
        self._settings = grpo.memory
        self._embedder = open_embedder(grpo.embedder, [trace.thought for trace in seeds])
        self.current = ReasoningMemory(self._embedder, grpo.memory)
        self.current.seed(seeds)

    def keep(self, checkpoint: Path) -> None:
        write_parquet(checkpoint / MEMORY, self.table())

    def restore(self, checkpoint: Path) -> None:
        """Go back to what a checkpoint remembers. Raises TraceMemoryError where it is another embedder's."""
        self.current = ReasoningMemory.restored(pq.read_table(checkpoint / MEMORY), self._embedder, self._settings)

    def table(self) -> pa.Table:
        """As table `memory_traces`, of no experiment and no adapter."""
        return self.current.table(_NOBODY, _NOBODY)


def read_memory(file: Path, experiment: str, adapter: str) -> pa.Table:
    """The memory in a file, as rows of `memory_traces` of an experiment's adapter."""
    table = pq.read_table(file)
    for name, value in (("experiment", experiment), ("adapter", adapter)):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(place), pa.array([value] * len(table), pa.string()))
    return table

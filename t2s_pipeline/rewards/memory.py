"""The memory of verified reasoning: how close a thought is to what led to right answers on other databases.

    memory = ReasoningMemory(embedder, MemoryConfig())
    memory.seed([Trace("spider/concert_singer", thought), ...])      # verified traces, before training
    vectors = memory.vectors(thoughts)
    memory.closeness(vectors, database_ids)                          # a cosine each, 0 where nothing is remembered
    memory.remember(traces, vectors, step=7)                         # verified answers of the policy; which were new

The closeness of a thought is the cosine between its vector and the mean of the `neighbours` nearest traces of other
databases, so that no answer is rewarded for repeating its own database's. Search is exact: one matrix product a batch.
Vectors have length 1 here; a thought that the embedder knows nothing of has closeness 0 and is not remembered. Whoever
calls `remember` has verified the answers, and asked `trace_quality.py` whether their thoughts are worth it.

`table` and `restored` keep the memory of a run in table `memory_traces`. Not covered: forgetting; wrong traces (the
public code writes them down and never reads them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from t2s_pipeline.config_rewards import MemoryConfig
from t2s_pipeline.errors import T2sError
from t2s_pipeline.table_definitions import MEMORY_TRACES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from t2s_pipeline.embeddings.embedder import Embedder

    Vectors = NDArray[np.float32]

AT_ONCE = 256
"""Thoughts compared with the whole memory in one product."""
DECIMALS = 6
"""Of a cosine. The sums of a matrix product depend in their last bits on what else is in it."""


NO_LENGTH = 1e-6
"""A centroid as short as this is opposites that cancel out, and points nowhere."""


class TraceMemoryError(T2sError, ValueError):
    """A memory that cannot be used; says what to do."""


class TraceSource(StrEnum):
    SEED = "seed"
    POLICY = "policy"


@dataclass(frozen=True)
class Trace:
    """The thought of a verified answer to a question on `database_id`."""

    database_id: str
    thought: str


class ReasoningMemory:
    """Traces with their vectors, in the order in which they came."""

    def __init__(self, embedder: Embedder, settings: MemoryConfig) -> None:
        self.settings = settings
        self._embedder = embedder
        self._rows: list[dict[str, Any]] = []
        self._codes: dict[str, int] = {}  # of databases
        self._matrix: Vectors = np.zeros((0, 0), np.float32)  # grows by doubling; rows beyond the traces are unused
        self._databases = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def traces(self) -> list[Trace]:
        return [Trace(row["database_id"], row["thought"]) for row in self._rows]

    def vectors(self, thoughts: Sequence[str]) -> Vectors:
        """Vectors of length 1, one a thought (n, d); of zeros where the embedder knows nothing of it. Raises
        TraceMemoryError for what is not a number, and whatever the embedder raises."""
        if not thoughts:
            return np.zeros((0, self._matrix.shape[1]), np.float32)
        raw = np.asarray(self._embedder.embed(thoughts), np.float32)
        if not np.isfinite(raw).all():
            place = int(np.flatnonzero(~np.isfinite(raw).all(axis=1))[0])
            raise TraceMemoryError(
                f"the embedder gave no numbers for the thought {thoughts[place][:80]!r}: "
                "see to its model (dtype, weights) before training goes on"
            )
        lengths = np.linalg.norm(raw, axis=1, keepdims=True)
        return raw / np.where(lengths > 0, lengths, 1)

    def closeness(self, vectors: Vectors, database_ids: Sequence[str]) -> list[float]:
        """For each vector its cosine, -1 to 1, with the centroid of its nearest traces of other databases."""
        found: list[float] = []
        for start in range(0, len(database_ids), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            found += self._closeness(vectors[part], database_ids[part])
        return found

    def seed(self, traces: Sequence[Trace]) -> int:
        """Take in verified traces from elsewhere, in order, but for short ones and duplicates; how many."""
        wanted = [trace for trace in traces if len(trace.thought) >= self.settings.min_seed_characters]
        vectors = self.vectors([trace.thought for trace in wanted])
        return sum(self._take(wanted, vectors, TraceSource.SEED, 0))

    def remember(self, traces: Sequence[Trace], vectors: Vectors, step: int) -> list[bool]:
        """Take in verified traces of the policy, in order, and say which were no duplicates."""
        return self._take(traces, vectors, TraceSource.POLICY, step)

    def table(self, experiment: str, adapter: str) -> pa.Table:
        """The memory as table `memory_traces`."""
        keys = {"experiment": experiment, "adapter": adapter}
        return MEMORY_TRACES.to_arrow(keys | row | {"vector": self._matrix[row["place"]]} for row in self._rows)

    @classmethod
    def restored(cls, table: pa.Table, embedder: Embedder, settings: MemoryConfig) -> ReasoningMemory:
        """The memory that a table `memory_traces` of one adapter holds. Raises TraceMemoryError where it is another
        embedder's."""
        memory = cls(embedder, settings)
        table = table.sort_by("place")
        for number, row in enumerate(table.drop_columns(["vector"]).to_pylist()):
            if row["embedder"] != embedder.fingerprint:
                raise TraceMemoryError(
                    f"memory trace {row['place']}: its vector is of the embedder {row['embedder'][:12]}, not of "
                    f"{embedder.fingerprint[:12]}: vectors of two embedders cannot be compared; begin the training anew"
                )
            vector = table["vector"][number].values.to_numpy()
            memory._append(Trace(row["database_id"], row["thought"]), vector, TraceSource(row["source"]), row["step"])
        return memory

    def _closeness(self, vectors: Vectors, database_ids: Sequence[str]) -> list[float]:
        if not len(self):
            return [0.0] * len(database_ids)
        kept = self._matrix[: len(self)]
        similar = vectors @ kept.T
        own = np.array([self._codes.get(database_id, -1) for database_id in database_ids])
        similar[own[:, None] == self._databases[None, : len(self)]] = -np.inf
        found = []
        for row in similar:
            nearest = _nearest(row, self.settings.neighbours)
            length = float(np.linalg.norm(kept[nearest].mean(axis=0))) if len(nearest) else 0.0
            cosine = float(row[nearest].mean()) / length if length > NO_LENGTH else 0.0
            found.append(round(min(1.0, max(-1.0, cosine)), DECIMALS))
        return found

    def _take(self, traces: Sequence[Trace], vectors: Vectors, source: TraceSource, step: int) -> list[bool]:
        taken: list[bool] = []
        for start in range(0, len(traces), AT_ONCE):
            part = vectors[start : start + AT_ONCE]
            before = len(self)
            known = (part @ self._matrix[:before].T).max(axis=1) if before else np.full(len(part), -1.0)
            for trace, vector, closest in zip(traces[start : start + AT_ONCE], part, known, strict=True):
                if len(self) > before:
                    closest = max(closest, float((self._matrix[before : len(self)] @ vector).max()))
                new = bool(vector.any()) and round(float(closest), DECIMALS) < self.settings.duplicate_similarity
                if new:
                    self._append(trace, vector, source, step)
                taken.append(new)
        return taken

    def _append(self, trace: Trace, vector: Vectors, source: TraceSource, step: int) -> None:
        place = len(self)
        if place == len(self._databases):
            room = max(AT_ONCE, 2 * place)
            matrix = np.zeros((room, len(vector)), np.float32)
            databases = np.zeros(room, np.int64)
            matrix[:place], databases[:place] = self._matrix[:place] if place else 0, self._databases[:place]
            self._matrix, self._databases = matrix, databases
        self._matrix[place] = vector
        self._databases[place] = self._codes.setdefault(trace.database_id, len(self._codes))
        self._rows.append(
            {
                "place": place,
                "database_id": trace.database_id,
                "thought": trace.thought,
                "source": source.value,
                "step": step,
                "embedder": self._embedder.fingerprint,
            }
        )


def _nearest(similar: Vectors, most: int) -> NDArray[np.int64]:
    """Places of the `most` largest, those of -inf left out; of equal ones the first."""
    candidates = np.flatnonzero(similar > -np.inf)
    if len(candidates) <= most:
        return candidates
    least = np.partition(similar, -most)[-most]
    above = np.flatnonzero(similar > least)
    equal = np.flatnonzero(similar == least)
    return np.concatenate([above, equal[: most - len(above)]])

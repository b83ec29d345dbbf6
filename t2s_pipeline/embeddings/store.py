"""The store of thoughts' vectors: what an embedder once made is never made again.

    StoredVectors(embedder, data_folder).embed(thoughts)      # asks the embedder for what is not stored

Append-only Parquet parts under `<data>/stores/thought_vectors`, shared by experiments, a part for at most `AT_ONCE`
thoughts: that much a kill can lose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from t2s_pipeline.files import append_part, store_parts
from t2s_pipeline.generation.store import read_part
from t2s_pipeline.table_definitions import THOUGHT_VECTORS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from t2s_pipeline.embeddings.embedder import Embedder

    Vectors = NDArray[np.float32]

AT_ONCE = 256


class StoredVectors:
    """An embedder that remembers. Vectors are kept in this process too, so that a part is read once."""

    def __init__(self, embedder: Embedder, data: Path) -> None:
        self.fingerprint = embedder.fingerprint
        self._embedder = embedder
        self._data = data
        self._read: set[Path] = set()
        self._vectors: dict[str, Vectors] = {}

    def embed(self, thoughts: Sequence[str]) -> Vectors:
        """One vector a thought (n, d). Raises StoreError for a damaged part, and what the embedder raises."""
        self._refresh()
        keys = {thought: vector_key(self.fingerprint, thought) for thought in thoughts}
        missing = [thought for thought, key in keys.items() if key not in self._vectors]
        for start in range(0, len(missing), AT_ONCE):
            self._make(missing[start : start + AT_ONCE])
        if not thoughts:
            return np.zeros((0, 0), np.float32)
        return np.stack([self._vectors[keys[thought]] for thought in thoughts])

    def _make(self, thoughts: Sequence[str]) -> None:
        made = self._embedder.embed(thoughts)
        now = datetime.now(UTC)
        rows = [
            {
                "vector_key": vector_key(self.fingerprint, thought),
                "embedder": self.fingerprint,
                "thought": thought,
                "vector": vector,
                "created_at": now,
            }
            for thought, vector in zip(thoughts, made, strict=True)
        ]
        part = append_part(self._data, THOUGHT_VECTORS, THOUGHT_VECTORS.to_arrow(rows))
        self._vectors |= {row["vector_key"]: row["vector"] for row in rows}
        if part is not None:
            self._read.add(part)

    def _refresh(self) -> None:
        for path in store_parts(self._data, THOUGHT_VECTORS):
            if path in self._read:
                continue
            table = read_part(path, THOUGHT_VECTORS, ["vector_key", "embedder", "vector"])
            for number, embedder in enumerate(table["embedder"].to_pylist()):
                if embedder == self.fingerprint:
                    key = table["vector_key"][number].as_py()
                    self._vectors[key] = table["vector"][number].values.to_numpy()
            self._read.add(path)


def vector_key(fingerprint: str, thought: str) -> str:
    """Key of a thought's vector by the embedder of that fingerprint."""
    return hashlib.sha256(f"{fingerprint}\0{thought}".encode()).hexdigest()[:32]

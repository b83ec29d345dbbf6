"""The tables of FINER's memory: vectors of thoughts, and the traces that a run of training remembers."""

from __future__ import annotations

import pyarrow as pa

from t2s_pipeline.table_definitions.columns import DATABASE_ID, INT, TEXT, TIME
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table, store_table

VECTOR = pa.list_(pa.float32())

THOUGHT_VECTORS = store_table(
    "thought_vectors",
    "Store: the vector that an embedder made of a thought, by both.",
    [
        key_column("vector_key", "sha256 of the embedder's fingerprint and the thought, 32 hex characters."),
        Column("embedder", TEXT, "Fingerprint of the embedder.", nullable=False),
        Column("thought", TEXT, "What was embedded.", nullable=False),
        Column("vector", VECTOR, "As the embedder gave it.", nullable=False),
        Column("created_at", TIME, "When the part was written.", volatile=True),
    ],
)

MEMORY_TRACES = output_table(
    "memory_traces",
    "One thought that a run of GRPO remembers, in the order in which it was taken in.",
    [
        key_column("adapter", "The adapter that is trained with this memory."),
        key_column("place", "Its place in the memory, from 0.", INT),
        DATABASE_ID,
        Column("thought", TEXT, "The thought, without its tags.", nullable=False),
        Column("source", TEXT, "`seed`, there from the start, or `policy`, taken in during training.", nullable=False),
        Column("step", INT, "The training step in which it was taken in; 0 for the seed.", nullable=False),
        Column("embedder", TEXT, "Fingerprint of the embedder.", nullable=False),
        Column("vector", VECTOR, "Of length 1.", nullable=False),
    ],
)

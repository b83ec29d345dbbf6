"""Names of the live files that stages write and read, so that each is spelled once."""

from __future__ import annotations

import hashlib

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.warehouse import WHOLE, TableRef


def ref(config: ExperimentConfig, table: str, partition: str = WHOLE) -> TableRef:
    return TableRef(table, config.name, partition)


def declared_splits(config: ExperimentConfig) -> tuple[str, ...]:
    """The splits that the experiment reads at all."""
    evaluated = (config.evaluation.split,) if config.arms else ()
    return (*(("train",) if config.trains else ()), *evaluated)


def shards(config: ExperimentConfig) -> tuple[str, ...]:
    """Partitions of the train rollouts, e.g. `00_of_04`."""
    count = max(1, config.train.shards)
    return tuple(f"{number:02d}_of_{count:02d}" for number in range(count))


def shard_of(example_id: str, count: int) -> int:
    """The shard of an example: by hash of its id, so that a shard does not depend on the order of the rows."""
    return int.from_bytes(hashlib.sha256(example_id.encode()).digest()[:8]) % max(1, count)


def train_refs(config: ExperimentConfig, table: str) -> tuple[TableRef, ...]:
    """The files of one table over all shards of the train rollouts."""
    return tuple(ref(config, table, f"train.{shard}") for shard in shards(config))

"""Training batches: groups of the corpus, packed by length into padded tensors.

Shard k of a seed is always the same groups, so a resumed run goes on with the shard after the last one it
finished. A process of its own makes the shards ahead of the training.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from queue import Full
from random import Random
from typing import TYPE_CHECKING

from t2s_pipeline.nano.corpus import Sequence, Weights, encode_group, example_groups

if TYPE_CHECKING:
    import torch

SHARD_GROUPS = 256
_AHEAD = 2


@dataclass(frozen=True)
class Batch:
    """`rows` sequences padded to one length.

    `tokens`, `positions`: (rows, length) int64. `mask`: (rows, 1, length, length) bool, True where a token may
    look. Targets are flat: `sources` indexes the flattened (rows * length) hidden states that predict
    `targets`, with loss weight `weights`.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor
    sources: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    used_tokens: int
    examples: int


def shard_seed(seed: int, shard: int) -> int:
    """The corpus seed of a shard; far from `measure.HELD_OUT_SEED` for every seed but 0."""
    return seed * 1_000_003 + shard


def encode_shard(tokenizer: object, seed: int, shard: int) -> list[Sequence]:
    """The sequences of one shard."""
    groups = islice(example_groups(shard_seed(seed, shard)), SHARD_GROUPS)
    encoded = (encode_group(group, tokenizer, Weights()) for group in groups)
    return [sequence for sequence in encoded if sequence is not None]


def shards(tokenizer_dir: Path, seed: int, first: int) -> Iterator[tuple[int, list[Sequence]]]:
    """(number, sequences) of shard `first` and on without end, made ahead by a child process."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue(maxsize=_AHEAD)
    worker = context.Process(target=_fill, args=(queue, str(tokenizer_dir), seed, first), daemon=True)
    worker.start()
    try:
        while True:
            yield queue.get()
    finally:
        worker.kill()
        worker.join()


def _fill(queue: multiprocessing.Queue, tokenizer_dir: str, seed: int, first: int) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tokenizer_dir)
    trainer = multiprocessing.parent_process()
    for number in count(first):
        shard = encode_shard(tokenizer, seed, number)
        while True:
            try:
                queue.put((number, shard), timeout=5)
                break
            except Full:
                if trainer is not None and not trainer.is_alive():
                    return  # a killed trainer cannot end its child


def batches(sequences: list[Sequence], batch_tokens: int, rng: Random) -> Iterator[Batch]:
    """The sequences in batches of about `batch_tokens` padded tokens, alike in length, in random order."""
    ordered = sorted(sequences, key=lambda s: len(s.tokens))
    runs: list[list[Sequence]] = [[]]
    for sequence in ordered:
        if runs[-1] and (len(runs[-1]) + 1) * len(sequence.tokens) > batch_tokens:
            runs.append([])
        runs[-1].append(sequence)
    rng.shuffle(runs)
    for run in runs:
        yield collate(run)


def collate(sequences: list[Sequence]) -> Batch:
    """Right-padded tensors of some sequences; padding sees itself alone and is never a target."""
    import torch

    length = max(len(s.tokens) for s in sequences)
    shape = (len(sequences), length)
    tokens, positions = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    branch = torch.full(shape, -1)
    sources, targets, weights = [], [], []
    for row, sequence in enumerate(sequences):
        size = len(sequence.tokens)
        tokens[row, :size] = torch.tensor(sequence.tokens)
        positions[row, :size] = torch.tensor(sequence.positions)
        branch[row, :size] = torch.tensor(sequence.branch)
        shared = sequence.branch.count(0)
        for place in range(1, size):
            if sequence.weight[place] > 0:
                starts = sequence.branch[place] != sequence.branch[place - 1]
                sources.append(row * length + (shared - 1 if starts else place - 1))
                targets.append(sequence.tokens[place])
                weights.append(sequence.weight[place])
    before = torch.ones(length, length).tril().bool()
    same = branch[:, :, None] == branch[:, None, :]
    mask = before & (same | (branch[:, None, :] == 0) & (branch[:, :, None] >= 0))
    return Batch(
        tokens,
        positions,
        mask[:, None],
        torch.tensor(sources),
        torch.tensor(targets),
        torch.tensor(weights, dtype=torch.float32),
        sum(len(s.tokens) for s in sequences),
        sum(max(s.branch) for s in sequences),
    )

"""Training batches: groups of the corpus, packed by length into padded tensors.

Shard k of a seed is always the same groups in the same batches, so a run is resumed at the very batch it was
stopped at. A process of its own makes the shards ahead of the training.

A row holds a schema, padded to one length, and then the conversations about it. Schema and conversations are kept
apart because attention is cheaper so: the schema's tokens look at the schema alone.
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

_AHEAD = 2


@dataclass(frozen=True)
class Batch:
    """`rows` sequences, each its shared beginning padded to `shared` tokens and its branches padded to one length.

    `tokens`, `positions`: (rows, length) int64. `sees`: (rows, 1, length - shared, length) bool, True where a
    branch's token may look; the beginning's tokens look back at the beginning. Targets are flat: `sources` indexes
    the flattened (rows * length) hidden states that predict `targets`, with loss weight `weights`.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    shared: int
    sees: torch.Tensor
    sources: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    used_tokens: int
    examples: int


def shard_seed(seed: int, shard: int) -> int:
    """The corpus seed of a shard; far from `measure.HELD_OUT_SEEDS` for every seed but 0."""
    return seed * 1_000_003 + shard


def encode_shard(tokenizer: object, seed: int, shard: int, groups: int) -> list[Sequence]:
    """The sequences of one shard of so many groups."""
    drawn = islice(example_groups(shard_seed(seed, shard)), groups)
    encoded = (encode_group(group, tokenizer, Weights()) for group in drawn)
    return [sequence for sequence in encoded if sequence is not None]


def shards(tokenizer_dir: Path, seed: int, first: int, groups: int) -> Iterator[tuple[int, list[Sequence]]]:
    """(number, sequences) of shard `first` and on without end, made ahead by a child process."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue(maxsize=_AHEAD)
    worker = context.Process(target=_fill, args=(queue, str(tokenizer_dir), seed, first, groups), daemon=True)
    worker.start()
    try:
        while True:
            yield queue.get()
    finally:
        worker.kill()
        worker.join()


def _fill(queue: multiprocessing.Queue, tokenizer_dir: str, seed: int, first: int, groups: int) -> None:
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

    tokenizer = load_chat_tokenizer(tokenizer_dir)
    trainer = multiprocessing.parent_process()
    for number in count(first):
        shard = encode_shard(tokenizer, seed, number, groups)
        while True:
            try:
                queue.put((number, shard), timeout=5)
                break
            except Full:
                if trainer is not None and not trainer.is_alive():
                    return  # a killed trainer cannot end its child


def batches(sequences: list[Sequence], batch_tokens: int, rng: Random) -> Iterator[Batch]:
    """The sequences in batches of about `batch_tokens` padded tokens, alike in length, in random order."""
    ordered = sorted(sequences, key=lambda s: (s.branch.count(0), len(s.tokens)))
    runs: list[list[Sequence]] = [[]]
    for sequence in ordered:
        if runs[-1] and sum(_lengths([*runs[-1], sequence])) * (len(runs[-1]) + 1) > batch_tokens:
            runs.append([])
        runs[-1].append(sequence)
    rng.shuffle(runs)
    for run in runs:
        yield collate(run)


def _lengths(sequences: list[Sequence]) -> tuple[int, int]:
    """The longest beginning and the longest rest."""
    beginnings = [s.branch.count(0) for s in sequences]
    return max(beginnings), max(len(s.tokens) - b for s, b in zip(sequences, beginnings, strict=True))


def collate(sequences: list[Sequence]) -> Batch:
    """Padded tensors of some sequences; padding is seen by nothing but padding and is never a target."""
    import torch

    shared, rest = _lengths(sequences)
    length = shared + rest
    shape = (len(sequences), length)
    tokens, positions = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    branch = torch.full(shape, -1)
    sources, targets, weights = [], [], []
    for row, sequence in enumerate(sequences):
        own = sequence.branch.count(0)
        for start, part in ((0, slice(0, own)), (shared, slice(own, len(sequence.tokens)))):
            size = len(sequence.tokens[part])
            tokens[row, start : start + size] = torch.tensor(sequence.tokens[part])
            positions[row, start : start + size] = torch.tensor(sequence.positions[part])
            branch[row, start : start + size] = torch.tensor(sequence.branch[part])
        for place in range(1, len(sequence.tokens)):
            if sequence.weight[place] > 0:
                starts = sequence.branch[place] != sequence.branch[place - 1]
                before = own - 1 if starts else place - 1
                sources.append(row * length + (before if before < own else before - own + shared))
                targets.append(sequence.tokens[place])
                weights.append(sequence.weight[place])
    return Batch(
        tokens,
        positions,
        shared,
        _sees(branch, shared),
        torch.tensor(sources),
        torch.tensor(targets),
        torch.tensor(weights, dtype=torch.float32),
        sum(len(s.tokens) for s in sequences),
        sum(max(s.branch) for s in sequences),
    )


def _sees(branch: torch.Tensor, shared: int) -> torch.Tensor:
    import torch

    rest = branch.shape[1] - shared
    before = torch.ones(rest, branch.shape[1]).tril(shared).bool()
    same = branch[:, shared:, None] == branch[:, None, :]
    return (before & (same | (branch[:, None, :] == 0)))[:, None]

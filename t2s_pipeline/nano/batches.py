"""Training batches: groups of the corpus, packed by length into one flat tensor without padding between them.

Shard k of a seed is always the same groups in the same batches, so a run is resumed at the very batch it was
stopped at. A process of its own makes the shards ahead of the training.

A row holds a schema and then the conversations about it. What works on each token alone sees the flat tokens of all
rows; attention gathers them into a padded grid of schemas and one of conversations (`Grid`), because a schema looks
at itself alone and a conversation at its schema and itself.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from queue import Full
from random import Random
from typing import TYPE_CHECKING

from t2s_pipeline.nano.corpus import Conversation, Sequence, Weights, encode_group, example_groups
from t2s_pipeline.nano.mistakes import own_repairs

if TYPE_CHECKING:
    import torch

NO_TOKEN = -1
_AHEAD = 2
OWN_SHARE = 0.4
"""Of a shard's groups, where there are mistakes of the model's own: repairs of these in place of what was drawn."""


@dataclass(frozen=True)
class Grid:
    """Where each token stands in the grids that attention works on; `NO_TOKEN` where a place is padding.

    `schemas`: (rows, shared) int64, flat token of each place. `conversations`: (rows, branches, length), likewise; the
    last place of each is padding.
    """

    schemas: torch.Tensor
    conversations: torch.Tensor


@dataclass(frozen=True)
class Batch:
    """Sequences one after the other.

    `tokens`, `positions`: (1, length) int64, padded at the end by at least one. Targets are flat: `sources`
    indexes the hidden states that predict `targets`, with loss weight `weights`.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    grid: Grid
    sources: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    used_tokens: int
    examples: int


def shard_seed(seed: int, shard: int) -> int:
    """The corpus seed of a shard; far from `measure.HELD_OUT_SEEDS` for every seed but 0."""
    return seed * 1_000_003 + shard


def encode_shard(tokenizer: object, seed: int, shard: int, groups: int, mistakes: Path | None = None) -> list[Sequence]:
    """The sequences of one shard of so many groups; part of them are repairs of a model's own `mistakes`."""
    drawn = islice(example_groups(shard_seed(seed, shard)), groups)
    if mistakes is not None:
        drawn = _with_own(
            drawn, own_repairs(mistakes, round(shard * groups * OWN_SHARE)), Random(f"own {seed} {shard}")
        )
    encoded = (encode_group(group, tokenizer, Weights()) for group in drawn)
    return [sequence for sequence in encoded if sequence is not None]


def _with_own(
    groups: Iterator[list[Conversation]], own: Iterator[list[Conversation]], rng: Random
) -> Iterator[list[Conversation]]:
    for group in groups:
        yield next(own) if rng.random() < OWN_SHARE else group


def shards(
    tokenizer_dir: Path, seed: int, first: int, groups: int, mistakes: Path | None = None
) -> Iterator[tuple[int, list[Sequence]]]:
    """(number, sequences) of shard `first` and on without end, made ahead by a child process."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue(maxsize=_AHEAD)
    worker = context.Process(target=_fill, args=(queue, str(tokenizer_dir), seed, first, groups, mistakes), daemon=True)
    worker.start()
    try:
        while True:
            yield queue.get()
    finally:
        worker.kill()
        worker.join()


def _fill(
    queue: multiprocessing.Queue, tokenizer_dir: str, seed: int, first: int, groups: int, mistakes: Path | None
) -> None:
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

    tokenizer = load_chat_tokenizer(tokenizer_dir)
    trainer = os.getppid()
    for number in count(first):
        shard = encode_shard(tokenizer, seed, number, groups, mistakes)
        while True:
            try:
                queue.put((number, shard), timeout=5)
                break
            except Full:
                if os.getppid() != trainer:
                    return  # a killed trainer cannot end its child


def batches(sequences: list[Sequence], batch_tokens: int, rng: Random) -> Iterator[Batch]:
    """The sequences in batches of at most `batch_tokens` tokens (or one sequence), alike in length, in random order."""
    ordered = sorted(sequences, key=lambda s: (s.branch.count(0), len(s.tokens)))
    runs: list[list[Sequence]] = [[]]
    for sequence in ordered:
        if runs[-1] and sum(len(s.tokens) for s in [*runs[-1], sequence]) >= batch_tokens:
            runs.append([])
        runs[-1].append(sequence)
    rng.shuffle(runs)
    for run in runs:
        yield collate(run)


def collate(sequences: list[Sequence]) -> Batch:
    """Tensors of some sequences; padding is seen by nothing but padding and is never a target."""
    import torch

    used = sum(len(s.tokens) for s in sequences)
    tokens, positions = torch.zeros(2, 1, _rounded(used + 1, 256), dtype=torch.long)
    sources, targets, weights = [], [], []
    start = 0
    for sequence in sequences:
        end = start + len(sequence.tokens)
        tokens[0, start:end] = torch.tensor(sequence.tokens)
        positions[0, start:end] = torch.tensor(sequence.positions)
        own = sequence.branch.count(0)
        for place in range(1, len(sequence.tokens)):
            if sequence.weight[place] > 0:
                begins = sequence.branch[place] != sequence.branch[place - 1]
                sources.append(start + (own if begins else place) - 1)
                targets.append(sequence.tokens[place])
                weights.append(sequence.weight[place])
        start = end
    return Batch(
        tokens,
        positions,
        _grid(sequences),
        torch.tensor(sources),
        torch.tensor(targets),
        torch.tensor(weights, dtype=torch.float32),
        used,
        sum(max(s.branch) for s in sequences),
    )


def _grid(sequences: list[Sequence]) -> Grid:
    import torch

    parts = [[length for _, length in sorted(Counter(s.branch).items())] for s in sequences]
    shared = _rounded(max(own for own, *_ in parts), 16)
    branches = max(len(lengths) - 1 for lengths in parts)
    length = _rounded(max(max(lengths) for _, *lengths in parts) + 1, 16)
    schemas = torch.full((len(parts), shared), NO_TOKEN)
    conversations = torch.full((len(parts), branches, length), NO_TOKEN)
    start = 0
    for row, (own, *lengths) in enumerate(parts):
        schemas[row, :own] = torch.arange(start, start + own)
        start += own
        for branch, size in enumerate(lengths):
            conversations[row, branch, :size] = torch.arange(start, start + size)
            start += size
    return Grid(schemas, conversations)


def _rounded(size: int, step: int) -> int:
    """Up to a multiple: fewer different shapes, for each of which torch prepares and keeps kernels."""
    return -(-size // step) * step

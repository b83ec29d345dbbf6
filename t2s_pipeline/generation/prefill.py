"""Reading prompts before decoding: what prompts begin with alike is computed once.

Questions on one database share system message and schema text, most of their tokens. Prompts are grouped so that
the tokens computed are fewest. A group's shared beginning is copied from a slot that holds it, as far as one does, or
else run on one row; then it is copied to the others, and the rest of each prompt is run on all rows at once.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from t2s_pipeline.generation.slots import Rows, Slots

Tokens = tuple[int, ...]

GROUP_TOKENS = {"cpu": 64, "cuda": 4096}
"""What one more group costs, in tokens computed: two more passes over the weights, a little time on a CPU and much
on a GPU, where a pass over few tokens is no faster than one over many."""
PASS_TOKENS = {"cpu": 8192, "cuda": 65536}
"""How many tokens one pass computes at most, padding among them: its activations take memory."""

JOIN_SHARE = 0.5
"""How much of a prompt has to be what another begins with, for the two to share it while they are answered."""


@dataclass(frozen=True)
class Group:
    """Prompts (by number) that are read together, and how many tokens they begin with alike."""

    members: tuple[int, ...]
    shared: int


def prefix_groups(prompts: Sequence[Sequence[int]], group_tokens: int) -> list[Group]:
    """A grouping of the prompts in which few tokens are computed; every prompt is in one group.

    Goes through the prompts in the order of their tokens, where neighbours are most alike, and opens a new group
    where joining the last would cost more. At least one token of each prompt stays outside the shared beginning.
    """
    order = sorted(range(len(prompts)), key=lambda n: prompts[n])
    groups: list[Group] = []
    longest = 0
    for number in order:
        prompt = prompts[number]
        if groups:
            last = groups[-1]
            before = prompts[last.members[-1]]
            limit = min(len(prompt) - 1, len(before) - 1, last.shared if len(last.members) > 1 else len(before))
            shared = _alike(before, prompt, limit)
            joined = shared + (len(last.members) + 1) * (max(longest, len(prompt)) - shared)
            apart = last.shared + len(last.members) * (longest - last.shared) + len(prompt) + group_tokens
            if joined <= apart:
                groups[-1] = Group((*last.members, number), shared)
                longest = max(longest, len(prompt))
                continue
        groups.append(Group((number,), 0))
        longest = len(prompt)
    return groups


@dataclass(eq=False)
class Beginning:
    """A beginning that slots have in common, in so many tokens; fewer once one joins that begins less alike."""

    length: int


class PromptReader:
    """Reads prompts into slots, and knows what each slot holds, and with which others it shares its beginning."""

    def __init__(self, model: torch.nn.Module, slots: Slots) -> None:
        self._model = model
        self._slots = slots
        self._held: list[Tokens] = [()] * slots.count
        self._beginnings = [Beginning(0) for _ in range(slots.count)]

    def read(self, prompts: Sequence[Tokens], first: int) -> torch.Tensor:
        """Read prompts into the slots from `first` on; returns the logits after each, [prompts, vocabulary]."""
        device = self._model.device
        logits: list[torch.Tensor | None] = [None] * len(prompts)
        for group in prefix_groups(prompts, GROUP_TOKENS[device.type]):
            texts = [prompts[n] for n in group.members]
            targets = [first + n for n in group.members]
            for number, row in zip(group.members, self._read_group(texts, group.shared, targets), strict=True):
                logits[number] = row
        return torch.stack(logits)

    def move(self, source: int, target: int, length: int) -> None:
        """Copy a slot, prompt and answer of `length` tokens in all, to another."""
        shared = self._beginnings[source].length if self._beginnings[source] is self._beginnings[target] else 0
        self._slots.copy(source, slice(target, target + 1), shared, length)
        self._held[target] = self._held[source]
        self._beginnings[target] = self._beginnings[source]

    def runs(self, rows: int) -> list[tuple[slice, int]]:
        """Of the first slots, so many: neighbours that share their beginning, and how much of it, tokens."""
        runs: list[tuple[slice, int]] = []
        start = 0
        for slot in range(1, rows + 1):
            if slot == rows or self._beginnings[slot] is not self._beginnings[start]:
                runs.append((slice(start, slot), self._beginnings[start].length))
                start = slot
        return runs

    def _read_group(self, prompts: list[Tokens], shared: int, targets: list[int]) -> list[torch.Tensor]:
        alone = len(prompts) == 1  # then nothing is shared within, but perhaps with a slot
        source, alike = self._best_source(prompts[0], len(prompts[0]) - 1 if alone else shared)
        shared = alike if alone else shared
        beginning = self._beginnings[source]
        if alike < JOIN_SHARE * len(prompts[0]):
            beginning = Beginning(len(prompts[0]) if alone else shared)
        else:
            beginning.length = min(beginning.length, alike)
        for target in targets:  # what these slots held is overwritten now
            self._held[target], self._beginnings[target] = (), beginning
        place = self._place(targets)
        self._slots.copy(source, place, 0, alike)
        if alike < shared:
            self._pass([prompts[0][alike:shared]], alike, targets[:1])
            self._slots.copy(targets[0], place, alike, shared)
        rests = [prompt[shared:] for prompt in prompts]
        rows = max(1, PASS_TOKENS[self._model.device.type] // max(map(len, rests)))
        logits: list[torch.Tensor] = []
        for start in range(0, len(rests), rows):
            logits.extend(self._pass(rests[start : start + rows], shared, targets[start : start + rows]))
        for prompt, target in zip(prompts, targets, strict=True):
            self._held[target] = prompt
        return logits

    def _best_source(self, prompt: Tokens, limit: int) -> tuple[int, int]:
        """The slot whose prompt begins most like this one, and in how many tokens, at most `limit`."""
        order = sorted(range(len(self._held)), key=self._held.__getitem__)
        place = bisect(order, prompt, key=self._held.__getitem__)
        neighbours = order[max(0, place - 1) : place + 1]  # in the order of tokens, the most alike are next to it
        alike = {slot: _alike(self._held[slot], prompt, min(limit, len(self._held[slot]))) for slot in neighbours}
        return max(alike.items(), key=lambda item: item[1])

    def _pass(self, texts: Sequence[Sequence[int]], start: int, rows: list[int]) -> torch.Tensor:
        """Run texts that start at column `start`, the shorter ones padded in front."""
        longest = max(map(len, texts))
        device = self._model.device
        ids = [[0] * (longest - len(text)) + list(text) for text in texts]
        columns = [[-1] * (longest - len(text)) + list(range(start, start + len(text))) for text in texts]
        return self._slots.forward(
            self._model,
            torch.tensor(ids, device=device),
            torch.tensor(columns, device=device),
            self._place(rows),
            start + longest,
        )

    def _place(self, rows: list[int]) -> Rows:
        if rows == list(range(rows[0], rows[-1] + 1)):
            return slice(rows[0], rows[-1] + 1)
        return torch.tensor(rows, device=self._model.device)


def _alike(one: Sequence[int], other: Sequence[int], limit: int) -> int:
    """How many of the first `limit` tokens are the same."""
    return next((n for n in range(limit) if one[n] != other[n]), limit)

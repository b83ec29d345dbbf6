"""The decoding loop of the hf back end: many answers at once, each on its own random numbers.

    decoder = Decoder(model, most_rows=64, log_probabilities=True)
    answers = decoder.answer(rows, sampling, ends, enough=16)      # None: still under way, and gone on with next time

A row that has ended makes way for one that waits, within one call and from call to call: what one long answer would
cost is one row and not a batch. Prompts are read by `prefill.py`, keys and values lie in `slots.py`.

A row's next token is the inverse of the cumulative distribution at a uniform number that only the row's seed and the
step determine, so what else is in the batch cannot change a sample by more than the rounding of its logits: in float32
a difference shows only where a uniform number, or a tie of two greedy tokens, lies within about 1e-6 of the border. In
bfloat16 kernels round by batch shape, and near-ties do flip.

Where memory is short, fewer rows are decoded at once: from an estimate before, and by half whenever it was too little.
Covers decoders with full or sliding attention; recurrent layers and encoder-decoders are refused by `hf.load_model`.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

from t2s_pipeline.generation.constraint import Grammars, HeldAnswer
from t2s_pipeline.generation.memory import is_out_of_memory, rows_that_fit
from t2s_pipeline.generation.prefill import PromptReader
from t2s_pipeline.generation.protocol import GenerationError, Sampling
from t2s_pipeline.generation.shared_attention import Segment
from t2s_pipeline.generation.slots import Slots, bytes_a_column

REFILL_SHARE = 0.25
"""Waiting rows come in when this share of the slots is free: read together, their prompts' beginnings are read once."""
RUNS_SHARE = 0.5
"""Beginnings in common are attended to apart where there are so few runs of them, for the rows, or fewer."""
NUCLEUS_TOKENS = 64
"""How many of the likeliest tokens are ranked at first where a nucleus is sampled from."""
COLUMN_STEP = 128
"""Slots are made this much longer at a time, tokens: a somewhat longer prompt then needs no new ones."""


@dataclass(frozen=True)
class Row:
    """One completion that is wanted: of which prompt, the seed of its random numbers, and the grammar that it is held
    to ("" for none). Equal rows, equal answers."""

    prompt: tuple[int, ...]
    seed: int
    grammar: str = ""


@dataclass(frozen=True)
class Answer:
    """Token ids of one row's answer, the stop token included where one came, and the sum of the logarithms of their
    probabilities as the model gave them, before grammar, temperature and nucleus; None where it was not asked for."""

    ids: list[int]
    log_probability: float | None


@dataclass
class _Line:
    """A row under way: its answer so far. Its place in the list of lines is its slot."""

    row: Row
    uniforms: random.Random
    held: HeldAnswer | None = None
    ids: list[int] = field(default_factory=list)
    log_probability: float = 0.0


class Decoder:
    """The rows of one model that are under way. At most `most_rows` at once, fewer where memory is short.

    `grammars` is only needed where rows have a grammar; `sharers` is how many decoders share the memory that is free.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        most_rows: int,
        log_probabilities: bool = False,
        grammars: Grammars | None = None,
        sharers: int = 1,
    ) -> None:
        self.most_rows = most_rows
        self._model = model
        self._grammars = grammars
        self._sharers = sharers
        self._log_probabilities = log_probabilities
        self._sampling: Sampling | None = None
        self._drop()

    @torch.inference_mode()
    def answer(
        self, rows: Sequence[Row], sampling: Sampling, ends: Callable[[list[int]], bool], enough: int | None = None
    ) -> list[Answer | None]:
        """The answers of the rows, in their order, as soon as `enough` distinct ones (by default all) are there.

        An answer has up to `sampling.max_new_tokens` tokens, and ends with the first after which it `ends`. A row
        without one, None, is gone on with in the next call, where that asks for it again under the same sampling;
        what it does not ask for is forgotten. Raises GenerationError where a single row is too much for the memory.
        """
        wanted = dict.fromkeys(rows)
        enough = len(wanted) if enough is None else min(enough, len(wanted))
        if sampling != self._sampling:
            self._drop()
        self._sampling = sampling
        for slot in reversed(range(len(self._lines))):
            if self._lines[slot].row not in wanted:
                self._leave(slot)
        under_way = {line.row for line in self._lines}
        waiting = deque(sorted((row for row in wanted if row not in under_way), key=lambda row: row.prompt))
        done: dict[Row, Answer] = {}
        while len(done) < enough:
            try:
                self._admit(waiting, sampling)
                done.update(self._choose(sampling, ends))
                self._forward()
            except BaseException as error:  # interrupted too: no answer may go on from a half-done step
                if not is_out_of_memory(error):
                    self._drop()  # it may have stopped between two tokens of a line
                    raise
                self._halve(error)
                waiting = deque(sorted((row for row in wanted if row not in done), key=lambda row: row.prompt))
        return [done.get(row) for row in rows]

    def _admit(self, waiting: deque[Row], sampling: Sampling) -> None:
        """Read prompts of waiting rows into free slots, if there are some for enough of them."""
        if not waiting:
            return
        longest = max(len(row.prompt) for row in waiting) + sampling.max_new_tokens
        if not self._has_room(longest):  # the rows under way end first
            return
        free = self._slots.count - len(self._lines)
        if self._lines and free < min(len(waiting), REFILL_SHARE * self._slots.count):
            return
        rows = [waiting.popleft() for _ in range(min(free, len(waiting)))]
        try:
            logits = self._reader.read([row.prompt for row in rows], len(self._lines))
        except RuntimeError:
            waiting.extendleft(reversed(rows))
            raise
        self._lines += [_Line(row, random.Random(row.seed), self._held(row)) for row in rows]
        self._logits = logits if self._logits is None else torch.cat([self._logits, logits])

    def _held(self, row: Row) -> HeldAnswer | None:
        if not row.grammar:
            return None
        if self._grammars is None:
            raise ValueError("a row has a grammar, but the decoder was given none")
        return self._grammars.begin(row.grammar)

    def _has_room(self, longest: int) -> bool:
        """Make slots for rows of so many tokens, or make them longer; where memory is short, once all are free."""
        if self._slots is not None and longest <= self._slots.columns:
            return True
        columns = -(-longest // COLUMN_STEP) * COLUMN_STEP
        size, device = bytes_a_column(self._model) * self._sharers, self._model.device
        if self._slots is not None:
            added = size * (columns - self._slots.columns)
            if rows_that_fit(device, added) >= self._slots.count:
                self._slots.widen(columns)
                return True
            if self._lines:
                return False
        self._drop()
        rows = max(1, min(self.most_rows, rows_that_fit(device, size * columns)))
        self._slots = Slots(self._model, rows, columns)
        self._reader = PromptReader(self._model, self._slots)
        return True

    def _choose(self, sampling: Sampling, ends: Callable[[list[int]], bool]) -> dict[Row, Answer]:
        """The next token of each line; returns the answers that end with it, whose lines are left."""
        allowed = self._logits
        if self._grammars is not None:
            allowed = self._grammars.masked(allowed, [line.held for line in self._lines])
        tokens = choose(allowed, sampling, [line.uniforms.random() for line in self._lines])
        scores = _log_probabilities(self._logits, tokens) if self._log_probabilities else [0.0] * len(self._lines)
        ended: list[int] = []
        for slot, (line, token, score) in enumerate(zip(self._lines, tokens.tolist(), scores, strict=True)):
            line.ids.append(token)
            line.log_probability += score
            if line.held is not None:
                line.held.take(token)
            if len(line.ids) == sampling.max_new_tokens or ends(line.ids):
                ended.append(slot)
        done = {
            line.row: Answer(line.ids, line.log_probability if self._log_probabilities else None)
            for line in (self._lines[slot] for slot in ended)
        }
        for slot in reversed(ended):
            self._leave(slot)
        return done

    def _forward(self) -> None:
        """Run the last token of each line; slots are those of the first lines, so no key is copied."""
        if not self._lines:
            self._logits = None
            return
        device = self._model.device
        ids = torch.tensor([[line.ids[-1]] for line in self._lines], device=device)
        places = [len(line.row.prompt) + len(line.ids) - 1 for line in self._lines]
        columns = torch.tensor(places, device=device).unsqueeze(-1)
        segments = None
        runs = self._reader.runs(len(self._lines))
        if self._slots.shares_beginnings and len(runs) <= RUNS_SHARE * len(self._lines):
            segments = [Segment(run, shared, max(places[run]) + 1) for run, shared in runs]
        rows = slice(0, len(self._lines))
        self._logits = self._slots.forward(self._model, ids, columns, rows, max(places) + 1, segments)

    def _leave(self, slot: int) -> None:
        """Take a line out. The last of its run moves into its slot, the last of the next run into that one's, and so
        on: runs stay together, and the slots of the lines that are left are the first ones."""
        for run, _ in self._reader.runs(len(self._lines)):
            last = run.stop - 1
            if last > slot:
                line = self._lines[last]
                self._reader.move(last, slot, len(line.row.prompt) + len(line.ids))
                self._lines[slot] = line
                self._logits[slot] = self._logits[last]
                slot = last
        self._lines.pop()
        self._logits = self._logits[: len(self._lines)]

    def _halve(self, error: BaseException) -> None:
        """Start again with half the rows: what was under way comes to the same tokens once more."""
        rows = min(self.most_rows, self._slots.count)
        if rows == 1:
            raise GenerationError(
                "not enough memory for one answer at a time: state a smaller max_context or max_new_tokens, "
                "or a model that is smaller"
            ) from error
        self._drop()
        self.most_rows = rows // 2
        if self._model.device.type == "cuda":
            torch.cuda.empty_cache()

    def _drop(self) -> None:
        self._slots: Slots | None = None
        self._reader: PromptReader | None = None
        self._lines: list[_Line] = []
        self._logits: torch.Tensor | None = None


def choose(logits: torch.Tensor, sampling: Sampling, uniforms: Sequence[float]) -> torch.Tensor:
    """The next token of each row of `logits` [rows, vocabulary]; `uniforms` are numbers in [0, 1), one a row.

    The distribution is inverted in the order of token ids, in double precision: rounding then moves borders a
    little, where an order by probability would swap whole tokens.
    """
    if sampling.greedy:
        return logits.argmax(-1)
    probabilities = torch.softmax(logits.double() / sampling.temperature, -1)
    if sampling.top_p < 1:
        probabilities = _nucleus(probabilities, sampling.top_p)
    cumulative = probabilities.cumsum(-1)
    target = torch.tensor(uniforms, dtype=torch.float64, device=logits.device).unsqueeze(-1) * cumulative[:, -1:]
    return torch.searchsorted(cumulative, target, right=True).squeeze(-1).clamp(max=logits.shape[-1] - 1)


def _nucleus(probabilities: torch.Tensor, top_p: float) -> torch.Tensor:
    """The probabilities of the likeliest tokens that reach the mass `top_p`, zero for all others.

    A few tokens hold it nearly always; only where they do not is the whole vocabulary ranked, which takes as long as
    a good part of a small model's pass.
    """
    kept, wide = _among(probabilities, top_p, min(NUCLEUS_TOKENS, probabilities.shape[-1]))
    if wide.any():
        kept[wide], _ = _among(probabilities[wide], top_p, probabilities.shape[-1])
    return kept


def _among(probabilities: torch.Tensor, top_p: float, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The nucleus as far as the `count` likeliest tokens hold it, and for which rows it may go on after them."""
    ranked, order = probabilities.topk(count, -1)
    inside = ranked.cumsum(-1) - ranked < top_p  # the token that crosses the mass stays inside
    return torch.zeros_like(probabilities).scatter(-1, order, ranked * inside), inside[:, -1]


def _log_probabilities(logits: torch.Tensor, tokens: torch.Tensor) -> list[float]:
    """Logarithm of the probability of each row's token; `logits` [rows, vocabulary] are in float32."""
    chosen = logits.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
    return (chosen - logits.logsumexp(-1)).tolist()

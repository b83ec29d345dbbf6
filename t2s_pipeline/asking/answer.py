"""The answer to a question: SQL, rows, how far to trust it, and why it is what it is.

    answer.as_dict()        # what JSON holds, at the terminal and over HTTP

An answer whose SQL did not run is an answer too: `answered` is False, and `status` and `error` say what went wrong.
`confidence` is how far the winning result is ahead in the vote of the turn that stands, as a share of all samples: 1
where all agree, 0 where two results have as many votes or nothing ran. It is no probability of being right: samples can
agree on what is wrong. None where nothing was voted on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from t2s_pipeline.evaluation.voting import Choice, Selector
from t2s_pipeline.sandbox.execute import Execution

EXACT_INTEGER = 2**53
"""Up to here an integer is the same in every reader of JSON; a larger one is given as text."""

Cell = int | float | str | None


@dataclass(frozen=True)
class Show:
    """How much of a result is shown: rows, characters of a cell or of a column's name, characters in all."""

    rows: int = 100
    cell_characters: int = 1_000
    characters: int = 200_000


@dataclass(frozen=True)
class Result:
    """What the SQL returned. `row_count` rows were read, of which `rows` are the first; not `complete`: the sandbox's
    limits cut the result, and nobody knows how many there are."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_count: int
    complete: bool


@dataclass(frozen=True)
class Vote:
    """How the samples of a turn voted: `votes` for the winning one of `results`, `runner_up` for the next, of `voters`
    that have a complete result, of `samples`. None where nothing was counted; `reason` says why nothing won."""

    selector: str
    samples: int
    voters: int | None
    results: int | None
    votes: int | None
    runner_up: int | None
    margin: float | None
    reason: str | None


@dataclass(frozen=True)
class Turn:
    """One turn: its answer, what the executor said of it, and the `feedback` that its repair was asked with."""

    turn: int
    sql: str | None
    status: str
    error: str | None
    signals: tuple[str, ...]
    samples_that_ran: int
    vote: Vote
    feedback: str | None


@dataclass(frozen=True)
class Answer:
    """`turn` is the one whose answer stands; `tables` are those that the prompt showed, `dropped_tables` those that its
    token budget had no room for, of `database_tables`. `seconds` is all that the question took."""

    question: str
    database: str
    model: str
    adapter: str | None
    answered: bool
    sql: str | None
    status: str
    error: str | None
    result: Result | None
    confidence: float | None
    turn: int
    stop_reason: str
    turns: tuple[Turn, ...]
    tables: tuple[str, ...]
    dropped_tables: tuple[str, ...]
    database_tables: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values that JSON has."""
        return asdict(self)


def vote_of(selector: Selector, choice: Choice, samples: int) -> Vote:
    """A vote in figures; of one sample, or where nothing is counted, there are none."""
    count, reason = choice.count, choice.reason and choice.reason.value
    if samples == 1 or count is None:
        return Vote(selector.value, samples, None, None, None, None, 0.0 if samples > 1 and reason else None, reason)
    return Vote(
        selector.value,
        samples,
        count.voters,
        count.groups,
        count.votes,
        count.runner_up,
        round(count.margin(samples), 4),
        reason,
    )


def result_of(execution: Execution, show: Show) -> Result:
    """The first rows, as many as are shown and have room."""
    rows, room = [], show.characters
    for row in execution.rows[: show.rows]:
        cells = tuple(shown_cell(value, show.cell_characters) for value in row)
        room -= sum(len(str(cell)) for cell in cells)
        if room < 0:
            break
        rows.append(cells)
    columns = tuple(_cut(name, show.cell_characters) for name in execution.columns)
    return Result(columns, tuple(rows), len(execution.rows), not execution.truncated)


def shown_cell(value: Any, characters: int) -> Cell:
    """A value as JSON has it: long text cut, blobs as SQLite writes them, what JSON cannot hold as text."""
    if isinstance(value, bytes):
        return _cut(f"x'{value[:characters].hex()}'", characters)
    if isinstance(value, str):
        return _cut(value, characters)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and abs(value) > EXACT_INTEGER:
        return str(value)
    return value


def text_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Lines of a table for a terminal, numbers to the right."""
    cells = [[visible("NULL" if cell is None else str(cell)) for cell in row] for row in rows]
    names = [visible(name) for name in columns]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    numeric = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(names))]

    def line(texts: Sequence[str]) -> str:
        fitted = zip(texts, widths, numeric, strict=True)
        return "  ".join(text.rjust(width) if right else text.ljust(width) for text, width, right in fitted).rstrip()

    return [line(names), "  ".join("-" * width for width in widths), *map(line, cells)]


def visible(text: str) -> str:
    """`text` on one line of a terminal: what would move the cursor, hide or turn text around is spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1] + "…"

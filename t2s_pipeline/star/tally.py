"""What a model's candidates say of a question: how often it is solved, and its distinct right answers.

    tallies = tally(attempts, thoughts=False)          # rows of `attempts` of one pass, in their order
    check_generator("star.self_1.candidates", attempts, max_failed_fraction=0.5)

What is right is train-side truth (`evaluation/train_truth.py`); a candidate of which nothing is known counts in no
solve rate. Identical SQL counts as often as it was written in the solve rate, and is one answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.prompts.extract import extract_thought

Row = Mapping[str, Any]


class GeneratorFailed(InvariantError):
    """The model did not answer, so that nothing can be learnt from its pass; never a reason to learn golds instead."""


@dataclass(frozen=True)
class Answer:
    """A right answer, with the thought before it where thoughts are learnt, and the first sample that gave it."""

    sql: str
    thought: str | None
    sample: int


@dataclass(frozen=True)
class Tally:
    """One question: candidates, those judged right or wrong, those right, and the distinct right answers."""

    example_id: str
    candidates: int
    judged: int
    right: int
    answers: tuple[Answer, ...]

    @property
    def solve_rate(self) -> float | None:
        """Right ones of those judged; None where none was."""
        return self.right / self.judged if self.judged else None

    @property
    def solved(self) -> bool:
        """Whether there is an answer to learn."""
        return bool(self.answers)


def tally(attempts: Iterable[Row], *, thoughts: bool) -> dict[str, Tally]:
    """By example_id, in the order of the attempts. With `thoughts`, right ones without a thought are not learnt."""
    by_example: dict[str, list[Row]] = {}
    for attempt in attempts:
        by_example.setdefault(attempt["example_id"], []).append(attempt)
    return {
        example_id: Tally(
            example_id,
            candidates=len(rows),
            judged=sum(row["train_correct"] is not None for row in rows),
            right=sum(row["train_correct"] is True for row in rows),
            answers=_answers(rows, thoughts),
        )
        for example_id, rows in by_example.items()
    }


def check_generator(rollout: str, attempts: Sequence[Row], max_failed_fraction: float) -> None:
    """Raise GeneratorFailed where there are no candidates, or more than this share of them hold no SQL."""
    failed = [row for row in attempts if row["sql"] is None]
    if not attempts or len(failed) > max_failed_fraction * len(attempts):
        said = f"the first says {(failed[0]['raw_text'] or '')[:80]!r}, " if failed else ""
        raise GeneratorFailed(
            f"{rollout}: {len(failed)} of {len(attempts)} candidates hold no SQL, more than max_failed_fraction = "
            f"{max_failed_fraction:g} allows: {said}all are in the view `completions` (`text`, the latest by "
            "`created_at`); mend the model or its prompts"
        )


def _answers(attempts: Sequence[Row], thoughts: bool) -> tuple[Answer, ...]:
    found: dict[str, Answer] = {}
    for row in sorted(attempts, key=lambda row: row["sample"]):
        if row["train_correct"] is not True:
            continue
        thought = extract_thought(row["raw_text"]) if thoughts else None
        if thoughts and not (thought and thought.closed and thought.text):
            continue
        sql = row["sql"].strip()
        found.setdefault(sql, Answer(sql, thought.text if thought else None, row["sample"]))
    return tuple(found.values())

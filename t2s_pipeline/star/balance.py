"""How many rows of a training each question gives, and of what: the balance of an iteration.

    lessons = balance(tallies, rationalised, golds, star)

* A solved question gives `rows_for(solve_rate)` rows: 1 where every candidate is right, `max_rows_per_question` where
  hardly one is, and never fewer than a question that is solved more often. They are its distinct right answers, in the
  order of their samples, again from the first where there are fewer.
* A question without a right answer gives what the gold had a hand in: right answers to the question with the gold
  shown (rationalised), else the gold itself. All of these together are at most `max_gold_fraction` of the rows, dealt a
  row a question before any gets a second; which questions come first is drawn by their ids. Where thoughts are learnt,
  golds, which have none, would teach to leave them out: there rationalised answers alone are learnt.
* So without a single right answer there is nothing to learn: an error, and never a training on golds alone.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.star.tally import Answer, GeneratorFailed, Tally


class Source(StrEnum):
    """Where a row's answer is from."""

    CANDIDATE = "candidate"
    RATIONALISED = "rationalised"
    GOLD = "gold"


@dataclass(frozen=True)
class Lesson:
    """One answer to one question, and in how many rows of the training it stands."""

    example_id: str
    source: Source
    answer: Answer
    copies: int


def rows_for(solve_rate: float, most: int) -> int:
    """Rows of a question that is solved so often (0 to 1): from `most` down to 1, the more the harder."""
    return 1 + math.floor((most - 1) * (1 - solve_rate) + 0.5)


def balance(
    tallies: Mapping[str, Tally], rationalised: Mapping[str, Tally], golds: Mapping[str, str], star: StarConfig
) -> list[Lesson]:
    """What is learnt of the questions in `tallies`, in their order; `golds` are by example_id, and needed for those
    without a right answer. Raises GeneratorFailed where no candidate is right."""
    most = star.max_rows_per_question
    found: dict[str, list[Lesson]] = {}
    for example_id, own in tallies.items():
        if own.solved:
            found[example_id] = _dealt(example_id, Source.CANDIDATE, own.answers, rows_for(own.solve_rate or 0.0, most))
    solved = sum(lesson.copies for lessons in found.values() for lesson in lessons)
    if not solved:
        raise GeneratorFailed(_nothing_right(len(tallies), star))
    helped = {example_id: answered.answers for example_id, answered in rationalised.items() if answered.solved}
    unsolved = [
        example_id for example_id in tallies if example_id not in found and (example_id in helped or not star.thoughts)
    ]
    for example_id, rows in _gold_rows(unsolved, most, gold_limit(solved, star.max_gold_fraction), star.seed).items():
        if example_id in helped:
            found[example_id] = _dealt(example_id, Source.RATIONALISED, helped[example_id], rows)
        else:
            gold = Answer(golds[example_id].strip(), None, 0)
            found[example_id] = _dealt(example_id, Source.GOLD, (gold,), rows)
    return [lesson for example_id in tallies for lesson in found.get(example_id, ())]


def _nothing_right(questions: int, star: StarConfig) -> str:
    """Why there is nothing to learn, and what to do."""
    if star.errors_of and not questions:
        return f"the vote gets every question right: there is no error to learn from after {star.errors_of!r}"
    asked, remedy = (
        (f"the {questions} questions that the vote gets wrong", f"raise candidates, which is {star.candidates}")
        if star.errors_of
        else (
            f"{questions} questions",
            "start from a stronger model, or from one trained on golds (`t2s merge` makes a model of an adapter)",
        )
    )
    return (
        f"not one of the candidates for {asked} is right: there is nothing to learn but golds, which this loop does "
        f"not train on alone; {remedy}"
    )


def gold_limit(solved_rows: int, max_gold_fraction: float) -> int:
    """The most rows that golds may add to so many rows of right answers."""
    return math.floor(solved_rows * max_gold_fraction / (1 - max_gold_fraction) + 1e-9)


def _dealt(example_id: str, source: Source, answers: tuple[Answer, ...], rows: int) -> list[Lesson]:
    """So many rows over the answers, in turns."""
    copies = Counter(number % len(answers) for number in range(rows))
    return [Lesson(example_id, source, answers[number], copies[number]) for number in sorted(copies)]


def _gold_rows(unsolved: list[str], most: int, limit: int, seed: int) -> dict[str, int]:
    """Rows of each question that was not solved, of `limit` in all and at most `most` each."""
    drawn = sorted(unsolved, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
    limit = min(limit, most * len(drawn))
    if not limit:
        return {}
    each, more = divmod(limit, len(drawn))
    return {name: each + (place < more) for place, name in enumerate(drawn) if each + (place < more)}

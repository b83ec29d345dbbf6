"""An example as scoring takes it, and as it comes out: with a verdict a sample, and one of them chosen."""

from __future__ import annotations

from dataclasses import dataclass

from t2s_pipeline.evaluation.verdict import Verdict


@dataclass(frozen=True)
class ScoredExample:
    """What scoring needs of an example. `hardness` is a level's name; `excluded_reason` None where it counts.

    `line` is its entry of the prediction file, from 1; None where the examples are the file's entries in order.
    `audited`: the gold audit has nothing against its gold; None where it was not made.
    """

    example_id: str
    database_id: str
    database_path: str
    question: str | None
    gold: str
    hardness: str
    excluded_reason: str | None = None
    line: int | None = None
    audited: bool | None = None


@dataclass(frozen=True)
class RejectedLine:
    """An entry of the prediction file whose input row is no example; the last three as far as the row has them."""

    line: int
    reason: str
    samples: tuple[str, ...]
    database_id: str | None = None
    question: str | None = None
    gold: str | None = None


@dataclass(frozen=True)
class JudgedExample:
    """An example with a verdict a sample; `chosen` is the sample that the vote made its answer."""

    example: ScoredExample
    verdicts: tuple[Verdict, ...]
    chosen: int

    @property
    def answer(self) -> Verdict:
        return self.verdicts[self.chosen]

"""Scoring: samples of each example verified, one of them chosen by vote, and the figures of these answers.

    report = score_predictions(examples, [["SELECT ...", ...], ...], verifier)      # samples of each example
    print(report.as_text())
    report.overall                                                                  # Proportion(852, 1034)

This is the part that knows no files: examples with their database's path go in, a `ScoreReport` comes out. From dicts
or files: `t2s_pipeline.score` and `score_files`. With one sample an example the vote is that sample.

Every example counts: an empty prediction is a missing candidate and wrong; where gold fails or a rule cannot decide,
the answer counts as not correct and is reported as undecided. A `RejectedLine` is a line of the file whose input row
is no example: it is in no figure. Identical samples of an example are verified once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from t2s_pipeline.database_files import database_files
from t2s_pipeline.evaluation.judged import JudgedExample, RejectedLine, ScoredExample
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.score_report import ScoreReport, report_of
from t2s_pipeline.evaluation.verifier import Candidate, Verifier
from t2s_pipeline.evaluation.voting import majority_vote

BATCH = 1024
"""Candidates between two reports of progress: enough that no worker waits long for the others."""

Progress = Callable[[int, int, str], None]
"""Told (done, all, of what)."""


def score_predictions(
    examples: Sequence[ScoredExample],
    samples: Sequence[Sequence[str]],
    verifier: Verifier,
    *,
    rule: MatchRule = MatchRule.OFFICIAL,
    progress: Progress | None = None,
    rejected: Sequence[RejectedLine] = (),
) -> ScoreReport:
    """Verify every sample, vote, and count by `rule`. `progress` is told of samples after each batch.

    Raises ValueError where there is not one list of samples, with at least one, an example.
    """
    if len(examples) != len(samples):
        raise ValueError(f"predictions for {len(samples)} examples, but there are {len(examples)} examples")
    for example, texts in zip(examples, samples, strict=True):
        if not texts:
            raise ValueError(f"{example.example_id}: no samples; give an empty text where there is no prediction")
    judged: list[JudgedExample] = []
    done, total = 0, sum(map(len, samples))
    for batch in _batches(examples, samples, rule):
        judged += batch.judged_by(verifier)
        done += batch.samples
        if progress is not None:
            progress(done, total, "verdicts")
    return report_of(judged, rejected, rule, _several_files(examples))


def _several_files(examples: Sequence[ScoredExample]) -> dict[str, tuple[str, ...]]:
    """Names of the files of each database that has more than one, the main one first."""
    paths = {example.database_id: example.database_path for example in examples}
    files = {database_id: database_files(path) for database_id, path in sorted(paths.items())}
    return {name: tuple(map(os.path.basename, found)) for name, found in files.items() if len(found) > 1}


@dataclass
class _Batch:
    """Some examples, their distinct candidates, and where the verdict of each sample stands among theirs."""

    examples: list[ScoredExample]
    candidates: list[Candidate]
    positions: list[list[int]]
    samples: int = 0

    def judged_by(self, verifier: Verifier) -> Iterator[JudgedExample]:
        verdicts = verifier.verify(self.candidates)
        for example, positions in zip(self.examples, self.positions, strict=True):
            own = tuple([verdicts[position] for position in positions])
            chosen = 0 if len(own) == 1 else majority_vote([verdict.result_digest for verdict in own])
            yield JudgedExample(example, own, chosen)


def _batches(examples: Sequence[ScoredExample], samples: Sequence[Sequence[str]], rule: MatchRule) -> Iterator[_Batch]:
    """Whole examples, in order, in batches of BATCH candidates or a few more."""
    batch = _Batch([], [], [])
    for example, texts in zip(examples, samples, strict=True):
        position: dict[str, int] = {}
        for sql in texts:
            if sql not in position:
                position[sql] = len(batch.candidates)
                batch.candidates.append(_candidate(example, sql, rule))
        batch.examples.append(example)
        batch.positions.append([position[sql] for sql in texts])
        batch.samples += len(texts)
        if len(batch.candidates) >= BATCH:
            yield batch
            batch = _Batch([], [], [])
    if batch.examples:
        yield batch


def _candidate(example: ScoredExample, sql: str, rule: MatchRule) -> Candidate:
    plug_value = rule is MatchRule.PLUG_VALUE
    return Candidate(example.database_id, example.database_path, example.gold, sql, plug_value)

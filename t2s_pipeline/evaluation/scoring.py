"""Scoring a file of predictions against a split: what `t2s score` does, with the base installation alone.

    predictions = read_predictions(Path("pred.txt"), expected=len(examples))      # of prediction_files.py
    report = score_predictions(examples, predictions, verifier)
    print(report.as_text())
    write_verdicts(report, Path("verdicts.parquet"))

Every line is a row. A line with an example counts: an empty one is a missing candidate and wrong; a gold query that
fails is reported in its rows, which count as not correct. The headline is over all these lines; over those that no
`excluded_reason` excludes, it is given beside it. A line whose input row was rejected has no example to be judged by:
it is in no figure, and its row has no verdict but the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.evaluation.error_class import ErrorClass
from t2s_pipeline.evaluation.hardness import Hardness
from t2s_pipeline.evaluation.statistics import Proportion
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, Verifier

BATCH = 512
LINES_SHOWN = 20  # of each reason on a terminal; JSON has them all


@dataclass(frozen=True)
class ScoredExample:
    """What scoring needs of an example. `hardness` is a level's name; `excluded_reason` None where it counts.

    `line` is its line of the prediction file, from 1; None where the examples are the file's lines in order.
    """

    example_id: str
    database_id: str
    database_path: str
    question: str
    gold: str
    hardness: str
    excluded_reason: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class RejectedLine:
    """A line of the prediction file whose input row is no example; the last three as far as the row has them."""

    line: int
    reason: str
    prediction: str
    database_id: str | None = None
    question: str | None = None
    gold: str | None = None


@dataclass(frozen=True)
class ClassCount:
    """Lines of one error class; `correct` of them are correct all the same (the official rule repairs some)."""

    error_class: str
    lines: int
    correct: int


@dataclass(frozen=True)
class ScoreReport:
    """The figures, with the lines they come from. `undecided`: lines that count as wrong without a verdict
    (gold failed, was cut, or the column match hit its bound). `rejected` lines are in no figure.
    """

    overall: Proportion
    not_excluded: Proportion
    strict: Proportion
    by_hardness: dict[str, Proportion]
    by_hardness_not_excluded: dict[str, Proportion]
    by_error_class: tuple[ClassCount, ...]
    differences: dict[str, int]
    undecided: int
    examples: tuple[ScoredExample, ...]
    verdicts: tuple[Verdict, ...]
    rejected: tuple[RejectedLine, ...] = ()

    @property
    def rejected_lines(self) -> dict[str, list[int]]:
        """The numbers of the lines that could not be judged, by reason."""
        lines: dict[str, list[int]] = {}
        for rejected in self.rejected:
            lines.setdefault(rejected.reason, []).append(rejected.line)
        return lines

    def as_dict(self) -> dict[str, Any]:
        """The figures for JSON."""
        return {
            "rule": "official",
            "execution_accuracy": _figures(self.overall),
            "execution_accuracy_not_excluded": _figures(self.not_excluded),
            "execution_accuracy_strict": _figures(self.strict),
            "by_hardness": {level: _figures(p) for level, p in self.by_hardness.items()},
            "by_hardness_not_excluded": {level: _figures(p) for level, p in self.by_hardness_not_excluded.items()},
            "by_error_class": [
                {"error_class": c.error_class, "lines": c.lines, "correct": c.correct} for c in self.by_error_class
            ],
            "sandbox_differences": self.differences,
            "undecided": self.undecided,
            "lines_without_an_example": self.rejected_lines,
            "sqlite_version": self.verdicts[0].sqlite_version if self.verdicts else None,
        }

    def as_text(self) -> str:
        """The figures for a terminal."""
        lines = [f"execution accuracy (official)  {self.overall}"]
        if self.not_excluded != self.overall:
            lines.append(f"  without excluded examples    {self.not_excluded}")
        lines.append(f"  strict (DISTINCT counts)     {self.strict}")
        lines += ["", "by hardness"]
        lines += [f"  {level:<29}{p}" for level, p in self.by_hardness.items()]
        lines += ["", "by error class, as written"]
        lines += [
            f"  {c.error_class:<29}{c.lines:>6}" + (f"  ({c.correct} correct)" if _repaired(c) else "")
            for c in self.by_error_class
        ]
        if self.undecided:
            lines += ["", f"undecided, counted as wrong    {self.undecided}"]
        if self.differences:
            found = ", ".join(f"{name} {count}" for name, count in self.differences.items())
            lines += ["", f"may differ from the official evaluator: {found}"]
        lines += [""] if self.rejected else []
        lines += [_without_example(reason, found) for reason, found in self.rejected_lines.items()]
        return "\n".join(lines)


def score_predictions(
    examples: Sequence[ScoredExample],
    predictions: Sequence[str],
    verifier: Verifier,
    progress: Callable[[int, int], None] | None = None,
    rejected: Sequence[RejectedLine] = (),
) -> ScoreReport:
    """Verify every prediction and count. `progress` is told (done, all) after each batch.

    With `rejected` lines, each example states its `line`. Raises ValueError where there is not one prediction an
    example.
    """
    if len(examples) != len(predictions):
        raise ValueError(f"{len(predictions)} predictions for {len(examples)} examples")
    verdicts: list[Verdict] = []
    for start in range(0, len(examples), BATCH):
        batch = zip(examples[start : start + BATCH], predictions[start : start + BATCH], strict=True)
        verdicts += verifier.verify([Candidate(e.database_id, e.database_path, e.gold, sql) for e, sql in batch])
        if progress is not None:
            progress(len(verdicts), len(examples))
    return _report(examples, verdicts, rejected)


def write_verdicts(report: ScoreReport, path: Path) -> None:
    """One row a line of the prediction file, as Parquet. The column `correct` is the official rule's."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(verdict_rows(report), schema=pa.schema(_COLUMNS)), path, compression="zstd")


def verdict_rows(report: ScoreReport) -> list[dict[str, Any]]:
    """The rows of `write_verdicts`, in the order of the file; `line` counts from 1.

    The row of a rejected line has `rejected_reason`, no `correct`, and no verdict.
    """
    judged = [
        {
            "line": e.line or line,
            "correct": v.correct_official is True,
            **_of(e, _EXAMPLE_COLUMNS),
            **_of(v, _VERDICT_COLUMNS),
            "rejected_reason": None,
        }
        for line, (e, v) in enumerate(zip(report.examples, report.verdicts, strict=True), start=1)
    ]
    return sorted([*judged, *map(_rejected_row, report.rejected)], key=lambda row: row["line"])


def _rejected_row(rejected: RejectedLine) -> dict[str, Any]:
    known = {
        "line": rejected.line,
        "database_id": rejected.database_id,
        "question": rejected.question,
        "gold": rejected.gold,
        "sql": rejected.prediction,
        "rejected_reason": rejected.reason,
    }
    return {name: known.get(name) for name, _ in _COLUMNS}


def _report(
    examples: Sequence[ScoredExample], verdicts: Sequence[Verdict], rejected: Sequence[RejectedLine]
) -> ScoreReport:
    pairs = list(zip(examples, verdicts, strict=True))
    classes: dict[str, list[bool]] = {str(c): [] for c in ErrorClass} | {_UNJUDGED: []}
    differences: dict[str, int] = {}
    for v in verdicts:
        classes[str(v.error_class or _UNJUDGED)].append(_right(v))
        if v.sandbox_difference is not None:
            name = str(v.sandbox_difference)
            differences[name] = differences.get(name, 0) + 1
    return ScoreReport(
        overall=Proportion.of(map(_right, verdicts)),
        not_excluded=Proportion.of(_right(v) for e, v in pairs if e.excluded_reason is None),
        strict=Proportion.of(v.correct_strict is True for v in verdicts),
        by_hardness=_by_hardness(pairs),
        by_hardness_not_excluded=_by_hardness([(e, v) for e, v in pairs if e.excluded_reason is None]),
        by_error_class=tuple(ClassCount(name, len(r), sum(r)) for name, r in classes.items() if r),
        differences=differences,
        undecided=sum(v.correct_official is None for v in verdicts),
        examples=tuple(examples),
        verdicts=tuple(verdicts),
        rejected=tuple(rejected),
    )


def _by_hardness(pairs: Sequence[tuple[ScoredExample, Verdict]]) -> dict[str, Proportion]:
    """The levels that occur, from easy to extra."""
    outcomes = {str(level): [_right(v) for e, v in pairs if e.hardness == level] for level in Hardness}
    return {level: Proportion.of(found) for level, found in outcomes.items() if found}


def _right(verdict: Verdict) -> bool:
    return verdict.correct_official is True


def _repaired(count: ClassCount) -> bool:
    return count.correct > 0 and count.error_class != ErrorClass.EXECUTION_CORRECT


def _without_example(reason: str, lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:LINES_SHOWN])) + (", ..." if len(lines) > LINES_SHOWN else "")
    return f"{len(lines)} lines are in no figure: {reason} (line {shown})"


def _figures(proportion: Proportion) -> dict[str, Any]:
    low, high = proportion.interval or (None, None)
    return {
        "numerator": proportion.numerator,
        "denominator": proportion.denominator,
        "value": proportion.rate,
        "interval_low": low,
        "interval_high": high,
    }


def _of(record: object, columns: dict[str, str]) -> dict[str, Any]:
    return {name: _plain(getattr(record, name), kind) for name, kind in columns.items()}


def _plain(value: Any, kind: str) -> Any:
    """Enumerations as their text."""
    return str(value) if kind == "string" and value is not None else value


_UNJUDGED = "ran_without_verdict"
_EXAMPLE_COLUMNS = dict.fromkeys(
    ("example_id", "database_id", "question", "gold", "hardness", "excluded_reason"), "string"
)
_VERDICT_COLUMNS = {
    "sql": "string",
    "status": "string",
    "error_class": "string",
    "error": "string",
    "correct_official": "bool",
    "correct_strict": "bool",
    "sandbox_difference": "string",
    "gold_error": "string",
    "row_count": "int64",
    "gold_row_count": "int64",
    "column_count": "int64",
    "truncated": "bool",
    "result_digest": "string",
    "syntax_valid": "bool",
    "schema_valid": "bool",
    "executable": "bool",
    "quoted_identifier_as_literal": "bool",
    "elapsed_ms": "double",
    "sqlite_version": "string",
}
_COLUMNS = [
    ("line", "int64"),
    ("correct", "bool"),
    *_EXAMPLE_COLUMNS.items(),
    *_VERDICT_COLUMNS.items(),
    ("rejected_reason", "string"),
]

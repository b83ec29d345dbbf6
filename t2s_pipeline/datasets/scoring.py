"""Scores a file of predictions against a split of a data set: what `t2s score` does.

The file has a line for every input row of the split. Rows that cannot be examples (no database, a gold that does not
run) cannot be judged: they are counted and named, and are in no denominator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.load import database_paths, load_split
from t2s_pipeline.evaluation.scoring import ScoredExample, ScoreReport, score_predictions
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.prediction_files import read_predictions


@dataclass(frozen=True)
class SplitScore:
    """The report over the examples, and the lines that could not be judged, by reason."""

    report: ScoreReport
    rejected: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        return self.report.as_dict() | {"lines_without_an_example": self.rejected}

    def as_text(self) -> str:
        notes = [f"{count} lines are in no figure: {reason}" for reason, count in self.rejected.items()]
        return "\n".join([self.report.as_text(), *([""] if notes else []), *notes])


def score_file(
    file: Path,
    dataset: DatasetConfig,
    dataset_name: str,
    split: Literal["train", "dev"],
    data_folder: Path,
    verifier: GoldVerifier,
    progress: Callable[[int, int], None] | None = None,
) -> SplitScore:
    """Judge every line of `file`. Raises DatasetError, and PredictionFileError for another number of lines."""
    rows = load_split(dataset, dataset_name, split, data_folder, verifier)
    predictions = read_predictions(file, len(rows.examples) + len(rows.rejected))
    paths = database_paths(dataset, dataset_name, data_folder, {row["database_id"] for row in rows.examples})
    examples = [
        ScoredExample(
            row["example_id"],
            row["database_id"],
            str(paths[row["database_id"]]),
            row["question"],
            row["gold"],
            row["hardness"],
            row["excluded_reason"],
            int(row["example_id"].rsplit("/", 1)[1]) - dataset.offset + 1,
        )
        for row in rows.examples
    ]
    report = score_predictions(examples, [predictions[e.line - 1] for e in examples], verifier, progress)
    return SplitScore(report, dict(Counter(row["reason"] for row in rows.rejected)))

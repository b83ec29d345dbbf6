"""Scores a file of predictions against a split of a data set: what `t2s score` does.

The file has a line for every input row of the split. Rows that cannot be examples (no database, a gold that does not
run) cannot be judged: they are named by line, and are in no denominator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.load import SplitRows, database_paths, load_split
from t2s_pipeline.evaluation.scoring import RejectedLine, ScoredExample, ScoreReport, score_predictions
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.prediction_files import read_predictions

DETAIL_SHOWN = 200  # characters of what is wrong with the first row, which may name a path of any length


def score_file(
    file: Path,
    dataset: DatasetConfig,
    dataset_name: str,
    split: Literal["train", "dev"],
    data_folder: Path,
    verifier: GoldVerifier,
    progress: Callable[[int, int], None] | None = None,
) -> ScoreReport:
    """Judge every line of `file` that has an example.

    Raises DatasetError, also where no row of the split is an example, and PredictionFileError for another number of
    lines.
    """
    rows = load_split(dataset, dataset_name, split, data_folder, verifier)
    if not rows.examples:
        raise DatasetError(_nothing_to_score(rows, dataset_name, split))
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
    judged = [predictions[e.line - 1] for e in examples]
    rejected = _rejected_lines(rows, {e.line for e in examples}, predictions)
    return score_predictions(examples, judged, verifier, progress, rejected)


def _rejected_lines(rows: SplitRows, judged: set[int], predictions: Sequence[str]) -> list[RejectedLine]:
    """The lines that no example has are those of the rejected rows, in the same order."""
    lines = [line for line in range(1, len(predictions) + 1) if line not in judged]
    return [
        RejectedLine(line, row["reason"], predictions[line - 1], row["database_id"], row["question"], row["gold"])
        for line, row in zip(lines, rows.rejected, strict=True)
    ]


def _nothing_to_score(rows: SplitRows, dataset_name: str, split: str) -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in Counter(r["reason"] for r in rows.rejected).items())
    first: dict[str, Any] = rows.rejected[0]
    return (
        f"data set {dataset_name}, {split}: nothing to score, for none of its {len(rows.rejected)} rows is an example "
        f"({reasons}; {first['source_file']}, row {first['source_row']}: {first['detail'][:DETAIL_SHOWN]}); "
        f"mend the rows or their databases, and look again with: t2s data check --dataset {dataset_name}"
    )

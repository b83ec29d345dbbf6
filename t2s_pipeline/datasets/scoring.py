"""Scoring predictions against gold, from dicts, from files, or against a split of a configured data set.

    from t2s_pipeline import score, score_files

    report = score([{"gold": "SELECT count(*) FROM singer", "database": "concert_singer.sqlite"}], ["SELECT 1"])
    report = score_files("pred.txt", "dev_gold.sql", "database")
    print(report.as_text())

Needs the base installation alone. A prediction is a SQL text, a list of samples, over which there is a vote, or an
object with either in `samples`, `sql` or `prediction`; what files may be, `prediction_files.py` and `gold_files.py`
say; what a report holds, `evaluation/score_report.py`.

Of a configured split, the file has an entry for every input row. Rows that cannot be examples (no database, a gold that
does not run) cannot be judged: they are named by line, and are in no denominator.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.gold_files import gold_of_records, read_gold
from t2s_pipeline.datasets.gold_subset import with_audit
from t2s_pipeline.datasets.load import SplitRows, database_paths, load_split
from t2s_pipeline.evaluation.judged import RejectedLine, ScoredExample
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.score_report import ScoreReport
from t2s_pipeline.evaluation.scoring import Progress, score_predictions
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.prediction_files import PredictionFileError, given_candidates, read_candidates

Extract = Callable[[str], str | None]
"""The SQL of one sample, or None where it holds none."""

DETAIL_SHOWN = 200  # characters of what is wrong with the first row, which may name a path of any length


def score(
    examples: Iterable[Mapping[str, Any]],
    predictions: Sequence[str | Sequence[str] | Mapping[str, Any]],
    *,
    databases: str | os.PathLike[str] | None = None,
    rule: MatchRule | str = MatchRule.OFFICIAL,
    audit: bool = False,
    verifier: GoldVerifier | None = None,
    progress: Progress | None = None,
) -> ScoreReport:
    """Judge a prediction, a list of samples, or an object with them (as in a file of predictions), for each example.

    An example is a dict with `gold` (or `query`, as Spider's, or `SQL`, as BIRD's) and `database`, a SQLite file; or
    with `db_id`, where `databases` is the folder that holds `<db_id>/<db_id>.sqlite`. `question` is optional.
    `audit` looks at the golds as well (`report.audited`; a few milliseconds each). `verifier` is used and left open
    where given; else one with the default limits is opened for this call. Raises DatasetError, naming the row, for an
    example that cannot be used or predictions that are not one an example.
    """
    golds = gold_of_records(examples, None if databases is None else Path(databases))
    ids, names = [example.example_id for example in golds], list(map(_database_name, golds))
    try:
        samples = given_candidates(predictions, len(golds), example_ids=ids, databases=names)
    except PredictionFileError as error:
        raise DatasetError(str(error)) from error
    with _opened(verifier) as judge:
        golds = with_audit(golds, judge, progress) if audit else golds
        return score_predictions(golds, samples, judge, rule=MatchRule(rule), progress=progress)


def score_files(
    predictions: str | os.PathLike[str],
    gold: str | os.PathLike[str],
    databases: str | os.PathLike[str] | None = None,
    *,
    rule: MatchRule | str = MatchRule.OFFICIAL,
    extract: Extract | None = None,
    audit: bool = False,
    verifier: GoldVerifier | None = None,
    progress: Progress | None = None,
) -> ScoreReport:
    """Judge a file of predictions by a file of golds: `SQL<TAB>db_id` a line, JSON or JSONL.

    With the files that the official evaluator takes, its figure comes out. `extract` makes the SQL of each sample, as
    `prompts.extract.extract_sql` does of a model's answer; without it samples are SQL. Raises DatasetError and
    PredictionFileError, naming file and row.
    """
    file, gold, databases = Path(predictions), Path(gold), None if databases is None else Path(databases)
    golds = read_gold(gold, databases)
    ids = [example.example_id for example in golds]
    samples = read_candidates(file, len(golds), example_ids=ids, databases=list(map(_database_name, golds)))
    inputs = {"predictions": str(file), "gold": str(gold)} | ({"databases": str(databases)} if databases else {})
    with _opened(verifier) as judge:
        golds = with_audit(golds, judge, progress) if audit else golds
        report = score_predictions(golds, _extracted(samples, extract), judge, rule=MatchRule(rule), progress=progress)
    return replace(report, inputs=inputs)


def score_split(
    file: Path,
    dataset: DatasetConfig,
    dataset_name: str,
    split: Literal["train", "dev"],
    data_folder: Path,
    verifier: GoldVerifier,
    *,
    rule: MatchRule = MatchRule.OFFICIAL,
    extract: Extract | None = None,
    audit: bool = False,
    progress: Progress | None = None,
) -> ScoreReport:
    """Judge every entry of `file` that has an example in the split.

    Raises DatasetError, also where no row of the split is an example, and PredictionFileError where the file has
    not an entry for every row.
    """
    rows = load_split(dataset, dataset_name, split, data_folder, verifier, _told(progress, "golds run"))
    if not rows.examples:
        raise DatasetError(_nothing_to_score(rows, dataset_name, split))
    paths = database_paths(dataset, dataset_name, data_folder, {row["database_id"] for row in rows.examples})
    examples = [_scored(row, paths[row["database_id"]], dataset.offset) for row in rows.examples]
    count = len(rows.examples) + len(rows.rejected)
    of_line = {example.line: example for example in examples}
    read = read_candidates(
        file,
        count,
        example_ids=[f"{dataset_name}/{split}/{dataset.offset + n:05d}" for n in range(count)],
        databases=[_database_name(of_line.get(line)) for line in range(1, count + 1)],
    )
    samples = _extracted(read, extract)
    judged = [samples[example.line - 1] for example in examples]
    examples = with_audit(examples, verifier, progress) if audit else examples
    rejected = _rejected_lines(rows, of_line, samples)
    report = score_predictions(examples, judged, verifier, rule=rule, progress=progress, rejected=rejected)
    return replace(report, inputs={"predictions": str(file), "dataset": dataset_name, "split": split})


def _extracted(samples: list[list[str]], extract: Extract | None) -> list[list[str]]:
    return samples if extract is None else [[extract(text) or "" for text in texts] for texts in samples]


def _told(progress: Progress | None, what: str) -> Callable[[int, int], None] | None:
    """Progress of one kind of thing."""
    return None if progress is None else lambda done, total: progress(done, total, what)


@contextmanager
def _opened(verifier: GoldVerifier | None) -> Iterator[GoldVerifier]:
    if verifier is not None:
        yield verifier
        return
    with GoldVerifier() as own:
        yield own


def _scored(row: Mapping[str, Any], path: Path, offset: int) -> ScoredExample:
    return ScoredExample(
        example_id=row["example_id"],
        database_id=row["database_id"],
        database_path=str(path),
        question=row["question"],
        gold=row["gold"],
        hardness=row["hardness"],
        excluded_reason=row["excluded_reason"],
        line=int(row["example_id"].rsplit("/", 1)[1]) - offset + 1,
    )


def _database_name(example: ScoredExample | None) -> str | None:
    """The `db_id` of an example, without the name of the data set."""
    return example.database_id.partition("/")[2] if example else None


def _rejected_lines(
    rows: SplitRows, judged: Mapping[int, ScoredExample], samples: Sequence[Sequence[str]]
) -> list[RejectedLine]:
    """The lines that no example has are those of the rejected rows, in the same order."""
    lines = [line for line in range(1, len(samples) + 1) if line not in judged]
    return [
        RejectedLine(line, row["reason"], tuple(samples[line - 1]), row["database_id"], row["question"], row["gold"])
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

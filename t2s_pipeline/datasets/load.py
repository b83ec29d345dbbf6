"""One split of a data set: every input row becomes a row of `examples` or of `rejected_examples`.

    split = load_split(config.datasets["spider"], "spider", "dev", data_folder, verifier)
    len(split.examples), len(split.rejected)       # 1034, 0

The development slice (`offset`, then `train_limit` or `dev_limit` rows, 0 for all) is taken from the
input rows in file order before anything else; ids count from the files' first row, so a row has the same
id in every slice. Split `train_holdout` is the part of train that settings are chosen on: the rows of the databases
that `holdout_fraction` takes out of train. Rows lack the column `experiment`; the stage that publishes them adds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.config_tuning import HOLDOUT
from t2s_pipeline.database_files import further_database_files
from t2s_pipeline.datasets.column_descriptions import description_files
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.holdout import held_out_databases
from t2s_pipeline.datasets.json_files import InputRow
from t2s_pipeline.datasets.levels import level_of
from t2s_pipeline.datasets.paths import is_file
from t2s_pipeline.datasets.source import SPLITS, DatabaseLocation, open_source
from t2s_pipeline.datasets.spider import exclusions_file, read_exclusions
from t2s_pipeline.evaluation.verifier import Candidate, GoldAudit, GoldVerifier
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.schema.catalog import DatabaseSchema, read_schema

CODE_VERSION = "2"
BATCH = 500
"""Golds run between two reports of progress."""


class RejectReason(StrEnum):
    """Why an input row is no example."""

    MISSING_FIELD = "missing_field"
    MISSING_DATABASE = "missing_database"
    GOLD_FAILS = "gold_fails"


@dataclass(frozen=True)
class SplitRows:
    """Rows for `examples` and for `rejected_examples`, each in file order."""

    examples: list[dict[str, Any]]
    rejected: list[dict[str, Any]]


def load_split(
    dataset: DatasetConfig,
    dataset_name: str,
    split: Literal["train", "train_holdout", "dev"],
    data_folder: Path,
    verifier: GoldVerifier,
    progress: Callable[[int, int], None] | None = None,
    holdout_fraction: float = 0.0,
) -> SplitRows:
    """Read the split and run every gold. `progress` gets golds run, of all; `holdout_fraction` is the share of the
    train databases that are split `train_holdout` and not train.

    Raises DatasetError where the data set or one of its files cannot be used, InvariantError where a row got lost.
    """
    source = open_source(dataset, dataset_name, data_folder)
    all_rows = source.rows(file_split(split))
    exclusions = read_exclusions(source.folder, file_split(split), len(all_rows))
    databases = source.databases()
    sliced = [(row, databases.locate(row)) for row in _slice(all_rows, dataset, split)]
    located = _part(sliced, split, holdout_fraction)
    rows = [row for row, _ in located]
    audits = _run_golds(located, verifier, progress)
    table_names: dict[str, dict[str, list[str]]] = {}
    examples, rejected = [], []
    for row, place in located:
        problem = _problem(row, place, audits.get(row.number))
        if problem:
            rejected.append(_rejected_row(row, place, split, *problem))
            continue
        if place.database_id not in table_names:
            table_names[place.database_id] = _names(read_schema(place.path, place.database_id))
        examples.append(
            _example_row(row, split, audits[row.number])
            | {
                "example_id": f"{dataset_name}/{file_split(split)}/{row.number:05d}",
                "hardness": str(level_of(row, table_names[place.database_id], stated_only=source.stated_levels)),
                "excluded_reason": exclusions.get(row.number),
            }
        )
    check_every_row_read(rows, examples, rejected)
    return SplitRows(examples, rejected)


def file_split(split: str) -> str:
    """The split whose files the rows of `split` stand in, by which they are named, too."""
    return "train" if split == HOLDOUT else split


def _part(
    located: list[tuple[InputRow, DatabaseLocation | None]], split: str, fraction: float
) -> list[tuple[InputRow, DatabaseLocation | None]]:
    """Of the rows of train, those of the part that `split` is; a row of no known database stays in train."""
    held_out = held_out_databases((place.database_id for _, place in located if place), fraction)
    return [
        (row, place)
        for row, place in located
        if (place is not None and place.database_id in held_out) == (split == HOLDOUT)
    ]


def check_every_row_read(
    rows: Sequence[InputRow], examples: Sequence[Mapping[str, Any]], rejected: Sequence[Mapping[str, Any]]
) -> None:
    """Raise InvariantError unless each of `rows` is in one of the two, once: here alone the input is at hand.

    The tables by themselves (`check_every_row_counted`) cannot tell that rows at either end are lost.
    """
    expected = {(row.source_file, row.source_row) for row in rows}
    found = [(row["source_file"], row["source_row"]) for row in (*examples, *rejected)]
    if len(found) != len(rows) or set(found) != expected:
        lost = sorted(expected - set(found))
        named = f"; {lost[0][0]}: row {lost[0][1]} is lost" if lost else ""
        raise InvariantError(
            f"{len(rows)} input rows became {len(examples)} examples and {len(rejected)} rejected ones{named}; "
            "load the split again"
        )


def check_every_row_counted(examples: Iterable[Mapping[str, Any]], rejected: Iterable[Mapping[str, Any]]) -> None:
    """Raise InvariantError unless the rows of each source file are one run of numbers, each of them once."""
    numbers: dict[str, list[int]] = {}
    for row in (*examples, *rejected):
        numbers.setdefault(row["source_file"], []).append(row["source_row"])
    for name, found in numbers.items():
        found.sort()
        for before, after in pairwise(found):
            if after != before + 1:
                what = f"is there twice ({before})" if after == before else f"is missing ({before + 1})"
                raise InvariantError(
                    f"{name}: an input row {what} in examples and rejected_examples; load the split again"
                )


def split_sources(dataset: DatasetConfig, split: str, data_folder: Path) -> dict[str, Path]:
    """The files that the split's rows are made from, by a name that does not depend on where they are.

    These are its input files, its exclusions, the databases that its slice names with all their files and the
    descriptions of their columns, and, where databases are given as files, the other split's input files (they have a
    say in the ids). Raises DatasetError as `load_split`.
    """
    source = open_source(dataset, "", data_folder)
    databases = source.databases()
    split = file_split(split)
    all_rows = source.rows(split)
    files = {f"{split} file {number}: {path.name}": path for number, path in enumerate(source.files[split])}
    if any(row.database_file for row in all_rows):
        for other in SPLITS:
            files |= {f"{other} file {n}: {p.name}": p for n, p in enumerate(source.files[other]) if is_file(p)}
    exclusions = exclusions_file(source.folder, split)
    if exclusions.is_file():
        files[exclusions.name] = exclusions
    for row in _slice(all_rows, dataset, split):
        place = databases.locate(row)
        if place and place.path and f"database {place.database_id}" not in files:
            files[f"database {place.database_id}"] = place.path
            for path in (*map(Path, further_database_files(place.path)), *description_files(place.path)):
                files[f"database {place.database_id}: {path.name}"] = path
    return files


def database_paths(
    dataset: DatasetConfig, dataset_name: str, data_folder: Path, database_ids: Iterable[str]
) -> dict[str, Path]:
    """The database files of `database_ids` (as in `examples`). Raises DatasetError for one that is not
    there."""
    databases = open_source(dataset, dataset_name, data_folder).databases()
    paths = {}
    for database_id in sorted(set(database_ids)):
        place = databases.by_id(database_id)
        if place.path is None:
            raise DatasetError(f"database {database_id}: {place.detail}; put it back, or load examples again")
        paths[database_id] = place.path
    return paths


def _slice(rows: list[InputRow], dataset: DatasetConfig, split: str) -> list[InputRow]:
    limit = dataset.train_limit if file_split(split) == "train" else dataset.dev_limit
    kept = rows[dataset.offset :][: limit or None]
    if not kept:
        raise DatasetError(
            f"the data set's offset is {dataset.offset}, but its {split} split has only {len(rows)} rows; lower it"
        )
    return kept


def _run_golds(
    located: list[tuple[InputRow, DatabaseLocation | None]],
    verifier: GoldVerifier,
    progress: Callable[[int, int], None] | None,
) -> dict[int, GoldAudit]:
    """What running the gold of every complete row showed, by row number."""
    runnable = [(row, place) for row, place in located if not row.missing and place.path]
    audits = {}
    for start in range(0, len(runnable), BATCH):
        batch = runnable[start : start + BATCH]
        items = [Candidate(place.database_id, str(place.path), row.gold, row.gold) for row, place in batch]
        audits |= {row.number: audit for (row, _), audit in zip(batch, verifier.audit_gold(items), strict=True)}
        if progress:
            progress(start + len(batch), len(runnable))
    return audits


def _names(schema: DatabaseSchema) -> dict[str, list[str]]:
    return {table.name: [column.name for column in table.columns] for table in schema.tables}


def _problem(row: InputRow, place: DatabaseLocation | None, audit: GoldAudit | None) -> tuple[RejectReason, str] | None:
    """Why the row is no example, and what exactly is wrong; None where it is one."""
    if row.missing:
        return RejectReason.MISSING_FIELD, row.missing
    if place.path is None:
        return RejectReason.MISSING_DATABASE, place.detail
    if not audit.runs:
        # The text ends up in a table whose content must not depend on where the files are.
        return RejectReason.GOLD_FAILS, str(audit.error).replace(str(place.path), place.database_id)
    if audit.truncated:
        return RejectReason.GOLD_FAILS, "returns more than sandbox.max_rows or sandbox.max_bytes allow"
    return None


def _example_row(row: InputRow, split: str, audit: GoldAudit) -> dict[str, Any]:
    """What row and audit say; the caller adds id, hardness and exclusion."""
    return {
        "database_id": audit.database_id,
        "split": split,
        "question": row.question,
        "gold": row.gold,
        "evidence": row.evidence,
        "gold_row_count": audit.row_count,
        "gold_vacuous": audit.vacuous,
        "source_file": row.source_file,
        "source_row": row.source_row,
    }


def _rejected_row(
    row: InputRow, place: DatabaseLocation | None, split: str, reason: RejectReason, detail: str
) -> dict[str, Any]:
    return {
        "split": split,
        "source_file": row.source_file,
        "source_row": row.source_row,
        "split_row": row.number,
        "database_id": place.database_id if place else None,
        "question": row.question,
        "gold": row.gold,
        "reason": str(reason),
        "detail": detail,
    }

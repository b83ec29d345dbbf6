"""What `t2s data check` prints: what is in a data set, what is left out, and whether it is as released.

check = check_dataset(config.datasets["spider"], "spider", data_folder, verifier)
print(render(check))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.column_descriptions import read_descriptions
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.load import SplitRows, database_paths, load_split
from t2s_pipeline.datasets.source import open_source
from t2s_pipeline.datasets.spider import CHECKSUM_FILE, ChecksumResult, verify_checksums
from t2s_pipeline.evaluation.hardness import Hardness
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.schema.catalog import read_schema


@dataclass(frozen=True)
class SplitCheck:
    """Counts of one split. `databases` are those that examples read; tuples hold (what, count), most first.

    `descriptions` are those that files beside the databases have, and how many of these are of no column there.
    """

    split: str
    input_rows: int
    examples: int
    databases: int
    vacuous_golds: int
    hardness: dict[str, int]
    rejected: tuple[tuple[str, int], ...]
    rejected_databases: tuple[tuple[str, int], ...]
    excluded: tuple[tuple[str, int], ...]
    descriptions: tuple[int, int]


@dataclass(frozen=True)
class DatasetCheck:
    """`checksums` is None where the data set has no list of them."""

    dataset: str
    folder: Path
    splits: tuple[SplitCheck, ...]
    checksums: ChecksumResult | None


def check_dataset(
    dataset: DatasetConfig,
    dataset_name: str,
    data_folder: Path,
    verifier: GoldVerifier,
    progress: Callable[[int, int], None] | None = None,
) -> DatasetCheck:
    """Load every split that the data set has, and compare its databases with the list of checksums.

    Raises DatasetError where the data set or one of its files cannot be used.
    """
    source = open_source(dataset, dataset_name, data_folder)
    checks = []
    if not source.readable_splits():
        raise DatasetError("; ".join(source.problems.values()))
    for split in source.readable_splits():
        rows = load_split(dataset, dataset_name, split, data_folder, verifier, progress)
        paths = database_paths(dataset, dataset_name, data_folder, {row["database_id"] for row in rows.examples})
        checks.append(_split_check(split, rows, _descriptions(paths)))
    return DatasetCheck(dataset_name, source.folder, tuple(checks), verify_checksums(source.folder))


def _descriptions(paths: Mapping[str, Path]) -> tuple[int, int]:
    """Descriptions of columns of these databases, and how many of them are of no column."""
    count, strangers = 0, 0
    for database_id, path in paths.items():
        found = read_descriptions(path)
        tables = read_schema(path, database_id).tables if found else ()
        columns = {(table.name.lower(), column.name.lower()) for table in tables for column in table.columns}
        count, strangers = count + len(found), strangers + len(found.keys() - columns)
    return count, strangers


def _split_check(split: str, rows: SplitRows, descriptions: tuple[int, int]) -> SplitCheck:
    def counted(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))

    without_database = [r["database_id"] for r in rows.rejected if r["reason"] == "missing_database"]
    return SplitCheck(
        split=split,
        input_rows=len(rows.examples) + len(rows.rejected),
        examples=len(rows.examples),
        databases=len({row["database_id"] for row in rows.examples}),
        vacuous_golds=sum(row["gold_vacuous"] for row in rows.examples),
        hardness=dict(Counter(row["hardness"] for row in rows.examples)),
        rejected=counted(row["reason"] for row in rows.rejected),
        rejected_databases=counted(without_database),
        excluded=counted(row["excluded_reason"] for row in rows.examples if row["excluded_reason"]),
        descriptions=descriptions,
    )


def render(check: DatasetCheck) -> str:
    """The check as text for a terminal."""
    lines = [f"{check.dataset}: {check.folder}"]
    for split in check.splits:
        lines += ["", f"{split.split}: {split.input_rows} rows, {split.examples} examples"]
        lines.append(f"  databases read        {split.databases}")
        levels = [level for level in Hardness if level in split.hardness]
        lines.append("  hardness              " + ", ".join(f"{n} {split.hardness[n]}" for n in levels))
        lines.append(f"  vacuous golds         {split.vacuous_golds} (no rows, or a database without rows)")
        if split.descriptions[0]:
            lines.append("  column descriptions   {}, of no column there {}".format(*split.descriptions))
        lines += _counted("rejected", split.rejected)
        lines += _counted("  without a database", split.rejected_databases)
        lines += _counted("excluded", split.excluded)
    return "\n".join([*lines, "", *_checksum_lines(check.checksums)])


def _counted(label: str, counts: tuple[tuple[str, int], ...]) -> list[str]:
    if not counts:
        return [] if label.startswith(" ") else [f"  {label:<21} 0"]
    return [f"  {label:<21} {number} {what}" for what, number in counts]


def _checksum_lines(result: ChecksumResult | None) -> list[str]:
    if result is None:
        return [f"checksums: no {CHECKSUM_FILE}, nothing to compare with"]
    total = len(result.equal) + len(result.different) + len(result.absent)
    lines = [f"checksums: {len(result.equal)} of {total} dev databases are as released"]
    lines += [f"  differs: {name}" for name in result.different]
    lines += [f"  absent:  {name}" for name in result.absent]
    return lines

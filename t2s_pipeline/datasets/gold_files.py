"""Gold queries that are not a configured data set: a list of dicts, or a file with a folder of databases.

    golds = read_gold(Path("dev_gold.sql"), Path("database"))       # `SQL<TAB>db_id` a line, as the official evaluator
    golds = read_gold(Path("dev.json"), Path("database"))           # Spider's, BIRD's, or one's own, also .jsonl
    golds = gold_of_records([{"gold": "SELECT 1", "database": "shop.sqlite"}])

The fields of dicts are those of `json_files.py`; the question may be absent. A row that lacks its gold or its database,
or whose database is not there, is an error that names it: here, nothing is left out of the figures.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.json_files import (
    DATABASE_FILE_FIELDS,
    DATABASE_NAME_FIELDS,
    GOLD_FIELDS,
    QUESTION_FIELDS,
    InputRow,
    read_input_rows,
    text_field,
)
from t2s_pipeline.datasets.levels import level_of
from t2s_pipeline.datasets.paths import resolved
from t2s_pipeline.datasets.source import Databases, Source
from t2s_pipeline.evaluation.judged import ScoredExample
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.text_files import read_text

NAME = "gold"  # of the data set that these golds make: ids are gold/00017, databases gold/concert_singer
JSON_SUFFIXES = (".json", ".jsonl")


def read_gold(file: Path, databases: Path | None) -> list[ScoredExample]:
    """The golds of a file, in order. `databases` holds `<db_id>/<db_id>.sqlite` or `<db_id>.sqlite`.

    Raises DatasetError, naming the file and the row.
    """
    rows = read_input_rows([file]) if file.suffix in JSON_SUFFIXES else _read_lines(file)
    for row in rows:
        if row.gold is None or not (row.database_name or row.database_file):
            raise DatasetError(f"{row.place(file)}: {row.missing}")
    return _examples(rows, databases, str(file), "give the folder of databases (--db)")


def gold_of_records(records: Iterable[Mapping[str, Any]], databases: Path | None = None) -> list[ScoredExample]:
    """The golds of dicts, in order; a database file is relative to the working folder. Raises DatasetError."""
    rows = [_row_of_record(record, number) for number, record in enumerate(records)]
    return _examples(rows, databases, "records", "give the folder of databases (databases=...)")


def _row_of_record(record: Mapping[str, Any], number: int) -> InputRow:
    where = f"records, row {number} (from 0)"
    if not isinstance(record, Mapping):
        raise DatasetError(f'{where}: {record!r:.60} is no dict; a row looks like {{"gold": ..., "database": ...}}')
    plain = {key: os.fspath(value) if isinstance(value, os.PathLike) else value for key, value in record.items()}
    gold, gold_problem = text_field(plain, GOLD_FIELDS)
    file, _ = text_field(plain, DATABASE_FILE_FIELDS)
    name, name_problem = text_field(plain, DATABASE_NAME_FIELDS)
    question, _ = text_field(plain, QUESTION_FIELDS)
    if gold is None:
        raise DatasetError(f"{where}: {gold_problem}")
    if file is None and name is None:
        raise DatasetError(f"{where}: {name_problem}, and no database file in 'database'")
    return InputRow(
        number=number,
        source_file="records",
        source_row=number,
        question=question,
        gold=gold,
        database_name=name if file is None else None,
        database_file=None if file is None else resolved(Path.cwd(), file),
        evidence=None,
        missing="",
    )


def _read_lines(file: Path) -> list[InputRow]:
    """The rows of a file with `SQL<TAB>db_id` a line; blank lines at its end do not count."""
    text = read_text(file, "gold queries", DatasetError)
    lines = text.rstrip().split("\n")
    if lines == [""]:
        raise DatasetError(f"{file}: holds no rows; expected SQL<TAB>db_id a line")
    return [_row_of_line(file, number, line) for number, line in enumerate(lines)]


def _row_of_line(file: Path, number: int, line: str) -> InputRow:
    where = f"{file}:{number + 1}"
    if not line.strip():
        raise DatasetError(f"{where}: empty; sessions (SParC, CoSQL) are not supported, so remove the empty lines")
    sql, _, name = (part.strip() for part in line.strip().rpartition("\t"))
    if not sql or not name:
        raise DatasetError(f"{where}: expected SQL<TAB>db_id; for golds in JSON, name the file .json or .jsonl")
    return InputRow(number, file.name, number, None, sql, name, None, None, "", line=number + 1)


def _examples(rows: Sequence[InputRow], folder: Path | None, where: str, remedy: str) -> list[ScoredExample]:
    """The rows with database and hardness."""
    if not rows:
        raise DatasetError(f"{where}: no examples; give at least one")
    if folder is None and any(row.database_name for row in rows):
        name = next(row.database_name for row in rows if row.database_name)
        raise DatasetError(f"{where}: names database {name!r}, but not where it is; {remedy}")
    if folder is not None and not folder.is_dir():
        raise DatasetError(f"{folder}: no such folder of databases; {remedy}")
    base = folder or Path()
    databases = Databases(Source(NAME, base, (base,), {}), rows)
    table_names: dict[str, dict[str, list[str]]] = {}
    found = []
    for row in rows:
        place = databases.locate(row)
        if place is None or place.path is None:
            detail = place.detail if place else "no database"
            looked = f" ({row.database_file or base})"
            raise DatasetError(f"{row.place(where)}: {detail}{looked}; put it there, or mend the row")
        if place.database_id not in table_names:
            table_names[place.database_id] = _table_names(place.path, place.database_id, row.place(where))
        level = str(level_of(row, table_names[place.database_id]))
        found.append(
            ScoredExample(
                example_id=f"{NAME}/{row.number:05d}",
                database_id=place.database_id,
                database_path=str(place.path),
                question=row.question,
                gold=row.gold,
                hardness=level,
                line=row.number + 1,
            )
        )
    return found


def _table_names(path: Path, database_id: str, where: str) -> dict[str, list[str]]:
    """Columns by table. Raises DatasetError, naming file and row, for what cannot be read or holds no table."""
    if not os.access(path, os.R_OK):
        raise DatasetError(f"{where}: {path}: may not be read; give yourself permission (chmod u+r)")
    try:
        schema = read_schema(path, database_id)
    except sqlite3.Error as error:
        named = str(error) if str(path) in str(error) else f"{path}: {error}"
        raise DatasetError(f"{where}: {named}; put the right file there") from error
    if not schema.tables:
        raise DatasetError(f"{where}: {path}: has no tables; put the right file there")
    return {table.name: [column.name for column in table.columns] for table in schema.tables}

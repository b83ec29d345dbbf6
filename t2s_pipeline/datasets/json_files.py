"""JSON lists and JSONL files of questions with gold SQL, read strictly.

    for row in read_input_rows([Path("train.json"), Path("more.jsonl")]):
        row.question, row.gold, row.database_name, row.database_file, row.missing

Fields, first name that the row has: the question is `question`, `utterance` or `nl`, unless `question_fields` says
otherwise; the gold is `query`, `gold`, `gold_sql`, `SQL` (as in BIRD) or `sql`; the database is a file in `db_path`,
`database_path`, `sqlite_path` or `database` (relative to the file's folder), else a name in `db_id` or `database_id`.
`evidence` and `difficulty` are kept; `missing` is a converter's word that the row is no example, and why; all else is
ignored.

A file that is not such a list is a DatasetError naming file and row; a row that lacks a field is still a row,
with `missing` saying what. Where databases are and whether a gold runs is not this module's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.paths import is_file, resolved
from t2s_pipeline.text_files import read_text

QUESTION_FIELDS = ("question", "utterance", "nl")
GOLD_FIELDS = ("query", "gold", "gold_sql", "SQL", "sql")
DATABASE_FILE_FIELDS = ("db_path", "database_path", "sqlite_path", "database")
DATABASE_NAME_FIELDS = ("db_id", "database_id")
_KNOWN_FIELDS = {*QUESTION_FIELDS, *GOLD_FIELDS, *DATABASE_FILE_FIELDS, *DATABASE_NAME_FIELDS}


@dataclass(frozen=True)
class InputRow:
    """One row of an input file.

    `number` counts over all files of the split from 0, `source_row` over the row's own file from 0; `line` is its line
    there, from 1, where rows are lines.
    At most one of `database_name` and `database_file` is set; `missing` is "" where the row is complete; for
    `difficulty`, see `levels.py`.
    """

    number: int
    source_file: str
    source_row: int
    question: str | None
    gold: str | None
    database_name: str | None
    database_file: Path | None
    evidence: str | None
    missing: str
    difficulty: str | None = None
    line: int | None = field(default=None, compare=False)

    def place(self, file: Path | str) -> str:
        """Where the row stands, for an error: `gold.sql:3`, or the row of a list."""
        return f"{file}, row {self.source_row} (from 0)" if self.line is None else f"{file}:{self.line}"


def read_input_rows(files: Iterable[Path], question_fields: tuple[str, ...] = QUESTION_FIELDS) -> list[InputRow]:
    """All rows of `files`, in order. Raises DatasetError for a file that is absent, empty or malformed."""
    rows: list[InputRow] = []
    for path in files:
        for source_row, (line, record) in enumerate(_read_records(path)):
            rows.append(_input_row(record, len(rows), path, source_row, line, question_fields))
    return rows


def _read_records(path: Path) -> list[tuple[int | None, Mapping[str, Any]]]:
    """The objects of a JSON list, or, with its line, of a file with one a line (blank lines do not count)."""
    if not is_file(path):
        raise DatasetError(f"{path}: no such file; check the data set's root and its file names")
    text = read_text(path, "examples", DatasetError)
    records: list[tuple[int | None, Mapping[str, Any]]]
    if text.lstrip()[:1] == "[":
        records = [(None, record) for record in _read_list(text, path)]
    else:
        _refuse_one_object(text, path)
        records = [*read_lines(text, path)]
    if not records:
        raise DatasetError(f"{path}: holds no rows; expected a JSON list or one JSON object a line")
    return records


def _refuse_one_object(text: str, path: Path) -> None:
    """Raise DatasetError for a file that is one JSON object over several lines, or one around the list of rows."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(whole, dict):
        return
    holders = [key for key, value in whole.items() if isinstance(value, list) and _has_rows(value)]
    if "\n" in text.strip() or (holders and not _KNOWN_FIELDS & whole.keys()):
        remedy = f"save the list in {_shown(holders[0])} alone" if holders else "put the rows between [ and ]"
        raise DatasetError(
            f"{path}: expected a list of objects, found an object with keys {_shown_all(whole)}; {remedy}, "
            "or write one whole JSON object a line"
        )


def _has_rows(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)


def _read_list(text: str, path: Path) -> list[Mapping[str, Any]]:
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        row = _rows_before_error(text)
        raise DatasetError(f"{path}, row {row} (from 0): {error}; repair or remove this row") from error
    for row, record in enumerate(records):
        if not isinstance(record, dict):
            raise DatasetError(
                f"{path}, row {row} (from 0): {_shown(record)} is not a JSON object; "
                'a row looks like {"question": ..., "query": ..., "db_id": ...}'
            )
    return records


def _rows_before_error(text: str) -> int:
    """How many elements of the JSON list `text` can be read before the one that cannot."""
    decoder, count = json.JSONDecoder(), 0
    position = text.index("[") + 1
    while True:
        while text[position : position + 1].isspace() or text[position : position + 1] == ",":
            position += 1
        try:
            _, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return count
        count += 1


def read_lines(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of `text`, one a line, each with its line from 1; `path` is for errors. Raises DatasetError."""
    # Not splitlines(): JSON strings may hold U+2028 and its like unescaped.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DatasetError(
                f"{path}:{number}: {error}; expected a JSON list, or one whole JSON object a line"
            ) from error
        if not isinstance(record, dict):
            raise DatasetError(f"{path}:{number}: {_shown(record)} is not a JSON object")
        yield number, record


def _shown_all(keys: Iterable[str]) -> str:
    return _shorter(", ".join(map(repr, keys)) or "(none)")


def _shown(value: Any) -> str:
    return _shorter(repr(value))


def _shorter(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _input_row(
    record: Mapping[str, Any],
    number: int,
    path: Path,
    source_row: int,
    line: int | None,
    question_fields: tuple[str, ...],
) -> InputRow:
    question, question_problem = text_field(record, question_fields)
    gold, gold_problem = text_field(record, GOLD_FIELDS)
    file, file_problem = text_field(record, DATABASE_FILE_FIELDS)
    name, name_problem = text_field(record, DATABASE_NAME_FIELDS)
    stated_problem, _ = text_field(record, ("missing",))
    evidence, evidence_problem = _optional_text(record, "evidence")
    difficulty, difficulty_problem = _optional_text(record, "difficulty")
    found = (question_problem, gold_problem, evidence_problem, difficulty_problem)
    problems = [stated_problem] if stated_problem else [problem for problem in found if problem]
    if file is None and name is None:
        stated = any(field in record for field in DATABASE_FILE_FIELDS)
        problems.append(file_problem if stated else name_problem)
    return InputRow(
        number=number,
        source_file=path.name,
        source_row=source_row,
        question=question,
        gold=gold,
        database_name=name if file is None else None,
        database_file=None if file is None else resolved(path.parent, file),
        evidence=evidence,
        missing="; ".join(problems),
        difficulty=difficulty,
        line=line,
    )


def _optional_text(record: Mapping[str, Any], name: str) -> tuple[str | None, str]:
    """The same of a field that may be absent, null or blank; what is neither that nor text is a problem."""
    value = record.get(name)
    blank = value is None or (isinstance(value, str) and not value.strip())
    return (None, "") if blank else text_field(record, (name,))


def text_field(record: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str | None, str]:
    """The text in the first of `names` that the record has, and what is wrong where there is none."""
    name = next((name for name in names if record.get(name) is not None), None)
    if name is None:
        return None, f"no field {' or '.join(repr(n) for n in names)}"
    value = record[name]
    if not isinstance(value, str) or not value.strip():
        return None, f"field {name!r} is {_shown(value)}, expected text"
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return None, f"field {name!r} holds half a surrogate pair, which is not text"
    return value, ""

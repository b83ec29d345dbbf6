"""WikiSQL as databases and SQL text: what `kind = "wikisql"` reads.

    folder = build_wikisql(Path("WikiSQL/data/dev.jsonl"), data_folder / "wikisql/0d41...")
    folder / "dev.jsonl"                        # rows as json_files.py reads them, in the order of the source
    folder / "database/1-10007452-3.sqlite"     # each table is a database, so that a prompt shows that one alone

The sources are `<stem>.jsonl` (question, `table_id`, and a query as numbers) and `<stem>.tables.jsonl` beside it. A
table is called `table_1_10007452_3`, as in WikiSQL's own database; its columns have their headers as names (white space
made one blank, `column_3` for an empty one, `_2` behind a repeated one) and not `col0`, `col1`, so that a model can
know what they hold. Types are TEXT COLLATE NOCASE and REAL.

The query becomes text, `SELECT MAX("Goals for") FROM table_... WHERE Season = 1998 AND Club = 'ajax'`. What cannot be
rendered is a row with `missing`, and so a rejected example; a broken file is an error. WikiSQL's evaluator compares
lower-cased conditions with a lower-cased database; here cells keep their case, and NOCASE makes comparisons ignore it,
of ASCII letters alone. A condition on numbers is read as there: `1,234` is a number, else the first number in the text
counts. Of two conditions on one column that evaluator takes the second's value for both; here each has its own.

Built again only where the sources changed. Not covered: the test split has no place of its own (name it in
`dev_files`), and WikiSQL's own figures, for which predictions would have to be such numbers as well.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from t2s_pipeline.datasets.built_folder import built_folder, size_of
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.json_files import read_lines
from t2s_pipeline.datasets.paths import is_file
from t2s_pipeline.datasets.wikisql_query import TableColumns, Unrenderable, level, number_in, render
from t2s_pipeline.schema.serialise import quote_identifier
from t2s_pipeline.text_files import read_text

DATABASE_FOLDER = "database"
ROOT_VARIABLE = "WIKISQL_ROOT"

_FORMAT_VERSION = "1"  # raise it when the same sources shall give other files
_WRITE_SETTINGS = "PRAGMA page_size = 1024; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
_DECLARED = {"text": "TEXT COLLATE NOCASE", "real": "REAL"}
_TABLE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def wikisql_folder(root: str) -> Path:
    """The folder of WikiSQL for the configured `root`. Raises DatasetError, with what to do, where there is none."""
    remedy = f"set {ROOT_VARIABLE} to the folder that holds dev.jsonl and dev.tables.jsonl"
    if not root or f"${ROOT_VARIABLE}" in root:
        raise DatasetError(f"{ROOT_VARIABLE} is not set: {remedy}")
    if not Path(root).is_dir():
        raise DatasetError(f"{root}: no such folder: {remedy}")
    return Path(root)


def tables_file(questions: Path) -> Path:
    """The file of the tables that a file of questions asks about."""
    return questions.with_name(f"{questions.stem}.tables.jsonl")


def build_wikisql(questions: Path, folder: Path) -> Path:
    """Build `folder/<stem>` from a file of questions and its tables, unless it is there, and return it.

    Raises DatasetError, naming file and line, where a source is absent or broken.
    """
    sources = (questions, tables_file(questions))
    digest = hashlib.sha256(f"{_FORMAT_VERSION} {apsw.sqlite_lib_version()}".encode())
    for path in sources:
        if not is_file(path):
            raise DatasetError(
                f"{path}: no such file; unpack WikiSQL's data.tar.bz2, and set the data set's root to it"
            )
        with open(path, "rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return built_folder(
        folder / questions.stem,
        digest.hexdigest(),
        lambda fresh: _write_all(fresh, *sources),
        what="WikiSQL split",
        identity=size_of,
    )


@dataclass(frozen=True)
class _Table:
    """One line of the tables; `columns` are by their numbers."""

    table_id: str
    columns: TableColumns
    rows: list[list[Any]]


def _write_all(folder: Path, questions: Path, tables: Path) -> None:
    databases = folder / DATABASE_FOLDER
    databases.mkdir()
    known: dict[str, TableColumns] = {}
    for place, table in _read_tables(tables):
        if table.table_id in known:
            raise DatasetError(f"{place}: table {table.table_id!r} stands here again; keep one")
        _write_database(databases / f"{table.table_id}.sqlite", table, place)
        known[table.table_id] = table.columns
    with open(folder / questions.name, "x", encoding="utf-8", newline="\n") as file:
        for _, record in read_lines(read_text(questions, "examples", DatasetError), questions):
            file.write(json.dumps(_converted(record, known, tables.name)) + "\n")


def _converted(record: Mapping[str, Any], known: Mapping[str, TableColumns], source: str) -> dict[str, Any]:
    """The row of `record`, with its SQL, or with why there is none."""
    table_id = record.get("table_id")
    row = {"question": record.get("question"), "db_id": table_id}
    if not isinstance(table_id, str) or table_id not in known:
        return row | {"missing": f"table_id is {table_id!r:.60}, of which {source} has no table"}
    try:
        query = render(record.get("sql"), known[table_id])
    except Unrenderable as error:
        return row | {"missing": str(error)}
    return row | {"query": query, "difficulty": level(record["sql"])}


def _read_tables(path: Path) -> Iterator[tuple[str, _Table]]:
    """The tables of a file, each with the place where it stands. Raises DatasetError for one that is not a table."""
    for line, record in read_lines(read_text(path, "tables", DatasetError), path):
        place = f"{path}:{line}"
        table_id, header, types, rows = (record.get(key) for key in ("id", "header", "types", "rows"))
        if not isinstance(table_id, str) or not _TABLE_ID.fullmatch(table_id):
            raise DatasetError(f"{place}: id is {table_id!r:.60}, expected letters, digits, - and _; correct it")
        if not _texts(header) or not _texts(types) or not header or len(header) != len(types):
            raise DatasetError(f"{place}: expected header and types, lists of as many texts; correct them")
        odd = next((kind for kind in types if kind not in _DECLARED), None)
        if odd is not None:
            raise DatasetError(f"{place}: type {odd!r} of a column, expected text or real; correct it")
        if not isinstance(rows, list):
            raise DatasetError(f"{place}: rows is {rows!r:.60}, expected a list of rows; correct it")
        for number, row in enumerate(rows):
            if not isinstance(row, list) or len(row) != len(header):
                raise DatasetError(
                    f"{place}: row {number} (from 0) of the table is {row!r:.60}, expected a list of {len(header)} "
                    "values, one a header; correct it"
                )
        name = "table_" + table_id.replace("-", "_")
        yield place, _Table(table_id, TableColumns(name, tuple(column_names(header)), tuple(types)), rows)


def column_names(header: Sequence[str]) -> list[str]:
    """Names for columns of these headers: as they stand, but each of them once, whatever the case, and none empty."""
    names: list[str] = []
    taken: set[str] = set()
    wished = [" ".join(text.replace("\0", " ").split()) or f"column_{n}" for n, text in enumerate(header)]
    later = [name.lower() for name in wished]
    for name in wished:
        number, free = 1, name
        while free.lower() in taken or (number > 1 and free.lower() in later):
            number += 1
            free = f"{name}_{number}"
        taken.add(free.lower())
        names.append(free)
    return names


def _write_database(path: Path, table: _Table, place: str) -> None:
    columns = table.columns
    declared = ", ".join(
        f"{quote_identifier(name)} {_DECLARED[kind]}" for name, kind in zip(columns.names, columns.types, strict=True)
    )
    marks = ", ".join("?" * len(columns.names))
    connection = apsw.Connection(str(path))
    try:
        connection.execute(_WRITE_SETTINGS)
        connection.execute("BEGIN")
        connection.execute(f"CREATE TABLE {quote_identifier(columns.table)} ({declared})")
        cells = [[_cell(v, kind) for v, kind in zip(row, columns.types, strict=True)] for row in table.rows]
        connection.executemany(f"INSERT INTO {quote_identifier(columns.table)} VALUES ({marks})", cells)
        connection.execute("COMMIT")
    except (apsw.Error, TypeError, ValueError) as error:  # ValueError: half a surrogate pair, too
        raise DatasetError(f"{place}: table {table.table_id} cannot be written ({error}); correct it") from error
    finally:
        connection.close()


def _cell(value: Any, kind: str) -> str | float | None:
    """A cell as the database holds it: numbers in columns of numbers, where they are some, and else texts."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"a cell is {value!r:.60}, expected a text or a number")
    if kind == "real":
        found = number_in(value)
        return str(value) if found is None else found
    return str(value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)

"""Build the embedded data set: from the committed texts beside this file to a folder in Spider's layout.

    folder = build_embedded(Path("data/embedded"))

The sources are, for each database, `databases/<db_id>.sql` (schema and rows) and `questions/<db_id>.sql` (golds of a
line each, under the questions that ask it, as comments), and `splits.toml`, which says whose questions are in which
split, and in which order. Written are

    <target>/database/<db_id>/<db_id>.sqlite    <target>/tables.json
    <target>/train_spider.json                  <target>/dev.json

The same sources give the same bytes: databases are written by the SQLite that apsw bundles, in one transaction, without
a journal. When the folder is built and when it is left alone, `built_folder.py` says.

Not covered: Spider's optional columns (query_toks, question_toks, sql), and whether the questions are any
good; `tests/datasets/test_embedded_*.py` state what they promise.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import apsw

from t2s_pipeline.datasets.built_folder import built_folder, write_json
from t2s_pipeline.datasets.errors import DatasetError

SPLIT_FILES = {"train": "train_spider.json", "dev": "dev.json"}
QUESTION_MARK = "-- "
"""What a line of a question file begins with that is a question."""

_SOURCES = Path(__file__).parent
_SPLITS = "splits.toml"
_FORMAT_VERSION = "1"  # raise it when the same sources shall give other files
_WRITE_SETTINGS = "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
_SPIDER_TYPES = {"INTEGER": "number", "REAL": "number", "DATE": "time", "TEXT": "text"}


def build_embedded(target: Path, sources: Path = _SOURCES) -> Path:
    """Build the data set in the folder `target`, unless it is there already, and return `target`.

    Raises DatasetError for a broken source, and where `target` holds something that this function did
    not make.
    """
    digest = sources_digest(sources)
    return built_folder(target, digest, lambda folder: _write_all(folder, sources), what="embedded data set")


def sources_digest(sources: Path = _SOURCES) -> str:
    """The sha256 of all sources with their names, of the format version and of the SQLite that writes."""
    digest = hashlib.sha256(f"{_FORMAT_VERSION} {apsw.sqlite_lib_version()}".encode())
    named = [path for names in read_splits(sources).values() for name in names for path in _files_of(sources, name)]
    for path in sorted([sources / _SPLITS, *named]):
        name, content = path.relative_to(sources).as_posix(), path.read_bytes()
        digest.update(f"\n{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def read_splits(sources: Path = _SOURCES) -> dict[str, list[str]]:
    """The names of the databases of each split. Raises DatasetError unless they are those that have files."""
    path = sources / _SPLITS
    try:
        splits = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DatasetError(f"{path.name} cannot be read: {error}") from error
    lists = [isinstance(names, list) and all(isinstance(name, str) for name in names) for names in splits.values()]
    if set(splits) != set(SPLIT_FILES) or not all(lists):
        raise DatasetError(f"{path.name}: expected a list of databases for each of {', '.join(SPLIT_FILES)}, no more")
    names = [name for split in SPLIT_FILES for name in splits[split]]
    for name in names:
        if names.count(name) > 1:
            raise DatasetError(f"{path.name}: {name} is there twice; name each database in one split")
        for file in _files_of(sources, name):
            if not file.is_file():
                raise DatasetError(f"{path.name}: {name} is named, but there is no {file.relative_to(sources)}")
    files = {file.stem for kind in ("databases", "questions") for file in (sources / kind).glob("*.sql")}
    if unnamed := sorted(files - set(names)):
        raise DatasetError(f"{path.name}: {unnamed[0]} is in no split; name it in one, or remove its files")
    return {split: splits[split] for split in SPLIT_FILES}


def read_questions(path: Path) -> list[dict[str, str]]:
    """The rows of one question file, with the file's stem as db_id, in Spider's column names."""
    rows: list[dict[str, str]] = []
    asked: list[str] = []
    number = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(QUESTION_MARK):
            asked.append(line.removeprefix(QUESTION_MARK))
        elif line:
            if not asked:
                raise DatasetError(f"{path.name}:{number}: no question is above this gold; write one, as a comment")
            rows += [{"db_id": path.stem, "query": line, "question": question} for question in asked]
            asked = []
    if asked:
        raise DatasetError(f"{path.name}:{number}: no gold follows this question; write one, on a line")
    return rows


def _files_of(sources: Path, name: str) -> tuple[Path, Path]:
    """The script and the question file of one database."""
    return sources / "databases" / f"{name}.sql", sources / "questions" / f"{name}.sql"


def _write_all(folder: Path, sources: Path) -> None:
    schemas = []
    for split, names in read_splits(sources).items():
        rows: list[dict[str, str]] = []
        for name in names:
            script, questions = _files_of(sources, name)
            file = folder / "database" / name / f"{name}.sqlite"
            file.parent.mkdir(parents=True)
            schemas.append(_build_database(script, file))
            rows += read_questions(questions)
        write_json(folder / SPLIT_FILES[split], rows)
    write_json(folder / "tables.json", sorted(schemas, key=lambda schema: str(schema["db_id"])))


def _build_database(script: Path, file: Path) -> dict[str, object]:
    """Write the database, and return its entry for tables.json."""
    connection = apsw.Connection(str(file))
    try:
        connection.execute(_WRITE_SETTINGS)
        connection.execute(f"BEGIN;\n{script.read_text(encoding='utf-8')}\nCOMMIT;")
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
        if dangling:
            table, row_id, parent, _ = dangling[0]
            raise DatasetError(f"{script.name}: row {row_id} of {table} points to no row of {parent}")
        return _spider_schema(connection, script.stem)
    except apsw.Error as error:
        raise DatasetError(f"{script.name}: {error}") from error
    finally:
        connection.close()


def _spider_schema(connection: apsw.Connection, name: str) -> dict[str, object]:
    """The database's entry in tables.json. Column numbers count over all tables, with `*` as column 0."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    columns: list[tuple[int, str]] = [(-1, "*")]
    types, primary_keys = ["text"], []
    for table_number, table in enumerate(tables):
        for _, column, declared, _, _, key in connection.execute("SELECT * FROM pragma_table_info(?)", (table,)):
            if key:
                primary_keys.append(len(columns))
            if declared not in _SPIDER_TYPES:
                known = ", ".join(_SPIDER_TYPES)
                raise DatasetError(f"{name}.sql: {table}.{column} is of type {declared!r}; use one of {known}")
            columns.append((table_number, column))
            types.append(_SPIDER_TYPES[declared])
    foreign_keys = []
    for table_number, table in enumerate(tables):
        keys = connection.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', (table,))
        for column, parent, parent_column in keys:
            ends = (table_number, column), (tables.index(parent), parent_column)
            foreign_keys.append([columns.index(end) for end in ends])
    return {
        "column_names": [[number, column.replace("_", " ")] for number, column in columns],
        "column_names_original": [list(column) for column in columns],
        "column_types": types,
        "db_id": name,
        "foreign_keys": sorted(foreign_keys),
        "primary_keys": primary_keys,
        "table_names": [table.replace("_", " ") for table in tables],
        "table_names_original": tables,
    }

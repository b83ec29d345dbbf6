"""What the columns of a database mean, where its folder says so, as BIRD's do.

    read_descriptions(Path("dev_databases/shop/shop.sqlite"))     # {("item", "price"): "price of one piece, in euros"}

Read is `database_description/<table>.csv` beside the database, with the columns `original_column_name`, `column_name`,
`column_description`, `data_format` and `value_description`. The text of a column is its description (else its longer
name), then what its values mean, on one line of at most 200 characters. It goes into the table `columns`, and from
there into schema texts of style `mschema`.

The files were typed by many hands: they are read as UTF-8, else as Windows-1252; names count without case and blanks
around them; rows without a name are left out, and so are names that the database does not have. A text with `<|`, a
chat template's own mark, is left out, too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from t2s_pipeline.datasets.errors import DatasetError

FOLDER = "database_description"
MAX_CHARACTERS = 200

_NAME = "original_column_name"
_SAYS_NOTHING = ("not useful", "unuseful", "nan")
_HEADINGS = ("commonsense evidence:", "commonsense reasoning:")

Descriptions = dict[tuple[str, str], str]
"""By table and column, both in lower case."""


def description_files(database: Path) -> list[Path]:
    """The files that describe the database's tables, in the order of their names; none where there is no folder."""
    folder = database.parent / FOLDER
    found = (path for path in folder.glob("*.csv") if path.is_file() and not path.name.startswith("."))
    # A folder of databases side by side is nobody's own.
    return sorted(found) if database.parent.name == database.stem else []


def read_descriptions(database: Path) -> Descriptions:
    """The descriptions of a database's columns. Raises DatasetError, naming file and line, for what is no such file."""
    found: Descriptions = {}
    for path in description_files(database):
        table = path.stem.strip().lower()
        for column, text in _read_file(path).items():
            found.setdefault((table, column), text)
    return found


def _read_file(path: Path) -> dict[str, str]:
    text = _decoded(path)
    # A CSV file's own line breaks must stay: cells may hold some.
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    found: dict[str, str] = {}
    try:
        reader.fieldnames = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if _NAME not in reader.fieldnames:
            raise DatasetError(
                f"{path}:1: no column {_NAME} (there are: {', '.join(filter(None, reader.fieldnames)) or 'none'}); "
                "write it above the columns' names, or remove the file"
            )
        before = reader.line_num
        for row in reader:
            if _swallowed_the_rest(row, reader.line_num, text):
                raise csv.Error("a quote is opened and never closed")
            name, meaning = row[_NAME].strip().lower(), _text(row)
            if name and meaning and "<|" not in meaning:
                found.setdefault(name, meaning)
            before = reader.line_num
    except csv.Error as error:
        raise DatasetError(f"{path}:{before + 1}: {error}; repair the line, or remove the file") from error
    return found


def _swallowed_the_rest(row: Mapping[str, str | list[str]], line: int, text: str) -> bool:
    """Whether `row` runs over several lines to the end of a file with a quote too many."""
    broken = any("\n" in part or "\r" in part for cell in row.values() for part in cell)
    return broken and line >= len(text.splitlines()) and text.count('"') % 2 == 1


def _text(row: Mapping[str, str]) -> str:
    meaning = _plain(row.get("column_description")) or _plain(row.get("column_name"))
    values = _plain(row.get("value_description"))
    for heading in _HEADINGS:
        if values.lower().startswith(heading):
            values = values[len(heading) :].strip()
    text = "; ".join(part for part in (meaning, values) if part and not part.lower().startswith(_SAYS_NOTHING))
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 3].rstrip() + "..."


def _plain(text: str | None) -> str:
    """One line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


def _decoded(path: Path) -> str:
    content = path.read_bytes().replace(b"\0", b"")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")

"""Files of predictions, read by one rule wherever they are used: scored as they are, or answering for a model.

    read_candidates(Path("pred.txt"), expected=1034)        # [["SELECT ..."], ...]: samples of each example
    read_predictions(Path("pred.txt"), expected=1034)       # ["SELECT ...", ...]: where one each is wanted
    given_candidates([{"sql": "SELECT ..."}, ...], 1034)    # the same elements, as Python objects
    bird_predictions([("SELECT ...", "shop"), ...])         # the other way: the object that BIRD's evaluator takes

What a file may be, in UTF-8, with a byte order mark or without:

    .json    a list with an element an example, or one object that maps rows to SQL, as BIRD's evaluator takes it:
             {"0": "SELECT ...\\t----- bird -----\\tdb_id", ...}; 0 or null there is no prediction
    .jsonl   an element a line
    other    a SQL a line, in the order of the split; what follows a TAB is ignored, as by the official evaluator, but
             for one thing: where it is the name of another example's database, the order is wrong, and the file refused

An element is a SQL text, a list of one or more SQL texts (samples), or an object with its SQL in `samples`, `sql` or
`prediction`. What BIRD's separator sets behind a SQL text, its database, is checked and left out; so FINER-SQL's list
of a question and such a text is one prediction. Either every object of a file names its example, by `example_id` or by
`index` (the row of the split, from 0), and then they may stand in any order, or none does, and they stand in the order
of the split; a `db_id` beside it is checked. An empty text is no prediction, and counts as one that is wrong. A file
that lacks an example is refused: the official evaluator would score the first lines of a short file without a word.
Errors count lines from 1 (`pred.txt:17`), and elements of a list from 0, as rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.errors import T2sError
from t2s_pipeline.text_files import read_text

BIRD_SEPARATOR = "\t----- bird -----\t"
SAMPLE_FIELDS = ("samples", "sql", "prediction")
NAME_FIELDS = ("example_id", "index")
NAMES_SHOWN = 5


class PredictionFileError(T2sError, ValueError):
    """A prediction file that can't be used; the message names the file, what is wrong, and what to do."""


def read_predictions(path: Path, expected: int) -> list[str]:
    """The one prediction of each example. Raises PredictionFileError as `read_candidates` does, and where an
    example has several."""
    found = read_candidates(path, expected)
    for number, candidates in enumerate(found, start=1):
        if len(candidates) > 1:
            raise PredictionFileError(f"{path}:{number}: {len(candidates)} candidates; write a list of one")
    return [candidates[0] for candidates in found]


def read_candidates(
    path: Path, expected: int, *, example_ids: Sequence[str] = (), databases: Sequence[str | None] = ()
) -> list[list[str]]:
    """The candidates of each example of a split of `expected` rows, one or more, in the order of the split.

    `example_ids` (for files that name examples so) and `databases` (`db_id`s, to check those that a file states; None
    for a row of unknown database) have an entry a row where they are given. Raises PredictionFileError where the file
    is not there, is not UTF-8, has not one entry for every row, or an entry is of another shape.
    """
    split = _Split(str(path), expected, {name: row for row, name in enumerate(example_ids)}, databases)
    text = read_text(path, "predictions", PredictionFileError)
    if path.suffix == ".json":
        value = _parsed(text, f"{path}: expected a JSON list, or BIRD's JSON object")
        if isinstance(value, dict):
            return split.by_row([_bird_entry(split, key, entry) for key, entry in value.items()])
        if not isinstance(value, list):
            raise PredictionFileError(f"{path}: expected a JSON list with an element an example")
        return _elements(split, _numbered(path, value), _LIST_REMEDY)
    lines = text.split("\n")  # not splitlines: SQL may hold its other breaks
    if lines[-1] == "":
        lines.pop()
    if path.suffix == ".jsonl":
        return _elements(split, [(f"{path}:{n}", _parsed_line(path, n, line)) for n, line in enumerate(lines, 1)],
                         _LINES_REMEDY)  # fmt: skip
    split.require_no_blank_end(lines)
    split.require_length(len(lines), "lines", _TEXT_REMEDY)
    split.require_own_databases(lines)
    return [[line.split("\t")[0].strip()] for line in lines]


def given_candidates(
    elements: Sequence[Any], expected: int, *, example_ids: Sequence[str] = (), databases: Sequence[str | None] = ()
) -> list[list[str]]:
    """The same from Python objects: the elements of a file, where samples may be a tuple too.

    Raises PredictionFileError, naming the row of `predictions`.
    """
    if isinstance(elements, str | Mapping):
        raise PredictionFileError(f"predictions: a {type(elements).__name__}; give a list with one a row")
    split = _Split("predictions", expected, {name: row for row, name in enumerate(example_ids)}, databases)
    return _elements(split, _numbered("predictions", elements), _LIST_REMEDY)


def bird_predictions(answers: Iterable[tuple[str | None, str]]) -> dict[str, str | int]:
    """The JSON object of predictions that BIRD's evaluator takes, of (SQL, db_id) of each row; 0 where there is no SQL.

    BIRD's evaluator goes by the order, and so the rows must be all of the split, from the first.
    """
    return {
        str(row): f"{sql}{BIRD_SEPARATOR}{database}" if sql and sql.strip() else 0
        for row, (sql, database) in enumerate(answers)
    }


def is_text(sql: str) -> bool:
    """Whether it can be written as UTF-8: a string may hold half a surrogate pair."""
    return sql.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in sql)


@dataclass(frozen=True)
class _Entry:
    """Candidates for the row that a file's entry names, and where the entry stands."""

    place: str
    row: int
    candidates: list[str]


@dataclass(frozen=True)
class _Split:
    """What a file has to answer; every complaint names the file."""

    name: str
    rows: int
    row_of_id: Mapping[str, int]
    databases: Sequence[str | None]

    def require_length(self, found: int, what: str, remedy: str) -> None:
        if found != self.rows:
            how = "too few" if found < self.rows else "too many"
            raise PredictionFileError(
                f"{self.name}: {how} {what}: {found}, but the split has {self.rows} rows, rejected ones too; {remedy}"
            )

    def require_no_blank_end(self, lines: Sequence[str]) -> None:
        """Of a file that is too long by lines that are empty, say so."""
        if len(lines) > self.rows and not any(map(str.strip, lines[self.rows :])):
            raise PredictionFileError(
                f"{self.name}:{self.rows + 1}: too many lines: {len(lines)}, but the split has {self.rows} rows, "
                f"rejected ones too; from line {self.rows + 1} on they are empty: remove them"
            )

    def require_own_databases(self, lines: Sequence[str]) -> None:
        """Refuse text that names, behind a TAB, the database of other examples than its own."""
        known = {database for database in self.databases if database is not None}
        for row, line in enumerate(lines if known else ()):
            _, tab, stated = line.rpartition("\t")
            if tab and stated.strip() in known:
                self.check_database(f"{self.name}:{row + 1}", row, stated.strip())

    def by_row(self, entries: Iterable[_Entry]) -> list[list[str]]:
        """Entries in the order of the rows; each row must have exactly one."""
        found: dict[int, _Entry] = {}
        for entry in entries:
            if entry.row in found:
                raise PredictionFileError(
                    f"{entry.place}: row {entry.row} again (first: {found[entry.row].place}); keep one"
                )
            found[entry.row] = entry
        missing = [row for row in range(self.rows) if row not in found]
        if missing:
            shown = ", ".join(map(str, missing[:NAMES_SHOWN])) + (", ..." if len(missing) > NAMES_SHOWN else "")
            raise PredictionFileError(
                f"{self.name}: too few predictions: none for {len(missing)} of the split's {self.rows} rows "
                f"(from 0: {shown}); add them, with an empty text where there is no prediction"
            )
        return [found[row].candidates for row in range(self.rows)]

    def row_named(self, place: str, name: Any) -> int:
        """The row that an index states, from 0."""
        if isinstance(name, str) and name.isascii() and name.isdigit():
            name = int(name)
        if not isinstance(name, int) or isinstance(name, bool) or not 0 <= name < self.rows:
            raise PredictionFileError(
                f"{place}: row {name!r} is not in the split; rows are numbered from 0 to {self.rows - 1}"
            )
        return name

    def check_database(self, place: str, row: int, stated: Any) -> None:
        known = self.databases[row] if self.databases else None
        if known is not None and stated != known:
            raise PredictionFileError(
                f"{place}: is for database {stated!r}, but row {row} of the split is on {known!r}; "
                "the file is of another split, or in another order"
            )


def _numbered(name: str | Path, elements: Sequence[Any]) -> list[tuple[str, Any]]:
    """The elements of a list, each with its place."""
    return [(f"{name}, row {number} (from 0)", element) for number, element in enumerate(elements)]


def _elements(split: _Split, elements: Sequence[tuple[str, Any]], remedy: str) -> list[list[str]]:
    """The candidates of elements, each with the place where it stands."""
    named = [place for place, element in elements if isinstance(element, Mapping) and _name_field(element)]
    if not named:
        split.require_length(len(elements), "lines" if remedy is _LINES_REMEDY else "elements", remedy)
        return [_candidates(split, place, row, element) for row, (place, element) in enumerate(elements)]
    if len(named) < len(elements):
        place = next(place for place, _ in elements if place not in set(named))
        raise PredictionFileError(
            f"{place}: does not name its example, but {named[0]} does; name all (example_id or index) or none"
        )
    entries = []
    for place, element in elements:
        row = _named_row(split, place, element)
        entries.append(_Entry(place, row, _candidates(split, place, row, element)))
    return split.by_row(entries)


def _name_field(element: Mapping[str, Any]) -> str | None:
    return next((field for field in NAME_FIELDS if element.get(field) is not None), None)


def _named_row(split: _Split, place: str, element: Mapping[str, Any]) -> int:
    field = _name_field(element)
    name = element[field]
    if field == "index":
        return split.row_named(place, name)
    if name not in split.row_of_id:
        example = f" (they look like {next(iter(split.row_of_id))!r})" if split.row_of_id else ""
        raise PredictionFileError(
            f"{place}: {name!r} is no example_id of the split{example}; or give the row as index, from 0"
        )
    return split.row_of_id[name]


def _candidates(split: _Split, place: str, row: int, element: Any) -> list[str]:
    if isinstance(element, Mapping):
        field = next((field for field in SAMPLE_FIELDS if element.get(field) is not None), None)
        if field is None:
            null = next((field for field in SAMPLE_FIELDS if field in element), None)
            what = f"{null!r} is null; write an empty text where there is no prediction" if null else (
                f"has none of the keys {', '.join(SAMPLE_FIELDS)}; put its SQL there"
            )  # fmt: skip
            raise PredictionFileError(f"{place}: {what}")
        if element.get("db_id") is not None:
            split.check_database(place, row, element["db_id"])
        element = element[field]
    found = [element] if isinstance(element, str) else element
    if not isinstance(found, list | tuple) or not found or not all(isinstance(item, str) for item in found):
        raise PredictionFileError(
            f"{place}: expected a SQL text, a list of one or more, or an object with them, not {element!r:.60}; "
            "write an empty text for none"
        )
    for sql in found:
        if not is_text(sql):
            raise PredictionFileError(
                f"{place}: holds half a surrogate pair, which is not text; write the whole character"
            )
    if len(found) == 2 and [BIRD_SEPARATOR in text for text in found] == [False, True]:
        found = found[1:]  # FINER-SQL's public code writes the question before its SQL
    return [_without_database(split, place, row, text) for text in found]


def _without_database(split: _Split, place: str, row: int, text: str) -> str:
    """The SQL of a text that may name its database behind BIRD's separator, which is checked."""
    sql, separator, database = text.partition(BIRD_SEPARATOR)
    if separator:
        split.check_database(place, row, database.strip())
    return sql.strip() if separator else text


def _bird_entry(split: _Split, key: str, value: Any) -> _Entry:
    """One entry of BIRD's file: SQL and database, joined by its separator."""
    place = f"{split.name}, key {key!r}"
    row = split.row_named(place, key)
    if value is None or (value == 0 and not isinstance(value, bool)):  # what BIRD's own scripts write for a failed call
        return _Entry(place, row, [""])
    if not isinstance(value, str):
        return _Entry(place, row, _candidates(split, place, row, value))
    return _Entry(place, row, [_without_database(split, place, row, value).strip()])


def _parsed_line(path: Path, number: int, line: str) -> Any:
    if not line.strip():
        raise PredictionFileError(
            f'{path}:{number}: is empty; remove the line, or write "" (an empty JSON text) where there is no prediction'
        )
    return _parsed(line, f"{path}:{number}: expected a JSON text, a JSON list of SQL texts, or an object with them")


def _parsed(text: str, expected: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise PredictionFileError(f"{expected}: {error}") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: JSON readers keep the last without a word."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key {key!r} stands twice; keep one")
        found[key] = value
    return found


_ORDER = "in the order of the split"
_TEXT_REMEDY = f"write one SQL a line, {_ORDER}, and leave the line empty where there is no prediction"
_LINES_REMEDY = f'write one element a line, {_ORDER}, and "" (an empty JSON text) where there is no prediction'
_LIST_REMEDY = f"write one element an example, {_ORDER}, and an empty text where there is no prediction"

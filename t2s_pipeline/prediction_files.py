"""Files of predictions, read by one rule wherever they are used: scored as they are, or answering for a model.

    read_candidates(Path("pred.txt"), expected=1034)        # [["SELECT ..."], ...]: samples of each example
    read_predictions(Path("pred.txt"), expected=1034)       # ["SELECT ...", ...]: where one each is wanted

What a file may be, in UTF-8, with a byte order mark or without:

    .json    a list with an element an example, or one object that maps rows to SQL, as BIRD's evaluator takes it:
             {"0": "SELECT ...\\t----- bird -----\\tdb_id", ...}; 0 or null there is no prediction
    .jsonl   an element a line
    other    a SQL a line, in the order of the split; what follows a TAB is ignored, as by the official evaluator

An element is a SQL text, a list of one or more SQL texts (samples), or an object with its SQL in `samples`, `sql` or
`prediction`. Either every object of a file names its example, by `example_id` or by `index` (the row of the split, from
0), and then they may stand in any order, or none does, and they stand in the order of the split; a `db_id` beside it is
checked. An empty text is no prediction, and counts as one that is wrong. A file that lacks an example is refused: the
official evaluator would score the first lines of a short file without a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.errors import T2sError

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
    split = _Split(path, expected, {name: row for row, name in enumerate(example_ids)}, databases)
    text = _text(path)
    if path.suffix == ".json":
        value = _parsed(text, f"{path}: expected a JSON list, or BIRD's JSON object")
        if isinstance(value, dict):
            return split.by_row([_bird_entry(split, key, entry) for key, entry in value.items()])
        if not isinstance(value, list):
            raise PredictionFileError(f"{path}: expected a JSON list with an element an example")
        return _elements(split, [(f"element {number} (from 0)", element) for number, element in enumerate(value)])
    lines = text.split("\n")  # not splitlines: SQL may hold its other breaks
    if lines[-1] == "":
        lines.pop()
    if path.suffix == ".jsonl":
        shape = "expected a JSON list of SQL texts, or an object with them"
        parsed = ((n, _parsed(line, f"{path}:{n}: {shape}")) for n, line in enumerate(lines, start=1))
        return _elements(split, [(f"line {number}", element) for number, element in parsed])
    split.require_length(len(lines), "lines")
    return [[line.split("\t")[0].strip()] for line in lines]


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

    path: Path
    rows: int
    row_of_id: Mapping[str, int]
    databases: Sequence[str | None]

    def error(self, place: str, what: str) -> PredictionFileError:
        return PredictionFileError(f"{self.path}, {place}: {what}")

    def require_length(self, found: int, what: str) -> None:
        if found != self.rows:
            how = "too few" if found < self.rows else "too many"
            raise PredictionFileError(
                f"{self.path}: {how} {what}: {found}, but the split has {self.rows} examples; write one SQL a line, "
                "in the order of the split, and leave the line empty where there is no prediction"
            )

    def by_row(self, entries: Iterable[_Entry]) -> list[list[str]]:
        """Entries in the order of the rows; each row must have exactly one."""
        found: dict[int, _Entry] = {}
        for entry in entries:
            if entry.row in found:
                raise self.error(entry.place, f"row {entry.row} again (first: {found[entry.row].place}); keep one")
            found[entry.row] = entry
        missing = [row for row in range(self.rows) if row not in found]
        if missing:
            shown = ", ".join(map(str, missing[:NAMES_SHOWN])) + (", ..." if len(missing) > NAMES_SHOWN else "")
            raise PredictionFileError(
                f"{self.path}: too few predictions: none for {len(missing)} of the split's {self.rows} rows "
                f"(from 0: {shown}); add them, with an empty text where there is no prediction"
            )
        return [found[row].candidates for row in range(self.rows)]

    def row_named(self, place: str, name: Any) -> int:
        """The row that an index states, from 0."""
        if isinstance(name, str) and name.isascii() and name.isdigit():
            name = int(name)
        if not isinstance(name, int) or isinstance(name, bool) or not 0 <= name < self.rows:
            raise self.error(place, f"row {name!r} is not in the split; rows are numbered from 0 to {self.rows - 1}")
        return name

    def check_database(self, place: str, row: int, stated: Any) -> None:
        known = self.databases[row] if self.databases else None
        if known is not None and stated != known:
            raise self.error(
                place, f"is for database {stated!r}, but row {row} of the split is on {known!r}; "
                "the file is of another split, or in another order"
            )  # fmt: skip


def _elements(split: _Split, elements: Sequence[tuple[str, Any]]) -> list[list[str]]:
    """The candidates of a list's elements, each with the place where it stands."""
    named = [place for place, element in elements if isinstance(element, dict) and _name_field(element)]
    if not named:
        split.require_length(len(elements), "elements" if split.path.suffix == ".json" else "lines")
        return [_candidates(split, place, row, element) for row, (place, element) in enumerate(elements)]
    if len(named) < len(elements):
        place = next(place for place, _ in elements if place not in set(named))
        raise split.error(
            place, f"does not name its example, but {named[0]} does; name all (example_id or index) or none"
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
        raise split.error(place, f"{name!r} is no example_id of the split{example}; or give the row as index, from 0")
    return split.row_of_id[name]


def _candidates(split: _Split, place: str, row: int, element: Any) -> list[str]:
    if isinstance(element, dict):
        field = next((field for field in SAMPLE_FIELDS if element.get(field) is not None), None)
        if field is None:
            raise split.error(place, f"has none of the keys {', '.join(SAMPLE_FIELDS)}; put its SQL there")
        if element.get("db_id") is not None:
            split.check_database(place, row, element["db_id"])
        element = element[field]
    found = [element] if isinstance(element, str) else element
    if not isinstance(found, list) or not found or not all(isinstance(item, str) for item in found):
        raise split.error(place, "expected a JSON list of SQL texts, and at least one; write an empty text for none")
    for sql in found:
        if not is_text(sql):
            raise split.error(place, "holds half a surrogate pair, which is not text; write the whole character")
    return found


def _bird_entry(split: _Split, key: str, value: Any) -> _Entry:
    """One entry of BIRD's file: SQL and database, joined by its separator."""
    place = f"key {key!r}"
    row = split.row_named(place, key)
    if value is None or (value == 0 and not isinstance(value, bool)):  # what BIRD's own scripts write for a failed call
        return _Entry(place, row, [""])
    if not isinstance(value, str):
        return _Entry(place, row, _candidates(split, place, row, value))
    sql, separator, database = value.partition(BIRD_SEPARATOR)
    if separator:
        split.check_database(place, row, database.strip())
    return _Entry(place, row, [sql.strip()])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PredictionFileError(f"{path}: {error.strerror}: name an existing file of predictions") from error
    except UnicodeDecodeError as error:
        raise PredictionFileError(f"{path}: not UTF-8 at byte {error.start}: convert it to UTF-8") from error


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

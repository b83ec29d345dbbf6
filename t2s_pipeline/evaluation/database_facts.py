"""What an audit has to know of a database file beyond a query's result: does it have rows, and what is its text.

    facts = DatabaseFacts("/data/wta_1.sqlite", policy)
    facts.has_rows
    facts.is_undecodable("players", "first_name")     # some text in it is not UTF-8
    facts.text_numbers("cars_data", "mpg")            # numbers kept as text

Runs in the sandbox's workers, on a locked-down connection of its own, and runs our own statements alone. Every answer
is kept.
"""

from __future__ import annotations

import re
from functools import cached_property

import apsw

from t2s_pipeline.sandbox.connection import open_read_only
from t2s_pipeline.sandbox.execute import DatabaseFileError
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sql.catalogue import Catalogue

NO_NUMBER = frozenset({"", "null", "none", "nan", "n/a", "na", "-", "?"})
"""How data sets write a number that is missing, in a column of numbers kept as text."""

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*\Z", re.ASCII)
_BASE_TABLES_SQL = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


class DatabaseFacts:
    """Raises DatabaseFileError where the file is not usable."""

    def __init__(self, path: str, policy: SandboxPolicy) -> None:
        try:
            self._db = open_read_only(path, policy)
            self._tables = [row[0] for row in self._db.execute(_BASE_TABLES_SQL)]
        except apsw.Error as error:
            raise DatabaseFileError(f"{path}: {error}") from error
        self._db.create_scalar_function("t2s_is_number", _is_number, 1, deterministic=True)
        self._affinities: dict[str, dict[str, str]] = {}
        self._undecodable: dict[tuple[str, str], bool] = {}
        self._numbers: dict[tuple[str, str], bool] = {}

    def close(self) -> None:
        self._db.close()

    @cached_property
    def has_rows(self) -> bool:
        """Whether any table has a row."""
        return any(self._rows("SELECT 1 FROM {table} LIMIT 1", table) for table in self._tables)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue.of({table: [row[0] for row in self._declared(table)] for table in self._tables})

    def is_undecodable(self, table: str, column: str) -> bool:
        """Whether some text of the column is not UTF-8."""
        key = (table.lower(), column.lower())
        if key not in self._undecodable:
            self._undecodable[key] = self._has_undecodable(table, column)
        return self._undecodable[key]

    def text_numbers(self, table: str, column: str) -> bool:
        """Whether the column keeps numbers as text: of text affinity, some numbers in it, and nothing that is neither
        a number nor a word for a missing one (`NO_NUMBER`)."""
        key = (table.lower(), column.lower())
        if key not in self._numbers:
            self._numbers[key] = self._affinity(table).get(key[1]) == "TEXT" and self._holds_numbers(table, column)
        return self._numbers[key]

    def _holds_numbers(self, table: str, column: str) -> bool:
        other = "SELECT 1 FROM {table} WHERE {column} IS NOT NULL AND t2s_is_number({column}) = 0 LIMIT 1"
        number = "SELECT 1 FROM {table} WHERE t2s_is_number({column}) = 1 LIMIT 1"
        return not self._rows(other, table, column) and bool(self._rows(number, table, column))

    def _has_undecodable(self, table: str, column: str) -> bool:
        if column.lower() not in self._affinity(table):  # a rowid, or a view's column
            return False
        found = self._rows(_BEYOND_ASCII_SQL, table, column)
        return any(not _decodes(row[0]) for row in found)

    def _affinity(self, table: str) -> dict[str, str]:
        """Affinity of every column, by lower-case name; no columns for a view or what is not there."""
        key = table.lower()
        if key not in self._affinities:
            self._affinities[key] = {name.lower(): affinity(declared) for name, declared in self._declared(table)}
        return self._affinities[key]

    def _declared(self, table: str) -> list[tuple[str, str]]:
        return list(self._db.execute("SELECT name, type FROM pragma_table_xinfo(?)", (table,)))

    def _rows(self, sql: str, table: str, column: str = "") -> list[tuple]:
        return list(self._db.execute(sql.format(table=_quoted(table), column=_quoted(column))))


def affinity(declared: str | None) -> str:
    """SQLite's affinity of a declared type (https://www.sqlite.org/datatype3.html#determination_of_column_affinity)."""
    name = (declared or "").upper()
    for affinity_name, words in (("INTEGER", ("INT",)), ("TEXT", ("CHAR", "CLOB", "TEXT")), ("BLOB", ("BLOB",))):
        if any(word in name for word in words):
            return affinity_name
    if not name:
        return "BLOB"
    return "REAL" if any(word in name for word in ("REAL", "FLOA", "DOUB")) else "NUMERIC"


def _is_number(value: object) -> int | None:
    """1 for a number, also in text; None for a word for a missing one; 0 for anything else."""
    if isinstance(value, int | float):
        return 1
    if isinstance(value, str):
        return None if value.strip().lower() in NO_NUMBER else int(_NUMBER.match(value) is not None)
    return 0


def _decodes(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# Text with a byte beyond ASCII, whole or broken: as bytes, for Python to decode.
_BEYOND_ASCII_SQL = (
    "SELECT CAST({column} AS BLOB) FROM {table} "
    "WHERE typeof({column}) = 'text' AND {column} GLOB '*[^' || char(1) || '-' || char(127) || ']*'"
)

"""What a result is to a vote: which results are the same answer, and which hardly say anything.

    key = result_key(execution)          # in a worker, beside the rows
    key.digest, key.kind, key.reference

Two results are the same answer where they have the same set of rows, the values of a row taken in any order: headers,
the order of columns and rows, and repeated rows make no difference; 1 equals 1.0, the text '1' is another value, and
NULL is no empty text. All of a result counts, however long. `ResultKind` says which answers a value-aware vote takes
last. Both look at nothing but the rows.

`reference` is the key of FINER-SQL's public code, faults and all: it is given the rows as JSON objects, so that of two
columns of one name the last remains; at most 10,000 of them; values as Python's `str` writes them, NULL as the empty
text, sorted in the row and joined by "|"; distinct rows sorted and joined by ";"; of that the first 200 characters. So
1 and 1.0 vote apart, and long results that begin alike vote together. Not reproduced: the settings of its execution
service (LIKE that tells cases apart, 60 s, prose that counts as having run).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from t2s_pipeline.sandbox.execute import Execution, Status

REFERENCE_CHARACTERS = 200
REFERENCE_ROWS = 10_000
_ZERO = 1e-12
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)%?")


class ResultKind(StrEnum):
    """`empty`: no rows, or a single column without values. `all_zero`: a single column whose values are all 0, as
    numbers or as decimals in text, also with a % sign. `valued`: anything else; two columns make it that, whatever
    is in them."""

    VALUED = "valued"
    EMPTY = "empty"
    ALL_ZERO = "all_zero"


@dataclass(frozen=True)
class ResultKey:
    """One result as votes see it. Equal digests: the same answer. Equal references: the same to the public code."""

    digest: str
    kind: ResultKind
    reference: str


def result_key(execution: Execution) -> ResultKey | None:
    """The key of what a query returned; None where it did not run, or a cap of the sandbox cut its rows."""
    if execution.status is not Status.OK or execution.truncated:
        return None
    return ResultKey(_digest(execution), _kind(execution), reference_key(execution.columns, execution.rows))


def reference_key(columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> str:
    """The public code's key of these rows."""
    names = list(columns)
    found = set()
    for row in list(rows)[:REFERENCE_ROWS]:
        values = dict(zip(names, row, strict=True)).values()
        found.add("|".join(sorted("" if value is None else str(value) for value in values)))
    return ";".join(sorted(found))[:REFERENCE_CHARACTERS]


def reference_kind(key: str) -> ResultKind:
    """What the public code takes a result for, by its key. Texts that are no decimals are passed over, so that 0 beside
    a name is all zero; a row of two columns is no decimal."""
    tokens = [token for token in (part.strip() for part in key.split(";")) if token]
    if not tokens:
        return ResultKind.EMPTY
    decimals = [token for token in tokens if _DECIMAL.fullmatch(token)]
    return ResultKind.ALL_ZERO if decimals and all(map(_is_zero, decimals)) else ResultKind.VALUED


def _digest(execution: Execution) -> str:
    rows = {tuple(sorted(repr(_canonical(value)) for value in row)) for row in execution.rows}
    return blake2b(repr(sorted(rows)).encode("utf-8"), digest_size=16).hexdigest()


def _kind(execution: Execution) -> ResultKind:
    if not execution.rows:
        return ResultKind.EMPTY
    if len(execution.columns) > 1:
        return ResultKind.VALUED
    values = [value for (value,) in execution.rows if value not in (None, "")]
    if not values:
        return ResultKind.EMPTY
    return ResultKind.ALL_ZERO if all(map(_is_zero, values)) else ResultKind.VALUED


def _is_zero(value: Any) -> bool:
    if isinstance(value, str):
        text = value.strip()
        return _DECIMAL.fullmatch(text) is not None and abs(float(text.rstrip("%"))) < _ZERO
    return isinstance(value, int | float) and abs(value) < _ZERO


def _canonical(value: Any) -> Any:
    """One form for numbers that are equal: whole floats as integers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value

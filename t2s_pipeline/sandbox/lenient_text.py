"""Reading text that is not decodable: the query asked again in a form that apsw can fetch, and its rows put back.

    wrapped = with_text_as_blobs("SELECT name, age FROM singer", 2)   # two columns of ours for each of the query's
    decoded(("text", b"Fran\\xe7ois", "integer", 41), "UTF-8")        # ("Franois", 41)

Undecodable bytes are dropped, as the official evaluator does. It sees what SQLite makes of UTF-16 in UTF-8, so of a
database in UTF-16 the bytes are read as SQLite reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from t2s_pipeline.sandbox.capped_rows import Row
from t2s_pipeline.sandbox.statement_text import as_subquery


def with_text_as_blobs(statement: str, columns: int) -> str:
    """`statement`, a query of so many columns, with each value's type before it, and text as its bytes.

    MATERIALIZED keeps the inner query's plan, and so its row order, what it was.
    """
    inner = "fetched"
    while inner in statement.lower():  # a table of that name would be the query itself
        inner += "_"
    names = [f"c{i}" for i in range(columns)]
    cells = [f"typeof({n}), iif(typeof({n}) = 'text', CAST({n} AS BLOB), {n})" for n in names]
    return (
        f"WITH {inner}({', '.join(names)}) AS MATERIALIZED ({as_subquery(statement)}) "
        f"SELECT {', '.join(cells)} FROM {inner}"
    )


def decoded(row: Row, encoding: str) -> Row:
    """(type, value) twins to values; `encoding` is the database's, as PRAGMA encoding has it."""
    return tuple(
        _text(value, encoding) if kind == "text" and isinstance(value, bytes) else value
        for kind, value in zip(row[::2], row[1::2], strict=True)
    )


def _text(value: bytes, encoding: str) -> str:
    if encoding == "UTF-8":
        return value.decode(errors="ignore")
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return "".join(_characters(value, "little" if encoding == "UTF-16le" else "big"))


def _characters(value: bytes, order: Literal["little", "big"]) -> Iterator[str]:
    """SQLite's own reading: a surrogate of either half makes a character with whatever unit follows it; where none
    does, what it makes is no UTF-8 and is dropped. So is half a unit at the end."""
    units = iter([int.from_bytes(value[i : i + 2], order) for i in range(0, len(value) - 1, 2)])
    for unit in units:
        if not 0xD800 <= unit < 0xE000:
            yield chr(unit)
        elif (second := next(units, None)) is not None:
            yield chr((((unit & 0x3C0) + 0x40) << 10) + ((unit & 0x3F) << 10) + (second & 0x3FF))

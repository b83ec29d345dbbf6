"""Reading text that is not UTF-8: the query asked again in a form that apsw can fetch, and its rows put back.

    wrapped = with_text_as_blobs("SELECT name, age FROM singer", 2)   # two columns of ours for each of the query's
    decoded(("text", b"Fran\\xe7ois", "integer", 41))                 # ("Franois", 41)

Undecodable bytes are dropped, as the official evaluator does.
"""

from __future__ import annotations

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


def decoded(row: Row) -> Row:
    """(type, value) twins to values."""
    return tuple(
        value.decode(errors="ignore") if kind == "text" and isinstance(value, bytes) else value
        for kind, value in zip(row[::2], row[1::2], strict=True)
    )

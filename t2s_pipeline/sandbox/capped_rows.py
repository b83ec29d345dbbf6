"""Layer 3 of the sandbox, fetching: no more rows and bytes than the policy allows, whatever a query would give."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from itertools import chain, islice

import apsw

from t2s_pipeline.sandbox.policy import SandboxPolicy

Row = tuple[int | float | str | bytes | None, ...]


def capped_rows(cursor: apsw.Cursor, policy: SandboxPolicy) -> tuple[list[Row], bool]:
    """Rows up to the policy's row and byte caps, and whether there were more.

    Fetched in blocks that grow while rows stay small, so that the byte count costs little; a block of
    unexpectedly large rows ends at the memory limit instead. Bytes are counted one by one only near the cap.
    """
    rows: list[Row] = []
    size = 0  # at least as much as the rows so far
    block = 1
    while True:
        wanted = min(block, policy.max_rows + 1 - len(rows))
        fetched = list(islice(cursor, wanted))
        grown = at_most_bytes(fetched)
        rows += fetched
        size += grown
        if size > policy.max_bytes:
            size = _cell_bytes(rows)
            if size > policy.max_bytes:
                while rows and size > policy.max_bytes:
                    size -= _cell_bytes([rows.pop()])
                return rows, True
        if len(rows) > policy.max_rows:
            rows.pop()
            return rows, True
        if len(fetched) < wanted:
            return rows, False
        block = min(block * 32, 1024) if grown < 4096 * len(fetched) else 1


def at_most_bytes(rows: Sequence[Row]) -> int:
    """No less than `_cell_bytes`, and quick: `marshal` writes each text as its UTF-8 with a few bytes more."""
    return len(marshal.dumps(rows, 2)) + 32 * len(rows) * len(rows[0]) if rows else 0


def _cell_bytes(rows: list[Row]) -> int:
    cells = list(chain.from_iterable(rows))
    texts = [len(v) if v.isascii() else len(v.encode()) for v in cells if type(v) is str]
    return 32 * len(cells) + sum(texts) + sum([len(v) for v in cells if type(v) is bytes])

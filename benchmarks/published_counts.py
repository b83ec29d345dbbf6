"""Counts on published predictions that documents state: docs/evaluation.md and docs/diagnosis.md. It measures no time.

    SPIDER_ROOT=... python benchmarks/published_counts.py [--questions N]

What Python's SQLite and ours answer to the different texts of the predictions and of dev's golds (to the first
statement of each), and how many wrong predictions cannot be parsed. The files of predictions lie in the folder
`predictions` beside SPIDER_ROOT. Both versions run without the sandbox's limits, but for a deadline.
"""

from __future__ import annotations

import argparse
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import apsw
from workload import Workload, load_workload, spider_root

from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.sandbox.lenient_text import decoded, with_text_as_blobs
from t2s_pipeline.sql.parse import parse_query

SECONDS = 30.0
"""The deadline of a query, some times what the slowest takes."""
STEPS = 10_000
SHOWN = 3
"""Texts shown of every kind but the most common."""
SAME = ("the same rows in the same order", "the same error")
Answer = tuple[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--questions", type=int, default=None, help="the first so many of dev; all by default")
    root = spider_root(None)
    work = load_workload(root, root.parent / "predictions", parser.parse_args().questions)
    two_versions(work)
    unparsed(work)


def two_versions(work: Workload) -> None:
    """How many texts the two versions answer alike."""
    texts = sorted({(item.database_path, item.sql) for item in [*work.golds, *work.pairs]})
    print(f"SQLite {sqlite3.sqlite_version} and {apsw.sqlite_lib_version()}: {len(texts):,} different texts")
    found: dict[str, list[str]] = {}
    for path, sql in texts:
        statement = first_statement(sql)
        found.setdefault(kind(python_answer(path, statement), our_answer(path, statement)), []).append(sql)
    for name, alike in sorted(found.items(), key=lambda item: -len(item[1])):
        print(f"  {len(alike):6,}  {name}")
        for sql in [] if name in SAME else alike[:SHOWN]:
            print(f"          {' '.join(sql.split())}")


def kind(theirs: Answer, ours: Answer) -> str:
    """In which way the answers of the two are alike, or are not."""
    if theirs == ours:
        return SAME[0] if ours[0] == "rows" else SAME[1]
    if theirs[0] == ours[0] == "error":
        return "the same failure in other words"
    if theirs[0] != ours[0]:
        return f"{theirs[0]} in Python's alone" if theirs[0] == "error" else f"{ours[0]} in ours alone"
    return "sums in the last digits" if _near(theirs[1], ours[1]) else "other rows, or in another order"


def _near(one: list[tuple], other: list[tuple]) -> bool:
    cells = [(a, b) for rows in zip(one, other, strict=False) for a, b in zip(*rows, strict=False)]
    return len(one) == len(other) and all(a == b or _close(a, b) for a, b in cells)


def _close(a: Any, b: Any) -> bool:
    return isinstance(a, float) and isinstance(b, float) and abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def first_statement(sql: str) -> str:
    """The text up to the first semicolon that ends a statement."""
    text = ""
    for piece in sql.split(";"):
        text += piece
        if sqlite3.complete_statement(text + ";"):
            return text
        text += ";"
    return sql


def python_answer(path: str, statement: str) -> Answer:
    """What Python's SQLite says."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    connection.text_factory = lambda content: content.decode(errors="ignore")
    connection.set_progress_handler(deadline(), STEPS)
    try:
        return "rows", connection.execute(statement).fetchall()
    except sqlite3.Error as error:
        return "error", str(error)
    finally:
        connection.close()


def our_answer(path: str, statement: str) -> Answer:
    """What the sandbox's SQLite says."""
    connection = apsw.Connection(f"file:{path}?mode=ro&immutable=1", apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    connection.set_progress_handler(deadline(), STEPS)
    try:
        cursor = connection.execute(statement)
        try:
            return "rows", list(cursor)
        except UnicodeDecodeError:
            columns = len(cursor.get_description())
        rows: Iterable[tuple] = connection.execute(with_text_as_blobs(statement, columns))
        return "rows", [decoded(row, "UTF-8") for row in rows]
    except apsw.Error as error:
        return "error", str(error)
    finally:
        connection.close()


def deadline() -> Callable[[], bool]:
    """True, to interrupt a query, from some seconds after now."""
    end = time.monotonic() + SECONDS
    return lambda: time.monotonic() > end


def unparsed(work: Workload) -> None:
    """Wrong predictions by the official rule, and those of them that cannot be parsed."""
    with GoldVerifier() as verifier:
        verdicts = verifier.verify(work.pairs)
    wrong = [item.sql for item, verdict in zip(work.pairs, verdicts, strict=True) if not verdict.correct_official]
    ran = sum(verdict.executable for verdict in verdicts if not verdict.correct_official)
    lost = [sql for sql in wrong if parse_query(sql) is None]
    print(f"wrong predictions: {len(wrong):,} of {len(work.pairs):,}; that ran: {ran:,}; not parsed: {len(lost):,}")
    first = Counter(sql.split()[0].upper() if sql.split() else "(nothing)" for sql in lost)
    print(f"  what these begin with: {', '.join(f'{word} {n}' for word, n in first.most_common(5))}")


if __name__ == "__main__":
    main()

"""Answers to the queries that a document shows, written below them.

    python -m t2s_pipeline.shown_answers docs/onboarding.md onboarding > new.md

Every block of SQL is asked of the experiment's data folder, and the table that stands below it (or "No rows.") is
replaced; a block without one gets one. One row of more than four columns is written as a column and its value a line.
Nothing else of the document changes.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.cookbook import table_text
from t2s_pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    import duckdb

_BLOCK = re.compile(r"^(?P<block>```sql\n(?P<query>.*?)^```\n\n)(?P<answer>(?:\|[^\n]*\n)+|No rows\.\n)?", re.M | re.S)
_WIDE = 4


def with_answers(text: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The document's text with the answers that its queries have now. Raises duckdb.Error for a query that fails."""

    def answered(match: re.Match[str]) -> str:
        return match["block"] + _answer(connection.sql(match["query"])) + ("" if match["answer"] else "\n")

    return _BLOCK.sub(answered, text)


def queries(text: str) -> list[tuple[str, str | None]]:
    """The queries of a document's text, each with the answer that stands below it."""
    return [(match["query"], match["answer"]) for match in _BLOCK.finditer(text)]


def _answer(rows: duckdb.DuckDBPyRelation) -> str:
    found = rows.fetchall()
    if len(found) == 1 and len(rows.columns) > _WIDE:
        return table_text(["column", "value"], list(zip(rows.columns, found[0], strict=True)))
    return table_text(rows.columns, found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m t2s_pipeline.shown_answers", description=__doc__.split("\n", 1)[0])
    parser.add_argument("document", type=Path, help="a Markdown file")
    parser.add_argument("experiment", help="an experiment that has been run")
    arguments = parser.parse_args()
    with Warehouse(Path(load_experiment(arguments.experiment).paths.data)).connect() as connection:
        sys.stdout.write(with_answers(arguments.document.read_text(encoding="utf-8"), connection))


if __name__ == "__main__":
    main()

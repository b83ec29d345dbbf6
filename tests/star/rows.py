"""Rows of the tables that a loop reads, with what it looks at, and what it learns of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from t2s_pipeline.star.tally import Answer, Tally

SCHEMA = "Table singer: id INTEGER primary_key, name TEXT"


def example(number: int, database: str = "toy/music", **changes: Any) -> dict[str, Any]:
    row = {
        "example_id": f"toy/train/{number:05d}",
        "database_id": database,
        "split": "train",
        "question": f"Question {number}?",
        "evidence": None,
        "gold": f"SELECT {number}",
        "gold_vacuous": False,
        "excluded_reason": None,
        "hardness": "easy",
    }
    return row | changes


def attempts(number: int, answers: Sequence[tuple[str | None, bool | None]], thought: str = "") -> list[dict[str, Any]]:
    """Candidates of one question: (SQL, train-side truth) by sample."""
    before = f"<think>{thought}</think>\n" if thought else ""
    return [
        {
            "example_id": f"toy/train/{number:05d}",
            "sample": sample,
            "sql": sql,
            "train_correct": right,
            "raw_text": f"{before}{sql}",
        }
        for sample, (sql, right) in enumerate(answers)
    ]


def schemas(examples: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"example_id": row["example_id"], "schema_text": SCHEMA} for row in examples]


def solved(example_id: str, right: int, of: int = 8, distinct: int = 1) -> Tally:
    """A question with so many right candidates, which write so many distinct queries."""
    answers = tuple(Answer(f"SELECT {n}", None, n) for n in range(min(right, distinct)))
    return Tally(example_id, of, of, right, answers)

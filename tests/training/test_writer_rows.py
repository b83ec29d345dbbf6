"""The SFT rows of the SQL writer."""

from __future__ import annotations

import pytest

from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.training.rows import TrainingError
from t2s_pipeline.training.writer_rows import writer_rows

SCHEMA = "Table singer: name TEXT"
EXAMPLES = [
    {
        "example_id": f"toy/train/0000{n}",
        "database_id": f"toy/db{n}",
        "question": f"Question {n}?",
        "evidence": evidence,
    }
    for n, evidence in enumerate((None, "A name is a word."))
]
SCHEMAS = [{"example_id": example["example_id"], "schema_text": SCHEMA} for example in EXAMPLES]


def trace(number: int, teacher: str = "r1", attempt: int = 0, removed_by: str | None = None, **changes: str):
    row = {"example_id": f"toy/train/0000{number}", "database_id": f"toy/db{number}", "teacher": teacher}
    row |= {
        "attempt": attempt,
        "removed_by": removed_by,
        "thought": "Look at singer.",
        "sql": "SELECT name FROM singer",
    }
    return row | changes


def test_the_writer_learns_thought_and_sql_under_its_own_prompt():
    rows = writer_rows([trace(1), trace(0)], EXAMPLES, SCHEMAS, "finer")
    assert [row.row_id for row in rows] == ["toy/train/00000/r1/attempt_00", "toy/train/00001/r1/attempt_00"]
    assert rows[0].messages == initial_prompt(SCHEMA, "Question 0?", "finer").messages
    assert rows[1].messages[1].content.endswith("Question: Question 1?\n\nEvidence: A name is a word.")
    assert rows[0].completions == ("<think>Look at singer.</think>\nSELECT name FROM singer",)
    assert rows[0].dataset == "toy"


def test_removed_traces_and_equal_answers_are_no_rows():
    traces = [
        trace(0, removed_by="wrong", thought="No."),
        trace(0, "plans"),
        trace(0, "r1"),
        trace(0, "r1", 1, thought="Or so."),
    ]
    rows = writer_rows(traces, EXAMPLES, SCHEMAS, "finer")
    assert [row.row_id for row in rows] == ["toy/train/00000/plans/attempt_00", "toy/train/00000/r1/attempt_01"]


def test_rows_of_held_out_databases_are_marked():
    rows = writer_rows([trace(0), trace(1)], EXAMPLES, SCHEMAS, "finer", held_out={"toy/db1"})
    assert [row.held_out for row in rows] == [False, True]


def test_a_trace_without_its_example_or_schema_is_an_error_that_names_it():
    with pytest.raises(TrainingError, match="toy/train/00000/r1/attempt_00: its example has no row in train_examples"):
        writer_rows([trace(0)], EXAMPLES[1:], SCHEMAS, "finer")
    with pytest.raises(TrainingError, match="no row in retrieved_schemas"):
        writer_rows([trace(0)], EXAMPLES, SCHEMAS[1:], "finer")

"""The shared store of traces."""

from __future__ import annotations

from t2s_pipeline.files import store_parts
from t2s_pipeline.reasoning.store import append_traces, verified_traces
from t2s_pipeline.table_definitions import REASONING_TRACES


def trace(number: int, right: bool | None = True, **changes: object) -> dict[str, object]:
    row = {
        "teacher": "tiny",
        "teacher_fingerprint": "f" * 64,
        "trace_id": f"{number:032d}",
        "example_id": f"toy/train/{number:05d}",
        "database_id": "toy/music",
        "thought": f"Think of {number}.",
        "sql": f"SELECT {number}",
        "correct_official": right,
        "correct_strict": right,
        "train_correct": right,
        "removed_by": None,
        "attempt": 0,
    }
    return row | changes


def test_what_is_right_comes_back_once_from_all_parts(tmp_path):
    assert append_traces(tmp_path, [trace(2), trace(1), trace(3, False), trace(4, None)]) == 4
    assert append_traces(tmp_path, [trace(2, teacher="other name"), trace(5)]) == 2
    found = verified_traces(tmp_path)
    assert [row["sql"] for row in found] == ["SELECT 1", "SELECT 2", "SELECT 5"]
    assert found[1]["teacher"] == "other name"
    assert set(found[0]) == {column.name for column in REASONING_TRACES.columns}


def test_the_later_verdict_counts(tmp_path):
    append_traces(tmp_path, [trace(1), trace(2, False)])
    append_traces(tmp_path, [trace(1, False), trace(2)])
    assert [row["sql"] for row in verified_traces(tmp_path)] == ["SELECT 2"]


def test_what_is_no_trace_is_not_stored(tmp_path):
    assert append_traces(tmp_path, [trace(1, trace_id=None, thought=None)]) == 0
    assert store_parts(tmp_path, REASONING_TRACES) == [] and verified_traces(tmp_path) == []

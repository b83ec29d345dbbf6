"""The store of reasoning traces, shared by experiments: append-only, keyed by content.

    append_traces(data, rows)                   # rows of `teacher_traces`; those with thought and SQL
    verified_traces(data)                       # what is right by train-side truth: the seed of a memory

The same trace twice does no harm: the later verdict counts. It is written before a teacher's pass is published, so that
a kill in between loses nothing; what a killed pass had answered is in the store of completions.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from t2s_pipeline.files import append_part, store_parts, time_after
from t2s_pipeline.generation.store import read_part
from t2s_pipeline.table_definitions import REASONING_TRACES

_COLUMNS = tuple(column.name for column in REASONING_TRACES.columns)


def append_traces(data: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Store the rows of `teacher_traces` that have a `trace_id`, each once; returns how many. Raises StoreError."""
    traces = {row["trace_id"]: _stored(row) for row in rows if row["trace_id"]}
    if traces:
        now = time_after(max(_times(data, traces), default=None))
        traces = {key: {**trace, "created_at": now} for key, trace in traces.items()}
        append_part(data, REASONING_TRACES, REASONING_TRACES.to_arrow(traces.values()))
    return len(traces)


def verified_traces(data: Path) -> list[dict[str, Any]]:
    """The traces that are right, by trace_id, as rows of `reasoning_traces`. Raises StoreError for a damaged part."""
    newest: dict[str, dict[str, Any]] = {}
    for path in store_parts(data, REASONING_TRACES):
        for row in read_part(path, REASONING_TRACES, _COLUMNS).to_pylist():
            known = newest.get(row["trace_id"])
            if known is None or known["created_at"] <= row["created_at"]:
                newest[row["trace_id"]] = row
    return [newest[key] for key in sorted(newest) if newest[key]["train_correct"]]


def _times(data: Path, wanted: Container[str]) -> Iterator[datetime]:
    """When these traces were stored before."""
    for path in store_parts(data, REASONING_TRACES):
        for row in read_part(path, REASONING_TRACES, ("trace_id", "created_at")).to_pylist():
            if row["trace_id"] in wanted:
                yield row["created_at"]


def _stored(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _COLUMNS if name != "created_at"}

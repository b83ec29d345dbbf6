"""The history of evaluations: the outcome of every example at every evaluation that really ran, append-only.

    append_history(data, evaluation_id, "demo", "sft", trajectories)

An evaluation whose run died before it was published is appended again under the same id, when it is made again: the
catalogue shows it once. `created_at` orders the evaluations of an arm also where the clock was put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.files import append_part, store_parts, time_after
from t2s_pipeline.table_definitions import EVALUATION_HISTORY


def append_history(
    data: Path, evaluation_id: str, experiment: str, arm: str, trajectories: Iterable[Mapping[str, Any]]
) -> None:
    """Append one evaluation of an arm; `trajectories` are its rows of that table."""
    now = time_after(max(_times(data, experiment, arm), default=None))
    rows = [
        {
            "evaluation_id": evaluation_id,
            "example_id": row["example_id"],
            "experiment": experiment,
            "arm": arm,
            "first_correct": row["first_correct"],
            "final_correct": row["final_correct"],
            "created_at": now,
        }
        for row in trajectories
    ]
    append_part(data, EVALUATION_HISTORY, EVALUATION_HISTORY.to_arrow(rows))


def _times(data: Path, experiment: str, arm: str) -> Iterator[datetime]:
    """When evaluations of the arm were appended, from what the parts' footers say: each part is of one arm."""
    for part in store_parts(data, EVALUATION_HISTORY):
        try:
            metadata = pq.read_metadata(part)
        except (pa.ArrowException, OSError):  # a damaged part is the reader's to tell, and keeps no evaluation back
            continue
        for group in map(metadata.row_group, range(metadata.num_row_groups)):
            columns = map(group.column, range(group.num_columns))
            found = {column.path_in_schema: column.statistics for column in columns}
            if all(found.values()) and (found["experiment"].max, found["arm"].max) == (experiment, arm):
                yield found["created_at"].max

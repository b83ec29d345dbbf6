"""The graph killed at random writes and run again until it ends, and run twice at once: both come to the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from t2s_pipeline.tables import registry
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.graph.conftest import REPOSITORY

SCRIPT = """
import random
from tests.faults.dying_runs import at_once, until_it_lives
print("died", until_it_lives("mine", random.Random(18)))
at_once("other", "other")
"""


def rows(warehouse: Warehouse, ref: TableRef) -> list[dict]:
    """The rows of a live file without what names the experiment or the time."""
    left_out = {"experiment", *(column.name for column in ref.schema.columns if column.volatile)}
    found = warehouse.read(ref).drop_columns([name for name in left_out if name in ref.schema.arrow.names])
    return sorted(found.to_pylist(), key=repr)


def test_killed_again_and_again_and_two_at_once(shop: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=REPOSITORY, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"died (\d+)", done.stdout)[1]) >= 2
    warehouse = Warehouse(shop / "data")
    expected = warehouse.live_refs("other")
    assert {ref.table for ref in expected} >= {"examples", "trajectories", "evaluations"}
    assert [(ref.table, ref.partition) for ref in warehouse.live_refs("mine")] == [
        (ref.table, ref.partition) for ref in expected
    ]
    for ref in expected:
        assert rows(warehouse, TableRef(ref.table, "mine", ref.partition)) == rows(warehouse, ref), ref
    with warehouse.connect() as connection:
        counted = (
            "SELECT experiment, count(*), count(DISTINCT evaluation_id) FROM evaluation_history GROUP BY 1 ORDER BY 1"
        )
        assert connection.execute(counted).fetchall() == [("mine", 1, 1), ("other", 1, 1)]
        right = "SELECT experiment, count(*) FROM attempts WHERE correct GROUP BY 1 ORDER BY 1"
        assert connection.execute(right).fetchall() == [("mine", 1), ("other", 1)]
        for table in registry():
            connection.execute(f"SELECT count(*) FROM {table}")
    halves = [path for path in (shop / "data").rglob(".tmp-*") if path.parent.parent.name != "stores"]
    assert not halves

"""What changes, or dies, under a step: nothing is published, and the reason names what, with the remedy."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest

from assets.stage import StepContext
from t2s_pipeline.fingerprints import FileFingerprints, StepPlan, StepState, step_status
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.sandbox.execute import Runner
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.table_rows import check_databases_unchanged, database_rows
from t2s_pipeline.training.rows import TrainingError
from t2s_pipeline.warehouse import Warehouse
from tests.faults.conftest import FIRST


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('pen');")
    return path


def insert(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("INSERT INTO item VALUES ('ink');")


def replace_by_equal_size_and_time(path: Path) -> None:
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"pen", b"pin"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size and path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("change", [insert, replace_by_equal_size_and_time])
def test_a_database_that_changes_under_a_step(
    warehouse: Warehouse, database: Path, change: Callable[[Path], None]
) -> None:
    fingerprints = FileFingerprints(warehouse.data / "file_fingerprints.json")
    paths = {"toy/shop": database}
    rows = database_rows([read_schema(database, "toy/shop")], paths, "dev")
    plan = StepPlan({}, (FIRST,), sources=lambda: {"source files": fingerprints.of(database)})
    status = step_status(warehouse, "rollouts", None, "1", plan)
    assert status.state is StepState.STALE
    context = SimpleNamespace(asset_key=dg.AssetKey(["mine", "rollouts"]))
    held = StepContext(None, None, StepPlan({}, ()), warehouse, "none", context)
    held.hold(partial(check_databases_unchanged, rows, paths, fingerprints.of))
    held.check_unchanged(status)
    read = StepContext(None, None, plan, warehouse, "none", context)
    read.check_unchanged(status)
    change(database)
    with pytest.raises(InvariantError, match=rf"{database}: is no longer the file .*materialize the examples and"):
        held.check_unchanged(status)
    with pytest.raises(
        InvariantError, match=r"^rollouts: changed while it was read \(setting source files .*run again"
    ):
        read.check_unchanged(status)


def test_a_warm_connection_sees_the_file_that_is_there_now(database: Path) -> None:
    runner = Runner(SandboxPolicy())
    assert runner.run(str(database), "SELECT count(*) FROM item").rows == ((1,),)
    insert(database)
    assert runner.run(str(database), "SELECT count(*) FROM item").rows == ((2,),)
    runner.close()


@pytest.mark.parametrize("code", ["import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)"])
def test_a_child_that_dies_under_dagster(warehouse: Warehouse, code: str) -> None:
    @dg.asset
    def adapter(context) -> None:
        pipes = SimpleNamespace(resources=SimpleNamespace(pipes=dg.PipesSubprocessClient()))
        pipes.op_execution_context = context.op_execution_context
        StepContext(None, None, StepPlan({}, ()), warehouse, "none", pipes).launch([sys.executable, "-c", code])

    with pytest.raises(
        TrainingError, match=r"failed with code (-9|3); .*out of memory.*run again: it goes on from its"
    ):
        dg.materialize([adapter])

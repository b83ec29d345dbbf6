"""`kill -9` in the middle of the train rollouts: what was done stays done, and at most one batch is asked twice."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.graph.conftest import Project

BATCH = 64


def completion_rows(project: Project) -> list[str]:
    """Every completion in every part, repeated ones too: what reached the model."""
    import pyarrow.parquet as pq

    parts = sorted((project.data / "stores" / "completions").glob("part-*.parquet"))
    return [key for part in parts for key in pq.read_table(part)["completion_key"].to_pylist()]


def test_killed_in_the_train_rollouts_and_run_again(
    empty_project: Project, finished: tuple[Project, set[str]], tmp_path: Path
) -> None:
    project, whole = empty_project, finished[0]
    words = project.command("run", "-e", "small", "train_rollouts")
    with open(tmp_path / "log", "w") as log:
        process = subprocess.Popen(
            words, env=project.environment(), cwd=project.folder, stdout=log, stderr=log, start_new_session=True
        )
    store = project.data / "stores" / "completions"
    deadline = time.monotonic() + 120
    while len(list(store.glob("part-*.parquet"))) < 2:
        assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "log").read_text()
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = completion_rows(project)
    ran = project.run("train_rollouts")
    assert ran
    asked = completion_rows(project)
    uninterrupted = whole.sql("SELECT count(DISTINCT completion_key) FROM attempts WHERE rollout = 'train'")[0][0]
    assert len(before) < uninterrupted
    assert len(set(asked)) == uninterrupted
    assert len(asked) <= uninterrupted + BATCH
    columns = "SELECT * EXCLUDE (experiment, elapsed_ms) FROM attempts WHERE rollout = 'train' ORDER BY ALL"
    assert project.sql(columns) == whole.sql(columns)

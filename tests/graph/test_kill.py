"""`kill -9` in the middle of a train shard: what was done stays done, and the second run asks for the rest alone.

What the model was asked is counted where it is asked: each rollout step reports its calls, and Dagster's log keeps
them. A batch in flight can be lost (the store's parts show that none is larger than 64), and no answer that was stored.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import dagster as dg

from tests.graph.conftest import Project

BATCH = 64


def stored_parts(project: Project) -> list[list[str]]:
    """The keys of each part of the store of completions."""
    import pyarrow.parquet as pq

    parts = sorted((project.data / "stores" / "completions").glob("part-*.parquet"))
    return [pq.read_table(part)["completion_key"].to_pylist() for part in parts]


def model_calls(project: Project) -> dict[str, int]:
    """Calls of the model by shard, of every train shard that a run brought to its end."""
    with dg.DagsterInstance.from_config(str(project.folder / "dagster_home")) as instance:
        key = dg.AssetKey(["small", "train_rollouts"])
        records = instance.fetch_materializations(key, limit=100).records
    ended = [record.asset_materialization for record in records]
    assert len(ended) == len({shard.partition for shard in ended}), "a shard was done twice"
    return {shard.partition: shard.metadata["generation_model_calls"].value for shard in ended}


def kill_after_the_first_part(project: Project, log: Path) -> None:
    """Run the train rollouts and kill the process as soon as one batch is stored, in the middle of the first shard."""
    with open(log, "w") as output:
        words = project.command("run", "-e", "small", "train_rollouts")
        process = subprocess.Popen(
            words, env=project.environment(), cwd=project.folder, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + 120
    while not stored_parts(project):
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_in_a_train_shard_and_run_again(
    empty_project: Project, finished: tuple[Project, set[str]], tmp_path: Path
) -> None:
    project, whole = empty_project, finished[0]
    uninterrupted = whole.sql("SELECT count(DISTINCT completion_key) FROM attempts WHERE rollout = 'train'")[0][0]
    assert sum(model_calls(whole).values()) == uninterrupted
    kill_after_the_first_part(project, tmp_path / "log")
    before = [key for part in stored_parts(project) for key in part]
    assert model_calls(project) == {} and 0 < len(before) < uninterrupted
    project.run("train_rollouts")
    parts = stored_parts(project)
    assert max(map(len, parts)) <= BATCH
    assert len(before) + sum(model_calls(project).values()) == uninterrupted
    assert len({key for part in parts for key in part}) == sum(map(len, parts)) == uninterrupted
    # Log-probabilities differ in their last digits with the company an answer was made in.
    columns = (
        "SELECT * EXCLUDE (experiment, elapsed_ms, log_probability) FROM attempts WHERE rollout = 'train' ORDER BY ALL"
    )
    assert project.sql(columns) == whole.sql(columns)

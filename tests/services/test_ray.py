"""A walk on a Ray cluster of two nodes, processes of this machine with resources of their own, of which one is killed."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from t2s_pipeline.warehouse import Warehouse
from tests.graph.conftest import Project, new_project

QUESTIONS, SHARDS = 24, 4
EXPERIMENT = f"""
[datasets.embedded]
kind = "embedded"
train_limit = {QUESTIONS}
dev_limit = 4

[train]
dataset = "embedded"
model = "nano"
shards = {SHARDS}

[train.rollouts]
max_turns = 2
num_samples = 2
temperature = 0.8
max_new_tokens = 48

[evaluation]
dataset = "embedded"
"""


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """A head that takes no tasks, so that either node may die, and two nodes of one core each."""
    pytest.importorskip("ray", reason="no Ray here: pip install '.[ray]'")
    monkeypatch.setenv("RAY_AUTH_TOKEN", "only-of-this-test-" + os.urandom(16).hex())
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    from ray.cluster_utils import Cluster

    small = {"object_store_memory": 80 * 1024 * 1024, "include_dashboard": False}
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **small})
    try:
        yield made
    finally:
        made.shutdown()


def project_in(folder: Path) -> Project:
    project = new_project(folder)
    project.experiment().write_text(EXPERIMENT)
    return project


def digests(project: Project) -> dict[tuple[str, str], str]:
    warehouse = Warehouse(project.data)
    return {(ref.table, ref.partition): warehouse.footer(ref).digest for ref in warehouse.live_refs()}


def test_a_walk_on_two_nodes_of_which_one_is_killed_makes_what_one_machine_makes(cluster, tmp_path: Path) -> None:
    nodes = [cluster.add_node(num_cpus=1, object_store_memory=80 * 1024 * 1024) for _ in range(2)]
    alone, spread = project_in(tmp_path / "alone"), project_in(tmp_path / "spread")
    command = spread.command("run", "-e", "small", "train_rollouts", "--ray", cluster.address)
    log = tmp_path / "walk.log"
    with open(log, "w") as out:
        walk = subprocess.Popen(command, env=spread.environment(), cwd=spread.folder, stdout=out, stderr=out)
        try:
            deadline = time.monotonic() + 240
            while not list(spread.data.glob("tables/trajectories/small/train.*")):
                assert walk.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            cluster.remove_node(nodes[0], allow_graceful=False)  # in the middle: the shards come one after another
            there = len(list(spread.data.glob("tables/trajectories/small/train.*")))
            alone.t2s("run", "-e", "small", "train_rollouts")
            assert walk.wait(240) == 0, log.read_text()
        finally:
            walk.kill()
            walk.wait()
    said = log.read_text()
    assert there <= SHARDS - 2, "it was killed too late: each node had to be at a shard"
    assert "Ray: 3 nodes, 2 CPU" in said
    assert digests(spread) == digests(alone)
    twice = "SELECT rollout, example_id, turn, sample FROM attempts GROUP BY ALL HAVING count(*) > 1"
    assert spread.sql(twice) == []
    assert spread.sql("SELECT count(*), count(DISTINCT example_id) FROM trajectories") == [(QUESTIONS, QUESTIONS)]
    assert "0 of" in spread.t2s("run", "-e", "small", "train_rollouts")

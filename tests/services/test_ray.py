"""A Ray cluster of two nodes, processes of this machine with resources of their own: runs of Dagster's page as its jobs,
their steps as its jobs, and a walk in the middle of which a node is killed. What is made is what one machine makes.

The page is its GraphQL, and of the daemon its queue, called here: the start of both costs more than what they do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

from t2s_pipeline.warehouse import Warehouse
from tests.graph.conftest import REPOSITORY, Project, new_project

QUESTIONS, SHARDS = 24, 4
MADE = ("attempts", "rollouts", "trajectories")
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
LAUNCH = """
mutation Launch($execution: ExecutionParams!) {
  launchPipelineExecution(executionParams: $execution) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message stack }
  }
}
"""


@dataclass(frozen=True)
class TwoNodes:
    """The cluster: its first node, and another that may die. `jobs` is the address of its job server."""

    cluster: Any
    other: Any
    jobs: str

    @property
    def ids(self) -> set[str]:
        return {self.cluster.head_node.node_id, self.other.node_id}


@pytest.fixture(scope="module")
def two_nodes() -> Iterator[TwoNodes]:
    """A core each."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAY_AUTH_MODE", "token")  # read when Ray is first imported
        environment.setenv("RAY_AUTH_TOKEN", "only-of-this-test-" + os.urandom(16).hex())
        environment.setenv("RAY_USAGE_STATS_ENABLED", "0")
        environment.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")  # as in an activated one
        pytest.importorskip("ray", reason="no Ray here: pip install '.[ray]'")
        from ray.cluster_utils import Cluster

        each = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}
        made = Cluster(initialize_head=True, head_node_args={"include_dashboard": True, "dashboard_port": 0, **each})
        try:
            yield TwoNodes(made, made.add_node(**each), f"http://{made.head_node.webui_url}")
        finally:
            made.shutdown()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What one machine makes without Ray."""
    project = project_in(tmp_path_factory.mktemp("alone") / "project")
    project.t2s("run", "-e", "small", "train_rollouts")
    return project


def project_in(folder: Path) -> Project:
    project = new_project(folder)
    project.experiment().write_text(EXPERIMENT)
    return project


def digests(project: Project) -> dict[tuple[str, str], str]:
    warehouse = Warehouse(project.data)
    return {(ref.table, ref.partition): warehouse.footer(ref).digest for ref in warehouse.live_refs()}


@dataclass(frozen=True)
class Page:
    """Dagster's page and daemon of one project."""

    context: WorkspaceProcessContext

    def launch(self, asset: str, shard: str) -> str:
        """Ask for a run of one partition; its id."""
        from dagster_graphql.test.utils import execute_dagster_graphql

        asked = {
            "selector": {
                "repositoryLocationName": "small",
                "repositoryName": "__repository__",
                "pipelineName": "__ASSET_JOB",
                "assetSelection": [{"path": ["small", asset]}],
                "assetCheckSelection": [],
            },
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": shard}]},
        }
        answer = execute_dagster_graphql(self.context.create_request_context(), LAUNCH, {"execution": asked})
        launched = answer.data["launchPipelineExecution"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return launched["run"]["runId"]

    def wait_for(self, runs: Sequence[str], seconds: float = 150.0) -> None:
        """The daemon's look at the queue, and then until the runs have succeeded."""
        list(QueuedRunCoordinatorDaemon(interval_seconds=1).run_iteration(self.context))
        end, instance = time.monotonic() + seconds, self.context.instance
        while not all(instance.get_run_by_id(run).is_success for run in runs):
            for run in runs:
                failed = instance.get_run_by_id(run).is_failure_or_canceled
                assert not failed and time.monotonic() < end, [event.message for event in instance.all_logs(run)]
            time.sleep(0.3)

    def said(self, run: str) -> str:
        return "\n".join(event.message for event in self.context.instance.all_logs(run))


@pytest.fixture
def unmade(alone: Project, tmp_path: Path, two_nodes: TwoNodes, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of what one machine made, without two of its shards and without anything that the model said; and in this
    process the environment of its page."""
    project = Project(tmp_path / "project")
    shutil.copytree(alone.folder, project.folder)
    for name in MADE:
        for shard in (0, 1):
            (project.data / "tables" / name / "small" / f"train.0{shard}_of_0{SHARDS}.parquet").unlink()
    shutil.rmtree(project.data / "stores" / "completions")
    for name, value in project.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RAY_API_SERVER_ADDRESS", two_nodes.jobs)
    return project


@contextmanager
def page(project: Project) -> Iterator[Page]:
    module = {"module_name": "t2s_pipeline.definitions", "attribute": "small", "location_name": "small"}
    target = ModuleTarget(working_directory=str(project.folder), **module)
    home = str(project.folder / "dagster_home")
    with dg.DagsterInstance.from_config(home) as instance, WorkspaceProcessContext(instance, target) as context:
        yield Page(context)


def node_of(job: str) -> str:
    """The node that a job of the cluster ran on."""
    from ray.job_submission import JobStatus, JobSubmissionClient

    found = JobSubmissionClient().get_job_info(job)
    assert found.status is not JobStatus.FAILED, found
    return found.driver_node_id


def test_runs_of_the_page_are_jobs_on_both_nodes(unmade: Project, alone: Project, two_nodes: TwoNodes) -> None:
    """With docker/dagster.ray.yaml, but in SQLite."""
    instance = yaml.safe_load((REPOSITORY / "docker" / "dagster.ray.yaml").read_text())
    del instance["storage"]
    (unmade.folder / "dagster_home" / "dagster.yaml").write_text(yaml.safe_dump(instance))
    with page(unmade) as opened:
        runs = [opened.launch("train_rollouts", f"0{shard}_of_0{SHARDS}") for shard in (0, 1)]
        opened.wait_for(runs)
    assert {node_of(f"dagster-run-{run}") for run in runs} == two_nodes.ids
    assert digests(unmade) == digests(alone)


def test_steps_of_the_pages_runs_are_jobs(
    unmade: Project, alone: Project, two_nodes: TwoNodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T2S_EXECUTOR", "ray")
    first = f"00_of_0{SHARDS}"
    with page(unmade) as opened:
        run = opened.launch("train_rollouts", first)
        opened.wait_for([run])
        (job,) = {word.rstrip(".") for word in opened.said(run).split() if word.startswith("dagster-step-")}
    assert node_of(job) in two_nodes.ids
    made, expected = digests(unmade), digests(alone)
    assert {key: expected[key] for key in made} == made
    assert {(name, f"train.{first}") for name in MADE} <= set(made)


def test_a_walk_on_two_nodes_of_which_one_is_killed_makes_what_one_machine_makes(
    two_nodes: TwoNodes, alone: Project, tmp_path: Path
) -> None:
    spread = project_in(tmp_path / "spread")
    command = spread.command("run", "-e", "small", "train_rollouts", "--ray", two_nodes.cluster.address)
    log = tmp_path / "walk.log"
    with open(log, "w") as out:
        walk = subprocess.Popen(command, env=spread.environment(), cwd=spread.folder, stdout=out, stderr=out)
        try:
            deadline = time.monotonic() + 240
            while not list(spread.data.glob("tables/trajectories/small/train.*")):
                assert walk.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            two_nodes.cluster.remove_node(two_nodes.other, allow_graceful=False)  # the shards come one after another
            there = len(list(spread.data.glob("tables/trajectories/small/train.*")))
            assert walk.wait(240) == 0, log.read_text()
        finally:
            walk.kill()
            walk.wait()
    said = log.read_text()
    assert there <= SHARDS - 2, "it was killed too late: each node had to be at a shard"
    assert "Ray: 2 nodes, 2 CPU" in said
    assert digests(spread) == digests(alone)
    twice = "SELECT rollout, example_id, turn, sample FROM attempts GROUP BY ALL HAVING count(*) > 1"
    assert spread.sql(twice) == []
    assert spread.sql("SELECT count(*), count(DISTINCT example_id) FROM trajectories") == [(QUESTIONS, QUESTIONS)]
    assert "0 of" in spread.t2s("run", "-e", "small", "train_rollouts")

"""A Ray cluster of two nodes, processes of this machine with resources of their own: runs of Dagster's page as its jobs,
of which one loses its node, a training as a job, and a walk in the middle of which a node is killed. What is made is what
one machine makes.

The page is its GraphQL; of the daemon its queue, its look at runs and its retries are called here: the start of both
costs more than what they do, and the daemon looks after runs every two minutes.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.auto_run_reexecution.event_log_consumer import EventLogConsumerDaemon
from dagster._daemon.monitoring.run_monitoring import execute_run_monitoring_iteration
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

from t2s_pipeline.warehouse import Warehouse
from tests.graph.conftest import REPOSITORY, Project, new_project
from tests.services.test_postgres import PASSWORD, Server
from tests.services.test_postgres import postgres as postgres

QUESTIONS, SHARDS = 24, 4
MADE = ("attempts", "rollouts", "trajectories")
TRAINED = ("adapters", "training_steps", "skipped_training_rows")
EXPERIMENT = f"""
[datasets.embedded]
kind = "embedded"
train_limit = {QUESTIONS}
dev_limit = 4

[train]
dataset = "embedded"
model = "nano"
shards = {SHARDS}

[adapters.sft]
method = "sft"
model = "nano"
lora_rank = 4

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

    def kill_the_other(self) -> None:
        self.cluster.remove_node(self.other, allow_graceful=False)


NODE = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}


@pytest.fixture(scope="module")
def first_node() -> Iterator[Any]:
    """A cluster of one node, with a core. What is secret its processes have from here, where it is started."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAY_AUTH_MODE", "token")  # read when Ray is first imported
        environment.setenv("RAY_AUTH_TOKEN", "only-of-this-test-" + os.urandom(16).hex())
        environment.setenv("RAY_USAGE_STATS_ENABLED", "0")
        environment.setenv("DAGSTER_POSTGRES_PASSWORD", PASSWORD)
        environment.setenv("OMP_NUM_THREADS", "1")  # what a job of one core has, and so the same training
        environment.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")  # as in an activated one
        pytest.importorskip("ray", reason="no Ray here: pip install '.[ray]'")
        from ray.cluster_utils import Cluster

        head = {"include_dashboard": True, "dashboard_port": 0, **NODE}
        made = Cluster(initialize_head=True, head_node_args=head)
        try:
            wait_for_jobs(f"http://{made.head_node.webui_url}")
            yield made
        finally:
            made.shutdown()


def wait_for_jobs(address: str, seconds: float = 120.0) -> None:
    """Until the job server takes one: it does so some time after the cluster is there."""
    from ray.job_submission import JobSubmissionClient

    end = time.monotonic() + seconds
    while True:
        try:
            JobSubmissionClient(address).submit_job(entrypoint="true")
            return
        except (ConnectionError, RuntimeError):
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


@pytest.fixture
def two_nodes(first_node: Any) -> Iterator[TwoNodes]:
    other = first_node.add_node(**NODE)
    yield TwoNodes(first_node, other, f"http://{first_node.head_node.webui_url}")
    if other in first_node.worker_nodes:
        first_node.remove_node(other)


@pytest.fixture(scope="module")
def alone(first_node: Any, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What one machine makes without Ray."""
    project = project_in(tmp_path_factory.mktemp("alone") / "project")
    for selected in ("train_rollouts", "sft_adapters"):
        project.t2s("run", "-e", "small", selected)
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

    def look(self) -> None:
        """What the daemon does every so often: mark the runs as failed whose process is gone, ask for new ones instead,
        begin what is in the queue."""
        list(execute_run_monitoring_iteration(self.context, logging.getLogger("t2s.monitoring")))
        list(EventLogConsumerDaemon().run_iteration(self.context))
        list(QueuedRunCoordinatorDaemon(interval_seconds=1).run_iteration(self.context))

    def run(self, run: str) -> dg.DagsterRun:
        found = self.context.instance.get_run_by_id(run)
        assert found is not None
        return found

    def wait_until(self, there: Callable[[], object], runs: Sequence[str], seconds: float = 240.0) -> None:
        end = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < end, "\n".join(self.said(run) for run in runs)
            time.sleep(0.3)

    def wait_for(self, *runs: str) -> None:
        """Until the runs have succeeded."""
        self.wait_until(lambda: all(self.run(run).is_finished for run in runs), runs)
        for run in runs:
            assert self.run(run).is_success, self.said(run)

    def instead_of(self, run: str) -> list[str]:
        """The runs that were asked for because this one had failed."""
        again = dg.RunsFilter(tags={"dagster/parent_run_id": run})
        return [found.run_id for found in self.context.instance.get_runs(again)]

    def said(self, run: str) -> str:
        return "\n".join(event.message for event in self.context.instance.all_logs(run))


@pytest.fixture
def copied(alone: Project, tmp_path: Path, two_nodes: TwoNodes, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of what one machine made, without its adapter and without anything that the model said; and in this process
    the environment of its page."""
    project = Project(tmp_path / "project")
    shutil.copytree(alone.folder, project.folder)
    unmake(project, ((name, "sft") for name in TRAINED))
    for folder in ("stores/completions", "adapters"):
        shutil.rmtree(project.data / folder)
    for name, value in project.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RAY_API_SERVER_ADDRESS", two_nodes.jobs)
    return project


def unmake(project: Project, parts: Iterable[tuple[str, str]]) -> None:
    for name, part in parts:
        (project.data / "tables" / name / "small" / f"{part}.parquet").unlink()


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


def kill_run(run: str) -> None:
    """The run's process: where a machine dies it does so too, but here the nodes are processes of one machine."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if b"execute_run" in words and run.encode() in words:
                os.kill(int(process.name), signal.SIGKILL)


def test_runs_of_the_page_are_jobs_and_one_whose_node_dies_is_done_again(
    copied: Project, alone: Project, two_nodes: TwoNodes, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With docker/dagster.ray.yaml as it stands, so with Dagster's runs in PostgreSQL."""
    unmake(copied, ((name, f"train.0{shard}_of_0{SHARDS}") for name in MADE for shard in (0, 1)))
    for name, value in postgres.environment.items():
        monkeypatch.setenv(name, value)
    shutil.copy(REPOSITORY / "docker" / "dagster.ray.yaml", copied.folder / "dagster_home" / "dagster.yaml")
    with page(copied) as opened:
        opened.look()
        runs = [opened.launch("train_rollouts", f"0{shard}_of_0{SHARDS}") for shard in (0, 1)]
        opened.look()
        opened.wait_until(lambda: all(opened.run(run).status is dg.DagsterRunStatus.STARTED for run in runs), runs)
        nodes = {run: node_of(f"dagster-run-{run}") for run in runs}
        assert set(nodes.values()) == two_nodes.ids
        (lost,) = (run for run, node in nodes.items() if node == two_nodes.other.node_id)
        (stays,) = set(runs) - {lost}
        kill_run(lost)
        two_nodes.kill_the_other()
        opened.wait_until(lambda: opened.look() or opened.instead_of(lost), runs)
        (again,) = opened.instead_of(lost)
        opened.wait_for(stays, again)
        assert opened.run(lost).status is dg.DagsterRunStatus.FAILURE, "it was killed too late: it had to be at work"
    assert node_of(f"dagster-run-{again}") == two_nodes.cluster.head_node.node_id
    assert digests(copied) == {key: value for key, value in digests(alone).items() if key[0] not in TRAINED}
    assert set(postgres.rows("SELECT status FROM runs")) == {"SUCCESS", "FAILURE"}
    check_rows(copied)


def test_a_training_of_the_pages_is_a_job(
    copied: Project, alone: Project, two_nodes: TwoNodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step of the run as a job, beside the run's own process."""
    monkeypatch.setenv("T2S_EXECUTOR", "ray")
    with page(copied) as opened:
        run = opened.launch("sft_adapters", "sft")
        opened.look()
        opened.wait_for(run)
        (job,) = {word.rstrip(".") for word in opened.said(run).split() if word.startswith("dagster-step-")}
    assert node_of(job) in two_nodes.ids
    made, expected = digests(copied), digests(alone)
    assert {key: expected[key] for key in made} == made
    assert {(name, "sft") for name in TRAINED} <= set(made)


def check_rows(project: Project) -> None:
    """Every row is there, and once."""
    twice = "SELECT rollout, example_id, turn, sample FROM attempts GROUP BY ALL HAVING count(*) > 1"
    assert project.sql(twice) == []
    assert project.sql("SELECT count(*), count(DISTINCT example_id) FROM trajectories") == [(QUESTIONS, QUESTIONS)]


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
            two_nodes.kill_the_other()  # the shards come one after another
            there = len(list(spread.data.glob("tables/trajectories/small/train.*")))
            assert walk.wait(240) == 0, log.read_text()
        finally:
            walk.kill()
            walk.wait()
    said = log.read_text()
    assert there <= SHARDS - 2, "it was killed too late: each node had to be at a shard"
    assert "Ray: 2 nodes, 2 CPU" in said
    assert digests(spread) == {key: value for key, value in digests(alone).items() if key[0] not in TRAINED}
    check_rows(spread)
    assert "0 of" in spread.t2s("run", "-e", "small", "train_rollouts")

"""Dagster's runs in PostgreSQL, by the commands, the instance and the health checks of docker/compose.yaml.

The server is started here, with its own password. What the containers run is run outside of them; hosts, ports and
folders alone are others.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.graph.conftest import REPOSITORY, SHOP, Project

DOCKER = REPOSITORY / "docker"
PASSWORD = "p@ss: word/%"
SECOND_ARM = """
[models.again]
backend = "replay"
predictions = "more_answers.txt"

[arms.second]
model = "again"
"""
LAUNCH = """
mutation Launch($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message stack }
  }
}
"""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server with the database and the user of compose.yaml."""

    port: int
    binaries: Path
    user: str | None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DAGSTER_POSTGRES_HOST": "127.0.0.1",
            "DAGSTER_POSTGRES_PORT": str(self.port),
            "DAGSTER_POSTGRES_DB": "dagster",
            "DAGSTER_POSTGRES_USER": "dagster",
            "DAGSTER_POSTGRES_PASSWORD": PASSWORD,
        }

    def rows(self, query: str) -> list[str]:
        """The lines of what psql answers."""
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "dagster", "-d", "dagster", "-Atc", query]
        environment = os.environ | {"PGPASSWORD": PASSWORD}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def postgres() -> Iterator[Server]:
    """The server refuses to be root's: then it is the user postgres's, as Debian's packages make it."""
    found = shutil.which("postgres") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/postgres")), None)
    if found is None:
        pytest.skip("no PostgreSQL server here; Debian: apt-get install postgresql")
    binaries, user = Path(found).resolve().parent, "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="t2s-postgres-"))  # that user cannot enter pytest's folders
    server = Server(free_port(), binaries, user)
    try:
        (folder / "password").write_text(PASSWORD)
        if user:
            for path in (folder, folder / "password"):
                shutil.chown(path, user, user)
        options = ["--username=dagster", "--auth=scram-sha-256", "--no-sync", "--no-instructions"]
        command = [binaries / "initdb", "-D", folder / "data", "--pwfile", folder / "password", *options]
        done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"]
        command = [binaries / "postgres", "-D", folder / "data", "-p", str(server.port)]
        command += [word for setting in settings for word in ("-c", setting)]
        with open(folder / "log", "w") as log:
            process = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            wait_for(lambda: health("postgres", server.port, os.environ | {"PATH": f"{binaries}:{os.environ['PATH']}"}))
            with_password = [
                binaries / "createdb",
                "-h",
                "127.0.0.1",
                "-p",
                str(server.port),
                "-U",
                "dagster",
                "dagster",
            ]
            subprocess.run(with_password, env=os.environ | {"PGPASSWORD": PASSWORD}, check=True, timeout=20)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
    finally:
        shutil.rmtree(folder)


def service(name: str) -> dict:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"][name]


def outside(words: Sequence[str], changes: dict[str, str]) -> list[str]:
    """A command of compose.yaml for this machine: its words with some parts of them replaced."""
    result = []
    for word in words:
        for old, new in changes.items():
            word = word.replace(old, new)
        result.append(word)
    return result


def health(name: str, port: int, environment: dict[str, str]) -> bool:
    """Whether a service's health check, asked of this port, succeeds."""
    first, *command = outside(
        service(name)["healthcheck"]["test"], {"5432": str(port), "3000": str(port), "4000": str(port)}
    )
    assert first == "CMD"
    return subprocess.run(command, env=environment, capture_output=True, timeout=30).returncode == 0


def wait_for(there: Callable[[], bool], seconds: float = 90.0, said: Callable[[], str] = str) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, said()
        time.sleep(0.5)


@pytest.fixture
def project(tmp_path: Path, postgres: Server) -> Project:
    """A project of two arms, with the instance of the containers."""
    project = Project(tmp_path / "project")
    (project.folder / "experiments").mkdir(parents=True)
    (project.folder / "dagster_project.toml").write_text("")
    project.experiment("two").write_text(SHOP + SECOND_ARM)
    (project.folder / "shop" / "database").mkdir(parents=True)
    row = {"question": "What is there?", "query": "SELECT name FROM item", "db_id": "shop"}
    (project.folder / "shop" / "dev.json").write_text(json.dumps([row]))
    make_shop(project.folder / "shop" / "database" / "shop.sqlite")
    (project.folder / "answers.txt").write_text("SELECT name FROM item\n")
    (project.folder / "more_answers.txt").write_text("SELECT 1\n")
    (project.folder / "dagster_home").mkdir()
    shutil.copy(DOCKER / "dagster.yaml", project.folder / "dagster_home")
    return project


def make_shop(file: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(file)
    connection.executescript("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('pen'), ('ink');")
    connection.close()


class Services:
    """The services of compose.yaml as processes of this machine, each with a port of its own."""

    def __init__(self, project: Project, postgres: Server) -> None:
        self.folder = project.folder
        self.ports = {name: free_port() for name in ("code", "web", "daemon")}
        self.environment = project.environment() | postgres.environment | {"DAGSTER_DISABLE_TELEMETRY": "1"}
        self.environment["PATH"] = f"{Path(sys.executable).parent}:{self.environment['PATH']}"
        workspace = (DOCKER / "workspace.yaml").read_text().replace("host: code", "host: 127.0.0.1")
        (self.folder / "workspace.yaml").write_text(workspace.replace("4000", str(self.ports["code"])))
        self._processes: list[subprocess.Popen] = []

    def start(self, name: str) -> None:
        changes = {"0.0.0.0": "127.0.0.1", "/project": str(self.folder), "${T2S_EXPERIMENT:-demo}": "two"}
        changes |= {"3000": str(self.ports[name]), "4000": str(self.ports[name])}
        command = outside(service(name)["command"], changes)
        with open(self.folder / f"{name}.log", "w") as log:
            given = {"env": self.environment, "cwd": self.folder, "start_new_session": True}
            self._processes.append(subprocess.Popen(command, stdout=log, stderr=log, **given))

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def wait_for_health(self, name: str) -> None:
        wait_for(lambda: health(name, self.ports[name], self.environment), said=lambda: self.said(name))

    def end(self) -> None:
        for process in self._processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def services(project: Project, postgres: Server) -> Iterator[Services]:
    made = Services(project, postgres)
    try:
        yield made
    finally:
        made.end()


def ask(page: int, query: str, variables: dict) -> dict:
    """The page's GraphQL: the one field of the answer."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{page}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    assert "errors" not in answer, answer
    return next(iter(answer["data"].values()))


def test_a_backfill_runs_against_postgresql(project: Project, postgres: Server, services: Services) -> None:
    """The backfill is there before the daemon, whose first look finds it: the next one is half a minute later."""
    services.start("code")
    command = project.command("run", "-e", "two", "evaluations[published]", "arm_rollouts[second]")
    environment = services.environment
    walked = subprocess.run(command, env=environment, cwd=project.folder, capture_output=True, text=True)
    assert walked.returncode == 0, walked.stderr
    assert set(postgres.rows("SELECT status FROM runs")) == {"SUCCESS"}
    services.wait_for_health("code")
    services.start("web")
    services.wait_for_health("web")

    params = {"assetSelection": [{"path": ["two", "evaluations"]}], "partitionNames": ["published", "second"]}
    launched = ask(services.ports["web"], LAUNCH, {"params": params})
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    services.start("daemon")
    mine = f"SELECT run_id FROM run_tags WHERE key = 'dagster/backfill' AND value = '{launched['backfillId']}'"

    def ended() -> bool:
        states = postgres.rows(f"SELECT status FROM runs WHERE run_id IN ({mine})")
        assert "FAILURE" not in states, services.said("code")
        return states == ["SUCCESS", "SUCCESS"]

    wait_for(ended, said=lambda: services.said("daemon"))
    made = "SELECT partition FROM event_logs WHERE dagster_event_type = 'ASSET_MATERIALIZATION'"
    assert sorted(postgres.rows(f"{made} AND run_id IN ({mine})")) == ["published", "second"]
    for arm in ("published", "second"):
        assert (project.data / "tables" / "evaluations" / "two" / f"{arm}.parquet").is_file()
    services.wait_for_health("daemon")
    assert not list((project.folder / "dagster_home").rglob("*.db")), "nothing is kept in SQLite beside it"

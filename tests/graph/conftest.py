"""A small experiment, run once a session; each test works on a copy of what it left."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.warehouse import Warehouse
from tests.graph.ready_processes import Done, run_ready, t2s_command

REPOSITORY = Path(__file__).parents[2]

SMALL = """
description = "A small experiment for tests of the graph"

[datasets.embedded]
kind = "embedded"
train_limit = 18
dev_limit = 12

[train]
dataset = "embedded"
model = "nano"
shards = 3
synthetic_per_example = 1

[train.rollouts]
max_turns = 2
num_samples = 3
temperature = 0.8
max_new_tokens = 64
feedback_detail = "minimal"

[evaluation]
dataset = "embedded"

[recipes.synth20]
min_reward_margin = 0.3
input_fraction_limits = { synthetic = 0.2 }
pair_type_max_fractions = { gold_vs_failed_attempt = 0.9 }
max_pairs = 8

[adapters.sft]
method = "sft"
model = "nano"
lora_rank = 4

[adapters.sft_dpo]
method = "dpo"
model = "nano"
init = "sft"
data = "synth20"
lora_rank = 4

[arms.base]
model = "nano"
max_new_tokens = 64

[arms.base_repair]
model = "nano"
max_turns = 2
max_new_tokens = 64

[arms.sft]
policy = "sft"
max_new_tokens = 64

[arms.sft_dpo]
policy = "sft_dpo"
max_new_tokens = 64
"""

SHOP = """
[datasets.shop]
kind = "json"
root = "shop"

[models.file]
backend = "replay"
predictions = "answers.txt"

[evaluation]
dataset = "shop"

[arms.published]
model = "file"
"""

_LIMITS = tomllib.loads(SMALL)["datasets"]["embedded"]
TRAIN_QUESTIONS, DEV_QUESTIONS = _LIMITS["train_limit"], _LIMITS["dev_limit"]
ARMS = ("base", "base_repair", "sft", "sft_dpo")
SHOWN = tuple(name for name, report in REPORTS.items() if report.about in ("arms", "schemas", "pairs", "golds"))
STEPS = {
    "train_examples",
    "dev_examples",
    "gold_audit",
    "gold_features",
    "database_catalog",
    "retrieved_schemas",
    "train_rollouts[00_of_03]",
    "train_rollouts[01_of_03]",
    "train_rollouts[02_of_03]",
    "mined_pairs",
    "synthetic_pairs",
    "filtered_pairs[synth20]",
    "sft_adapters[sft]",
    "dpo_adapters[sft_dpo]",
    *(f"{name}[{arm}]" for name in ("arm_rollouts", "evaluations", "diagnoses") for arm in ARMS),
    *SHOWN,
    "report_page",
}


@dataclass(frozen=True)
class Project:
    """A project folder with its own configuration, data and Dagster home, over the code in `code`."""

    folder: Path
    code: Path = REPOSITORY

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in ("OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT")}
        return kept | {
            "T2S_PROJECT": str(self.folder),
            "DAGSTER_HOME": str(self.folder / "dagster_home"),
            "PYTHONPATH": str(self.code),
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", "from t2s_pipeline.cli import main; main()", *words]

    def t2s(self, *words: str, fails: bool = False, anew: bool = False) -> str:
        """Run `t2s` with these words; its output, both streams. `anew` is an interpreter that nothing was done in
        before, as a user's is; other code than this checkout's always gets one."""
        if anew or self.code != REPOSITORY:
            ended = subprocess.run(
                self.command(*words),
                env=self.environment(),
                cwd=self.folder,
                capture_output=True,
                text=True,
                timeout=280,
            )
            done = Done(ended.returncode, ended.stdout + ended.stderr)
        else:
            done = run_ready(t2s_command, *words, environment=self.environment(), folder=self.folder)
        assert (done.code != 0) == fails, done.output
        return done.output

    def run(self, *words: str, experiment: str = "small", anew: bool = False) -> set[str]:
        """`t2s run`; the labels of the steps that ran."""
        output = self.t2s("run", "-e", experiment, *words, anew=anew)
        return set(re.findall(r"^\[\d+/\d+\] ([a-z0-9_]+(?:\[[a-z0-9_]+\])?):", output, re.M))

    def sql(self, query: str) -> list[tuple]:
        with duckdb.connect(str(self.data / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def completions(self) -> int:
        """How many completions the store holds: what reached the model so far."""
        return self.sql("SELECT count(*) FROM completions")[0][0]

    def experiment(self, name: str = "small") -> Path:
        return self.folder / "experiments" / f"{name}.toml"

    def edit(self, old: str, new: str, name: str = "small") -> None:
        text = self.experiment(name).read_text()
        assert old in text
        self.experiment(name).write_text(text.replace(old, new))


def new_project(folder: Path, code: Path = REPOSITORY) -> Project:
    """An empty project with the experiment `small`."""
    (folder / "experiments").mkdir(parents=True)
    shutil.copy(REPOSITORY / "dagster_project.toml", folder)
    (folder / "dagster_home").mkdir()
    shutil.copy(REPOSITORY / "dagster_home" / "dagster.yaml", folder / "dagster_home")
    project = Project(folder, code)
    project.experiment().write_text(SMALL)
    return project


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project in this process: experiments `mine` and `other` score one published answer."""
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    (tmp_path / "dagster_project.toml").write_text("")
    (tmp_path / "experiments").mkdir()
    for name in ("mine", "other"):
        (tmp_path / "experiments" / f"{name}.toml").write_text(SHOP)
    (tmp_path / "shop" / "database").mkdir(parents=True)
    row = {"question": "What is there?", "query": "SELECT name FROM item", "db_id": "shop"}
    (tmp_path / "shop" / "dev.json").write_text(json.dumps([row]))
    with sqlite3.connect(tmp_path / "shop" / "database" / "shop.sqlite") as connection:
        connection.executescript("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('pen'), ('ink');")
    connection.close()
    (tmp_path / "answers.txt").write_text("SELECT name FROM item\n")
    return tmp_path


@pytest.fixture
def empty_project(tmp_path: Path) -> Project:
    return new_project(tmp_path / "project")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Project, set[str]]:
    """A project whose graph has run once, and the steps that ran. One of the test processes makes it, for all."""
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "finished"
    shared.mkdir(exist_ok=True)
    steps = shared / "steps.json"
    with FileLock(shared / "lock"):
        if steps.is_file():
            return Project(shared / "project"), set(json.loads(steps.read_text()))
        project = new_project(shared / "project")
        ran = project.run()
        steps.write_text(json.dumps(sorted(ran)))
    return project, ran


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of projects of their own stand first in the second process's half, while the first makes the shared one."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    if len(here) != len(items):
        return
    alone = [item for item in here if "finished" not in getattr(item, "fixturenames", ())]
    others = [item for item in here if item not in alone]
    middle = (len(here) + 1) // 2
    items[:] = [*others[:middle], *alone, *others[middle:]]


@pytest.fixture
def project(finished: tuple[Project, set[str]], tmp_path: Path) -> Project:
    """A copy of the finished project, to change as a test likes."""
    source, _ = finished
    copy = Project(tmp_path / "project")
    shutil.copytree(source.folder, copy.folder)
    with Warehouse(copy.data).lock():
        rebuild_catalog(Warehouse(copy.data))
    return copy

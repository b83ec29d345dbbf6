"""Sensors: an adapter that appears is published and its arms are asked, once; reports follow evaluations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.definitions import build_definitions
from t2s_pipeline.fingerprints import content_hash
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.experiment_texts import EMBEDDED

NAMES = ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT")
MINE = f"""{EMBEDDED}
[adapters.theirs]
method = "external"
model = "nano"
path = "./incoming/theirs"

[adapters.unused]
method = "external"
model = "nano"
path = "./incoming/unused"

[arms.base]
model = "nano"

[arms.one]
policy = "theirs"

[arms.two]
policy = "theirs"
max_turns = 2
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    (tmp_path / "dagster_project.toml").write_text("")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "mine.toml").write_text(MINE)
    return tmp_path


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


class Look:
    """One sensor of the experiment, looked through again and again with the cursor that it left."""

    def __init__(self, name: str, instance: dg.DagsterInstance, experiment: str = "mine") -> None:
        self.instance = instance
        self.repository = build_definitions(experiment).get_repository_def()
        self.sensor = self.repository.get_sensor_def(f"{experiment}_{name}")
        self.cursor: str | None = None

    def __call__(self) -> list[tuple[str, str | None]] | str:
        """The (job, partition) of each requested run, or why there is none."""
        context = dg.build_sensor_context(
            self.instance, cursor=self.cursor, repository_def=self.repository, sensor_name=self.sensor.name
        )
        found = self.sensor.evaluate_tick(context)
        self.cursor = found.cursor
        runs = [(run.job_name, run.tags.get("dagster/partition")) for run in found.run_requests]
        return runs or found.skip_message


def write_adapter(folder: Path, size: int = 16, whole: bool = True) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    header = json.dumps({"lora": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    weights = len(header).to_bytes(8, "little") + header + bytes(size)
    (folder / "adapter_model.safetensors").write_bytes(weights if whole else weights[:-4])
    (folder / "adapter_config.json").write_text('{"peft_type": "LORA"}')


def publish(
    warehouse: Warehouse, table: str, partition: str, text: str = "x", inputs: dict[str, str] | None = None
) -> str:
    """One live file with a content of its own; its digest."""
    ref = TableRef(table, "mine", partition)
    defaults = {"string": text, "int64": 1, "double": 0.0, "bool": False}
    row = {c.name: defaults.get(str(c.type)) for c in ref.schema.columns if c.key or not c.nullable}
    for name, kind in ((c.name, str(c.type)) for c in ref.schema.columns if c.name in row and row[c.name] is None):
        row[name] = datetime(2026, 1, 1, tzinfo=UTC) if kind.startswith("timestamp") else []
    table_ = ref.schema.to_arrow([row | {"experiment": "mine"}])
    return warehouse.publish(ref, table_, content_hash([text, inputs]), {"inputs": inputs or {}})


def make_upstream(warehouse: Warehouse, arm: str, stage: str = "arm_rollouts") -> None:
    """What a stage reads beside the arm's adapter and rollouts, as if a run had made it."""
    from assets.graph import build_stages

    stages = {stage.name: stage for stage in build_stages(load_experiment("mine"))}
    for refs in stages[stage].plan(arm).inputs.values():
        for found in refs:
            if found.table != "adapters" and found.partition != arm and warehouse.footer(found) is None:
                publish(warehouse, found.table, found.partition)


def test_an_external_adapter_is_published_when_its_files_are_whole(project: Path, instance) -> None:
    look = Look("new_adapters", instance)
    assert "theirs" in look() and "adapter_config.json is missing" in look()
    write_adapter(project / "incoming" / "theirs", whole=False)
    assert "still being written" in look()
    write_adapter(project / "incoming" / "theirs")
    write_adapter(project / "incoming" / "unused")  # no arm is on it
    assert look() == [("mine_external_adapters", "theirs")]
    assert "was requested already" in look()  # by its digest: nothing twice
    write_adapter(project / "incoming" / "theirs", size=32)
    assert look() == [("mine_external_adapters", "theirs")]


def test_exactly_the_arms_on_an_adapter_are_asked_once(project: Path, instance) -> None:
    (project / "experiments" / "mine.toml").write_text(
        MINE.replace('path = "./incoming/theirs"\n', "").replace('method = "external"', 'method = "sft"', 1)
        + '[train]\ndataset = "embedded"\nmodel = "nano"\n'
    )
    warehouse, look = Warehouse(project / "data"), Look("new_adapters", instance)
    assert look() == "sft_adapters[theirs] was never made"
    first = publish(warehouse, "adapters", "theirs", "first")
    assert "arm one waits for " in look() and "arm two waits for " in look()
    make_upstream(warehouse, "one")
    make_upstream(warehouse, "two")
    assert "arm one waits for gold_audit/dev" in look()  # what the run's evaluation reads is waited for, too
    make_upstream(warehouse, "one", "evaluations")
    make_upstream(warehouse, "one", "diagnoses")
    job = "mine_evaluation"
    assert look() == [(job, "one"), (job, "two")]
    assert "was requested already" in look()
    publish(warehouse, "trajectories", "one", "a", {"adapters/theirs": first})
    publish(warehouse, "trajectories", "two", "b", {"adapters/theirs": first})
    assert look() == "nothing is due"
    publish(warehouse, "adapters", "theirs", "second")
    publish(warehouse, "trajectories", "base", "c")
    assert look() == [(job, "one"), (job, "two")]
    publish(warehouse, "adapters", "theirs", "first")  # back again: the arms are as they were
    assert look() == "nothing is due"
    publish(warehouse, "adapters", "theirs", "second")
    assert look() == [(job, "one"), (job, "two")]


def test_nothing_is_requested_while_a_run_is_at_work_or_the_configuration_has_changed(project: Path, instance) -> None:
    write_adapter(project / "incoming" / "theirs")
    look = Look("new_adapters", instance)
    run = instance.create_run_for_job(look.repository.get_job("mine_evaluation"), tags={"dagster/partition": "base"})
    assert look() == "runs of the experiment are at work: 1"
    instance.report_run_failed(run)
    assert look() == [("mine_external_adapters", "theirs")]
    (project / "experiments" / "mine.toml").write_text(MINE + "max_new_tokens = 64\n")
    assert "the configuration has changed" in look()
    assert Look("new_adapters", instance)() == [("mine_external_adapters", "theirs")]


def test_reports_follow_an_evaluation_once(project: Path, instance) -> None:
    warehouse, look = Warehouse(project / "data"), Look("reports_follow", instance)
    assert look() == "no arm has been evaluated yet"
    publish(warehouse, "evaluations", "base", "first")
    assert look() == [("mine_reports", None)]
    assert "was requested already" in look()  # the run failed, say: it is not repeated for the same content
    run = instance.create_run_for_job(look.repository.get_job("mine_reports"))
    assert "are at work" in look()
    instance.report_run_failed(run)
    assert "was requested already" in look()
    publish(warehouse, "evaluations", "base", "second")
    assert look() == [("mine_reports", None)]


def test_arms_and_adapters_of_the_same_names_share_a_job(project: Path, instance) -> None:
    text = MINE[: MINE.index("[adapters.unused]")] + '[arms.theirs]\npolicy = "theirs"\n'
    (project / "experiments" / "mine.toml").write_text(text)
    repository = build_definitions("mine").get_repository_def()
    nightly = repository.get_schedule_def("mine_nightly_reevaluation")
    assert nightly.job_name == "mine_training_evaluation"
    write_adapter(project / "incoming" / "theirs")
    assert Look("new_adapters", instance)() == [("mine_training_evaluation", "theirs")]

"""The order in which a walk on Ray begins steps, and what a failed one keeps back. The cluster: tests/services."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from t2s_pipeline.cli import app
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.definitions import make_assets_importable

make_assets_importable()

from assets.graph import build_stages  # noqa: E402
from assets.ray_environment import worker_environment  # noqa: E402
from assets.ray_walk import RayError, _join, _Progress, _resources, _without_room, read_steps  # noqa: E402
from assets.walk import Step, Walked, select_steps  # noqa: E402

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return select_steps(build_stages(load_experiment("demo", ROOT)), [])


@pytest.fixture(scope="module")
def reads(steps: list[Step]) -> dict[str, set[str]]:
    return read_steps(steps)


def walk(steps: list[Step], reads: dict[str, set[str]], failing: set[str], seed: int) -> tuple[list[str], Walked]:
    """All tasks that are ready are under way at once, and end in any order; the labels in the order they began."""
    chance, progress, begun = random.Random(seed), _Progress(list(steps), reads), []
    under_way: list[Step] = []
    while True:
        for step in progress.take_ready():
            assert progress.reads[step.label] <= progress.ended, "begun before what it reads was there"
            under_way.append(step)
            begun.append(step.label)
        if not under_way:
            return begun, progress.walked
        step = under_way.pop(chance.randrange(len(under_way)))
        came = Walked(failed={step.label: "a reason"}) if step.label in failing else Walked(done=[step.label])
        progress.end(step, came)


@settings(max_examples=30)
@given(st.data())
def test_every_step_ends_once_and_what_reads_of_a_failed_one_is_not_begun(steps, reads, data: st.DataObject):
    labels = [step.label for step in steps]
    failing = set(data.draw(st.lists(st.sampled_from(labels), max_size=3)))
    begun, walked = walk(steps, reads, failing, data.draw(st.integers(0, 99)))
    assert sorted([*walked.done, *walked.failed, *walked.not_made]) == sorted(labels)
    assert sorted(begun) == sorted([*walked.done, *walked.failed])
    kept_back: dict[str, set[str]] = {}
    for label in labels:  # upstream first
        causes = {c for read in reads[label] for c in kept_back.get(read, {read} & set(walked.failed))}
        if causes:
            kept_back[label] = causes
    assert {label: set(causes) for label, causes in walked.not_made.items()} == kept_back


def test_shards_and_arms_are_under_way_together(steps, reads):
    progress = _Progress(list(steps), reads)
    ready = list(progress.take_ready())
    while not any(step.stage.name == "train_rollouts" for step in ready):
        for step in ready:
            progress.end(step, Walked(done=[step.label]))
        ready = list(progress.take_ready())
    labels = {step.label for step in ready}
    assert {f"train_rollouts[0{n}_of_04]" for n in range(4)} <= labels
    assert {"arm_rollouts[base]", "arm_rollouts[base_repair]"} <= labels
    assert "arm_rollouts[sft]" not in labels, "it waits for its adapter"


def test_what_the_cluster_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("T2S_PROJECT", str(ROOT))
    monkeypatch.setenv("DAGSTER_POSTGRES_HOST", "db")
    monkeypatch.setenv("DAGSTER_POSTGRES_PASSWORD", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("OUTPUT_ROOT", "/data")
    monkeypatch.setenv("HOME", "elsewhere")
    told = worker_environment()
    assert (told["DAGSTER_POSTGRES_HOST"], told["OUTPUT_ROOT"]) == ("db", "/data")
    assert told["T2S_PROJECT"] == str(ROOT)
    assert "HOME" not in told and "secret" not in told.values()


@pytest.mark.parametrize("other", [["--plan"], ["--dry"]])
def test_a_cluster_is_for_walking_alone(other: list[str]):
    told = CliRunner().invoke(app, ["run", "-e", "demo", "--ray", "local", *other])
    assert told.exit_code == 1 and other[0] in str(told.exception) and "--ray" in str(told.exception)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere", "127.0.0.1:many"])
def test_where_there_is_no_cluster_is_told_at_once(address: str):
    pytest.importorskip("ray", reason="no Ray here: pip install '.[ray]'")
    with pytest.raises(RayError, match=f"--ray {address}: .*ray start --head"):
        _join(address)


def test_an_empty_address_is_told_and_not_walked_without_a_cluster():
    """As `--ray "$UNSET"`."""
    told = CliRunner().invoke(app, ["run", "-e", "demo", "--ray", ""])
    assert told.exit_code == 1 and "--ray : no address" in str(told.exception)


def test_a_step_that_no_node_has_room_for_is_not_waited_for(steps: list[Step], monkeypatch: pytest.MonkeyPatch):
    ray = pytest.importorskip("ray", reason="no Ray here: pip install '.[ray]'")
    nodes = [
        {"Alive": True, "Resources": {"CPU": 8.0, "GPU": 1.0}},
        {"Alive": False, "Resources": {"CPU": 8.0, "GPU": 4.0}},
        {"Alive": True, "Resources": {"memory": 1.0}},
    ]
    monkeypatch.setattr(ray, "nodes", lambda: nodes)
    monkeypatch.setattr(ray, "cluster_resources", lambda: {"GPU": 1.0})
    config = steps[0].stage.config
    wide = replace(config, adapters={**config.adapters, "sft": replace(config.adapters["sft"], processes=4)})
    by_label = {step.label: step for step in select_steps(build_stages(wide), [])}
    arm, training = by_label["arm_rollouts[base]"], by_label["sft_adapters[sft]"]
    assert _resources(arm) == {"num_cpus": 1, "num_gpus": 1} and _resources(training)["num_gpus"] == 4
    assert _without_room({"a": arm}) is None
    assert _without_room({"a": arm, "t": training}) == "t", "the four are on a node that is dead"
    nodes.pop(0)
    assert _without_room({"a": arm}) == "a"

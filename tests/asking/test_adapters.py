"""Asked with an adapter, it is the adapter that answers: as an arm of an experiment, over HTTP, and from a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from t2s_pipeline.asking.asker import opened_asker
from t2s_pipeline.asking.way import way_to_ask
from t2s_pipeline.config import ModelConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.generation.fingerprint import model_fingerprint, model_folder
from t2s_pipeline.table_definitions import ADAPTERS
from t2s_pipeline.training.external_adapters import Origin, publish_external
from t2s_pipeline.training.job import BaseModel
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.asking.conftest import LIMITS, serving
from tests.generation.tiny_model import save_adapter

NANO = ModelConfig(path="builtin:nano")
EXPERIMENT = """
[models.nano]
path = "builtin:nano"

[datasets.none]

[evaluation]
dataset = "none"

[adapters.theirs]
method = "external"
model = "nano"
path = "theirs"

[train.rollouts]
max_new_tokens = 16

[arms.theirs]
policy = "theirs"
max_new_tokens = 16
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter that makes of nano's SQL no SQL at all: nobody can take its answers for those of the base."""
    from safetensors.numpy import load_file, save_file

    folder = save_adapter(tmp_path_factory.mktemp("adapters") / "theirs", model_folder(NANO.path))
    weights = load_file(folder / "adapter_model.safetensors")
    loud = {name: tensor * (50 if "lora_B" in name else 1) for name, tensor in weights.items()}
    save_file(loud, folder / "adapter_model.safetensors", {"format": "pt"})
    return folder


@pytest.fixture
def project(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose experiment `demo` has published the adapter."""
    monkeypatch.delenv("OUTPUT_ROOT", raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    (tmp_path / "dagster_project.toml").write_text("")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "demo.toml").write_text(EXPERIMENT)
    warehouse = Warehouse(tmp_path / "data")
    base = BaseModel("nano", NANO.path, str(model_folder(NANO.path)), model_fingerprint(NANO))
    row = publish_external("theirs", trained, Origin("theirs"), base, warehouse.data)
    warehouse.publish(
        TableRef("adapters", "demo", "theirs"), ADAPTERS.to_arrow([row | {"experiment": "demo"}]), "f", {}
    )
    return tmp_path


def test_an_adapter_answers_from_its_folder(t2s, project, trained, shop):
    plain = ["--samples", "1", "--turns", "1", "--json"]
    asked = t2s("ask", "How many items?", "--db", str(shop), "--adapter", str(trained), *plain)
    answer = json.loads(asked.out)
    assert (answer["model"], answer["adapter"], answer["answered"], asked.code) == ("nano", "theirs", False, 1)


def test_the_server_answers_by_an_arm_s_adapter(project, shop):
    config = load_experiment("demo")
    way = way_to_ask(config, arm="theirs", samples=1, turns=1)
    with opened_asker(config, way, limits=LIMITS, in_process=True) as asker, serving(asker, [shop.parent]) as client:
        assert client.request("GET", "/databases").json["adapter"] == "theirs"
        answer = client.ask("How many items?").json
    assert (answer["adapter"], answer["answered"]) == ("theirs", False)


def test_what_is_no_adapter_is_one_line(t2s, project, shop, tmp_path):
    (tmp_path / "empty").mkdir()
    for named, said in (
        ("none", "--adapter none: no folder, and no adapter of experiment demo, which has theirs"),
        (str(tmp_path / "empty"), "no adapter there: adapter_config.json is missing"),
    ):
        asked = t2s("ask", "How many items?", "--db", str(shop), "--adapter", named)
        assert (asked.code, asked.out) == (1, "") and said in asked.err and asked.err.count("\n") == 1


def test_the_adapter_of_another_base_is_refused(project, tmp_path, shop):
    config = load_experiment("demo")
    (folder,) = (tmp_path / "data" / "adapters").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"model_fingerprint": "f" * 64}))
    with (
        pytest.raises(Exception, match="was trained on another base model"),
        opened_asker(config, way_to_ask(config, adapter=str(folder)), in_process=True),
    ):
        raise AssertionError("opened")

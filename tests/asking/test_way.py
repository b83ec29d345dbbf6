"""Which policy and settings a question is asked with, for every experiment of the project and for odd ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from t2s_pipeline.asking.asker import opened_asker
from t2s_pipeline.asking.way import AskError, way_to_ask
from t2s_pipeline.config import (
    ArmConfig,
    ExperimentConfig,
    ModelConfig,
    PathsConfig,
    RolloutConfig,
    TrainConfig,
)
from t2s_pipeline.config_adapters import AdapterConfig
from t2s_pipeline.config_loading import experiment_names, load_experiment
from t2s_pipeline.config_repairs import check_repairs, check_samples, check_selection
from t2s_pipeline.rollouts.decide import decider_of, is_gold_free
from t2s_pipeline.warehouse import WarehouseError

MODELS = {"nano": ModelConfig(path="builtin:nano"), "file": ModelConfig("replay", predictions="x.txt")}
TRAINED = ExperimentConfig(
    name="toy",
    models=MODELS,
    train=TrainConfig("data", "nano", rollouts=RolloutConfig(max_turns=3, temperature=0.4, feedback_detail="minimal")),
    adapters={"sft": AdapterConfig(method="sft", model="nano")},
    arms={
        "published": ArmConfig(model="file"),
        "sft_repair": ArmConfig(policy="sft", max_turns=4, feedback_mode="oracle_rows", schema_style="ddl"),
        "base": ArmConfig(model="nano", top_k_tables=2),
    },
)


@pytest.mark.parametrize("name", experiment_names())
@pytest.mark.parametrize("samples", [1, 5])
def test_every_experiment_is_asked_without_a_gold(name, samples):
    config = load_experiment(name)
    asking = [
        arm for arm in config.arms if config.models.get(config.arms[arm].model, MODELS["nano"]).backend != "replay"
    ]
    for arm in [*asking, *([None] if config.trains or asking else [])]:
        settings = way_to_ask(config, arm=arm, samples=samples).settings
        for check in (check_repairs, check_selection, check_samples):
            check(Path("x"), "x", settings)
        assert is_gold_free(settings, decider_of(settings)) and settings.num_samples == samples


def test_the_default_is_the_train_rollout_of_the_experiment():
    way = way_to_ask(TRAINED)
    settings = way.settings
    assert (way.model, way.adapter) == ("nano", None)
    assert (settings.max_turns, settings.temperature, settings.feedback_detail) == (3, 0.4, "minimal")
    assert (settings.num_samples, settings.repair_scope) == (5, "online")


def test_an_arm_brings_its_adapter_and_settings_but_not_the_gold():
    way = way_to_ask(TRAINED, arm="sft_repair", samples=1)
    settings = way.settings
    assert (way.model, way.adapter, settings.schema_style) == ("nano", "sft", "ddl")
    assert (settings.max_turns, settings.temperature, settings.feedback_mode) == (4, 0.0, "online_visible")
    assert way_to_ask(TRAINED, arm="sft_repair", turns=1).settings.max_turns == 1
    assert way_to_ask(TRAINED, arm="base").settings.temperature == 0.7


def test_an_adapter_is_asked_as_the_train_rollouts_are_made(tmp_path):
    named, elsewhere = way_to_ask(TRAINED, adapter="sft"), way_to_ask(TRAINED, adapter=str(tmp_path))
    assert (named.model, named.adapter, named.folder) == ("nano", "sft", None)
    assert (elsewhere.model, elsewhere.adapter, elsewhere.folder) == ("nano", tmp_path.name, tmp_path)
    assert named.settings == elsewhere.settings == way_to_ask(TRAINED).settings


def test_without_a_train_side_the_first_arm_that_asks_a_model_is_taken():
    config = ExperimentConfig(name="toy", models=MODELS, arms=TRAINED.arms, adapters=TRAINED.adapters)
    assert way_to_ask(config).adapter == "sft"
    assert way_to_ask(config, model="nano").adapter is None


def test_without_a_train_side_what_is_named_is_asked_as_its_first_arm_is(tmp_path):
    models = MODELS | {"other": ModelConfig(path="builtin:nano")}
    arms = TRAINED.arms | {"theirs": ArmConfig(model="other", prompt_style="finer", schema_style="columns")}
    config = ExperimentConfig(name="toy", models=models, arms=arms, adapters=TRAINED.adapters)
    other = way_to_ask(config, model="other")
    assert (other.model, other.adapter) == ("other", None)
    assert (other.settings.prompt_style, other.settings.schema_style) == ("finer", "columns")
    sft = way_to_ask(config, adapter="sft")
    assert (sft.model, sft.adapter, sft.settings.schema_style) == ("nano", "sft", "ddl")
    folder = way_to_ask(config, model="other", adapter=str(tmp_path))
    assert (folder.adapter, folder.settings) == (tmp_path.name, other.settings)
    files = replace(config, arms={"published": TRAINED.arms["published"]})
    assert way_to_ask(files, model="nano").settings.prompt_style == "plain"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"arm": "none"}, "--arm none: no such arm; experiment toy has published, sft_repair, base"),
        ({"model": "none"}, "--model none: no such model; experiment toy has nano, file"),
        ({"arm": "base", "model": "nano"}, "--arm and --model: .* leave one of them out"),
        ({"arm": "base", "adapter": "sft"}, "--arm and --adapter: .* leave one of them out"),
        ({"adapter": "none"}, "--adapter none: no folder, and no adapter of experiment toy, which has sft"),
        ({"arm": "published"}, "is a file of predictions"),
        ({"model": "file"}, "is a file of predictions"),
    ],
)
def test_what_cannot_be_asked_says_what_there_is(asked, said):
    with pytest.raises(AskError, match=said):
        way_to_ask(TRAINED, **asked)


def test_an_experiment_of_files_alone_asks_nothing():
    config = ExperimentConfig(name="toy", models=MODELS, arms={"published": TRAINED.arms["published"]})
    with pytest.raises(AskError, match="experiment toy asks no model"):
        way_to_ask(config)


def test_an_adapter_that_is_not_trained_is_told_and_the_base_is_not_asked_in_its_place(tmp_path):
    config = replace(TRAINED, paths=PathsConfig(str(tmp_path)))
    with (
        pytest.raises(WarehouseError, match="sft.parquet: missing; run the asset that writes table 'adapters' first"),
        opened_asker(config, way_to_ask(config, arm="sft_repair")),
    ):
        raise AssertionError("opened")

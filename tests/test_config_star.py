"""The entry of a self-training loop: its adapters are declared, and what contradicts itself is refused."""

from __future__ import annotations

import pytest

from assets.graph import build_stages
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.config_parsing import ConfigError

LOOP = """
[train]
dataset = "embedded"
model = "nano"
holdout_fraction = 0.1

[evaluation]
dataset = "embedded"

[models.nano]
path = "builtin:nano"

[models.nano_too]
path = "builtin:nano"

[models.other]
path = "other"

[star.self]
max_iterations = 2

[star.self.training]
epochs = 2.0

[star.hard]
errors_of = "self"
max_iterations = 1

[arms.last]
policy = "self_2"
"""


PROJECT = '[datasets.embedded]\nkind = "embedded"\n'


@pytest.fixture
def load(load_mine):
    def load_with(old: str = "", new: str = "", text: str = LOOP):
        assert old in text
        return load_mine(text.replace(old, new, 1), PROJECT)

    return load_with


def test_every_iteration_is_an_adapter_that_arms_can_name(load):
    config = load()
    assert {name: (a.method, a.data, a.model, a.epochs) for name, a in config.adapters.items()} == {
        "self_1": ("star", "self", "nano", 2.0),
        "self_2": ("star", "self", "nano", 2.0),
        "hard_1": ("star", "hard", "nano", 1.0),
    }


def test_the_loop_is_unrolled_and_errors_come_after_it(load):
    stages = {stage.name: stage for stage in build_stages(load())}
    named = [name for name in stages if "star" in name and not name.startswith("report")]
    assert named == [
        "star_0_held_out",
        *(f"star_{n}_{what}" for n in (1, 2) for what in ("rollouts", "adapters", "held_out")),
        "star_retrain_0_held_out",
        *(f"star_retrain_1_{what}" for what in ("rollouts", "adapters", "held_out")),
    ]
    assert stages["star_2_adapters"].partitions == ("self_2",)
    writers = {
        ref: (stage.name, step) for stage in stages.values() for step in stage.steps for ref in stage.plan(step).outputs
    }

    def upstream(name: str, step: str) -> set[str]:
        refs = [ref for refs in stages[name].plan(step).inputs.values() for ref in refs]
        return {writers[ref][0] for ref in refs}

    shown = {"train_examples", "database_catalog", "retrieved_schemas"}
    assert upstream("star_1_rollouts", "self") == shown
    assert upstream("star_2_rollouts", "self") == shown | {"star_1_adapters", "star_1_held_out"}
    assert upstream("star_retrain_1_rollouts", "hard") == shown | {"star_2_adapters"}
    assert upstream("arm_rollouts", "last") >= {"star_2_adapters", "dev_examples"}
    for stage in (stages[name] for name in (*named, "arm_rollouts")):  # what a step reads is what Dagster is told of
        declared = {dependency.name for dependency in stage.dependencies}
        for step in stage.steps:
            assert {writers[ref][0] for refs in stage.plan(step).inputs.values() for ref in refs} <= declared


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("holdout_fraction = 0.1", "", "no question of train is held out"),
        ("max_iterations = 2", "max_iterations = 0", "a whole number of 1 or more"),
        ("max_iterations = 2", "max_gold_fraction = 1.0", "from 0 to below 1"),
        ("max_iterations = 2", "max_failed_fraction = 1.0", "from 0 to below 1"),
        ("max_iterations = 2", "thoughts = true", "not one of FINER's"),
        ('errors_of = "self"', 'errors_of = "none"', "names no loop; there are: self$"),
        ('errors_of = "self"', 'errors_of = "self"\ncandidates = 1', "candidates = 1: .* set 2 or more"),
        ('errors_of = "self"', 'errors_of = "hard"', "learns from errors itself"),
        ("epochs = 2.0", "beta = 0.2", "training.beta: a loop does not read it"),
        ("epochs = 2.0", "patience = 2", "training.patience: a loop does not read it"),
        ("epochs = 2.0", 'init = "self_1"', "training.init: a loop does not read it"),
        ("epochs = 2.0", 'model = "other"', "path and revision of train.model"),
        ("epochs = 2.0", 'model = "nothing"', "names nothing"),
        ("epochs = 2.0", 'model = "nano_too"', "is not that of 'self'"),
        ('errors_of = "self"', 'errors_of = "self"\ntraining = { lora_rank = 4 }', "keeps its lora_rank: leave it out"),
        ('policy = "self_2"', 'policy = "self_3"', "names nothing"),
        ("[arms.last]", '[adapters.self_1]\nmodel = "nano"\n[arms.last]', "rename one"),
        ("[arms.last]", '[adapters.x]\nmethod = "star"\nmodel = "nano"\n[arms.last]', "a loop is declared as"),
        (
            'model = "nano"\nholdout',
            'model = "nano"\nrollouts = { constraint = "schema" }\nholdout',
            "asks without one",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(load, old, new, message):
    with pytest.raises(ConfigError, match=message):
        load(old, new)


@pytest.mark.parametrize("name", ["embedded_star", "spider_star_nano", "spider_star_8b"])
def test_the_experiments_show_every_iteration_greedy_and_by_vote(name, monkeypatch, tmp_path):
    monkeypatch.setenv("OUTPUT_ROOT", str(tmp_path))
    config = load_experiment(name)
    baselines = {"base", "sft" if name == "spider_star_8b" else "gold"}
    policies = baselines | {"self_1", "self_2", "self_3"}
    for policy in policies:
        greedy, voted = config.arms[policy], config.arms[f"{policy}_sc16"]
        assert (greedy.num_samples, greedy.temperature) == (1, 0.0)
        assert (voted.num_samples, voted.temperature, voted.match_rule) == (16, 0.7, "official")
    assert (config.star["self"].candidates, config.star["self"].max_iterations) == (8, 3)


def test_the_references_run():
    training = load_experiment("spider_star_8b").star["self"].training
    assert (training.lora_rank, training.lora_alpha, training.lora_dropout) == (16, 32, 0.15)
    assert (training.epochs, training.learning_rate, training.schedule, training.warmup_ratio) == (
        2.0,
        1e-4,
        "cosine",
        0.1,
    )
    assert (training.batch_size, training.gradient_accumulation, training.max_length) == (8, 2, 2048)

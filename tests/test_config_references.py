"""Entries of a configuration that contradict each other: the error names file and key."""

from __future__ import annotations

import pytest

from t2s_pipeline.config_parsing import ConfigError

PROJECT = """
[datasets.own]
kind = "json"
root = "rows"

[models.tiny]
path = "builtin:nano"

[models.fast]
backend = "vllm"
path = "builtin:nano"

[models.file]
backend = "replay"
predictions = "answers.jsonl"

[evaluation]
dataset = "own"
"""
TRAIN = """
[train]
dataset = "own"
model = "tiny"
"""


@pytest.fixture
def load(load_mine):
    return lambda experiment: load_mine(experiment, PROJECT)


def test_vllm_decodes_held_to_the_schema(load) -> None:
    assert load('[arms.held]\nmodel = "fast"\nconstraint = "schema"\n').arms["held"].constraint == "schema"


def test_greedy_samples_are_refused_but_of_a_file(load) -> None:
    samples = "num_samples = 3\n"
    assert load(f'[arms.of_file]\nmodel = "file"\n{samples}').arms["of_file"].num_samples == 3
    with pytest.raises(ConfigError, match=r"mine.toml: arms.a.num_samples = 3"):
        load(f'[arms.a]\nmodel = "tiny"\n{samples}')
    with pytest.raises(ConfigError, match=r"mine.toml: train.rollouts.num_samples = 3"):
        load(f"{TRAIN}[train.rollouts]\n{samples}")
    assert load(f"{TRAIN}[train.rollouts]\ntemperature = 0.7\n{samples}").train.rollouts.num_samples == 3


def test_recipes_need_the_train_side_that_makes_pairs(load) -> None:
    with pytest.raises(ConfigError, match=r"mine.toml: recipes are declared, but train.dataset"):
        load("[recipes.r]\nmax_pairs = 3\n")


def test_shares_of_all_inputs_must_come_to_the_whole(load) -> None:
    def limits(mined: float, synthetic: float) -> str:
        return f"{TRAIN}[recipes.r]\ninput_fraction_limits = {{ mined = {mined}, synthetic = {synthetic} }}\n"

    assert load(limits(0.7, 0.3)).recipes["r"].input_fraction_limits == {"mined": 0.7, "synthetic": 0.3}
    with pytest.raises(ConfigError, match=r"mine.toml: recipes.r.input_fraction_limits: .* come to 0.4, so no pair"):
        load(limits(0.2, 0.2))

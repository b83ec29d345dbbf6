"""What an adapter's entry may say, and the adapters and arms that its seeds become."""

from __future__ import annotations

from dataclasses import fields

import pytest

from t2s_pipeline.config_adapters import AdapterConfig, hyperparameter_names
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.reports.ablations import ablation_members
from tests.experiment_texts import OWN

BASE = f"""{OWN}
[recipes.pairs]
"""
SFT = '[adapters.sft]\nmodel = "tiny"\n'
DPO = '[adapters.dpo]\nmethod = "dpo"\nmodel = "tiny"\ndata = "pairs"\n'


@pytest.fixture
def load(load_mine):
    return lambda text, base=BASE: load_mine(base + text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SFT + "beta = 0.2", "adapters.sft.beta = 0.2, but method 'sft' does not read it: leave it out"),
        (SFT + 'loss_type = "ipo"', "adapters.sft.loss_type = 'ipo', but method 'sft' does not read it"),
        (DPO + "lora_dropout = 0.1", "adapters.dpo.lora_dropout = 0.1, but method 'dpo' does not read it"),
        (DPO + 'packing = "on"', "adapters.dpo.packing = 'on', but method 'dpo' does not read it"),
        (SFT + DPO + 'init = "sft"\nlora_rank = 8', "adapters.dpo.lora_rank = 8, but it continues 'sft' and keeps its"),
        (DPO + "beta = 0", "adapters.dpo.beta = 0, with which DPO learns nothing: set it above 0"),
        (DPO + "label_smoothing = 0.1", "loss_type = 'sigmoid' does not read it: choose one of robust, exo_pair"),
        (DPO + 'loss_type = "robust"\nlabel_smoothing = 0.5', "the robust loss needs less than 0.5"),
        (DPO + 'loss_type = "exo_pair"', "adapters.dpo.loss_type = 'exo_pair' needs a label_smoothing above 0"),
        (DPO + 'loss_type = "dpo"', "adapters.dpo.loss_type = 'dpo', expected 'sigmoid' or"),
        (SFT + "patience = 2", "adapters.sft.patience = 2, but no row is held out to evaluate on: set train.holdout"),
        (SFT + "evaluation_steps = 5", "adapters.sft.evaluation_steps = 5, but no row is held out"),
        (SFT + "optimizer = 'sgd'", "unknown key 'adapters.sft.optimizer'; known here: "),
        (SFT + 'schedule = "step"', "adapters.sft.schedule = 'step', expected 'linear' or 'cosine' or 'constant'"),
        (SFT + "processes = 0", "adapters.sft.processes = 0, expected"),
        (SFT + "target_modules = ['']", r"adapters.sft.target_modules\[0\] = '', expected"),
        ('[tracking]\nreport_to = "tensorboard"\n', "tracking.report_to = 'tensorboard', expected 'none' or 'wandb'"),
        (
            '[adapters.theirs]\nmethod = "external"\nmodel = "tiny"\npath = "a/b"\nlora_rank = 4',
            "adapters.theirs.lora_rank = 4, but method 'external' does not read it",
        ),
    ],
)
def test_an_entry_that_contradicts_itself_names_the_key_and_the_remedy(load, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(text)


def test_a_whole_train_split_is_not_held_out(load) -> None:
    with pytest.raises(ConfigError, match="train.holdout_fraction = 1.0, expected a number from 0 to below 1"):
        load(SFT, BASE.replace("[train]", "[train]\nholdout_fraction = 1.0"))


def test_an_end_that_can_never_come_early_is_refused(load) -> None:
    held_out = BASE.replace("[train]", "[train]\nholdout_fraction = 0.1")
    with pytest.raises(ConfigError, match="sft.patience = 2, but with epochs = 1 .* are evaluated once, at the end"):
        load(SFT + "patience = 2", held_out)
    assert load(SFT + "patience = 2\nepochs = 3.0", held_out).adapters["sft"].patience == 2


def test_what_goes_together_is_taken(load) -> None:
    start = SFT + "lora_rank = 8\ntarget_modules = ['q_proj']\npacking = 'on'\npatience = 2\nevaluation_steps = 5\n"
    continued = DPO + 'init = "sft"\nlora_rank = 8\ntarget_modules = ["q_proj"]\nschedule = "cosine"\nprocesses = 2\n'
    held_out = BASE.replace("[train]", "[train]\nholdout_fraction = 0.1")
    config = load(start + continued + 'loss_type = "robust"\nlabel_smoothing = 0.1\n', held_out)
    dpo = config.adapters["dpo"]
    assert (dpo.loss_type, dpo.label_smoothing, dpo.schedule, dpo.processes) == ("robust", 0.1, "cosine", 2)
    assert config.adapters["sft"].target_modules == ("q_proj",)


def test_every_key_is_read_by_some_method() -> None:
    wiring = {"method", "model", "path", "revision", "init", "data"}
    read = {name for method in ("sft", "dpo", "grpo") for name in hyperparameter_names(method, continued=False)}
    assert {field.name for field in fields(AdapterConfig)} == wiring | read


SEEDS = """
[adapters.sft]
model = "tiny"
seeds = [13, 14, 15]

[adapters.dpo]
method = "dpo"
model = "tiny"
init = "sft"
data = "pairs"
seeds = [13, 15]

[adapters.once]
model = "tiny"

[arms.dpo_cm]
policy = "dpo"
every_seed = true
max_turns = 2

[grid.plain]
name = "{policy}"
model = "tiny"
policy = ["base", "sft"]
every_seed = true
"""


def test_seeds_become_adapters_each_on_the_start_of_its_seed_and_arms(load) -> None:
    config = load(SEEDS)
    assert {name: adapter.seed for name, adapter in config.adapters.items()} == {
        "sft": 13,
        "sft_seed14": 14,
        "sft_seed15": 15,
        "dpo": 13,
        "dpo_seed15": 15,
        "once": 13,
    }
    assert (config.adapters["dpo"].init, config.adapters["dpo_seed15"].init) == ("sft", "sft_seed15")
    assert {name: arm.policy for name, arm in config.arms.items()} == {
        "dpo_cm": "dpo",
        "dpo_cm_seed15": "dpo_seed15",
        "base": "base",
        "sft": "sft",
        "sft_seed14": "sft_seed14",
        "sft_seed15": "sft_seed15",
    }
    assert config.arms["dpo_cm_seed15"].max_turns == 2


def test_reports_put_the_seeds_side_by_side(load) -> None:
    members = ablation_members(load(SEEDS)).to_pylist()
    spread = [(row["arm"], row["level"]) for row in members if row["ablation"] == "seed"]
    assert ("sft", "13") in spread and ("sft_seed15", "15") in spread and ("dpo_cm_seed15", "15") in spread


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seeds = [13, 14, 15]", "seeds = []", "adapters.sft.seeds = .*, expected a list of different whole numbers"),
        ("seeds = [13, 14, 15]", "seeds = [13, 13]", "expected a list of different whole numbers"),
        ("seeds = [13, 14, 15]", "seeds = 3", "adapters.sft.seeds = 3, expected a list"),
        ("seeds = [13, 14, 15]", "seeds = [13, 14, 15]\nseed = 2", "adapters.sft has both seed and seeds"),
        ("seeds = [13, 15]", "seeds = [13, 16]", "adapters.dpo.seeds has 16, which adapters.sft.seeds, that it cont"),
        ('policy = "dpo"', 'policy = "once"', "arms.dpo_cm.every_seed: adapter 'once' has no seeds in this file"),
        ("every_seed = true\nmax_turns", "every_seed = 1\nmax_turns", "arms.dpo_cm.every_seed = 1, expected true or"),
        ("[adapters.once]", "[adapters.sft_seed14]", "adapters.sft_seed14 is declared twice, once by its seeds"),
    ],
)
def test_seeds_that_cannot_be_are_errors(load, old: str, new: str, said: str) -> None:
    assert SEEDS.count(old) == 1
    with pytest.raises(ConfigError, match=said):
        load(SEEDS.replace(old, new))

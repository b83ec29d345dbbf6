"""The experiments of the reference's full grid declare it whole, and share what can be shared."""

from __future__ import annotations

import dataclasses

import pytest

from t2s_pipeline.config import ArmConfig, arm_model
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.reports.ablations import ablation_members

METHODS = ("base", "sft", "dpo", "sft_dpo", "dpo_synth30")
GRID = {
    *METHODS,
    *(f"{policy}_cm" for policy in METHODS),
    *(f"{policy}_cm_{scope}" for policy in METHODS for scope in ("online", "online_guarded")),
    *(f"{policy}_{detail}" for policy in ("base", "sft_dpo") for detail in ("basic", "column")),
    *(f"{policy}_{mode}" for policy in ("base", "sft_dpo") for mode in ("full", "bm25", "bm25_fk")),
    *(f"{policy}_seed{seed}" for policy in ("sft", "dpo", "sft_dpo") for seed in (14, 15)),
}
OF_REPAIR = {"max_turns", "feedback_mode", "feedback_detail", "repair_scope", "verifier"}


@pytest.fixture(params=["embedded_grid", "spider_nano", "spider_qwen25_coder_3b"])
def config(request, tmp_path, monkeypatch):
    monkeypatch.setenv("OUTPUT_ROOT", str(tmp_path))
    return load_experiment(request.param)


def test_the_grid_is_whole(config):
    assert set(config.arms) == GRID
    assert {f"{p}_cm" for p in METHODS} == {
        n for n, a in config.arms.items() if _is_cm(a) and a.repair_scope == "verified"
    }
    assert {row["ablation"] for row in ablation_members(config).to_pylist()} == {
        "method",
        "feedback",
        "scope",
        "retrieval",
        "synthetic_ratio",
        "seed",
    }


def test_arms_that_differ_in_repair_alone_ask_the_same_first_turn(config):
    """A completion's key holds the policy, the prompt and the sampling: nothing of what follows the first turn."""
    asked = {name: (arm_model(config, arm), _first_turn(arm)) for name, arm in config.arms.items()}
    for policy in METHODS:
        same = [name for name in GRID if name == policy or name.startswith((f"{policy}_cm", f"{policy}_basic"))]
        same = [name for name in same if config.arms[name].policy == policy]
        assert len(same) >= 4 and all(asked[name] == asked[policy] for name in same)


def test_each_method_has_three_seeds_and_a_spread_of_them(config):
    seeds = {
        method: sorted(a.seed for name, a in config.adapters.items() if name.split("_seed")[0] == method)
        for method in ("sft", "dpo", "sft_dpo")
    }
    assert set(map(tuple, seeds.values())) == {(13, 14, 15)}
    assert config.adapters["sft_dpo_seed15"].init == "sft_seed15"
    spread = [row for row in ablation_members(config).to_pylist() if row["ablation"] == "seed"]
    assert {row["arm"] for row in spread} == {n for n in GRID if n.split("_seed")[0] in seeds}


def test_the_aims_are_a_family_of_their_own(config):
    aims = {c.second: (c.first, c.metric) for c in config.comparisons.values() if c.family == "aims"}
    assert aims == {
        "sft": ("base", "first_turn_example_accuracy"),
        "sft_dpo": ("sft", "first_turn_example_accuracy"),
        "base_cm": ("base_basic", "final_example_execution_accuracy"),
        "sft_dpo_cm": ("sft_dpo_basic", "final_example_execution_accuracy"),
    }


def test_the_3b_experiment_has_the_reference_s_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTPUT_ROOT", str(tmp_path))
    config = load_experiment("spider_qwen25_coder_3b")
    sft, dpo, train = config.adapters["sft"], config.adapters["sft_dpo"], config.train
    assert (sft.lora_rank, sft.lora_alpha, sft.lora_dropout, sft.learning_rate, sft.epochs) == (16, 32, 0.05, 2e-4, 1)
    assert (sft.batch_size * sft.gradient_accumulation, sft.max_length) == (16, 2048)
    assert (dpo.learning_rate, dpo.beta, dpo.batch_size * dpo.gradient_accumulation, dpo.init) == (2e-5, 0.1, 8, "sft")
    asked = train.rollouts
    assert (asked.max_turns, asked.num_samples, asked.temperature, asked.top_p) == (3, 4, 0.7, 0.9)
    assert (asked.feedback_mode, asked.feedback_detail, train.synthetic_per_example) == ("oracle_rows", "minimal", 4)
    assert {arm.max_new_tokens for arm in [asked, *config.arms.values()]} == {256}
    assert not any(arm.temperature for arm in config.arms.values())
    assert {config.models[arm_model(config, arm)].backend for arm in config.arms.values()} == {"vllm"}
    assert {config.models[adapter.model].dtype for adapter in config.adapters.values()} == {"bfloat16"}


def _is_cm(arm: ArmConfig) -> bool:
    return arm.max_turns > 1 and arm.feedback_detail == "minimal"


def _first_turn(arm: ArmConfig) -> dict:
    return {f.name: getattr(arm, f.name) for f in dataclasses.fields(arm) if f.name not in OF_REPAIR}

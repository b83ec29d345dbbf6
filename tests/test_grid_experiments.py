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


@pytest.fixture(params=["embedded_grid", "spider_nano"])
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


def test_the_aims_are_a_family_of_their_own(config):
    aims = {c.second: (c.first, c.metric) for c in config.comparisons.values() if c.family == "aims"}
    assert aims == {
        "sft": ("base", "first_turn_example_accuracy"),
        "sft_dpo": ("sft", "first_turn_example_accuracy"),
        "base_cm": ("base_basic", "final_example_execution_accuracy"),
        "sft_dpo_cm": ("sft_dpo_basic", "final_example_execution_accuracy"),
    }


def _is_cm(arm: ArmConfig) -> bool:
    return arm.max_turns > 1 and arm.feedback_detail == "minimal"


def _first_turn(arm: ArmConfig) -> dict:
    return {f.name: getattr(arm, f.name) for f in dataclasses.fields(arm) if f.name not in OF_REPAIR}

"""The experiments that train by GRPO: the card's values, and ablations that differ in what they say alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from t2s_pipeline.config_adapters import AdapterConfig
from t2s_pipeline.config_loading import load_experiment

ROOT = Path(__file__).parents[1]


def test_spider_finer_3b_has_the_card_s_values():
    config = load_experiment("spider_finer_3b", ROOT)
    finer = config.adapters["finer"]
    grpo = finer.grpo
    assert (grpo.prompts_per_step, grpo.generations, grpo.steps, grpo.temperature) == (1, 32, 4000, 1.0)
    assert (finer.learning_rate, finer.beta, finer.schedule, finer.warmup_ratio) == (8e-6, 0.04, "linear", 0.0)
    assert (finer.max_length, grpo.max_completion_tokens, grpo.memory.neighbours) == (1500, 2048, 20)
    assert finer.weights == "full" and config.adapters["writer"].weights == "lora"
    assert grpo.rewards == AdapterConfig().grpo.rewards and grpo.use_memory
    assert config.train.rollouts.prompt_style == "finer" and config.adapters["writer"].data == "traces"
    assert {arm.num_samples for arm in config.arms.values()} == {1, 30}


def test_ablations_differ_from_the_whole_in_what_they_leave_out_alone():
    config = load_experiment("embedded_finer", ROOT)
    whole = config.adapters["grpo"]
    no_atomic = replace(whole.grpo.rewards, atomic=False)
    assert config.adapters["grpo_no_memory"] == replace(whole, grpo=replace(whole.grpo, use_memory=False))
    assert config.adapters["grpo_no_atomic"] == replace(whole, grpo=replace(whole.grpo, rewards=no_atomic))
    neither = replace(whole.grpo, use_memory=False, rewards=no_atomic)
    assert config.adapters["grpo_neither"] == replace(whole, grpo=neither)
    for name in ("grpo", "grpo_no_memory", "grpo_no_atomic", "grpo_neither"):
        assert [config.adapters[f"{name}{seed}"].seed for seed in ("", "_seed14", "_seed15")] == [13, 14, 15]
    assert {arm.policy for arm in config.arms.values()} == {"base", *config.adapters}
    assert {config.arms[f"{name}_vote"].num_samples for name in ("writer", "grpo")} == {8}

"""The experiments on the published FINER-SQL checkpoints have the settings of their card."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.reports.listing import declared_reports

ROOT = Path(__file__).parents[1]
MODELS = {"trained_on_spider": "FINER-SQL-3B-Spider", "trained_on_bird": "FINER-SQL-3B-BIRD"}


@pytest.fixture(params=["spider", "bird"])
def experiment(request: pytest.FixtureRequest) -> ExperimentConfig:
    return load_experiment(f"{request.param}_finer_eval", ROOT)


def test_models_and_context_are_the_card_s(experiment):
    assert {name: model.path for name, model in experiment.models.items()} == {
        name: f"griffith-bigdata/{path}" for name, path in MODELS.items()
    }
    for model in experiment.models.values():
        assert (model.backend, model.dtype, model.max_context) == ("vllm", "bfloat16", 4096)
        assert model.engine_options == {"gpu_memory_utilization": 0.85}


def test_sampling_is_the_card_s_and_a_prompt_never_shortens_the_answer(experiment):
    assert {name.removeprefix(f"{arm.model}_").split("_")[0] for name, arm in experiment.arms.items()} == {
        "vote",
        "greedy",
    }
    for name, arm in experiment.arms.items():
        voted = (arm.num_samples, arm.temperature, arm.selection) == (30, 1.0, "vav")
        greedy = (arm.num_samples, arm.temperature) == (1, 0.0)
        assert voted if "_vote" in name else greedy
        assert (arm.seed, arm.top_p, arm.max_new_tokens) == (42, 1.0, 2048)
        assert arm.max_prompt_tokens + arm.max_new_tokens == 4096
        assert (arm.schema_style, arm.retrieval_mode) == ("columns", "full")
        assert arm.prompt_style == ("finer_hint" if name.endswith("_hint") else "finer")
        assert arm.match_rule == ("bird" if experiment.evaluation.dataset == "bird" else "official")


def test_the_two_by_two_stands_in_one_report():
    spider, bird = (load_experiment(f"{name}_finer_eval", ROOT) for name in ("spider", "bird"))
    assert spider.evaluation.beside == ("bird_finer_eval",)
    assert "report_data_sets" in [report.name for report in declared_reports(spider)]
    assert set(bird.arms) < set(spider.arms)
    assert {f"{model}_vote" for model in MODELS} < set(bird.arms)
    assert bird.sandbox.timeout_seconds == 30

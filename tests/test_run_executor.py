"""Where the steps of the page's runs are executed. On a cluster: tests/services."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.definitions import make_assets_importable

make_assets_importable()

from assets.graph import build_stages  # noqa: E402
from assets.run_executor import run_executor, step_tags  # noqa: E402

ROOT = Path(__file__).parents[1]


def test_steps_are_executed_in_the_runs_process_unless_something_else_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("T2S_EXECUTOR", raising=False)
    assert run_executor() is dg.in_process_executor
    assert step_tags("gpu") == {}


def test_steps_are_jobs_of_a_cluster(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("dagster_ray", reason="no dagster-ray here: pip install '.[ray]'")
    monkeypatch.setenv("T2S_EXECUTOR", "ray")
    monkeypatch.setenv("T2S_PROJECT", str(ROOT))
    assert run_executor().name == "ray"
    assert step_tags("gpu") == {}


def test_what_asks_a_model_or_trains_one_asks_for_a_gpu_where_the_cluster_has_some(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("T2S_EXECUTOR", "ray_gpu")
    stages = build_stages(load_experiment("demo", ROOT))
    asked = {stage.name: stage.asset.op.tags.get("dagster-ray/config") for stage in stages}
    asking = {name: json.loads(stated) for name, stated in asked.items() if stated}
    names = ("train_rollouts", "sft_adapters", "dpo_adapters", "arm_rollouts")
    assert asking == {name: {"num_gpus": 1} for name in names}


def test_another_executor_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("T2S_EXECUTOR", "celery")
    with pytest.raises(ConfigError, match="T2S_EXECUTOR='celery', expected one of in_process, ray, ray_gpu"):
        run_executor()

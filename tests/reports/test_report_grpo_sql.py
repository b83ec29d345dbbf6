"""report_grpo.sql: what GRPO logged, in parts of the training, and every evaluation."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from t2s_pipeline.config import AdapterConfig, ExperimentConfig, ModelConfig
from t2s_pipeline.reports.blocks import Plot
from t2s_pipeline.reports.listing import declared_reports
from t2s_pipeline.reports.render import blocks_of, markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import ADAPTERS, TRAINING_STEPS
from tests.reports.tables import EXPERIMENT, table

STEPS = 40
GRPO = AdapterConfig(method="grpo", model="nano")


def config(*names: str) -> ExperimentConfig:
    adapters = {"sft": AdapterConfig(model="nano"), **dict.fromkeys(names, GRPO)}
    return ExperimentConfig(name=EXPERIMENT, models={"nano": ModelConfig(path="builtin:nano")}, adapters=adapters)


def report(*names: str, experiments: tuple[str, ...] = (EXPERIMENT,), trained: tuple[str, ...] = ("grpo",)) -> pa.Table:
    steps: list[dict[str, Any]] = []
    for experiment in experiments:
        logged = [
            (step, metric, value)
            for step in range(1, STEPS + 1)
            for metric, value in (("reward", step / 10), ("kl", 0.0), ("loss", 9.0), ("completions/correct", 0.5))
        ]
        logged += [(step, "eval_completions/correct", share) for step, share in ((0, 0.25), (20, 0.75), (40, 0.5))]
        steps += [
            {"experiment": experiment, "adapter": adapter, "step": step, "metric": metric, "value": value}
            for step, metric, value in logged
            for adapter in trained
        ]
    adapters = [
        {"experiment": experiment, "adapter": adapter, "kept_step": 20}
        for experiment in experiments
        for adapter in trained
    ]
    tables = {"training_steps": table(TRAINING_STEPS, steps), "adapters": table(ADAPTERS, adapters)}
    with report_connection(tables) as connection:
        return run_report("report_grpo", connection, config(*names))


def test_twenty_parts_of_the_training_and_every_evaluation():
    rows = report("grpo").to_pylist()
    reward = [row for row in rows if row["metric"] == "reward"]
    assert [(row["first_step"], row["last_step"], row["steps"]) for row in reward[:2]] == [(1, 2, 2), (3, 4, 2)]
    assert len(reward) == 20 and sum(row["steps"] for row in reward) == STEPS
    assert sum(row["value"] * row["steps"] for row in reward) == sum(range(1, STEPS + 1)) / 10
    held_out = [row for row in rows if row["metric"] == "eval_completions/correct"]
    assert [(row["first_step"], row["value"]) for row in held_out] == [(0, 0.25), (20, 0.75), (40, 0.5)]
    assert {row["metric"] for row in rows} == {"reward", "kl", "completions/correct", "eval_completions/correct"}
    assert {row["kept_step"] for row in rows} == {20}


def test_rendered_by_quarters_with_a_line_an_adapter():
    shown = report("grpo")
    text = markdown(shown)
    assert "|  | Steps 1–10 | Steps 11–20 | Steps 21–30 | Steps 31–40 |" in text
    assert "| Reward | 0.550 | 1.550 | 2.550 | 3.550 |" in text
    assert "| Right answers | 50.0 % | 50.0 % | 50.0 % | 50.0 % |" in text
    assert "| grpo | 25.0 % (step 0) | 75.0 % (step 20) | 50.0 % (step 40) |" in text
    plots = {block.title: block for block in blocks_of(shown) if isinstance(block, Plot)}
    assert plots["Reward"].curves[0].points[0] == (2, 0.15000000000000002)
    assert "KL to the start" in plots


def test_several_adapters_stand_side_by_side():
    text = markdown(report("grpo", "grpo_seed14", trained=("grpo", "grpo_seed14")))
    assert "| Adapter | Reward | Right answers | KL to the start |" in text
    assert "| grpo_seed14 | 0.550 to 3.550 | 50.0 % to 50.0 % | 0.0000 to 0.0000 |" in text
    assert "| Adapter | Reward" not in markdown(report("grpo"))


def test_an_adapter_that_is_not_trained_says_so_and_another_experiment_changes_nothing():
    rows = report("grpo", "later").to_pylist()
    assert [(r["metric"], r["part"], r["steps"]) for r in rows if r["adapter"] == "later"] == [("", 0, 0)]
    assert "| later | no results: not trained yet: t2s run -e published 'grpo_adapters[later]'" in markdown(
        report("grpo", "later")
    )
    assert report("grpo", experiments=(EXPERIMENT, "other")).equals(report("grpo"))


def test_it_is_there_where_something_is_trained_by_grpo():
    assert "report_grpo" in [found.name for found in declared_reports(config("grpo"))]
    assert "report_grpo" not in [found.name for found in declared_reports(config())]

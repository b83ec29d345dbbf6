"""Evaluation: `arm_rollouts` asks, `evaluations` counts; apart, so that a metric can change without a model call."""

from __future__ import annotations

from functools import partial
from typing import Any

from assets.adapters import adapter_asset
from assets.refs import ref
from assets.rollouts import ROLLOUT_TABLES, check_rollout, roll_out, rollout_settings, rollout_sources
from assets.schemas import asks, schemas_ref, uses_retrieval
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig, arm_model
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.reports.figures import figures_text
from t2s_pipeline.reports.gate import check_no_regression
from t2s_pipeline.reports.history import append_history
from t2s_pipeline.reports.metrics import METRICS_CODE_VERSION, arm_metrics
from t2s_pipeline.rollouts.run import ROLLOUTS_CODE_VERSION
from t2s_pipeline.tables import registry
from t2s_pipeline.warehouse import Warehouse

GROUP = "evaluation"
_SPLIT_TABLES = ("examples", "gold_audit", "gold_features")


def arm_rollouts(config: ExperimentConfig) -> Stage:
    """Every declared arm asks its policy the evaluation split. One partition an arm."""
    split = config.evaluation.split

    def plan(arm: str | None) -> StepPlan:
        declared = config.arms[arm]
        model = arm_model(config, declared)
        inputs = {table: (ref(config, table, split),) for table in ("examples", "rejected_examples", "databases")}
        if asks(config, declared):
            inputs["retrieved_schemas"] = (schemas_ref(config, split, declared, model),)
        if declared.policy != "base":
            inputs["adapters"] = (ref(config, "adapters", declared.policy),)
        return StepPlan(
            inputs=inputs,
            outputs=tuple(ref(config, table, arm) for table in ROLLOUT_TABLES),
            settings=rollout_settings(config, declared, model),
            sources=partial(rollout_sources, config, declared, model),
        )

    def body(step: StepContext) -> StepOutput:
        declared = config.arms[step.partition]
        return roll_out(
            step, step.partition, "00_of_01", split, step.rows("examples"), declared, arm_model(config, declared)
        )

    def complete(warehouse: Warehouse, _: Any) -> None:
        for arm in config.arms:
            trajectories = ref(config, "trajectories", arm)
            if warehouse.footer(trajectories):
                check_rollout(warehouse, ref(config, "examples", split), [trajectories], [ref(config, "attempts", arm)])

    return stage(
        config,
        name="arm_rollouts",
        group=GROUP,
        description="Every arm asks its policy the evaluation split: attempts and verdicts. A partition an arm.",
        code_version=ROLLOUTS_CODE_VERSION,
        kinds={"huggingface", "sqlite", "parquet"},
        plan=plan,
        body=body,
        partitions=tuple(config.arms),
        dependencies=[
            *(Dependency(name) for name in (f"{split}_examples", "database_catalog")),
            *([Dependency("retrieved_schemas")] if uses_retrieval(config) else []),
            *_adapter_dependencies(config),
        ],
        invariants=[
            Invariant("nothing_left_out", "Every example has one trajectory, every candidate one attempt", complete)
        ],
        pool="gpu",
    )


def _adapter_dependencies(config: ExperimentConfig) -> list[Dependency]:
    """For each adapter asset: which arms read which adapter. An arm on a base model reads none."""
    mappings: dict[str, dict[str, list[str]]] = {}
    for name, arm in config.arms.items():
        if arm.policy != "base":
            mappings.setdefault(adapter_asset(config, arm.policy), {}).setdefault(arm.policy, []).append(name)
    return [Dependency(asset, mapping) for asset, mapping in mappings.items()]


def evaluations(config: ExperimentConfig) -> Stage:
    """The metrics of an arm, each with numerator, denominator and interval. One partition an arm."""
    split = config.evaluation.split

    def plan(arm: str | None) -> StepPlan:
        inputs = {table: (ref(config, table, arm),) for table in ROLLOUT_TABLES}
        return StepPlan(
            inputs={**{name: (ref(config, name, split),) for name in _SPLIT_TABLES}, **inputs},
            outputs=(ref(config, "evaluations", arm),),
        )

    def body(step: StepContext) -> StepOutput:
        files = {table: step.warehouse.scan(refs, registry()[table]) for table, refs in step.plan.inputs.items()}
        metrics = arm_metrics(config.name, **files)
        counted = [row for row in metrics.to_pylist() if row["subset"] == "not_excluded"]
        return StepOutput(
            {step.plan.outputs[0]: metrics},
            _figures(config.evaluation.headline_metric, counted),
            beforehand=partial(
                append_history,
                step.warehouse.data,
                step.making,
                config.name,
                step.partition,
                step.rows("trajectories"),
            ),
        )

    return stage(
        config,
        name="evaluations",
        group=GROUP,
        description="The metrics of an arm, each with numerator, denominator and 95 % interval. A partition an arm.",
        code_version=METRICS_CODE_VERSION,
        kinds={"duckdb", "parquet"},
        plan=plan,
        body=body,
        partitions=tuple(config.arms),
        dependencies=[
            Dependency(f"{split}_examples"),
            Dependency("gold_audit"),
            Dependency("gold_features"),
            Dependency("arm_rollouts", {arm: [arm] for arm in config.arms}),
        ],
        invariants=[
            Invariant(
                "no_regression",
                "No arm has fallen behind its last accepted evaluation",
                lambda warehouse, _: check_no_regression(warehouse, config),
            )
        ],
    )


def _figures(headline: str, counted: list[dict[str, Any]]) -> dict[str, str | float]:
    """All metrics in words, and the numbers of one for the plots over time; short names, for the page is narrow."""
    keys = {"value": "", "interval_low": " low", "interval_high": " high", "numerator": " right", "denominator": " of"}
    found = {f"headline{end}": row[key] for row in counted if row["metric"] == headline for key, end in keys.items()}
    numbers = {name: round(figure, 4) for name, figure in found.items() if figure is not None}
    return {"figures": figures_text(counted, headline), **numbers}

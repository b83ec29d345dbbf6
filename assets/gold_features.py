"""What the golds use: `gold_features`, from the text of the golds alone."""

from __future__ import annotations

from assets.refs import declared_splits, ref
from assets.stage import Dependency, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.evaluation.gold_features import GOLD_FEATURES_CODE_VERSION, feature_rows
from t2s_pipeline.fingerprints import StepPlan


def gold_features(config: ExperimentConfig) -> Stage:
    """What each gold of every split that the experiment reads uses."""
    splits = declared_splits(config)

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={"examples": tuple(ref(config, "examples", split) for split in splits)},
            outputs=tuple(ref(config, "gold_features", split) for split in splits),
        )

    def body(step: StepContext) -> StepOutput:
        tables = {
            ref(config, "gold_features", split): feature_rows(
                step.warehouse.read(ref(config, "examples", split)).to_pylist()
            )
            for split in splits
        }
        unread = sum(not row["parsed"] for rows in tables.values() for row in rows)
        return StepOutput(tables, {"golds that cannot be parsed": unread})

    return stage(
        config,
        name="gold_features",
        group="data",
        description="What each gold uses, counted from its text: joins, subqueries, aggregates and so on.",
        code_version=GOLD_FEATURES_CODE_VERSION,
        kinds={"parquet"},
        plan=plan,
        body=body,
        dependencies=[Dependency(f"{split}_examples") for split in splits],
    )

"""Diagnosis: `diagnoses`, why the attempts of an arm that are not correct are not."""

from __future__ import annotations

from collections import Counter
from functools import partial

from assets.examples import database_files, sandbox_settings
from assets.refs import ref
from assets.schemas import check_catalogued
from assets.stage import Dependency, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.evaluation.diagnosis import DIAGNOSIS_CODE_VERSION, diagnosis_rows
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.sandbox.version import sqlite_version

SPLIT_TABLES = ("examples", "databases", "columns")


def diagnoses(config: ExperimentConfig) -> Stage:
    """Tags of column errors and causes of wrong results, by comparing with the gold. One partition an arm."""
    split = config.evaluation.split

    def plan(arm: str | None) -> StepPlan:
        return StepPlan(
            inputs={
                **{table: (ref(config, table, split),) for table in SPLIT_TABLES},
                "attempts": (ref(config, "attempts", arm),),
            },
            outputs=(ref(config, "diagnoses", arm),),
            settings={"sandbox": sandbox_settings(config), "match_rule": config.arms[arm].match_rule},
            sources=lambda: {"sqlite": sqlite_version()},
        )

    def body(step: StepContext) -> StepOutput:
        step.hold(partial(check_catalogued, config, split, step.rows("databases")))
        examples = step.rows("examples")
        rows = diagnosis_rows(
            step.rows("attempts"),
            examples,
            step.rows("columns"),
            database_files(config, split, {row["database_id"] for row in examples}),
            step.sandbox.verifier(),
            config.arms[step.partition].match_rule,
            progress=step.progress,
        )
        leading = Counter(row["causes"][0] for row in rows if row.get("causes"))
        return StepOutput({step.plan.outputs[0]: rows}, {f"led by {cause}": n for cause, n in leading.most_common()})

    return stage(
        config,
        name="diagnoses",
        group="evaluation",
        description=(
            "Why the attempts of an arm that are not correct are not: finer tags of column errors, causes of wrong "
            "results, what was read. Compares with the gold; only reports read it. A partition an arm."
        ),
        code_version=DIAGNOSIS_CODE_VERSION,
        kinds={"sqlite", "parquet"},
        plan=plan,
        body=body,
        partitions=tuple(config.arms),
        dependencies=[
            Dependency(f"{split}_examples"),
            Dependency("database_catalog"),
            Dependency("arm_rollouts", {arm: [arm] for arm in config.arms}),
        ],
    )

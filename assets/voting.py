"""Votes: `votes`, how every selector would have chosen among the stored samples of an arm; no model is asked."""

from __future__ import annotations

from functools import partial

from assets.examples import database_files, sandbox_settings
from assets.refs import ref
from assets.schemas import check_catalogued
from assets.stage import Dependency, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.evaluation.voting import Selector
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.reports.listing import sampling_arms
from t2s_pipeline.rollouts.votes import VOTES_CODE_VERSION, vote_rows
from t2s_pipeline.sandbox.version import sqlite_version


def votes(config: ExperimentConfig) -> Stage:
    """Every selector's choice for every question of an arm with several samples. One partition an arm."""
    split = config.evaluation.split

    def plan(arm: str | None) -> StepPlan:
        return StepPlan(
            inputs={"databases": (ref(config, "databases", split),), "attempts": (ref(config, "attempts", arm),)},
            outputs=(ref(config, "votes", arm),),
            settings={"sandbox": sandbox_settings(config)},
            sources=lambda: {"sqlite": sqlite_version()},
        )

    def body(step: StepContext) -> StepOutput:
        step.hold(partial(check_catalogued, config, split, step.rows("databases")))
        attempts = step.rows("attempts")
        paths = database_files(config, split, {row["database_id"] for row in attempts})
        rows = vote_rows(attempts, paths, step.sandbox.verifier(), step.progress)
        right = {
            f"{selector} right": sum(row["correct"] for row in rows if row["selector"] == selector)
            for selector in Selector
        }
        return StepOutput({step.plan.outputs[0]: rows}, right)

    arms = tuple(sampling_arms(config))
    return stage(
        config,
        name="votes",
        group="evaluation",
        description=(
            "Which sample each selector chooses, for arms with several: from stored attempts, without gold and without "
            "a model. A partition an arm."
        ),
        code_version=VOTES_CODE_VERSION,
        kinds={"sqlite", "parquet"},
        plan=plan,
        body=body,
        partitions=arms,
        dependencies=[Dependency("database_catalog"), Dependency("arm_rollouts", {arm: [arm] for arm in arms})],
    )

"""Preference data: `mined_pairs`, `synthetic_pairs`, and `filtered_pairs`, one partition a recipe."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from assets.examples import sandbox_settings
from assets.refs import declared_splits, ref, train_refs
from assets.schemas import check_catalogued, read_schemas, schemas_ref
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.generation.store import read_prompts
from t2s_pipeline.preferences.leakage import check_no_leakage
from t2s_pipeline.preferences.mining import MINING_CODE_VERSION, mine_pairs
from t2s_pipeline.preferences.recipe import RECIPES_CODE_VERSION, apply_recipe, check_caps
from t2s_pipeline.preferences.synthetic import SYNTHETIC_CODE_VERSION
from t2s_pipeline.preferences.synthetic import synthetic_pairs as make_synthetic_pairs
from t2s_pipeline.prompts.render import PROMPT_VERSION
from t2s_pipeline.prompts.templates import initial_templates, templates_fingerprint
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.warehouse import Warehouse

GROUP = "preferences"


def mined_pairs(config: ExperimentConfig) -> Stage:
    """Preference pairs from what the model itself wrote in the train rollouts."""
    output = ref(config, "pairs", "mined")

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={"examples": (ref(config, "examples", "train"),), "attempts": train_refs(config, "attempts")},
            outputs=(output,),
            settings={
                "gold_when_failed": config.train.gold_when_failed,
                "min_cost_reward_gap": config.train.min_cost_reward_gap,
            },
        )

    def body(step: StepContext) -> StepOutput:
        attempts = step.rows("attempts")
        prompts = read_prompts(step.warehouse.data, {row["prompt_id"] for row in attempts if row["prompt_id"]})
        mined = mine_pairs(
            attempts,
            step.rows("examples"),
            prompts,
            gold_when_failed=config.train.gold_when_failed,
            min_cost_reward_gap=config.train.min_cost_reward_gap,
        )
        return StepOutput({output: mined.rows}, {"pairs": len(mined.rows), "mining": _json(mined.stats)})

    return stage(
        config,
        name="mined_pairs",
        group=GROUP,
        description="Preference pairs from what the model itself wrote: verified answers against failed ones.",
        code_version=MINING_CODE_VERSION,
        kinds={"parquet"},
        plan=plan,
        body=body,
        dependencies=[Dependency("train_examples"), Dependency("train_rollouts")],
    )


def synthetic_pairs(config: ExperimentConfig) -> Stage:
    """Hard negatives made by editing the parsed gold, executed, and kept only if wrong."""
    output = ref(config, "pairs", "synthetic")

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={
                **{table: (ref(config, table, "train"),) for table in ("examples", "databases")},
                "retrieved_schemas": (schemas_ref(config, "train", config.train.rollouts, config.train.model),),
            },
            outputs=(output,),
            settings={
                "synthetic_per_example": config.train.synthetic_per_example,
                "max_schema_error_fraction": config.train.max_schema_error_fraction,
                "seed": config.train.seed,
                "max_turns": config.train.rollouts.max_turns,
                "prompt_style": config.train.rollouts.prompt_style,
                "templates": templates_fingerprint(initial_templates(config.train.rollouts.prompt_style)),
                "prompt_version": PROMPT_VERSION,
                "sandbox": sandbox_settings(config),
            },
            sources=lambda: {"sqlite": sqlite_version()},
        )

    def body(step: StepContext) -> StepOutput:
        examples = step.rows("examples")
        step.hold(partial(check_catalogued, config, "train", step.rows("databases")))
        schemas, paths = read_schemas(config, "train", [row["database_id"] for row in examples])
        chosen = {row["example_id"]: row["schema_text"] for row in step.rows("retrieved_schemas")}
        made = make_synthetic_pairs(
            examples, chosen, schemas, paths, step.sandbox.verifier(), config.train, progress=step.progress
        )
        return StepOutput({output: made.rows}, {"pairs": len(made.rows), "made": _json(made.stats)})

    return stage(
        config,
        name="synthetic_pairs",
        group=GROUP,
        description="Hard negatives made by editing the parsed gold, executed, and kept only if they are wrong.",
        code_version=SYNTHETIC_CODE_VERSION,
        kinds={"sqlite", "parquet"},
        plan=plan,
        body=body,
        dependencies=[Dependency("train_examples"), Dependency("retrieved_schemas"), Dependency("database_catalog")],
    )


def filtered_pairs(config: ExperimentConfig) -> Stage:
    """Every pair as one recipe sees it: kept with its place in the training order, or removed and by what."""

    def plan(recipe: str | None) -> StepPlan:
        return StepPlan(
            inputs={
                "pairs": (ref(config, "pairs", "mined"), ref(config, "pairs", "synthetic")),
                **split_examples(config),
            },
            outputs=(ref(config, "filtered_pairs", recipe),),
            settings={"recipe": config.recipes[recipe]},
        )

    def body(step: StepContext) -> StepOutput:
        pairs = step.rows("pairs")
        check_no_leakage(pairs, all_examples(step))
        filtered = apply_recipe(pairs, step.partition, config.recipes[step.partition])
        for warning in filtered.summary["warnings"]:
            step.say(f"warning: {warning}")
        return StepOutput(
            {step.plan.outputs[0]: filtered.rows},
            {"kept": filtered.summary["pairs_kept"], "summary": _json(filtered.summary)},
        )

    def caps(warehouse: Warehouse, _: Any) -> None:
        for name, recipe in config.recipes.items():
            if warehouse.footer(ref(config, "filtered_pairs", name)):
                check_caps(warehouse.read(ref(config, "filtered_pairs", name)).to_pylist(), recipe)

    def leakage(warehouse: Warehouse, _: Any) -> None:
        known = [row for refs in split_examples(config).values() for row in warehouse.read(refs).to_pylist()]
        for name in config.recipes:
            if warehouse.footer(ref(config, "filtered_pairs", name)):
                check_no_leakage(warehouse.read(ref(config, "filtered_pairs", name)).to_pylist(), known)

    return stage(
        config,
        name="filtered_pairs",
        group=GROUP,
        description="Every pair as a recipe sees it: kept, in order, or removed and by what. A partition a recipe.",
        code_version=RECIPES_CODE_VERSION,
        kinds={"parquet"},
        plan=plan,
        body=body,
        partitions=tuple(config.recipes),
        dependencies=[
            Dependency("mined_pairs"),
            Dependency("synthetic_pairs"),
            *(Dependency(f"{split}_examples") for split in declared_splits(config)),
        ],
        invariants=[
            Invariant("caps_hold", "The recipe's filters and caps hold at the end", caps),
            Invariant("no_leakage", "No evaluation example or database is in the pairs", leakage),
        ],
    )


def split_examples(config: ExperimentConfig) -> dict[str, Any]:
    """Inputs for whoever must tell train from dev: the examples of every split, under `examples_<split>`."""
    return {f"examples_{split}": (ref(config, "examples", split),) for split in declared_splits(config)}


def all_examples(step: StepContext) -> list[dict[str, Any]]:
    return [row for name in split_examples(step.config) for row in step.rows(name)]


def _json(value: Any) -> str:
    """A value as a Markdown code block for Dagster's page."""
    return f"```json\n{json.dumps(value, indent=1, default=str)}\n```"

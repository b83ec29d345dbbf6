"""Reasoning data: `teacher_traces`, one partition a teacher."""

from __future__ import annotations

from functools import partial
from typing import Any

from assets.examples import database_files, file_digests, sandbox_settings
from assets.preferences import all_examples, split_examples
from assets.refs import declared_splits, ref
from assets.rollouts import rollout_settings, rollout_sources
from assets.schemas import check_catalogued, schemas_ref
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig, RolloutConfig
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.protocol import GenerationPlan, Generator
from t2s_pipeline.policies import policy_of
from t2s_pipeline.preferences.leakage import check_no_leakage
from t2s_pipeline.prompts.render import PROMPT_VERSION
from t2s_pipeline.reasoning.ask import ask_teacher
from t2s_pipeline.reasoning.plan_teacher import PlanTeacher
from t2s_pipeline.reasoning.store import append_traces
from t2s_pipeline.reasoning.traces import TRACES_CODE_VERSION, teachable, teacher_rollout
from t2s_pipeline.rollouts.run import plan_first_turn
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.sql.plan import PLAN_VERSION
from t2s_pipeline.warehouse import TableRef, Warehouse

SPLIT = "train"


def teacher_traces(config: ExperimentConfig) -> Stage:
    """Every teacher answers the train split; its answers are verified by execution. One partition a teacher."""

    def plan(teacher: str | None) -> StepPlan:
        declared, settings = config.teachers[teacher], _rollout(config, teacher)
        asks = {
            "settings": rollout_settings(config, settings, declared.model)
            if declared.model
            else {"plan_version": PLAN_VERSION, "prompt_version": PROMPT_VERSION, "sandbox": sandbox_settings(config)},
            "sources": partial(rollout_sources, config, settings, declared.model)
            if declared.model
            else lambda: {"sqlite": sqlite_version()},
        }
        return StepPlan(
            inputs={
                **{table: (ref(config, table, SPLIT),) for table in ("examples", "databases")},
                "retrieved_schemas": (schemas_ref(config, SPLIT, config.train.rollouts, config.train.model),),
                **split_examples(config),
            },
            outputs=(ref(config, "teacher_traces", teacher),),
            settings={"teacher": declared, **asks["settings"]},
            sources=asks["sources"],
        )

    def body(step: StepContext) -> StepOutput:
        examples = step.rows("examples")
        check_no_leakage(examples, all_examples(step))
        step.hold(partial(check_catalogued, config, SPLIT, step.rows("databases")))
        traces = ask_teacher(
            step.partition,
            examples,
            {row["example_id"]: row["schema_text"] for row in step.rows("retrieved_schemas")},
            database_files(config, SPLIT, {row["database_id"] for row in examples}),
            _generator(step, examples),
            step.sandbox.verifier(),
            _rollout(config, step.partition),
            keep_incorrect=config.teachers[step.partition].keep_incorrect,
            progress=step.progress,
        )
        return StepOutput(
            {step.plan.outputs[0]: traces.rows},
            traces.figures,
            beforehand=partial(append_traces, step.warehouse.data, traces.rows),
        )

    def leakage(warehouse: Warehouse, _: Any) -> None:
        known = [row for refs in split_examples(config).values() for row in warehouse.read(refs).to_pylist()]
        for traces in trace_refs(config):
            if warehouse.footer(traces):
                check_no_leakage(warehouse.read(traces).to_pylist(), known)

    return stage(
        config,
        name="teacher_traces",
        group="reasoning",
        description=(
            "Every teacher's thoughts and SQL for the questions of the train split, verified by execution: kept, or "
            "removed and by what. A partition a teacher."
        ),
        code_version=TRACES_CODE_VERSION,
        kinds={"sqlite", "parquet"},
        plan=plan,
        body=body,
        partitions=tuple(config.teachers),
        dependencies=[
            *(Dependency(f"{split}_examples") for split in declared_splits(config)),
            Dependency("database_catalog"),
            Dependency("retrieved_schemas"),
        ],
        invariants=[Invariant("no_leakage", "No evaluation example or database is in the traces", leakage)],
        pool="gpu",
    )


def teacher_plan(config: ExperimentConfig, teacher: str, warehouse: Warehouse) -> GenerationPlan:
    """What a teacher would be asked, from what is live now; nobody is asked."""
    examples = teachable(warehouse.read(ref(config, "examples", SPLIT)).to_pylist())
    shown = warehouse.read(schemas_ref(config, SPLIT, config.train.rollouts, config.train.model)).to_pylist()
    texts, model = {row["example_id"]: row["schema_text"] for row in shown}, config.teachers[teacher].model
    with file_digests(config) as digest_of:
        generator = (
            open_generator(policy_of(config, model, None), warehouse.data, digest_of=digest_of)
            if model
            else PlanTeacher(examples)
        )
    return plan_first_turn(examples, texts, generator, _rollout(config, teacher))


def trace_refs(config: ExperimentConfig) -> tuple[TableRef, ...]:
    """The traces of every teacher."""
    return tuple(ref(config, "teacher_traces", teacher) for teacher in config.teachers)


def _rollout(config: ExperimentConfig, teacher: str | None) -> RolloutConfig:
    return teacher_rollout(config.teachers[teacher], config.train.rollouts)


def _generator(step: StepContext, examples: list[dict[str, Any]]) -> Generator:
    model = step.config.teachers[step.partition].model
    if not model:
        return PlanTeacher(examples)
    return step.generator.open(policy_of(step.config, model, None), reuse_completions=step.refresh != "completions")

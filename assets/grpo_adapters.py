"""`grpo_adapters`: adapters that learn from rewards of their own answers, one partition an adapter."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from assets.adapters import (
    GROUP,
    adapter_damage,
    check_published,
    held_out,
    train,
    training_figures,
    training_sources,
)
from assets.examples import database_files, file_digests, sandbox_settings
from assets.preferences import all_examples, split_examples
from assets.reasoning import trace_refs
from assets.refs import declared_splits, ref
from assets.schemas import check_catalogued, schemas_ref
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.embeddings.embedder import embedding_model
from t2s_pipeline.fingerprints import StepPlan, content_hash
from t2s_pipeline.preferences.leakage import check_no_leakage
from t2s_pipeline.prompts.render import PROMPT_VERSION
from t2s_pipeline.prompts.templates import initial_templates, templates_fingerprint
from t2s_pipeline.reasoning.store import verified_traces
from t2s_pipeline.rewards.gold_variants import with_variants
from t2s_pipeline.rewards.score import REWARDS_CODE_VERSION
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.table_definitions import MEMORY_TRACES
from t2s_pipeline.training.grpo_data import RewardData, memory_seeds, prompt_rows, reward_rows, store_seeds
from t2s_pipeline.training.grpo_memory import read_memory
from t2s_pipeline.training.job import GRPO_VERSION, TRAINING_VERSION
from t2s_pipeline.warehouse import TableRef, Warehouse

SPLIT = "train"
_TABLES = ("adapters", "training_steps", "skipped_training_rows", "memory_traces")


def grpo_adapters(config: ExperimentConfig) -> Stage:
    """LoRA adapters trained by GRPO on the questions of the train split, from an SFT adapter or the base."""
    declared = config.adapters_by_method("grpo")
    remembering = [name for name, adapter in declared.items() if adapter.grpo.use_memory and config.teachers]
    from_store = [name for name, a in declared.items() if a.grpo.use_memory and a.grpo.memory_seeds == "store"]
    starts: dict[str, list[str]] = {}
    for name, adapter in declared.items():
        if adapter.init:
            starts.setdefault(adapter.init, []).append(name)

    def plan(adapter: str | None) -> StepPlan:
        rollouts, start = config.train.rollouts, declared[adapter].init
        inputs: dict[str, tuple[TableRef, ...]] = {
            "retrieved_schemas": (schemas_ref(config, SPLIT, rollouts, config.train.model),),
            "databases": (ref(config, "databases", SPLIT),),
            **split_examples(config),
            **({"teacher_traces": trace_refs(config)} if adapter in remembering else {}),
            **({"init": (ref(config, "adapters", start),)} if start else {}),
        }
        return StepPlan(
            inputs=inputs,
            outputs=tuple(ref(config, table, adapter) for table in _TABLES),
            settings={
                "adapter": declared[adapter],
                "holdout_fraction": config.train.holdout_fraction,
                "prompt_version": PROMPT_VERSION,
                "prompt_style": rollouts.prompt_style,
                "templates": templates_fingerprint(initial_templates(rollouts.prompt_style)),
                "sandbox": sandbox_settings(config),
            },
            sources=partial(sources, adapter),
            damage=partial(adapter_damage, config, adapter),
        )

    def sources(adapter: str) -> dict[str, Any]:
        found = training_sources(config, declared[adapter].model) | {"sqlite": sqlite_version()}
        found["embedder"] = embedder_of(adapter)
        if adapter in from_store:
            ids = [row["trace_id"] for row in verified_traces(Path(config.paths.data))]
            found["stored traces"] = content_hash(ids)
        return found

    def embedder_of(adapter: str) -> str:
        """The identity of the model behind the memory: its path says nothing of its weights."""
        if not declared[adapter].grpo.use_memory:
            return ""
        with file_digests(config) as digest_of:
            return embedding_model(declared[adapter].grpo.embedder, digest_of)

    def body(step: StepContext) -> StepOutput:
        examples, start = step.rows(f"examples_{SPLIT}"), step.rows("init")
        check_no_leakage([*examples, *step.rows("teacher_traces")], all_examples(step))
        step.hold(partial(check_catalogued, config, SPLIT, step.rows("databases")))
        kept_back = held_out(step)
        rows = prompt_rows(examples, step.rows("retrieved_schemas"), config.train.rollouts.prompt_style, kept_back)
        rewards = _rewards(step, examples, kept_back)
        trained = train(step, declared[step.partition], rows, start[0] if start else None, rewards)
        memory = (
            read_memory(trained.memory_file, config.name, step.partition)
            if trained.memory_file
            else MEMORY_TRACES.arrow.empty_table()
        )
        made = (trained.adapters, trained.training_steps, trained.skipped_training_rows, memory)
        return StepOutput(dict(zip(step.plan.outputs, made, strict=True)), training_figures(trained))

    def _rewards(step: StepContext, examples: list[dict[str, Any]], kept_back: frozenset[str]) -> RewardData:
        databases = {row["database_id"]: row["fingerprint"] for row in step.rows("databases")}
        golds = reward_rows(examples, database_files(config, SPLIT, {row["database_id"] for row in examples}))
        if declared[step.partition].grpo.gold_variants:
            golds = with_variants(golds, step.sandbox.verifier())
        seeds = memory_seeds(step.rows("teacher_traces"), kept_back)
        if step.partition in from_store:
            evaluated = {row["database_id"] for row in all_examples(step) if row["split"] != SPLIT}
            stored = store_seeds(verified_traces(step.warehouse.data), kept_back | evaluated)
            seeds = list(dict.fromkeys([*seeds, *stored]))  # the teachers' own are in the store too
        return RewardData(tuple(golds), tuple(seeds), databases, config.sandbox, embedder_of(step.partition))

    def published(warehouse: Warehouse, _: Any) -> None:
        check_published(config, declared, warehouse)

    def leakage(warehouse: Warehouse, _: Any) -> None:
        known = [row for refs in split_examples(config).values() for row in warehouse.read(refs).to_pylist()]
        check_no_leakage([row for row in known if row["split"] == SPLIT], known)

    return stage(
        config,
        name="grpo_adapters",
        group=GROUP,
        description=(
            "LoRA adapters trained by GRPO on questions of the train split: the policy's own answers, rewarded by "
            "execution, operations and reasoning. A partition an adapter."
        ),
        code_version=f"{TRAINING_VERSION}.{GRPO_VERSION}.{REWARDS_CODE_VERSION}",
        kinds={"pytorch", "huggingface", "sqlite"},
        plan=plan,
        body=body,
        partitions=tuple(declared),
        dependencies=[
            Dependency("retrieved_schemas"),
            Dependency("database_catalog"),
            *(Dependency(f"{split}_examples") for split in declared_splits(config)),
            *([Dependency("teacher_traces", {name: remembering for name in config.teachers})] if remembering else []),
            *([Dependency("sft_adapters", starts)] if starts else []),
        ],
        invariants=[
            Invariant("adapter_is_whole", "The published folder holds exactly the adapter it says", published),
            Invariant("no_leakage", "No evaluation example or database is in the training data", leakage),
        ],
        pool="gpu",
    )

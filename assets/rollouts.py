"""Rollouts over the train split: `train_rollouts`, in shards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from assets.examples import database_files, file_digests, sandbox_settings, split_dataset
from assets.model_files import model_identity
from assets.refs import ref, shard_of, shards, train_refs
from assets.schemas import asks, check_catalogued, read_schemas, schemas_ref
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig, RolloutConfig, arm_model
from t2s_pipeline.config_adapters import ON_ATTEMPTS
from t2s_pipeline.config_loading import project_root
from t2s_pipeline.config_parsing import GOLD_VERIFIER, as_plain
from t2s_pipeline.evaluation.custom_verifier import open_rule, rule_file
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.protocol import GenerationPlan
from t2s_pipeline.generation.vllm_policy import format_name
from t2s_pipeline.policies import policy_of
from t2s_pipeline.prompts.answer_grammar import answer_grammars, grammar_fingerprint
from t2s_pipeline.prompts.render import PROMPT_VERSION
from t2s_pipeline.rollouts.complete import check_complete
from t2s_pipeline.rollouts.decide import Decider, decider_of, is_gold_free
from t2s_pipeline.rollouts.run import (
    ROLLOUTS_CODE_VERSION,
    RolloutRows,
    plan_first_turn,
    run_rollouts,
    templates_used,
)
from t2s_pipeline.rollouts.selection import selector_of
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.warehouse import TableRef, Warehouse

ROLLOUT_TABLES = ("attempts", "trajectories", "rollouts")
_DECLARED_SETTINGS = (
    "max_turns",
    "num_samples",
    "temperature",
    "top_p",
    "max_new_tokens",
    "seed",
    "stop",
    "constraint",
    "schema_style",
    "prompt_style",
    "feedback_mode",
    "feedback_detail",
    "repair_scope",
    "match_rule",
)


def train_rollouts(config: ExperimentConfig) -> Stage:
    """The base model tries the train split: attempts, verdicts, repairs. One partition a shard."""

    def plan(shard: str | None) -> StepPlan:
        settings = rollout_settings(config, config.train.rollouts, config.train.model) | {"shards": len(shards(config))}
        return StepPlan(
            inputs={
                **{table: (ref(config, table, "train"),) for table in ("examples", "databases")},
                "retrieved_schemas": (schemas_ref(config, "train", config.train.rollouts, config.train.model),),
            },
            outputs=tuple(ref(config, table, f"train.{shard}") for table in ROLLOUT_TABLES),
            settings=settings,
            sources=partial(rollout_sources, config, config.train.rollouts, config.train.model),
        )

    def body(step: StepContext) -> StepOutput:
        count = len(shards(config))
        mine = shards(config).index(step.partition)
        examples = [row for row in step.rows("examples") if shard_of(row["example_id"], count) == mine]
        return roll_out(step, "train", step.partition, "train", examples, config.train.rollouts, config.train.model)

    def complete(warehouse: Warehouse, _: Any) -> None:
        live = [r for r in train_refs(config, "trajectories") if warehouse.footer(r)]
        if len(live) == len(shards(config)):
            check_rollout(warehouse, ref(config, "examples", "train"), live, train_refs(config, "attempts"))

    return stage(
        config,
        name="train_rollouts",
        group="rollouts",
        description="The base model tries the train split: samples, verdicts, feedback, repairs. A partition a shard.",
        code_version=ROLLOUTS_CODE_VERSION,
        kinds={"huggingface", "sqlite", "parquet"},
        plan=plan,
        body=body,
        partitions=shards(config),
        dependencies=[Dependency("train_examples"), Dependency("database_catalog"), Dependency("retrieved_schemas")],
        invariants=[
            Invariant("nothing_left_out", "Every example has one trajectory, every candidate one attempt", complete)
        ],
        pool="gpu",
    )


def reads_rollouts(config: ExperimentConfig) -> bool:
    """Whether anybody wants the train rollouts: recipes, adapters on what the model wrote; or they are all there is."""
    on_attempts = [a for a in config.adapters_by_method("sft").values() if a.data in ON_ATTEMPTS]
    trained = any(adapter.method != "external" for adapter in config.adapters.values())
    return bool(config.recipes or on_attempts) or not (trained or config.teachers)


def rollout_settings(config: ExperimentConfig, rollout: RolloutConfig, model: str) -> dict[str, Any]:
    """The slice of the configuration, and the templates, that determine a rollout."""
    from t2s_pipeline.prompts.templates import templates_fingerprint

    model_config = config.models[model]
    return {
        "rollout": {k: v for k, v in vars(rollout).items() if k not in ("policy", "model")},
        "model": {
            "name": model,
            "backend": model_config.backend,
            "dtype": format_name(model_config.dtype, model_config.engine_options),
            "max_context": model_config.max_context,
        },
        "verifier": None if rollout.verifier == GOLD_VERIFIER else as_plain(config.verifiers[rollout.verifier]),
        "sandbox": sandbox_settings(config),
        "prompt_version": PROMPT_VERSION,
        "templates": templates_fingerprint(templates_used(rollout)) if model_config.backend != "replay" else "",
        "grammar": grammar_fingerprint() if rollout.constraint != "none" else "",
    }


def rollout_sources(config: ExperimentConfig, rollout: RolloutConfig, model: str) -> dict[str, Any]:
    """Identities of the model's files and of the file that a user's rule stands in."""
    with file_digests(config) as digest_of:
        found = {"model files": model_identity(config, model, digest_of), "sqlite": sqlite_version()}
        if rollout.verifier != GOLD_VERIFIER:
            file = rule_file(rollout.verifier, config.verifiers[rollout.verifier], project_root())
            found["verifier file"] = digest_of(file)
        return found


def open_decider(config: ExperimentConfig, rollout: RolloutConfig) -> Decider:
    """Who decides in a rollout. Raises RuleError for a rule that cannot be loaded."""
    if rollout.verifier == GOLD_VERIFIER:
        return decider_of(rollout)
    return decider_of(rollout, open_rule(rollout.verifier, config.verifiers[rollout.verifier], project_root()))


@dataclass(frozen=True)
class Pass:
    """One pass of a policy over questions: its rows, and its row of `rollouts`."""

    rows: RolloutRows
    declared: dict[str, Any]


def roll_out(
    step: StepContext,
    rollout: str,
    shard: str,
    split: str,
    examples: list[dict[str, Any]],
    settings: RolloutConfig,
    model: str,
) -> StepOutput:
    """One declared pass, as the rows of the three rollout tables."""
    made = ask(step, rollout, shard, split, examples, settings, model)
    attempts, trajectories, declared = step.plan.outputs
    figures = made.rows.stats | ({"constraint": settings.constraint} if settings.constraint != "none" else {})
    rows = {attempts: made.rows.attempts, trajectories: made.rows.trajectories, declared: [made.declared]}
    return StepOutput(rows, figures)


def ask(
    step: StepContext,
    rollout: str,
    shard: str,
    split: str,
    examples: list[dict[str, Any]],
    settings: RolloutConfig,
    model: str,
) -> Pass:
    """Open the policy (the model with the adapter that the step reads, if it reads one) and run the loop."""
    config = step.config
    paths = database_files(config, split, {row["database_id"] for row in examples})
    step.hold(partial(check_catalogued, config, split, step.rows("databases")))
    adapters = step.rows("adapters")
    generator = step.generator.open(
        policy_of(config, model, adapters[0] if adapters else None),
        example_ids=_input_order(config, model, split, examples, step.rows("rejected_examples")),
        reuse_completions=step.refresh != "completions",
    )
    texts = {row["example_id"]: row["schema_text"] for row in step.rows("retrieved_schemas")}
    shown = {row["example_id"]: row["tables"] for row in step.rows("retrieved_schemas")}
    decider = open_decider(config, settings)
    rows = run_rollouts(
        examples,
        texts,
        paths,
        generator,
        step.sandbox.verifier(),
        settings,
        rollout=rollout,
        decider=decider,
        shown_tables=shown,
        grammars=_grammars(config, split, step.rows("retrieved_schemas"), settings),
        progress=step.progress,
    )
    row = {
        "rollout": rollout,
        "shard": shard,
        "model": model,
        "model_fingerprint": generator.identity.model_fingerprint,
        "adapter": adapters[0]["adapter"] if adapters else None,
        "adapter_digest": adapters[0]["digest"] if adapters else None,
        "split": split,
        "examples": len(examples),
        "retrieval": settings.retrieval,
        "token_budget": settings.token_budget(model),
        "gold_free": is_gold_free(settings, decider),
        "selection": selector_of(settings) if settings.num_samples > 1 else None,
        "verifier": settings.verifier if settings.repair_scope == "verified" else None,
        "sqlite_version": sqlite_version(),
    } | {name: getattr(settings, name) for name in _DECLARED_SETTINGS}
    return Pass(rows, row)


def first_turn_plan(config: ExperimentConfig, stage_name: str, partition: str, warehouse: Warehouse) -> GenerationPlan:
    """What a rollout's first turn would ask of the model, from what is live now; no model is loaded."""
    train = stage_name == "train_rollouts"
    split = "train" if train else config.evaluation.split
    settings = config.train.rollouts if train else config.arms[partition]
    model = config.train.model if train else arm_model(config, config.arms[partition])
    examples = warehouse.read(ref(config, "examples", split)).to_pylist()
    if train:
        mine, count = shards(config).index(partition), len(shards(config))
        examples = [row for row in examples if shard_of(row["example_id"], count) == mine]
    adapter = None
    if not train and config.arms[partition].policy != "base":
        adapter = warehouse.read(ref(config, "adapters", config.arms[partition].policy)).to_pylist()[0]
    rejected = warehouse.read(ref(config, "rejected_examples", split)).to_pylist()
    order = _input_order(config, model, split, examples, rejected)
    with file_digests(config) as digest_of:
        generator = open_generator(policy_of(config, model, adapter), warehouse.data, order, digest_of=digest_of)
    texts, grammars = {}, {}
    if train or asks(config, settings):
        rows = warehouse.read(schemas_ref(config, split, settings, model)).to_pylist()
        texts = {row["example_id"]: row["schema_text"] for row in rows}
        grammars = _grammars(config, split, rows, settings)
    return plan_first_turn(examples, texts, generator, settings, grammars)


def _grammars(
    config: ExperimentConfig, split: str, shown: list[dict[str, Any]], settings: RolloutConfig
) -> dict[str, str]:
    """By example_id, the grammar over the tables that its prompt shows (`shown` are rows of `retrieved_schemas`)."""
    if settings.constraint == "none":
        return {}
    schemas, _ = read_schemas(config, split, [row["database_id"] for row in shown])
    return answer_grammars(shown, schemas)


def _input_order(
    config: ExperimentConfig, model: str, split: str, examples: list[dict[str, Any]], rejected: list[dict[str, Any]]
) -> list[str]:
    """Example ids by input row, "" for a rejected row: a replayed file has a line for each. A model needs none."""
    if config.models[model].backend != "replay":
        return []
    dataset = config.datasets[split_dataset(config, split)]
    ids = [""] * (len(examples) + len(rejected))
    for row in examples:
        place = int(row["example_id"].rsplit("/", 1)[1]) - dataset.offset
        ids[place] = row["example_id"]
    return ids


def check_rollout(
    warehouse: Warehouse, examples: TableRef, trajectories: list[TableRef], attempts: tuple[TableRef, ...]
) -> None:
    """`check_complete` on what is live."""
    check_complete(
        warehouse.read(examples).to_pylist(),
        warehouse.read(attempts).to_pylist(),
        warehouse.read(trajectories).to_pylist(),
    )

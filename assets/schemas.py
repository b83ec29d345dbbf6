"""Schema: `database_catalog` and `retrieved_schemas`."""

from __future__ import annotations

from functools import partial
from typing import Any

from assets.examples import database_files, file_digests, source_fingerprint
from assets.model_files import model_identity
from assets.refs import declared_splits, ref
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ArmConfig, ExperimentConfig, RolloutConfig, arm_model
from t2s_pipeline.datasets.column_descriptions import read_descriptions
from t2s_pipeline.datasets.column_values import read_column_values
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.generation.fingerprint import model_folder
from t2s_pipeline.generation.tokenizer import load_tokenizer
from t2s_pipeline.preferences.leakage import check_databases_disjoint
from t2s_pipeline.prompts.render import PROMPT_VERSION, initial_prompt, question_text, token_ids
from t2s_pipeline.prompts.templates import initial_templates, templates_fingerprint
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.schema.catalog import described
from t2s_pipeline.schema.styles import WITH_EXAMPLES
from t2s_pipeline.schema.table_rows import (
    CATALOG_CODE_VERSION,
    RETRIEVAL_CODE_VERSION,
    TokenCount,
    budget_figures,
    check_databases_unchanged,
    column_rows,
    database_rows,
    retrieval_recall,
    retrieved_schema_rows,
    with_descriptions,
)
from t2s_pipeline.warehouse import TableRef, Warehouse


def database_catalog(config: ExperimentConfig) -> Stage:
    """Tables, columns, keys and fingerprints of every database that an example reads."""
    splits = declared_splits(config)

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={f"examples_{split}": (ref(config, "examples", split),) for split in splits},
            outputs=tuple(ref(config, table, split) for split in splits for table in ("databases", "columns")),
            sources=lambda: {f"{split} source files": source_fingerprint(config, split) for split in splits},
        )

    def body(step: StepContext) -> StepOutput:
        tables = {}
        for split in splits:
            read, paths = read_schemas(config, split, step.read(f"examples_{split}")["database_id"].to_pylist())
            schemas = {key: described(schema, read_descriptions(paths[key])) for key, schema in read.items()}
            tables[ref(config, "databases", split)] = database_rows(schemas.values(), paths, split)
            tables[ref(config, "columns", split)] = column_rows(schemas.values(), split)
        databases = [row for split in splits for row in tables[ref(config, "databases", split)]]
        if config.adapters or config.recipes:
            check_databases_disjoint(databases)
        return StepOutput(tables, {"databases": len(databases)})

    def unchanged(warehouse: Warehouse, _: Any) -> None:
        for split in splits:
            check_catalogued(config, split, warehouse.read(ref(config, "databases", split)).to_pylist())

    def disjoint(warehouse: Warehouse, _: Any) -> None:
        check_databases_disjoint(warehouse.read([ref(config, "databases", split) for split in splits]).to_pylist())

    return stage(
        config,
        name="database_catalog",
        group="schema",
        description="Tables, columns, their meanings, keys and fingerprints of every database that an example reads.",
        code_version=CATALOG_CODE_VERSION,
        kinds={"sqlite", "parquet"},
        plan=plan,
        body=body,
        dependencies=[Dependency(f"{split}_examples") for split in splits],
        invariants=[
            Invariant("databases_unchanged", "Every database file is the one that was catalogued", unchanged),
            Invariant("databases_disjoint", "No database's content is in both train and dev", disjoint),
        ],
    )


def retrieved_schemas(config: ExperimentConfig) -> Stage:
    """For every question and every way to show it a schema in use: the chosen tables and the schema text."""
    splits = declared_splits(config)
    shown = {split: _shown_schemas(config, split) for split in splits}

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={
                f"{table}_{split}": (ref(config, table, split),)
                for split in splits
                for table in ("examples", "databases", "columns")
            },
            outputs=tuple(schemas_ref(config, split, *way) for split in splits for way in shown[split]),
            settings={split: [_settings(config, *way) for way in shown[split]] for split in splits},
            sources=lambda: {key: value for split in splits for key, value in _sources(config, shown[split]).items()},
        )

    def body(step: StepContext) -> StepOutput:
        tables, metadata = {}, {}
        for split in splits:
            rows = step.rows(f"examples_{split}")
            step.hold(partial(check_catalogued, config, split, step.rows(f"databases_{split}")))
            schemas, paths = read_schemas(config, split, [row["database_id"] for row in rows])
            schemas = with_descriptions(schemas, step.rows(f"columns_{split}"))
            read = None
            if any(mode.schema_style in WITH_EXAMPLES for mode, _ in shown[split]):
                read = read_column_values(schemas, paths, config.sandbox, progress=step.progress)
                metadata[f"{split} columns without readable values"] = len(read.unreadable)
            for mode, model in shown[split]:
                found = retrieved_schema_rows(
                    rows,
                    schemas,
                    mode,
                    values=read and read.values,
                    model=model,
                    count_tokens=_token_count(config, mode, model),
                    progress=step.progress,
                )
                tables[schemas_ref(config, split, mode, model)] = found
                figures = retrieval_recall(found).as_metadata() | budget_figures(found, mode)
                metadata |= {f"{split} {key}": value for key, value in figures.items()}
        return StepOutput(tables, metadata)

    return stage(
        config,
        name="retrieved_schemas",
        group="schema",
        description=(
            "For every question, and every retrieval, schema style and token budget in use: the chosen tables, the "
            "schema text that prompts show, and the recall of the tables that the gold reads."
        ),
        code_version=RETRIEVAL_CODE_VERSION,
        kinds={"parquet"},
        plan=plan,
        body=body,
        dependencies=[Dependency("database_catalog"), *(Dependency(f"{split}_examples") for split in splits)],
    )


def schemas_ref(config: ExperimentConfig, split: str, mode: RolloutConfig, model: str) -> TableRef:
    """The live file of one split, retrieval, style and budget, so that one more touches no rollout of another."""
    parts = [split, mode.retrieval, mode.schema_style]
    if mode.max_prompt_tokens:
        parts.append(mode.token_budget(model))
    return ref(config, "retrieved_schemas", ".".join(parts))


def _settings(config: ExperimentConfig, mode: RolloutConfig, model: str) -> dict[str, Any]:
    """What of the configuration and the templates determines the rows of one way to show schemas."""
    settings: dict[str, Any] = {"retrieval": mode.retrieval, "schema_style": mode.schema_style}
    if mode.schema_style in WITH_EXAMPLES:
        settings["sandbox"] = {"timeout_seconds": config.sandbox.timeout_seconds, "memory_mb": config.sandbox.memory_mb}
    if mode.max_prompt_tokens:
        settings["token_budget"] = mode.token_budget(model)
        settings["templates"] = templates_fingerprint(initial_templates(mode.prompt_style))
        settings["prompt_version"] = PROMPT_VERSION
    return settings


def _sources(config: ExperimentConfig, shown: list[tuple[RolloutConfig, str]]) -> dict[str, Any]:
    """SQLite where values are read by it, and the models whose tokens are counted."""
    found: dict[str, Any] = {}
    if any(mode.schema_style in WITH_EXAMPLES for mode, _ in shown):
        found["sqlite"] = sqlite_version()
    for model in sorted({model for mode, model in shown if mode.max_prompt_tokens}):
        with file_digests(config) as digest_of:
            found[f"model files of {model}"] = model_identity(config, model, digest_of)
    return found


def _token_count(config: ExperimentConfig, mode: RolloutConfig, model: str) -> TokenCount | None:
    """Counts the tokens of a first prompt by the model's own tokenizer, where there is a budget."""
    if not mode.max_prompt_tokens:
        return None
    tokenizer = load_tokenizer(model_folder(config.models[model].path, config.models[model].revision))
    return lambda text, example: len(
        token_ids(initial_prompt(text, question_text(example), mode.prompt_style), tokenizer)
    )


def check_catalogued(config: ExperimentConfig, split: str, databases: list[dict[str, Any]]) -> None:
    """Raise InvariantError unless the split's files are those of `databases` (rows of the catalogue)."""
    paths = database_files(config, split, {row["database_id"] for row in databases})
    with file_digests(config) as digest_of:
        check_databases_unchanged(databases, paths, digest_of)


def uses_retrieval(config: ExperimentConfig) -> bool:
    """Whether any rollout of the experiment needs a schema text."""
    return any(_shown_schemas(config, split) for split in declared_splits(config))


def _shown_schemas(config: ExperimentConfig, split: str) -> list[tuple[RolloutConfig, str]]:
    """How the split's models are shown schemas: settings and model, each way once, in the order of their names."""
    asked = [(arm, arm_model(config, arm)) for arm in config.arms.values() if asks(config, arm)]
    rollouts = [(config.train.rollouts, config.train.model)] if split == "train" else asked
    return [way for _, way in sorted({schemas_ref(config, split, *way): way for way in rollouts}.items())]


def read_schemas(
    config: ExperimentConfig, split: str, database_ids: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schemas and files of the databases of a split, both by database_id, in the order of their names."""
    from t2s_pipeline.schema.catalog import read_schema

    paths = database_files(config, split, set(database_ids))
    return {key: read_schema(paths[key], key) for key in sorted(paths)}, paths


def asks(config: ExperimentConfig, arm: ArmConfig) -> bool:
    """Whether an arm asks a model, and so needs prompts; a replayed file does not."""
    return config.models[arm_model(config, arm)].backend != "replay"

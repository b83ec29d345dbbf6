"""Schema: `database_catalog` and `retrieved_schemas`."""

from __future__ import annotations

from typing import Any

from assets.examples import database_files, file_digests, source_fingerprint
from assets.refs import declared_splits, ref
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ArmConfig, ExperimentConfig, RolloutConfig, arm_model
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.preferences.leakage import check_databases_disjoint
from t2s_pipeline.schema.table_rows import (
    CATALOG_CODE_VERSION,
    RETRIEVAL_CODE_VERSION,
    check_databases_unchanged,
    column_rows,
    database_rows,
    retrieval_recall,
    retrieved_schema_rows,
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
            schemas, paths = read_schemas(config, split, step.read(f"examples_{split}")["database_id"].to_pylist())
            tables[ref(config, "databases", split)] = database_rows(schemas.values(), paths, split)
            tables[ref(config, "columns", split)] = column_rows(schemas.values(), split)
        databases = [row for split in splits for row in tables[ref(config, "databases", split)]]
        if config.adapters:
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
        description="Tables, columns, keys and fingerprints of every database that an example reads.",
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
    """For every question and retrieval mode in use: the chosen tables, and the schema text that prompts show."""
    splits = declared_splits(config)
    modes = {split: _modes(config, split) for split in splits}

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={
                f"{table}_{split}": (ref(config, table, split),)
                for split in splits
                for table in ("examples", "databases")
            },
            outputs=tuple(schemas_ref(config, split, mode) for split in splits for mode in modes[split]),
            settings={split: [mode.retrieval for mode in modes[split]] for split in splits},
        )

    def body(step: StepContext) -> StepOutput:
        tables, metadata = {}, {}
        for split in splits:
            rows = step.rows(f"examples_{split}")
            check_catalogued(config, split, step.rows(f"databases_{split}"))
            schemas, _ = read_schemas(config, split, [row["database_id"] for row in rows])
            for mode in modes[split]:
                found = retrieved_schema_rows(rows, schemas, mode, progress=step.progress)
                tables[schemas_ref(config, split, mode)] = found
                metadata |= {f"{split} {key}": value for key, value in retrieval_recall(found).as_metadata().items()}
        return StepOutput(tables, metadata)

    return stage(
        config,
        name="retrieved_schemas",
        group="schema",
        description=(
            "For every question and retrieval mode in use: the chosen tables, the schema text that prompts show, and "
            "the recall of the tables that the gold reads."
        ),
        code_version=RETRIEVAL_CODE_VERSION,
        kinds={"parquet"},
        plan=plan,
        body=body,
        dependencies=[Dependency("database_catalog"), *(Dependency(f"{split}_examples") for split in splits)],
    )


def schemas_ref(config: ExperimentConfig, split: str, mode: RolloutConfig) -> TableRef:
    """The live file of one split and retrieval, so that one more mode touches no rollout of another."""
    return ref(config, "retrieved_schemas", f"{split}.{mode.retrieval}")


def check_catalogued(config: ExperimentConfig, split: str, databases: list[dict[str, Any]]) -> None:
    """Raise InvariantError unless the split's files are those of `databases` (rows of the catalogue)."""
    paths = database_files(config, split, {row["database_id"] for row in databases})
    with file_digests(config) as digest_of:
        check_databases_unchanged(databases, paths, digest_of)


def uses_retrieval(config: ExperimentConfig) -> bool:
    """Whether any rollout of the experiment needs a schema text."""
    return any(_modes(config, split) for split in declared_splits(config))


def _modes(config: ExperimentConfig, split: str) -> list[RolloutConfig]:
    """The retrieval settings that the split's models are asked with, each once, in the order of their names."""
    rollouts = [config.train.rollouts] if split == "train" else [a for a in config.arms.values() if asks(config, a)]
    return [mode for _, mode in sorted({rollout.retrieval: rollout for rollout in rollouts}.items())]


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

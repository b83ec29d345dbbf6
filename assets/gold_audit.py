"""The gold audit: `gold_audit`, beside the examples."""

from __future__ import annotations

from assets.examples import database_files, sandbox_settings, source_fingerprint
from assets.refs import declared_splits, ref
from assets.stage import Dependency, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.evaluation.gold_audit import FLAGS, GOLD_AUDIT_CODE_VERSION, audit_flags
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.warehouse import TableRef


def gold_audit(config: ExperimentConfig) -> Stage:
    """What there is to say against the golds of every split that the experiment reads."""
    splits = declared_splits(config)

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={name: tuple(ref(config, name, split) for split in splits) for name in _READS},
            outputs=audit_refs(config),
            settings={"sandbox": sandbox_settings(config)},
            sources=lambda: (
                {"sqlite": sqlite_version()}
                | {f"source files of {split}": source_fingerprint(config, split) for split in splits}
            ),
        )

    def body(step: StepContext) -> StepOutput:
        tables, figures = {}, {}
        for split in splits:
            examples, rejected = (step.warehouse.read(ref(config, name, split)).to_pylist() for name in _READS)
            paths = database_files(config, split, {row["database_id"] for row in examples})
            rows = audit_flags(examples, rejected, paths, config.sandbox, step.progress)
            tables[ref(config, "gold_audit", split)] = rows
            figures |= {f"{flag} ({split})": sum(row[flag] is True for row in rows) for flag in (*FLAGS, "audited")}
        return StepOutput(tables, figures)

    return stage(
        config,
        name="gold_audit",
        group="data",
        description=(
            "What there is to say against each gold query: it fails, says nothing, cuts a tie, depends on row order, "
            "sorts numbers kept as text, reads broken text; and on which golds a verdict can be relied on."
        ),
        code_version=GOLD_AUDIT_CODE_VERSION,
        kinds={"sqlite", "parquet"},
        plan=plan,
        body=body,
        dependencies=[Dependency(f"{split}_examples") for split in splits],
    )


def audit_refs(config: ExperimentConfig) -> tuple[TableRef, ...]:
    """The files of `gold_audit`, one a split."""
    return tuple(ref(config, "gold_audit", split) for split in declared_splits(config))


_READS = ("examples", "rejected_examples")

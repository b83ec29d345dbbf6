"""Reports: SQL over the tables, each an asset, rendered to Markdown and JSON; and the page of all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.gold_audit import audit_refs
from assets.refs import ref, train_refs
from assets.schemas import asks, schemas_ref
from assets.stage import Dependency, Stage, StepContext, StepOutput, stage
from assets.star_loops import iteration_assets, iteration_refs
from t2s_pipeline.config import ExperimentConfig, arm_model
from t2s_pipeline.files import write_text
from t2s_pipeline.fingerprints import StepPlan, content_hash
from t2s_pipeline.reports.beside import experiments_beside
from t2s_pipeline.reports.html import PAGE_CODE_VERSION, page_html, page_sections
from t2s_pipeline.reports.listing import Report, declared_reports, sampling_arms
from t2s_pipeline.reports.render import counted_split, head_blocks, markdown, report_json
from t2s_pipeline.reports.run import REPORTS_CODE_VERSION, relations, report_connection, report_text, run_report
from t2s_pipeline.reports.variants import variant_experiments
from t2s_pipeline.tables import registry
from t2s_pipeline.warehouse import TableRef

_WRITER = {
    "evaluations": "evaluations",
    "rollouts": "arm_rollouts",
    "trajectories": "arm_rollouts",
    "attempts": "arm_rollouts",
    "diagnoses": "diagnoses",
    "votes": "votes",
    "retrieved_schemas": "retrieved_schemas",
    "filtered_pairs": "filtered_pairs",
    "gold_audit": "gold_audit",
    "training_steps": "grpo_adapters",
    "adapters": "grpo_adapters",
}
_OUTSIDE = ("examples", "rejected_examples")


def report(config: ExperimentConfig, declared: Report) -> Stage:
    """A report over all arms that have results (declared arms without any are rows that say so), or over inputs."""
    name = declared.name
    output = ref(config, name)
    files = {suffix: report_path(config, f"{name}.{suffix}") for suffix in ("md", "json")}

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={table: _live_files(config, declared, table) for table in declared.reads},
            outputs=(output,),
            settings=_settings(config, name),
            optional=frozenset(declared.reads),
            damage=lambda: [f"{path.name} is gone" for path in files.values() if not path.is_file()],
        )

    def body(step: StepContext) -> StepOutput:
        tables = {table: step.warehouse.scan(refs, registry()[table]) for table, refs in step.plan.inputs.items()}
        with report_connection(tables, report_text(name)) as connection:
            table = run_report(name, connection, config)
        text = markdown(table)
        write_text(files["md"], text)
        write_text(files["json"], report_json(config.name, declared, table))
        figures = _headline_figures(config, table) if name == "report_method" else {}
        return StepOutput(
            {output: table}, {**figures, "report": text, "file": str(files["md"]), "JSON": str(files["json"])}
        )

    return stage(
        config,
        name=name,
        group="reports",
        description=registry()[name].description,
        code_version=REPORTS_CODE_VERSION,
        kinds={"duckdb", "markdown"},
        plan=plan,
        body=body,
        dependencies=[Dependency(writer) for writer in _writers(config, declared)],
    )


def _headline_figures(config: ExperimentConfig, table: pa.Table) -> dict[str, float]:
    """The headline metric of every arm that has it, for the plots over time."""
    metric = config.evaluation.headline_metric
    return {
        f"{row['arm']}, {metric}": row["value"]
        for row in table.to_pylist()
        if row["metric"] == metric and row["value"] is not None
    }


def report_page(config: ExperimentConfig) -> Stage:
    """Every report of the experiment on one HTML page that needs nothing else."""
    output = ref(config, "report_page")
    shown = declared_reports(config)
    split = counted_split(config)
    path = report_path(config, "index.html")

    def plan(_: str | None) -> StepPlan:
        inputs = {declared.name: (ref(config, declared.name),) for declared in shown}
        if config.arms or config.trains:
            inputs |= {table: (ref(config, table, split),) for table in _OUTSIDE}
        return StepPlan(
            inputs=inputs,
            outputs=(output,),
            settings={"description": config.description, "split": split, "head": str(head_blocks(config))},
            optional=frozenset(inputs),
            damage=lambda: [] if path.is_file() else [f"{path.name} is gone"],
        )

    def body(step: StepContext) -> StepOutput:
        tables = {table: step.warehouse.scan(refs, registry()[table]) for table, refs in step.plan.inputs.items()}
        for table in _OUTSIDE:
            tables.setdefault(table, registry()[table].arrow.empty_table())
        with report_connection(tables) as connection:
            text = page_html(connection, config)
            sections = page_sections(connection, config)
        write_text(path, text)
        return StepOutput({output: sections}, {"page": str(path), "bytes": len(text.encode("utf-8"))})

    return stage(
        config,
        name="report_page",
        group="reports",
        description="Every report of the experiment on one HTML page, with plots and the failures to search.",
        code_version=PAGE_CODE_VERSION,
        kinds={"html"},
        plan=plan,
        body=body,
        dependencies=[Dependency(declared.name) for declared in shown],
    )


def _live_files(config: ExperimentConfig, declared: Report, table: str) -> tuple[TableRef, ...]:
    if declared.about == "pairs":
        return _train_files(config, table)
    if declared.about == "star":
        return iteration_refs(config, table)
    if declared.about == "grpo":
        return tuple(ref(config, table, name) for name in config.adapters_by_method("grpo"))
    if declared.about == "variants":
        return _variant_files(config, table)
    split = config.evaluation.split
    if table == "gold_audit":
        return audit_refs(config)
    if table == "examples":
        return (ref(config, table, split),)
    if table == "retrieved_schemas":
        asking = [arm for arm in config.arms.values() if asks(config, arm)]
        return tuple(sorted({schemas_ref(config, split, arm, arm_model(config, arm)) for arm in asking}))
    if table == "filtered_pairs":
        return tuple(ref(config, table, recipe) for recipe in config.recipes) if config.trains else ()
    if declared.about == "beside":
        return tuple(ref(shown, table, arm) for shown in experiments_beside(config) for arm in shown.arms)
    arms = sampling_arms(config) if declared.about == "votes" else config.arms
    return tuple(ref(config, table, arm) for arm in arms)


def _variant_files(config: ExperimentConfig, table: str) -> tuple[TableRef, ...]:
    """Its own files and those of the experiments on variants."""
    shown = [config, *variant_experiments(config)]
    if table == "examples":
        return tuple(ref(one, table, one.evaluation.split) for one in shown)
    return tuple(ref(one, table, arm) for one in shown for arm in one.arms)


def _train_files(config: ExperimentConfig, table: str) -> tuple[TableRef, ...]:
    if table == "attempts":
        return train_refs(config, table)
    partitions = {"examples": ("train",), "pairs": ("mined", "synthetic"), "filtered_pairs": tuple(config.recipes)}
    return tuple(ref(config, table, partition) for partition in partitions[table])


def _writers(config: ExperimentConfig, declared: Report) -> list[str]:
    """The assets that a report comes after: those that write what it reads, as far as the graph has them."""
    if declared.about == "star":
        return iteration_assets(config)
    if declared.about == "pairs":
        return ["train_examples", "train_rollouts", "mined_pairs", "synthetic_pairs", "filtered_pairs"]
    read = [table for table in declared.reads if _live_files(config, declared, table)]
    writers = {**_WRITER, "examples": f"{config.evaluation.split}_examples"}
    return list(dict.fromkeys(writers[table] for table in read))


def _settings(config: ExperimentConfig, name: str) -> dict[str, Any]:
    """What of the configuration, and of the closed lists, the report reads."""
    settings: dict[str, Any] = {
        "relations": content_hash({key: rows.to_pylist() for key, rows in relations(name, config).items()})
    }
    if name == "report_method":
        settings["headline"] = config.evaluation.headline_metric
    return settings


def report_path(config: ExperimentConfig, file: str) -> Path:
    return Path(config.paths.data) / "reports" / config.name / file

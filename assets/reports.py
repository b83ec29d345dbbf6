"""Reports: SQL over the tables, each an asset, rendered to Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assets.gold_audit import audit_refs
from assets.refs import ref
from assets.stage import Dependency, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.files import write_text
from t2s_pipeline.fingerprints import StepPlan, content_hash
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import READS, REPORTS_CODE_VERSION, closed_lists, report_connection, run_report
from t2s_pipeline.tables import registry
from t2s_pipeline.warehouse import TableRef

_WRITER = {
    "evaluations": "evaluations",
    "rollouts": "arm_rollouts",
    "trajectories": "arm_rollouts",
    "diagnoses": "diagnoses",
    "gold_audit": "gold_audit",
}


def report(config: ExperimentConfig, name: str) -> Stage:
    """The report `name` over all arms that have results (declared arms without any are rows that say so), or over the
    golds."""
    output = ref(config, name)

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={table: _live_files(config, table) for table in READS[name]},
            outputs=(output,),
            settings=_settings(config, name),
            optional=frozenset(READS[name]),
            damage=lambda: [] if report_path(config, name).is_file() else ["its Markdown file is gone"],
        )

    def body(step: StepContext) -> StepOutput:
        tables = {
            table: step.warehouse.read_existing(refs, registry()[table]) for table, refs in step.plan.inputs.items()
        }
        with report_connection(tables) as connection:
            table = run_report(name, connection, config)
        text = markdown(table)
        path = write_text(report_path(config, name), text)
        return StepOutput({output: table}, {"report": text, "file": str(path)})

    return stage(
        config,
        name=name,
        group="reports",
        description=registry()[name].description,
        code_version=REPORTS_CODE_VERSION,
        kinds={"duckdb", "markdown"},
        plan=plan,
        body=body,
        dependencies=[Dependency(writer) for writer in dict.fromkeys(_WRITER[table] for table in READS[name])],
    )


def _live_files(config: ExperimentConfig, table: str) -> tuple[TableRef, ...]:
    return audit_refs(config) if table == "gold_audit" else tuple(ref(config, table, arm) for arm in config.arms)


def _settings(config: ExperimentConfig, name: str) -> dict[str, Any]:
    """What of the configuration the report reads."""
    if name == "report_gold_audit":
        return {}
    return {
        "arms": list(config.arms),
        "headline": config.evaluation.headline_metric,
        "closed lists": content_hash({key: rows.to_pylist() for key, rows in closed_lists(name).items()}),
    }


def report_path(config: ExperimentConfig, name: str) -> Path:
    return Path(config.paths.data) / "reports" / config.name / f"{name}.md"

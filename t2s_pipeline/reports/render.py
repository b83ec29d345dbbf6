"""Reports rendered: one table (`blocks_of`, `markdown`), or the whole of an experiment (`experiment_report`).

Every figure is written with its counts and its 95 % interval: `58.3 % (70/120; 95 % 49.4–66.8)`. What needed the gold
shares no column with what did not (`figures.py`). Declared arms without results are named with the reason, not left
out. The same blocks become HTML in `html.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_tuning import HOLDOUT
from t2s_pipeline.reports import (
    render_arms,
    render_data_sets,
    render_errors,
    render_grpo,
    render_inputs,
    render_pairs,
    render_slices,
    render_star,
    render_variants,
    render_voting,
)
from t2s_pipeline.reports.blocks import Block, Code, Grid, Paragraph, as_markdown
from t2s_pipeline.reports.figures import Row
from t2s_pipeline.reports.listing import Report, declared_reports
from t2s_pipeline.reports.run import published_report, run_sql

if TYPE_CHECKING:
    import duckdb

_RENDERERS: dict[str, Callable[[Sequence[Row]], list[Block]]] = {
    "report_method": render_arms.method,
    "report_data_sets": render_data_sets.data_sets,
    "report_variants": render_variants.variants,
    "report_ablations": render_arms.ablations,
    "report_comparison": render_arms.comparison,
    "report_flips": render_arms.flips,
    "report_hardness": render_slices.hardness,
    "report_error_taxonomy": render_errors.taxonomy,
    "report_repair_breakdown": render_errors.repair_breakdown,
    "report_routing": render_errors.routing,
    "report_online_repair": render_errors.online_repair,
    "report_candidate_errors": render_errors.candidate_errors,
    "report_column_errors": render_errors.column_errors,
    "report_wrong_results": render_errors.wrong_results,
    "report_failures": render_errors.failures,
    "report_voting": render_voting.voting,
    "report_voting_pairs": render_voting.pairs,
    "report_risk_coverage": render_voting.risk_coverage,
    "report_recall": render_voting.recall,
    "report_schema_recall": render_inputs.schema_recall,
    "report_pair_funnel": render_pairs.pair_funnel,
    "report_pair_quality": render_pairs.pair_quality,
    "report_star": render_star.star,
    "report_star_rules": render_star.star_rules,
    "report_grpo": render_grpo.grpo,
    "report_gold_audit": render_inputs.gold_audit,
}
_EMPTY = {
    "report_gold_audit": "The golds were not audited yet.",
    "report_failures": "No last answer is wrong.",
    "report_flips": "No example is right in one arm of a comparison and wrong in the other.",
    "report_ablations": "No two declared arms differ in one thing alone.",
    "report_comparison": "There are no two arms to compare.",
    "report_online_repair": "No declared arm repairs.",
    "report_schema_recall": "No arm is shown a schema.",
}
_HELD_OUT = (
    "Questions of train databases that were held out, to choose settings on. None of these figures is one of dev."
)
_CHANGES_FIGURES = ("MODEL_PATH", "TRAIN_LIMIT")
_NO_ARM = "No arm is declared."


def blocks_of(table: pa.Table) -> list[Block]:
    """A report table, of one experiment, as blocks. Raises KeyError for a table that is no report's."""
    name = (table.schema.metadata or {}).get(b"t2s.table", b"").decode()
    render = _RENDERERS[name]
    rows = table.to_pylist()
    return render(rows) if rows else [Paragraph(_EMPTY.get(name, _NO_ARM))]


def markdown(table: pa.Table) -> str:
    """The same as Markdown."""
    return as_markdown(blocks_of(table))


def report_json(experiment: str, report: Report, table: pa.Table) -> str:
    """The report's rows as JSON, with what each column is."""
    content = {
        "experiment": experiment,
        "report": report.name,
        "title": report.title,
        "columns": {field.name: (field.metadata or {})[b"description"].decode() for field in table.schema},
        "rows": table.to_pylist(),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def experiment_report(
    connection: duckdb.DuckDBPyConnection, config: ExperimentConfig, only: Sequence[str] | None = None
) -> str:
    """The Markdown report of an experiment: its published report tables, all of them or `only` those named."""
    parts = [f"# {config.name}\n"]
    if config.description:
        parts.append(f"{config.description}\n")
    parts += [as_markdown(head) for head in [head_blocks(config)] if head]
    parts.append(outside_text(connection, config))
    for report in declared_reports(config):
        if only is None or report.name in only:
            parts.append(f"## {report.title}\n\n{markdown(published_report(report.name, connection, config))}")
    return "\n".join(parts)


def head_blocks(config: ExperimentConfig) -> list[Block]:
    """What to know before any figure: that it is of no evaluation split, and what the environment changed of the
    configuration, with the value where that changes figures (of a path its last part)."""
    blocks: list[Block] = []
    if config.arms and config.evaluation.split == HOLDOUT:
        blocks.append(Paragraph(_HELD_OUT))
    stated = dict(override.split("=", 1) for override in config.overrides)
    told = [f"`{name}={Path(stated.pop(name)).name}`" for name in _CHANGES_FIGURES if name in stated]
    if stated:
        told.append(f"folders ({', '.join(f'`{name}`' for name in stated)})")
    if told:
        blocks.append(Paragraph(f"Set by the environment, not by the experiment's file: {', '.join(told)}."))
    return blocks


def outside_blocks(rows: Sequence[dict[str, Any]], split: str) -> list[Block]:
    """Which input rows are outside the denominators, how many, and why; that there are none, where there are none."""
    if not rows:
        return [Paragraph(f"Nothing is outside the denominators: every question of {split} is counted.")]
    body = [[f"{row['questions']:,}", row["what"], Code(row["reason"])] for row in rows]
    note = (
        f"Outside a denominator, of the questions of {split} (rejected rows are in none; excluded examples are in "
        "`all`, not in `not_excluded`)"
    )
    return [Grid(["Questions", "What", "Reason"], body, note)]


def counted_split(config: ExperimentConfig) -> str:
    """The split whose questions the figures are of: the evaluated one; without arms, the train split."""
    return config.evaluation.split if config.arms else "train"


def outside_rows(connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> list[dict[str, Any]]:
    parameters = {"experiment": config.name, "split": counted_split(config)}
    return run_sql("outside_denominator", connection, parameters)


def outside_text(connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> str:
    """`outside_blocks` as Markdown."""
    return as_markdown(outside_blocks(outside_rows(connection, config), counted_split(config)))

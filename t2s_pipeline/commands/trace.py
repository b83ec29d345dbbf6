"""`t2s trace EXAMPLE`: every prompt, answer, verdict, feedback and pair of one question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from t2s_pipeline.commands.configured import Experiment
from t2s_pipeline.commands.output import print_out
from t2s_pipeline.config_loading import load_experiment


def trace(
    example: Annotated[str, typer.Argument(help="An example's id, or its end: embedded/dev/00017, dev/00017.")],
    experiment: Experiment = "demo",
    arm: Annotated[
        list[str] | None, typer.Option(help="An arm, or `train`, to show; may be repeated. By default all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
) -> None:
    """Show all that an experiment has of one question: see docs/export.md."""
    from t2s_pipeline.export.source import declared_rollouts
    from t2s_pipeline.export.trace import find_example
    from t2s_pipeline.export.trace import trace as trace_example
    from t2s_pipeline.export.trace_text import trace_text
    from t2s_pipeline.warehouse import Warehouse

    config = load_experiment(experiment)
    warehouse = Warehouse(Path(config.paths.data))
    row = find_example(warehouse, config, example)
    own = ["train"] if row["split"] == "train" else list(config.arms)
    story = trace_example(warehouse, config, row, arm or [name for name in declared_rollouts(config) if name in own])
    print_out(json.dumps(story, ensure_ascii=False, indent=2) if as_json else trace_text(story))

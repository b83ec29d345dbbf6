"""`t2s ask QUESTION --db FILE`: a question about a database of one's own, answered with SQL, rows and reasons."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from t2s_pipeline.commands.configured import Experiment
from t2s_pipeline.commands.output import print_out
from t2s_pipeline.commands.terminal import terminal_progress
from t2s_pipeline.config_loading import load_experiment

Arm = Annotated[str | None, typer.Option(help="Ask as this arm of the experiment does, with its adapter.")]
Adapter = Annotated[
    str | None, typer.Option(help="Ask with this adapter: one of the experiment, or a folder; --model is its base.")
]
Model = Annotated[str | None, typer.Option(help="Ask this model of the configuration; else the experiment's own.")]
Samples = Annotated[int, typer.Option(min=1, max=64, help="Answers that vote; 1 is one greedy answer, without a vote.")]
Turns = Annotated[
    int | None, typer.Option(min=1, max=8, help="Turns at most; 1 is without repair. Else as configured, at least 2.")
]


def ask(
    question: Annotated[str, typer.Argument(help="The question, in plain words.")],
    db: Annotated[Path, typer.Option("--db", help="The SQLite file to ask about. It is not written to.")],
    experiment: Experiment = "demo",
    arm: Arm = None,
    adapter: Adapter = None,
    model: Model = None,
    samples: Samples = 5,
    turns: Turns = None,
    rows: Annotated[int, typer.Option(min=0, max=10_000, help="Rows to show.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
) -> None:
    """Ask about a SQLite file: the SQL, the rows, how sure the vote is, and why. Exit code 1 where no SQL ran."""
    from t2s_pipeline.asking.answer import Show
    from t2s_pipeline.asking.answer_text import answer_text
    from t2s_pipeline.asking.asker import opened_asker
    from t2s_pipeline.asking.way import way_to_ask

    config = load_experiment(experiment)
    way = way_to_ask(config, arm=arm, adapter=adapter, model=model, samples=samples, turns=turns)
    with opened_asker(config, way, show=replace(Show(), rows=rows), in_process=True) as asker:
        answer = asker.ask(question, db, progress=terminal_progress())
    print_out(json.dumps(answer.as_dict(), indent=2) if as_json else answer_text(answer))
    if not answer.answered:
        raise typer.Exit(1)

"""`t2s serve FOLDER`: `t2s ask` behind a small HTTP API, with a page for a person."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from t2s_pipeline.commands.ask import Adapter, Arm, Model, Samples, Turns
from t2s_pipeline.commands.configured import Experiment
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config_loading import load_experiment


def serve(
    folders: Annotated[list[Path], typer.Argument(help="Folders whose SQLite files may be asked about.")],
    experiment: Experiment = "demo",
    arm: Arm = None,
    adapter: Adapter = None,
    model: Model = None,
    samples: Samples = 5,
    turns: Turns = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 127.0.0.1 is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 8000,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A name under which the server is asked for; may be repeated.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Seconds that a question may take, waiting included.")] = 60.0,
    places: Annotated[int, typer.Option(min=1, max=64, help="Questions at once: one answered, the rest wait.")] = 8,
) -> None:
    """Answer questions about SQLite files over HTTP, and on a page. There is no way to write, and nobody is known."""
    from t2s_pipeline.asking.databases import DatabaseFolders
    from t2s_pipeline.asking.way import way_to_ask

    config = load_experiment(experiment)
    way = way_to_ask(config, arm=arm, adapter=adapter, model=model, samples=samples, turns=turns)
    listed = DatabaseFolders(folders)
    try:
        from t2s_pipeline.asking.asker import opened_asker
        from t2s_pipeline.asking.desk import Desk, Queue
        from t2s_pipeline.asking.server import build_app
        from t2s_pipeline.asking.serving import address, listening, served_hosts, served_limits
        from t2s_pipeline.asking.serving import serve as serve_app
    except ModuleNotFoundError as error:
        raise CommandError(f"{error}; this command needs more: make venv, or pip install '.[serve,models]'") from error
    with (
        listening(host, port) as opened,
        opened_asker(config, way, limits=served_limits(config.sandbox)) as asker,
        closing(Desk(asker, Queue(places, seconds))) as desk,
    ):
        count = len(listed.listed())
        noun = "database" if count == 1 else "databases"
        typer.echo(f"{address(opened)} answers questions about {count} {noun}; Ctrl-C ends it", err=True)
        serve_app(build_app(desk, listed, served_hosts(host, allow_host or [])), opened)

"""`t2s report EXPERIMENT`: an experiment's HTML page, written from its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from t2s_pipeline.commands.output import PAGE, require_writable, written_to
from t2s_pipeline.config_loading import load_experiment


def report(
    experiment: Annotated[str, typer.Argument(help="Name of a file in experiments/.")],
    to: Annotated[Path | None, typer.Option(help="The file to write; else its place in the data folder.")] = None,
) -> None:
    """Write an experiment's page, one HTML file that needs nothing else, from the tables as they are; runs no step."""
    from t2s_pipeline.reports.page import write_page
    from t2s_pipeline.warehouse import Warehouse

    config = load_experiment(experiment)
    if to is not None:
        require_writable(to, "--to", kind=PAGE)
    warehouse = Warehouse(Path(config.paths.data))
    with written_to(to or warehouse.data, "--to" if to else "data folder", "name a file where you may write: --to"):
        path = write_page(warehouse, config, to)
    typer.echo(str(path))

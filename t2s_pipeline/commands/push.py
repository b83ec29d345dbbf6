"""`t2s push`: an adapter and its card to a hub."""

from __future__ import annotations

from typing import Annotated

import typer

from t2s_pipeline.commands.configured import Experiment
from t2s_pipeline.commands.published import published_adapter
from t2s_pipeline.config_loading import load_experiment


def push(
    adapter: Annotated[str, typer.Argument(help="Name of an adapter of the experiment.")],
    hub_id: Annotated[str, typer.Argument(metavar="ID", help="owner/name on the hub; made where it is not there.")],
    experiment: Experiment = "demo",
    branch: Annotated[str, typer.Option(help="The branch that the files go to.")] = "main",
    private: Annotated[bool, typer.Option("--private", help="Make the repository private, where it is made.")] = False,
    dry: Annotated[bool, typer.Option("--dry", help="Only say what would be sent.")] = False,
) -> None:
    """Send an adapter with its card and manifest to the hub (HF_ENDPOINT): see docs/training.md."""
    from t2s_pipeline.training.push import push_adapter, pushed_files

    folder, row = published_adapter(load_experiment(experiment), adapter)
    for file in pushed_files(folder, row["digest"]):
        typer.echo(f"{file.stat().st_size:14,}  {file.name}")
    if dry:
        typer.echo(f"nothing was sent; without --dry these go to {hub_id}, branch {branch}")
    else:
        typer.echo(push_adapter(folder, row["digest"], hub_id, branch=branch, private=private))

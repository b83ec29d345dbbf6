"""`t2s model fetch`: bring a model or an adapter from a hub into the local cache, from which alone runs read."""

from __future__ import annotations

from typing import Annotated

import typer

model_app = typer.Typer(no_args_is_help=True, help="Models and adapters of others.")


@model_app.command("fetch")
def model_fetch(
    hub_id: Annotated[str, typer.Argument(metavar="ID", help="owner/name of a model or of a LoRA adapter.")],
    revision: Annotated[str, typer.Option(help="Branch, tag or commit; by default the hub's main branch.")] = "",
) -> None:
    """Fetch a model or an adapter from the hub (HF_ENDPOINT) into the local cache (HF_HOME)."""
    from t2s_pipeline.generation.hub import fetch_policy

    fetched = fetch_policy(hub_id, revision)
    typer.echo(f"{fetched.kind} {hub_id} at {fetched.commit}: {fetched.files} files, {fetched.size / 1e6:,.1f} MB")
    typer.echo(f'in the configuration: path = "{hub_id}", revision = "{fetched.commit}"')

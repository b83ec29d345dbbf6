"""`t2s accept`: what an experiment's arms have come to is what their later evaluations are held against."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config_loading import load_experiment


def accept(
    experiment: Annotated[str, typer.Argument(help="Name of a file in experiments/.")],
    arm: Annotated[str | None, typer.Argument(help="One of its arms; by default all that have an evaluation.")] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who accepts; by default the user's name.")] = "",
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
) -> None:
    """Accept the present evaluation of an arm, or of all: see docs/daily_use.md."""
    from t2s_pipeline.catalog import rebuild_catalog
    from t2s_pipeline.reports.acceptance import accept_arm, last_accepted, require_acceptable
    from t2s_pipeline.warehouse import TableRef, Warehouse

    for option, text in {"--by": by, "--note": note or ""}.items():
        if not text.isprintable():
            raise CommandError(f"{option} {text!r}: is kept and shown; say it in one line of plain text")
    config = load_experiment(experiment)
    if arm is not None and arm not in config.arms:
        raise CommandError(f"no arm {arm!r}; there are: {', '.join(config.arms) or 'none'}")
    warehouse = Warehouse(Path(config.paths.data))
    evaluated = [name for name in config.arms if warehouse.footer(TableRef("evaluations", config.name, name))]
    chosen = [arm] if arm is not None else evaluated
    if not chosen:
        raise CommandError(f"experiment {experiment!r} has no evaluation to accept yet: t2s run -e {experiment} first")
    who = by or _user()
    with warehouse.lock():
        for name in chosen:  # all or none
            require_acceptable(warehouse, config.name, name)
        before = last_accepted(warehouse.data, config.name)
        made = [accept_arm(warehouse, config.name, name, who, note) for name in chosen]
        rebuild_catalog(warehouse)
    for row in made:
        known = " already" if before.get(row.arm) == row else ""
        typer.echo(
            f"{row.arm}: accepted{known}, number {row.number}, by {row.accepted_by}: first turn {row.first_correct}, "
            f"final {row.final_correct} right of all {row.examples} examples (digest {row.digest})"
        )
    for name in config.arms:
        if arm is None and name not in evaluated:
            typer.echo(f"{name}: no evaluation yet, nothing accepted")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise CommandError("who accepts is not known here: say it by --by NAME") from error

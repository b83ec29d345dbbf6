"""`t2s data ...`: look at data sets, and unpack Spider's archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from t2s_pipeline.commands.configured import (
    Experiment,
    configuration,
    data_folder,
    dataset_named,
    opened_verifier,
)
from t2s_pipeline.commands.output import print_out
from t2s_pipeline.commands.terminal import CommandError, terminal_progress

data_app = typer.Typer(no_args_is_help=True, help="Look at data sets, and unpack Spider's archive.")


@data_app.command("check")
def data_check(
    dataset: Annotated[str, typer.Option(help="A data set of the configuration.")] = "spider",
    experiment: Experiment = "demo",
) -> None:
    """Count a data set's examples, rejected and excluded rows, and verify the checksums of its dev databases."""
    from t2s_pipeline.datasets.check import check_dataset, render

    config = configuration(experiment)
    source = dataset_named(dataset, config)
    folder = data_folder(config, source, dataset)
    with opened_verifier(config.sandbox) as verifier:
        progress = terminal_progress()
        tell = None if progress is None else lambda done, total: progress(done, total, "golds run")
        print_out(render(check_dataset(source, dataset, folder, verifier, tell)))


@data_app.command("spider")
def data_spider(
    archive: Annotated[Path, typer.Argument(help="The official archive, .zip or .tar.gz.")],
    experiment: Experiment = "demo",
) -> None:
    """Unpack Spider's official archive into the data folder."""
    from t2s_pipeline.datasets.archive import unpack_spider
    from t2s_pipeline.datasets.spider import unpacked_folder

    config = configuration(experiment)
    dataset_named("spider", config)
    target = unpacked_folder(Path(config.paths.data))
    unpacked = unpack_spider(archive, target)
    for missing in unpacked.missing:
        typer.echo(f"missing in the archive: {missing}", err=True)
    typer.echo(str(target))
    if unpacked.missing:
        count = len(unpacked.missing)
        raise CommandError(f"{target}: unpacked, but {count} files are not in the archive (named above); get it again")

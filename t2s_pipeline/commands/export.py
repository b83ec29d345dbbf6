"""`t2s export`: rollouts and pairs as files for TRL, and as the execution-guided reference's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from t2s_pipeline.commands.configured import Experiment
from t2s_pipeline.commands.output import print_out
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment


def export(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it may be there if it is empty.")],
    experiment: Experiment = "demo",
    arm: Annotated[str, typer.Option(help="The arm whose rollout is written; by default the train rollouts.")] = "",
    recipe: Annotated[
        str, typer.Option(help="The recipe whose pairs are written; by default the only one, with train rollouts.")
    ] = "",
) -> None:
    """Write a rollout and a recipe's pairs as files, with a data card: see docs/export.md."""
    from t2s_pipeline.export.folder import require_new_folder, write_export
    from t2s_pipeline.export.source import TRAIN, read_pairs, read_rollout
    from t2s_pipeline.warehouse import Warehouse

    config = load_experiment(experiment)
    chosen = recipe or ("" if arm else _only_recipe(config))
    require_new_folder(folder)
    warehouse = Warehouse(Path(config.paths.data))
    rollout = read_rollout(warehouse, config, arm or TRAIN)
    pairs = read_pairs(warehouse, config, chosen) if chosen else None
    try:
        lines = write_export(folder, config, rollout, pairs)
    except OSError as error:
        raise CommandError(f"{error.filename or folder}: {error.strerror}; name a folder that takes files") from error
    print_out("\n".join([*(f"{count:10,}  {folder / file}" for file, count in lines.items()),
                         *(f"{'':10}  {folder / file}" for file in ("summary.json", "README.md"))]))  # fmt: skip


def _only_recipe(config: ExperimentConfig) -> str:
    if len(config.recipes) > 1:
        raise CommandError(f"say which pairs: --recipe with one of {', '.join(sorted(config.recipes))}")
    return next(iter(config.recipes), "")

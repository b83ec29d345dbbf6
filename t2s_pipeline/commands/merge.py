"""`t2s merge`: an adapter and its base as one folder of full weights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from t2s_pipeline.commands.configured import Experiment
from t2s_pipeline.commands.published import published_adapter
from t2s_pipeline.config_loading import load_experiment


def merge(
    adapter: Annotated[str, typer.Argument(help="Name of an adapter of the experiment, e.g. self_3.")],
    experiment: Experiment = "demo",
    number_format: Annotated[
        Literal["float32", "bfloat16", "float16"], typer.Option("--dtype", help="Number format of the weights.")
    ] = "bfloat16",
) -> None:
    """Write an adapter merged into its base as safetensors, for engines that take no adapters: see docs/star.md."""
    from t2s_pipeline.generation.fingerprint import file_digest, model_fingerprint, model_folder
    from t2s_pipeline.training.merge import merge_adapter

    config = load_experiment(experiment)
    published, row = published_adapter(config, adapter)
    model = config.models[row["model"]]
    folder = model_folder(model.path, model.revision)
    merged = merge_adapter(
        published,
        row["digest"],
        folder,
        model_fingerprint(model, file_digest),
        number_format,
        Path(config.paths.data),
    )
    for file in sorted(merged.iterdir()):
        typer.echo(f"{file.stat().st_size:14,}  {file.name}")
    typer.echo(f"{merged}: the path of a [models.*] of the hf or vllm back end")

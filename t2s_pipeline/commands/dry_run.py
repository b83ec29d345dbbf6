"""`t2s run --dry`: the folder, the environment and the words of a dry run, which is made in `t2s_pipeline/dry_run/`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import typer

from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment, project_root
from t2s_pipeline.dry_run.settings import EXAMPLES

_OVERRIDES = ("OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT")
"""What would lead out of the dry run's folder, or back to what stand-ins stand for; they have had their effect."""


def enter_dry_run(config: ExperimentConfig) -> ExperimentConfig:
    """Make the project of a dry run of `config`, and let this process work in it from now on. Its configuration.

    Raises CommandError where what dry runs need is not installed, DryRunError and DatasetError where it is not there.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"t2s_dry_{config.name}_"))
    try:
        from t2s_pipeline.dry_run.project import make_project

        project = make_project(config, project_root(), folder)
    except ModuleNotFoundError as error:
        raise CommandError(f"{error}; this command needs the full install: make venv") from error
    for name in _OVERRIDES:
        os.environ.pop(name, None)
    os.environ["T2S_PROJECT"] = str(folder)
    os.environ["DAGSTER_HOME"] = str(folder / "dagster_home")
    typer.echo(
        f"Dry run of {config.name!r} on {EXAMPLES} examples of each split, in {folder}. Models that are not embedded "
        "have random weights: ITS FIGURES MEAN NOTHING. Nothing is written to the experiment's own data.",
        err=True,
    )
    return load_experiment(project.experiment)


def dry_run_text(config: ExperimentConfig) -> str:
    """What to say at the end of a dry run: where its reports are, and what they are not."""
    page = Path(config.paths.data) / "reports" / config.name / "index.html"
    return (
        f"The dry run went through. Its reports, to see what there will be and NOT for their figures, which mean "
        f"nothing: {page}\nRemove it with: rm -r {project_root()}"
    )

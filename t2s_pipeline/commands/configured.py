"""What commands take from the project's configuration: a data set by name, and the sandbox's limits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config import DatasetConfig, ExperimentConfig, SandboxConfig
from t2s_pipeline.config_loading import find_project, load_experiment, shared_datasets, standalone_config

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.verifier import GoldVerifier

Experiment = Annotated[str, typer.Option("--experiment", "-e", help="Name of a file in experiments/.")]


def configuration(experiment: str) -> ExperimentConfig:
    """The experiment's configuration; outside a project, one that knows the public data sets and `embedded`."""
    return load_experiment(experiment) if find_project() else standalone_config()


def dataset_named(name: str, config: ExperimentConfig) -> DatasetConfig:
    """A data set of the configuration; of the project's file or a public one, where an experiment has its own only.

    Raises CommandError, naming those there are.
    """
    public = {key: value for key, value in standalone_config().datasets.items() if value.kind != "embedded"}
    known = public | (shared_datasets() if find_project() else {}) | config.datasets
    if name not in known:
        raise CommandError(f"no data set {name!r}; there are: {', '.join(sorted(known))}")
    return known[name]


def data_folder(config: ExperimentConfig, source: DatasetConfig, name: str) -> Path:
    """The folder of the configuration's data, with what the data set needs there.

    Raises DatasetError where the data set is not to be found, CommandError where it would have to be built in a folder
    that nobody named, or that takes no files.
    """
    from t2s_pipeline.datasets.source import open_source

    folder = Path(config.paths.data)
    built = source.kind in ("embedded", "wikisql")
    if built and not find_project() and not os.environ.get("OUTPUT_ROOT"):
        raise CommandError(
            f"data set {name!r} is built on first use, and there is no project here to build it in: run from the "
            "project, set T2S_PROJECT, or name a folder for it by OUTPUT_ROOT"
        )
    try:
        open_source(source, name, folder)
    except OSError as error:
        raise CommandError(
            f"{error.filename or folder}: {error.strerror}; make it writable, or name another folder by OUTPUT_ROOT"
        ) from error
    return folder


@contextmanager
def opened_verifier(limits: SandboxConfig) -> Iterator[GoldVerifier]:
    """A verifier under the configured limits, closed at the end."""
    from t2s_pipeline.evaluation.verifier import open_verifier

    verifier = open_verifier(limits)
    try:
        yield verifier
    finally:
        verifier.close()

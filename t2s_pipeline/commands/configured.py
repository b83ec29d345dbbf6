"""What commands take from the project's configuration: a data set by name, and the sandbox's limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config import (
    DatasetConfig,
    ExperimentConfig,
    SandboxConfig,
    find_project,
    load_experiment,
    standalone_config,
)

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.verifier import GoldVerifier

Experiment = Annotated[str, typer.Option("--experiment", "-e", help="Name of a file in experiments/.")]


def configuration(experiment: str) -> ExperimentConfig:
    """The experiment's configuration; outside a project, one that knows `spider` and `embedded`."""
    return load_experiment(experiment) if find_project() else standalone_config()


def dataset_named(name: str, config: ExperimentConfig) -> DatasetConfig:
    """A data set of the configuration. Raises CommandError, naming those there are."""
    if name not in config.datasets:
        raise CommandError(f"no data set {name!r}; there are: {', '.join(sorted(config.datasets))}")
    return config.datasets[name]


@contextmanager
def opened_verifier(limits: SandboxConfig) -> Iterator[GoldVerifier]:
    """A verifier under the configured limits, closed at the end."""
    from t2s_pipeline.evaluation.verifier import open_verifier

    verifier = open_verifier(limits)
    try:
        yield verifier
    finally:
        verifier.close()

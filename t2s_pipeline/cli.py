"""The command line: `t2s run`, `t2s score`, `t2s data ...` and so on; `t2s --help` lists them.

Scoring and data commands work with the base install; what needs Dagster or a model imports it inside its function.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from t2s_pipeline.config import (
    DatasetConfig,
    ExperimentConfig,
    SandboxConfig,
    experiment_names,
    find_project,
    load_experiment,
    project_root,
    standalone_config,
)
from t2s_pipeline.errors import T2sError

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.verifier import GoldVerifier

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
data_app = typer.Typer(no_args_is_help=True, help="Look at data sets, and unpack Spider's archive.")
app.add_typer(data_app, name="data")

Experiment = Annotated[str, typer.Option("--experiment", "-e", help="Name of a file in experiments/.")]


def main() -> None:
    """Entry point of `t2s`: errors that a user can mend are one line, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("t2s").setLevel(logging.INFO)
    try:
        app()
    except T2sError as error:
        typer.echo(f"t2s: {error}", err=True)
        raise SystemExit(1) from error


class CommandError(T2sError, RuntimeError):
    """A command that cannot be done as asked; the message says why and what to do."""


@app.command()
def experiments() -> None:
    """List the experiments of the project."""
    for name in experiment_names():
        config = load_experiment(name)
        typer.echo(f"{name:24} {config.description}")


@app.command()
def run(
    selection: Annotated[list[str] | None, typer.Argument(help="Assets or partitions: arm_rollouts[sft].")] = None,
    experiment: Experiment = "demo",
    plan: Annotated[bool, typer.Option("--plan", help="Only say what is stale, why, and what it would cost.")] = False,
    refresh: Annotated[str, typer.Option(help="none, verdicts or completions: do steps again on purpose.")] = "none",
) -> None:
    """Bring the graph, or a selection with all it reads, up to date."""
    config = load_experiment(experiment)
    if plan:
        _print_plan(config, selection or [])
    else:
        _run(config, selection or [], refresh)


@app.command()
def demo() -> None:
    """Run the demo experiment, and show what came of it."""
    config = load_experiment("demo")
    _run(config, [], "none")
    typer.echo("")
    typer.echo(_results_text(config))


@app.command()
def results(experiment: Experiment = "demo") -> None:
    """Print an experiment's results table, where its report is, and queries to try."""
    typer.echo(_results_text(load_experiment(experiment)))


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="SQL over the tables of every experiment; see docs/data_dictionary.md.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Every row and column, as CSV.")] = False,
    experiment: Annotated[
        str,
        typer.Option(
            "--experiment", "-e", help="Whose data folder; to see its rows alone, write WHERE experiment = ..."
        ),
    ] = "demo",
) -> None:
    """Run one query on the warehouse, read-only, while runs write or not."""
    import csv

    import duckdb

    from t2s_pipeline.warehouse import Warehouse

    with Warehouse(Path(load_experiment(experiment).paths.data)).connect() as connection:
        try:
            if as_csv:
                cursor = connection.execute(query)
                writer = csv.writer(sys.stdout)
                writer.writerow([column[0] for column in cursor.description])
                writer.writerows(cursor.fetchall())
            else:
                typer.echo(str(connection.sql(query)))
        except duckdb.Error as error:
            raise CommandError(str(error)) from error


@app.command()
def catalog(experiment: Experiment = "demo") -> None:
    """Write the DuckDB catalogue again, after the data folder has moved."""
    from t2s_pipeline.catalog import rebuild_catalog
    from t2s_pipeline.warehouse import Warehouse

    warehouse = Warehouse(Path(load_experiment(experiment).paths.data))
    with warehouse.lock():
        typer.echo(str(rebuild_catalog(warehouse)))


def _run(config: ExperimentConfig, selection: list[str], refresh: str) -> None:
    """Walk the graph in this process against the persistent instance."""
    import time

    stages = _stages(config)
    import dagster as dg

    from assets.stage import REFRESH
    from assets.walk import RunFailed, SelectionError, close_dead_runs, run_steps, select_steps
    from t2s_pipeline.definitions import build_definitions
    from t2s_pipeline.warehouse import Warehouse

    if refresh not in REFRESH:
        raise CommandError(f"--refresh {refresh}: expected one of {', '.join(REFRESH)}")
    began = time.monotonic()
    try:
        steps = select_steps(stages, selection)
        with dg.DagsterInstance.get() as instance:
            close_dead_runs(instance)
            done = run_steps(
                steps,
                build_definitions(config.name),
                instance,
                Warehouse(Path(config.paths.data)),
                refresh,
                named=selection,
                say=lambda text: typer.echo(text, err=True),
            )
    except (SelectionError, RunFailed) as error:
        raise CommandError(str(error)) from error
    typer.echo(f"{len(done)} of {len(steps)} steps ran, {len(steps) - len(done)} were current, "
               f"{time.monotonic() - began:.1f} s", err=True)  # fmt: skip


def _stages(config: ExperimentConfig) -> list[Any]:
    """The experiment's stages, with Dagster's home and the project's folders in place."""
    root = project_root()
    os.environ.setdefault("DAGSTER_HOME", str(root / "dagster_home"))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    Path(os.environ["DAGSTER_HOME"]).mkdir(parents=True, exist_ok=True)
    try:
        from t2s_pipeline.definitions import make_assets_importable

        make_assets_importable()
        from assets.graph import build_stages
    except ModuleNotFoundError as error:
        raise CommandError(
            f"{error}; this command needs the full install: make venv, or pip install '.[pipeline]'"
        ) from error
    return build_stages(config)


def _print_plan(config: ExperimentConfig, selection: list[str]) -> None:
    stages = _stages(config)
    from assets.planning import plan_lines
    from assets.walk import SelectionError, select_steps
    from t2s_pipeline.warehouse import Warehouse

    try:
        steps = select_steps(stages, selection)
    except SelectionError as error:
        raise CommandError(str(error)) from error
    for line in plan_lines(steps, Warehouse(Path(config.paths.data))):
        typer.echo(line)


def _results_text(config: ExperimentConfig) -> str:
    """The results table, the report's place, and three queries."""
    from t2s_pipeline.reports.page import results_text
    from t2s_pipeline.warehouse import Warehouse

    return results_text(Warehouse(Path(config.paths.data)), config)


def _dataset(name: str, experiment: str) -> tuple[DatasetConfig, ExperimentConfig]:
    """A data set by name, with the configuration it is from. Outside a project, `spider` and `embedded` are known."""
    config = load_experiment(experiment) if find_project() else standalone_config()
    if name not in config.datasets:
        raise CommandError(f"no data set {name!r}; there are: {', '.join(sorted(config.datasets))}")
    return config.datasets[name], config


@contextmanager
def _verifier(limits: SandboxConfig) -> Iterator[GoldVerifier]:
    from t2s_pipeline.evaluation.verifier import open_verifier

    verifier = open_verifier(limits)
    try:
        yield verifier
    finally:
        verifier.close()


@data_app.command("check")
def data_check(
    dataset: Annotated[str, typer.Option(help="A data set of the configuration.")] = "spider",
    experiment: Experiment = "demo",
) -> None:
    """Count a data set's examples, rejected and excluded rows, and verify the checksums of its dev databases."""
    from t2s_pipeline.datasets.check import check_dataset, render

    source, config = _dataset(dataset, experiment)
    with _verifier(config.sandbox) as verifier:
        typer.echo(
            render(check_dataset(source, dataset, Path(config.paths.data), verifier, _terminal_progress("golds run")))
        )


@data_app.command("spider")
def data_spider(
    archive: Annotated[Path, typer.Argument(help="The official archive, .zip or .tar.gz.")],
    experiment: Experiment = "demo",
) -> None:
    """Unpack Spider's official archive into the data folder."""
    from t2s_pipeline.datasets.archive import unpack_spider
    from t2s_pipeline.datasets.spider import unpacked_folder

    _, config = _dataset("spider", experiment)
    target = unpacked_folder(Path(config.paths.data))
    unpacked = unpack_spider(archive, target)
    for missing in unpacked.missing:
        typer.echo(f"missing in the archive: {missing}", err=True)
    typer.echo(str(target))
    if unpacked.missing:
        count = len(unpacked.missing)
        raise CommandError(f"{target}: unpacked, but {count} files are not in the archive (named above); get it again")


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="Predictions: one SQL a line, in the order of the split.")],
    dataset: Annotated[str, typer.Option(help="A data set of the configuration.")] = "spider",
    split: Annotated[str, typer.Option(help="The split that was predicted.")] = "dev",
    verdicts: Annotated[Path | None, typer.Option(help="Write a row a line to this Parquet file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    experiment: Experiment = "demo",
) -> None:
    """Score a file of predictions by the official rule; needs neither Dagster nor a model."""
    from t2s_pipeline.datasets.scoring import score_file
    from t2s_pipeline.evaluation.scoring import write_verdicts

    if split not in ("train", "dev"):
        raise CommandError(f"--split {split}: expected train or dev")
    if verdicts and not verdicts.parent.is_dir():
        raise CommandError(f"--verdicts {verdicts}: no such folder; make it first")
    source, config = _dataset(dataset, experiment)
    with _verifier(config.sandbox) as verifier:
        scored = score_file(
            file, source, dataset, split, Path(config.paths.data), verifier, _terminal_progress("verdicts")
        )
    typer.echo(json.dumps(scored.as_dict(), indent=1) if as_json else scored.as_text())
    if verdicts:
        write_verdicts(scored, verdicts)
        typer.echo(f"a row a line: {verdicts}", err=True)


def _terminal_progress(what: str) -> Callable[[int, int], None] | None:
    """Progress on one line of the terminal; none where the output goes to a file."""
    if not sys.stderr.isatty():
        return None
    return lambda done, total: typer.echo(f"\r{done}/{total} {what}", err=True, nl=done >= total)


if __name__ == "__main__":
    main()

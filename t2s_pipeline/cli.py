"""The command line: `t2s run`, `t2s score`, `t2s data ...` and so on; `t2s --help` lists them.

Scoring and data commands work with the base install; what needs Dagster or a model imports it inside its function.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from t2s_pipeline.commands.accept import accept
from t2s_pipeline.commands.argument_help import command_line
from t2s_pipeline.commands.ask import ask
from t2s_pipeline.commands.compare import compare
from t2s_pipeline.commands.configured import Experiment
from t2s_pipeline.commands.data import data_app
from t2s_pipeline.commands.dry_run import dry_run_text, enter_dry_run
from t2s_pipeline.commands.export import export
from t2s_pipeline.commands.merge import merge
from t2s_pipeline.commands.models import model_app
from t2s_pipeline.commands.new_experiment import new_experiment
from t2s_pipeline.commands.push import push
from t2s_pipeline.commands.report import report
from t2s_pipeline.commands.scoring import score
from t2s_pipeline.commands.serve import serve
from t2s_pipeline.commands.size import size
from t2s_pipeline.commands.sql import sql
from t2s_pipeline.commands.store import prune, store
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.commands.trace import trace
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import experiment_names, load_experiment, project_root
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.errors import T2sError

if TYPE_CHECKING:
    from t2s_pipeline.warehouse import Warehouse

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.command()(new_experiment)
app.command()(accept)
app.command()(score)
app.command()(compare)
app.command()(report)
app.command()(export)
app.command()(push)
app.command()(merge)
app.command()(trace)
app.command()(sql)
app.command()(ask)
app.command()(serve)
app.command()(store)
app.command()(prune)
app.command()(size)
app.add_typer(data_app, name="data")
app.add_typer(model_app, name="model")

INTERRUPTED = 130
"""Exit code of a run that Ctrl-C ended, as shells have it: 128 and the number of the signal."""


def main() -> None:
    """Entry point of `t2s`: errors that a user can mend are one line, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("t2s").setLevel(logging.INFO)
    try:
        command_line(app)()
    except T2sError as error:
        typer.echo(f"t2s: {error}", err=True)
        raise SystemExit(1) from error


@app.command()
def experiments() -> None:
    """List the experiments of the project, those that cannot be read among them."""
    broken = []
    for name in experiment_names():
        try:
            typer.echo(f"{name:24} {load_experiment(name).description}")
        except ConfigError as error:
            broken.append(str(error))
            typer.echo(f"{name:24} cannot be read, see below")
    if broken:
        raise CommandError("\n".join(broken))


@app.command()
def run(
    selection: Annotated[list[str] | None, typer.Argument(help="Assets or partitions: arm_rollouts[sft].")] = None,
    experiment: Experiment = "demo",
    plan: Annotated[bool, typer.Option("--plan", help="Only say what is stale, why, and what it would cost.")] = False,
    refresh: Annotated[str, typer.Option(help="none, verdicts or completions: do steps again on purpose.")] = "none",
    dry: Annotated[
        bool, typer.Option("--dry", help="Walk it on five examples with random weights, in a folder of its own.")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option("--ray", metavar="ADDRESS", help="Steps as tasks of this Ray cluster: auto, local, host:port."),
    ] = None,
) -> None:
    """Bring the graph, or a selection with all it reads, up to date."""
    config = load_experiment(experiment)
    if dry and (plan or refresh != "none" or ray is not None):
        raise CommandError(
            "--dry goes with none of --plan, --refresh and --ray: it begins with nothing, in a folder of its own"
        )
    if plan and ray is not None:
        raise CommandError("--plan makes nothing: leave --ray out")
    if ray == "":  # as of an unset variable
        raise CommandError("--ray : no address; state HOST:PORT, auto or local, or leave --ray out")
    if plan:
        _print_plan(config, selection or [])
    elif dry:
        small = enter_dry_run(config)
        _run(small, selection or [], refresh)
        typer.echo(dry_run_text(small))
    else:
        _run(config, selection or [], refresh, ray)


@app.command()
def demo() -> None:
    """Run the demo experiment, and show what came of it."""
    config = load_experiment("demo")
    _run(config, [], "none")
    typer.echo("")
    typer.echo(_results_text(config))


@app.command()
def results(
    experiment: Experiment = "demo",
    page: Annotated[
        Path | None, typer.Option(help="Also write what the arms came to, as Markdown, to this file.")
    ] = None,
) -> None:
    """Print an experiment's results table, where its report is, and queries to try."""
    config = load_experiment(experiment)
    typer.echo(_results_text(config))
    if page is not None:
        _write_results_page(config, page)


@app.command()
def catalog(
    experiment: Experiment = "demo",
    forget: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="An experiment that is no more: its rows leave the tables. May be repeated."),
    ] = None,
) -> None:
    """Write the DuckDB catalogue again, without what no experiment declares any more: see docs/adding.md."""
    from t2s_pipeline.catalog import rebuild_catalog
    from t2s_pipeline.warehouse import Warehouse

    warehouse = Warehouse(Path(load_experiment(experiment).paths.data))
    there = experiment_names()
    with_rows = {ref.experiment for ref in warehouse.live_refs()}
    for name in forget or ():
        if name in there:
            raise CommandError(f"--forget {name}: experiments/{name}.toml is there; remove it first")
        if name not in with_rows:
            gone = ", ".join(sorted(with_rows.difference(there))) or "none"
            raise CommandError(
                f"--forget {name!r}: no experiment of that name has rows; without a file there are: {gone}"
            )
    with warehouse.lock():
        for name in forget or ():
            gone = warehouse.unlink_undeclared(name, set())
            typer.echo(f"experiment {name}: {len(gone)} live names unlinked", err=True)
        for name in sorted({ref.experiment for ref in warehouse.live_refs()}):
            if name in there:
                _unlink_undeclared(name, warehouse)
            else:
                typer.echo(f"experiment {name} has rows but no file: t2s catalog --forget {name}", err=True)
        typer.echo(str(rebuild_catalog(warehouse, afresh=True)))


def _unlink_undeclared(name: str, warehouse: Warehouse) -> None:
    """What the experiment no longer declares; of one that cannot be read, or is of another data folder, nothing."""
    try:
        config = load_experiment(name)
    except ConfigError as error:
        typer.echo(f"experiment {name} is left as it is: {error}", err=True)
        return
    if Path(config.paths.data) == warehouse.data:
        _stages(config)
        from assets.stage import unlink_undeclared

        unlink_undeclared(config, warehouse, lambda text: typer.echo(f"experiment {name}: {text}", err=True))


def _run(config: ExperimentConfig, selection: list[str], refresh: str, ray: str | None = None) -> None:
    """Walk the graph in this process, or on a Ray cluster, against the persistent instance."""
    import time

    stages = _stages(config)
    import dagster as dg

    from assets.stage import REFRESH
    from assets.walk import SelectionError, close_dead_runs, run_steps, select_steps
    from t2s_pipeline.definitions import build_definitions
    from t2s_pipeline.warehouse import Warehouse

    if refresh not in REFRESH:
        raise CommandError(f"--refresh {refresh}: expected one of {', '.join(REFRESH)}")
    walk = run_steps if ray is None else _walk_on_ray(ray)
    began = time.monotonic()
    try:
        steps = select_steps(stages, selection)
        with dg.DagsterInstance.get() as instance:
            close_dead_runs(instance)
            walked = walk(
                steps,
                build_definitions(config.name),
                instance,
                Warehouse(Path(config.paths.data)),
                refresh,
                named=selection,
                say=lambda text: typer.echo(text, err=True),
            )
    except SelectionError as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        typer.echo("t2s: interrupted; what was done is kept, and the same command goes on from there", err=True)
        raise SystemExit(INTERRUPTED) from None
    typer.echo(f"{walked.summary(len(steps))}, {time.monotonic() - began:.1f} s", err=True)
    if failures := walked.failures():
        raise CommandError("\n".join(failures))


def _walk_on_ray(address: str) -> Any:
    """`run_steps` on the Ray cluster at this address."""
    from functools import partial

    try:
        import ray  # noqa: F401
    except ModuleNotFoundError as error:
        raise CommandError(f"{error}; --ray needs Ray: pip install '.[ray]'") from error
    from assets.ray_walk import run_steps_on_ray

    return partial(run_steps_on_ray, address=address)


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


def _write_results_page(config: ExperimentConfig, file: Path) -> None:
    from t2s_pipeline.reports.page import write_results_page
    from t2s_pipeline.warehouse import Warehouse

    if not file.parent.is_dir():
        raise CommandError(f"--page {file}: no such folder; make it first")
    write_results_page(Warehouse(Path(config.paths.data)), config, file)


if __name__ == "__main__":
    main()

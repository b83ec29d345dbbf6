"""`t2s store` and `t2s prune`: what the stores of a data folder hold, and removing what nothing needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2s_pipeline.commands.configured import Experiment
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config_loading import experiment_names, load_experiment
from t2s_pipeline.config_parsing import ConfigError

if TYPE_CHECKING:
    from t2s_pipeline.generation.pruning import Needed, Policy
    from t2s_pipeline.warehouse import Warehouse


def store(
    compact: Annotated[
        bool, typer.Option("--compact", help="First merge small parts into large ones; runs may be at work.")
    ] = False,
    experiment: Experiment = "demo",
) -> None:
    """Say what the stores of an experiment's data folder hold: rows, bytes, age, and which policies wrote it."""
    from t2s_pipeline.files import store_parts
    from t2s_pipeline.generation.pruning import policies_in_store
    from t2s_pipeline.tables import registry
    from t2s_pipeline.warehouse import Warehouse

    data = Path(load_experiment(experiment).paths.data)
    if compact:
        _compact(data)
    typer.echo(f"{'store':20}{'parts':>8}{'MB':>10}  {'first part':12}{'last part':12}")
    for schema in registry().values():
        if schema.kind == "store":
            stats = [path.stat() for path in store_parts(data, schema)]
            days = [datetime.fromtimestamp(stat.st_mtime, UTC) for stat in stats]
            size = sum(stat.st_size for stat in stats) / 1e6
            typer.echo(f"{schema.name:20}{len(stats):8,}{size:10,.1f}  {_span(days)}")
    names, unknown = declared_policies(Warehouse(data))
    typer.echo(f"\n{'policy':28}{'back end':10}{'completions':>12}{'tokens':>14}  {'first':12}{'last':12}")
    shares = policies_in_store(data)
    for share in shares:
        model, adapter = share.policy
        name = names.get(share.policy) or f"? {model[:12]}" + (f" + {adapter[:12]}" if adapter else "")
        span = _span([share.first, share.last])
        typer.echo(f"{name:28}{share.backend:10}{share.completions:12,}{share.tokens:14,}  {span}")
    if any(share.policy not in names for share in shares):
        typer.echo("\n?: no model or adapter that an experiment of this project declares wrote these")
    for reason in unknown:
        typer.echo(f"not known: {reason}", err=True)


def _compact(data: Path) -> None:
    from t2s_pipeline.compaction import compact_stores

    for name, done in compact_stores(data).items():
        if done.merged or done.removed or done.waiting:
            waiting = f"; {done.waiting} stay until nobody reads them: call it again later" if done.waiting else ""
            typer.echo(
                f"{name}: {done.merged} parts merged into {done.into}, {done.removed} removed{waiting}", err=True
            )


def prune(
    older_than: Annotated[int | None, typer.Option(metavar="DAYS", help="What was written so many days ago.")] = None,
    undeclared: Annotated[
        bool, typer.Option("--undeclared", help="What no declared model or adapter of any experiment wrote.")
    ] = False,
    objects: Annotated[
        bool, typer.Option("--objects", help="Instead, tables that were replaced since: see docs/storage.md.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove it; without this it is only counted.")] = False,
    experiment: Experiment = "demo",
) -> None:
    """Count, or remove, stored completions and prompts that no published table needs; both options must then hold.

    With --objects it is the tables' files that no live name holds and that nothing was accepted of, --older-than a day
    where nothing else is said.
    """
    from t2s_pipeline.catalog import rebuild_catalog
    from t2s_pipeline.generation.pruning import PruneRule
    from t2s_pipeline.generation.pruning import prune as prune_stores
    from t2s_pipeline.storage.users import store_alone
    from t2s_pipeline.warehouse import Warehouse

    if older_than is not None and older_than < 0:
        raise CommandError(f"--older-than {older_than}: expected a number of days, 0 or more")
    if objects and undeclared:
        raise CommandError("--undeclared is of completions: say --objects in a call of its own")
    if older_than is None and not undeclared and not objects:
        raise CommandError("say what may go: --older-than DAYS, --undeclared, or both; or --objects")
    warehouse = Warehouse(Path(load_experiment(experiment).paths.data))
    if objects:
        _prune_objects(warehouse, 1 if older_than is None else older_than, remove)
        return
    before = None if older_than is None else datetime.now(UTC) - timedelta(days=older_than)
    with store_alone(warehouse.data):
        declared = _declared_or_may_be(warehouse) if undeclared else None
        changes = prune_stores(warehouse.data, PruneRule(before, declared), needed_by_tables(warehouse), apply=remove)
        if remove and any(change.removed for change in changes.values()):
            with warehouse.lock():
                rebuild_catalog(warehouse)
    for name, change in changes.items():
        done = f"removed, {change.freed / 1e6:,.1f} MB freed" if remove else "would go"
        typer.echo(f"{name:12}{change.removed:10,} of {change.rows:,} {done}")
    if not remove and any(change.removed for change in changes.values()):
        typer.echo("nothing was removed; to remove it, add --remove")


def _declared_or_may_be(warehouse: Warehouse) -> frozenset[Policy]:
    """The declared policies; where a declared model cannot be told here (it is not on this machine), with every base
    model that wrote to the store and is none of those known, which is said. Adapters are known from their tables."""
    from t2s_pipeline.generation.pruning import policies_in_store

    names, unknown = declared_policies(warehouse)
    if not unknown:
        return frozenset(names)
    doubtful = [
        share for share in policies_in_store(warehouse.data) if share.policy not in names and not share.policy[1]
    ]
    kept = sum(share.completions for share in doubtful)
    typer.echo(f"{kept:,} completions of a base model stay, for it may be one that cannot be told here:", err=True)
    for reason in unknown:
        typer.echo(f"not known: {reason}", err=True)
    return frozenset(names) | {share.policy for share in doubtful}


def _prune_objects(warehouse: Warehouse, days: int, remove: bool) -> None:
    from t2s_pipeline.reports.acceptance import accepted_objects
    from t2s_pipeline.retention import remove_objects, unneeded_objects

    with warehouse.lock():
        found = unneeded_objects(warehouse, accepted_objects(warehouse), datetime.now(UTC) - timedelta(days=days))
        if remove:
            remove_objects(warehouse, found)
    done = "removed" if remove else "would go"
    typer.echo(f"{'objects':12}{len(found):10,} {done}, {sum(found.values()) / 1e6:,.1f} MB")
    if found and not remove:
        typer.echo("nothing was removed; to remove it, add --remove")


def needed_by_tables(warehouse: Warehouse) -> Needed:
    """What live tables of every experiment refer to. Raises WarehouseError where one cannot be read."""
    from t2s_pipeline.generation.pruning import Needed
    from t2s_pipeline.tables import registry

    keys: set[str] = set()
    prompts: set[str] = set()
    referring = {name: table.arrow.names for name, table in registry().items() if "prompt_id" in table.arrow.names}
    for ref in warehouse.live_refs():
        if ref.table in referring:
            rows = warehouse.read(ref)
            prompts.update(filter(None, rows["prompt_id"].to_pylist()))
            if "completion_key" in referring[ref.table]:
                keys.update(filter(None, rows["completion_key"].to_pylist()))
    return Needed(frozenset(keys), frozenset(prompts))


def declared_policies(warehouse: Warehouse) -> tuple[dict[Policy, str], list[str]]:
    """The policies of all experiments on this data folder, with their names, and why some cannot be told.

    A base model is its configured files as they are now, an adapter what is published now.
    """
    from t2s_pipeline.config import ModelConfig
    from t2s_pipeline.fingerprints import FileFingerprints
    from t2s_pipeline.generation.fingerprint import model_fingerprint
    from t2s_pipeline.generation.protocol import GenerationError
    from t2s_pipeline.training.adapters import is_whole_model

    files = FileFingerprints(warehouse.data / "file_fingerprints.json")
    names: dict[Policy, str] = {}
    unknown: dict[str, list[str]] = {}
    for experiment in experiment_names():
        try:
            config = load_experiment(experiment)
        except ConfigError as error:
            unknown.setdefault(str(error), [])
            continue
        if Path(config.paths.data) != warehouse.data:
            continue
        for name, model in config.models.items():
            try:
                names.setdefault((model_fingerprint(model, files.of), None), name)
            except GenerationError as error:
                unknown.setdefault(str(error), []).append(f"model {name} of experiment {experiment}")
    for ref in warehouse.live_refs():
        if ref.table == "adapters":
            for row in warehouse.read(ref).to_pylist():
                folder = warehouse.data / row["path"]
                wrote = (row["model_fingerprint"], row["digest"])
                if is_whole_model(folder):
                    wrote = (model_fingerprint(ModelConfig(path=str(folder)), files.of), None)
                elif not folder.is_dir():  # it may be a whole model, whose answers name its files
                    unknown[f"adapter {row['adapter']} of experiment {ref.experiment}: {folder} is not there"] = []
                names.setdefault(wrote, f"{row['model']} + {row['adapter']}")
    files.save()
    return names, [", ".join(whose) + ": " * bool(whose) + reason for reason, whose in unknown.items()]


def _span(times: list[datetime]) -> str:
    return f"{min(times):%Y-%m-%d}  {max(times):%Y-%m-%d}" if times else ""

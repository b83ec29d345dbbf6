"""The one way to declare an asset: `stage(...)`.

A stage says what it reads, what it writes and which settings it depends on (its plan), and has a body that is one
call into the domain. This module alone does the rest: key prefix, group, kinds, owners, code version, fingerprint,
reuse, publication, metadata, preview and checks. See docs/house.md for a worked example.

(No postponed annotations here: Dagster reads the type of `context` at definition.)
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import pyarrow as pa
from dagster._core.errors import DagsterPipesExecutionError

from assets.preview import LOOKED_AT, preview
from assets.run_executor import step_tags
from t2s_pipeline.catalog import catalog_published
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.errors import T2sError
from t2s_pipeline.fingerprints import (
    StepPlan,
    StepState,
    StepStatus,
    changed_sources,
    content_hash,
    data_version,
    step_status,
)
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.training.adapters import child_failure
from t2s_pipeline.training.rows import TrainingError
from t2s_pipeline.warehouse import WHOLE, TableRef, Warehouse

OWNERS = ["team:post-training"]
RESOURCES = {"warehouse", "sandbox", "generator", "pipes"}
REFRESH = ("none", "verdicts", "completions")
_REFRESH_HELP = (
    "none: reuse what is current. verdicts: do the step again on stored completions. "
    "completions: ask the model again too."
)
_LOG = logging.getLogger("t2s")
_PROGRESS_SECONDS = 5.0
_OVERRIDDEN = "overridden by the environment"
_DATA_VERSION_TAG = "dagster/data_version"


@dataclass(frozen=True)
class Dependency:
    """An upstream stage. `mapping` gives, for each upstream partition, the partitions here that read it;
    None means all of it (or none where neither has partitions)."""

    name: str
    mapping: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True)
class Invariant:
    """A function of the warehouse and the resources that raises InvariantError where `name` does not hold. Where it
    holds it may say what it found."""

    name: str
    description: str
    function: Callable[[Warehouse, Any], str | None]


@dataclass
class StepContext:
    """What a body may use: its inputs as rows, the resources, and a place to report progress.

    `making` tells one making of the step from the next; where a run died before it published, the one that goes on has
    the same.
    """

    config: ExperimentConfig
    partition: str | None
    plan: StepPlan
    warehouse: Warehouse
    refresh: str
    dagster: dg.AssetExecutionContext
    making: str = ""
    _last_progress: float = 0.0
    _held: list[Callable[[], None]] = field(default_factory=list)

    @property
    def sandbox(self) -> Any:
        return self.dagster.resources.sandbox

    @property
    def generator(self) -> Any:
        return self.dagster.resources.generator

    def read(self, name: str) -> pa.Table:
        """The input declared as `name`, all its files together."""
        return self.warehouse.read(self.plan.inputs[name])

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The same as a list of rows; empty where the plan does not declare the input."""
        return self.read(name).to_pylist() if self.plan.inputs.get(name) else []

    def hold(self, invariant: Callable[[], None]) -> None:
        """Check what has to stay as it is while the body runs: now, and again before anything is published."""
        invariant()
        self._held.append(invariant)

    def check_unchanged(self, status: StepStatus) -> None:
        """Raise InvariantError where what the step reads is no longer what it was when the step began."""
        for invariant in self._held:
            invariant()
        if changed := changed_sources(self.plan, status.parts):
            label = self.dagster.asset_key.path[-1]
            raise InvariantError(f"{label}: changed while it was read ({'; '.join(changed)}); run again")

    def progress(self, done: int, total: int, what: str = "") -> None:
        """Say how far the step is: in Dagster's log and on the terminal, at most once every few seconds."""
        now = time.monotonic()
        if done >= total or now - self._last_progress >= _PROGRESS_SECONDS:
            self._last_progress = now
            share = f"{100 * done / total:.0f} %" if total else "nothing to do"
            self.say(f"{done}/{total} {what} ({share})")

    def say(self, text: str) -> None:
        label = self.dagster.asset_key.path[-1] + (f"[{self.partition}]" if self.partition else "")
        self.dagster.log.info(text)
        _LOG.info("%s: %s", label, text)

    def launch(self, argv: list[str]) -> None:
        """Run a training process through Dagster Pipes. Raises TrainingError where it fails, or is killed."""
        try:
            self.dagster.resources.pipes.run(context=self.dagster.op_execution_context, command=argv)
        except DagsterPipesExecutionError as error:
            raise TrainingError(child_failure(argv, f"ended: {error}")) from error


@dataclass(frozen=True)
class StepOutput:
    """What a body made: rows (or an Arrow table) for every output of its plan, and figures about it.

    `beforehand` is called before any of it is published: a kill in between does the step again, and what is called
    must then do no harm twice.
    """

    tables: Mapping[TableRef, pa.Table | Iterable[Mapping[str, Any]]]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    beforehand: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Stage:
    """A declared asset, with what `t2s run` needs to know of it."""

    name: str
    config: ExperimentConfig
    code_version: str
    partitions: tuple[str, ...] | None
    dependencies: tuple[Dependency, ...]
    plan: Callable[[str | None], StepPlan]
    asset: dg.AssetsDefinition
    checks: tuple[dg.AssetChecksDefinition, ...]

    @property
    def steps(self) -> tuple[str | None, ...]:
        return self.partitions if self.partitions is not None else (None,)

    def status(self, warehouse: Warehouse, partition: str | None) -> StepStatus:
        return step_status(warehouse, self.name, partition, self.code_version, self.plan(partition))

    def declared_refs(self) -> set[TableRef]:
        return {ref for partition in self.steps for ref in self.plan(partition).outputs}


def stage(
    config: ExperimentConfig,
    *,
    name: str,
    group: str,
    description: str,
    code_version: str,
    kinds: set[str],
    plan: Callable[[str | None], StepPlan],
    body: Callable[[StepContext], StepOutput],
    partitions: Sequence[str] | None = None,
    dependencies: Sequence[Dependency] = (),
    invariants: Sequence[Invariant] = (),
    pool: str | None = None,
) -> Stage:
    """Declare the asset `[experiment, name]`; see the module's docstring.

    `plan` is called with a partition (None where there are none) and must be cheap: no input is read there but
    in its `sources`. `body` is called only where the fingerprint has changed or a refresh was asked for.
    """
    key = dg.AssetKey([config.name, name])
    steps = tuple(partitions) if partitions is not None else None
    shown_as_stale = [_declared(plan(step)) for step in (steps if steps is not None else (None,))]

    @dg.asset(
        key=key,
        group_name=group,
        description=description,
        code_version=f"{code_version}.{content_hash(shown_as_stale)[:8]}",
        kinds=kinds,
        owners=OWNERS,
        partitions_def=dg.StaticPartitionsDefinition(list(steps)) if steps is not None else None,
        deps=[_asset_dep(config, d) for d in dependencies],
        required_resource_keys=RESOURCES,
        config_schema={"refresh": dg.Field(dg.String, default_value="none", description=_REFRESH_HELP)},
        pool=pool,
        op_tags=step_tags(pool),
    )
    def _asset(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        partition = context.partition_key if steps is not None else None
        refresh = context.op_execution_context.op_config["refresh"]
        if refresh not in REFRESH:
            raise dg.Failure(f"refresh = {refresh!r}, expected one of {', '.join(REFRESH)}")
        step = StepContext(config, partition, plan(partition), context.resources.warehouse.open(), refresh, context)
        status = step_status(step.warehouse, name, partition, code_version, step.plan)
        if status.state is StepState.WAITING:
            raise dg.Failure(
                f"{name}: inputs are missing: {'; '.join(status.reasons)}. Materialize what is upstream first."
            )
        if status.state is StepState.CURRENT and refresh == "none":
            shown = _shown_before(context, partition, status.data_version)
            return _result(step, status, status.data_version, reused=True, metadata=shown)
        for reason in status.reasons:
            context.log.info(f"stale: {reason}")
        step.making = making_of(step, status)
        output = body(step)
        step.check_unchanged(status)
        output.beforehand()
        version = _publish(step, status, output)
        return _result(step, status, version, reused=False, metadata=output.metadata)

    checks = tuple(_check(key, invariant) for invariant in invariants)
    return Stage(name, config, code_version, steps, tuple(dependencies), plan, _asset, checks)


def _declared(plan: StepPlan) -> list[Any]:
    """What of a plan the configuration alone determines: in the asset's version, so that Dagster shows a change."""
    wiring = {name: [f"{ref.table}/{ref.partition}" for ref in refs] for name, refs in plan.inputs.items()}
    return [plan.settings, wiring]


def _asset_dep(config: ExperimentConfig, dependency: Dependency) -> dg.AssetDep:
    mapping = None
    if dependency.mapping is not None:
        mapping = dg.StaticPartitionMapping({up: set(down) for up, down in dependency.mapping.items() if down})
    return dg.AssetDep(dg.AssetKey([config.name, dependency.name]), partition_mapping=mapping)


def making_of(step: StepContext, status: StepStatus) -> str:
    """From the output that is published last: each publication, of the same content too, makes a new version of it."""
    last = step.warehouse.storage.stat(step.warehouse.live_name(step.plan.outputs[-1]))
    return content_hash([status.fingerprint, last.version if last else ""])


def _publish(step: StepContext, status: StepStatus, output: StepOutput) -> str:
    """Publish every output of the step under one lock, and with it the catalogue; returns the data version."""
    if set(output.tables) != set(step.plan.outputs):
        raise InvariantError(f"{step.dagster.asset_key}: wrote {set(output.tables)}, declared {set(step.plan.outputs)}")
    tables = {}
    for ref in step.plan.outputs:
        content = output.tables[ref]
        if not isinstance(content, pa.Table):
            content = ref.schema.to_arrow({"experiment": ref.experiment, **row} for row in content)
        ref.schema.check(content)
        tables[ref] = content
    with step.warehouse.lock():
        digests = [
            step.warehouse.publish(ref, table, status.fingerprint, status.parts) for ref, table in tables.items()
        ]
        unlink_undeclared(step.config, step.warehouse, step.say)
        catalog_published(step.warehouse)
    return data_version(digests)


def unlink_undeclared(config: ExperimentConfig, warehouse: Warehouse, say: Callable[[str], None]) -> list[TableRef]:
    """Remove the live names of what the experiment's configuration no longer declares, and say so; call it under
    `warehouse.lock()`. Nothing is removed by a configuration that is older than its files."""
    if load_experiment(config.name) != config:
        say("the configuration has changed since this process read it: nothing is unlinked; reload it")
        return []
    gone = warehouse.unlink_undeclared(config.name, _declared_refs(config))
    for ref in gone:
        say(f"unlinked {ref.table}/{ref.partition}: the configuration no longer declares it")
    return gone


_refs_by_config: dict[int, tuple[ExperimentConfig, set[TableRef]]] = {}
"""By the identity of the configuration: every step of a run asks, and the answer takes a tenth of a second to make."""


def _declared_refs(config: ExperimentConfig) -> set[TableRef]:
    from assets.graph import build_stages

    if id(config) not in _refs_by_config:
        refs = {ref for stage_ in build_stages(config) for ref in stage_.declared_refs()}
        _refs_by_config[id(config)] = (config, refs)  # held, so that its identity stays its own
    return _refs_by_config[id(config)][1]


def _shown_before(context: dg.AssetExecutionContext, partition: str | None, version: str) -> Mapping[str, Any]:
    """The metadata of the last materialization, where it was of this very content: its figures stay on the page."""
    wanted = dg.AssetRecordsFilter(asset_key=context.asset_key, asset_partitions=[partition] if partition else None)
    found = context.instance.fetch_materializations(wanted, limit=1).records
    last = found[0].asset_materialization if found else None
    if last is None or (last.tags or {}).get(_DATA_VERSION_TAG) != version:
        return {}
    return last.metadata


def _result(
    step: StepContext, status: StepStatus, version: str, *, reused: bool, metadata: Mapping[str, Any]
) -> dg.MaterializeResult:
    """What Dagster shows: rows, paths, a preview of the first table, and the step's own figures."""
    own = {"preview", "reused", "fingerprint", _OVERRIDDEN}  # those of the materialization before are not kept
    shown: dict[str, Any] = {key: value for key, value in metadata.items() if key not in own}
    counted = {ref: step.warehouse.footer(ref).rows for ref in step.plan.outputs}
    for ref, rows in counted.items():
        own_part = ref.partition == WHOLE or ref.partition.split(".")[-1] == step.partition  # one plot of all of these
        shown[f"rows in {ref.table}" + ("" if own_part else f" ({ref.partition})")] = rows
    first = step.plan.outputs[0]
    shown["preview"] = dg.MetadataValue.md(preview(step.warehouse.first(first, LOOKED_AT), counted[first]))
    for key, value in metadata.items():
        if isinstance(value, str) and "\n" in value:
            shown[key] = dg.MetadataValue.md(value)
    shown |= {"reused": reused, "fingerprint": status.fingerprint}
    if step.config.overrides:
        shown[_OVERRIDDEN] = ", ".join(step.config.overrides)
    return dg.MaterializeResult(data_version=dg.DataVersion(version), metadata=shown)


def _check(key: dg.AssetKey, invariant: Invariant) -> dg.AssetChecksDefinition:
    """The Dagster check that shows an invariant: passed, with what it found, or the reason of its error."""

    @dg.asset_check(asset=key, name=invariant.name, description=invariant.description, required_resource_keys=RESOURCES)
    def _asset_check(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        try:
            found = invariant.function(context.resources.warehouse.open(), context.resources)
        except T2sError as error:
            return dg.AssetCheckResult(passed=False, description=str(error))
        return dg.AssetCheckResult(passed=True, description=found or invariant.description)

    return _asset_check

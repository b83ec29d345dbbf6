"""`t2s run --plan`: what is stale and why, and what the rollouts among it would ask of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from assets.reasoning import teacher_plan
from assets.rollouts import first_turn_plan
from assets.walk import Step, first_of
from t2s_pipeline.config import AdapterConfig, arm_model
from t2s_pipeline.errors import T2sError
from t2s_pipeline.fingerprints import StepState, StepStatus
from t2s_pipeline.generation.protocol import GenerationPlan
from t2s_pipeline.generation.vllm_engine import check_vllm
from t2s_pipeline.training.launch import shown_command
from t2s_pipeline.training.packages import check_packages, check_tracker
from t2s_pipeline.warehouse import Warehouse, WarehouseError

ROLLOUT_STAGES = ("train_rollouts", "teacher_traces", "arm_rollouts")


class PlanError(T2sError, RuntimeError):
    """What keeps steps from being made as things are, a line a reason, with the steps."""


def plan_lines(steps: Sequence[Step], warehouse: Warehouse) -> Iterator[str]:
    """One line a step that would run, then the totals. A step after a stale one may turn out to be current.

    Raises PlanError at the end where something (an adapter that is not there yet, a package that is not installed)
    keeps steps from being made.
    """
    writers = {ref: step.label for step in steps for ref in step.stage.plan(step.partition).outputs}
    stale: set[str] = set()
    blocked: dict[str, list[str]] = {}
    totals = {"prompts": 0, "hits": 0, "misses": 0, "tokens": 0}
    unknown, vllm = 0, cache(lambda: _refusal(check_vllm))
    for step in steps:
        status = _status(step, warehouse)
        inputs = [ref for refs in step.stage.plan(step.partition).inputs.values() for ref in refs]
        upstream = sorted({writers[ref] for ref in inputs if writers.get(ref) in stale})
        if isinstance(status, StepStatus) and status.state is StepState.CURRENT and not upstream:
            continue
        stale.add(step.label)
        if isinstance(status, T2sError) and not (upstream and isinstance(status, WarehouseError)):
            yield f"{step.label}: cannot be made, see below"
            blocked.setdefault(str(status), []).append(step.label)
            continue
        asked = None
        if not upstream and step.stage.name in ROLLOUT_STAGES and status.state is StepState.STALE:
            asked = _asked(step, warehouse)
        for missing in _missing_packages(step, asks=asked is None or asked.misses > 0, vllm=vllm):
            blocked.setdefault(missing, []).append(step.label)
        if upstream:
            yield f"{step.label}: after {first_of(upstream, 3)}"
            yield from _launches(step)
            unknown += step.stage.name in ROLLOUT_STAGES
            continue
        yield f"{step.label}: {'; '.join(status.reasons[:4])}"
        yield from _launches(step)
        if asked is not None:
            tokens = "prompt tokens unknown" if asked.prompt_tokens is None else f"{asked.prompt_tokens} prompt tokens"
            yield (
                f"    turn 1: {asked.hits + asked.misses} completions wanted, {asked.hits} in the store, "
                f"{asked.misses} to ask, {tokens} (later turns depend on the answers)"
            )
            totals["prompts"] += asked.hits + asked.misses
            totals["hits"] += asked.hits
            totals["misses"] += asked.misses
            totals["tokens"] += asked.prompt_tokens or 0
    yield f"{len(stale)} of {len(steps)} steps would run"
    if totals["prompts"]:
        yield (
            f"first turns that can be planned now: {totals['prompts']} completions, {totals['hits']} in the store, "
            f"{totals['misses']} to ask ({totals['tokens']} prompt tokens)"
        )
    if unknown:
        yield (
            f"rollouts of which it is not known yet what they would ask of the model: {unknown}; run "
            "`retrieved_schemas` first to see those that wait for no adapter"
        )
    if blocked:
        raise PlanError("\n".join(f"{reason} (needed by {first_of(labels, 3)})" for reason, labels in blocked.items()))


def _status(step: Step, warehouse: Warehouse) -> StepStatus | T2sError:
    try:
        return step.status(warehouse)
    except T2sError as error:
        return error


def _asked(step: Step, warehouse: Warehouse) -> GenerationPlan:
    if step.stage.name == "teacher_traces":
        return teacher_plan(step.stage.config, step.partition, warehouse)
    return first_turn_plan(step.stage.config, step.stage.name, step.partition, warehouse)


def _missing_packages(step: Step, asks: bool, vllm: Callable[[], str | None]) -> Iterator[str]:
    """What the step needs beside the project's own packages and this machine has not. `asks`: it may ask its model."""
    config = step.stage.config
    adapter, model = _adapter(step), _model(step)
    found = []
    if adapter is not None and adapter.method != "external":
        found.append(_refusal(lambda: check_tracker(config.tracking.report_to)))
        found.append(_refusal(lambda: check_packages(step.partition, adapter)))
    if asks and model is not None and config.models[model].backend == "vllm":
        found.append(vllm())
    yield from filter(None, found)


def _refusal(check: Callable[[], None]) -> str | None:
    try:
        check()
    except T2sError as error:
        return str(error)
    return None


def _adapter(step: Step) -> AdapterConfig | None:
    """The adapter that the step makes."""
    return step.stage.config.adapters.get(step.partition or "") if step.stage.name.endswith("_adapters") else None


def _model(step: Step) -> str | None:
    """Name of the model that the step's rollouts ask."""
    config, name = step.stage.config, step.stage.name
    if name == "arm_rollouts":
        return arm_model(config, config.arms[step.partition])
    if name == "teacher_traces":
        return config.teachers[step.partition].model or None
    of_a_loop = name.startswith("star_") and not name.endswith("_adapters")
    return config.train.model if name == "train_rollouts" or of_a_loop else None


def _launches(step: Step) -> Iterator[str]:
    """The command of a training in several processes."""
    adapter = _adapter(step)
    if adapter is not None and adapter.processes > 1:
        yield f"    training: {shown_command(adapter.processes)}"

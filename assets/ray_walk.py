"""`t2s run --ray ADDRESS`: the same walk, with its steps as tasks of a Ray cluster.

Each step (a shard of a rollout, an arm, a training, a report) is one task, begun once all that it reads is there,
wherever a node has room. The task is `run_steps` of that one step: the same generation, verification and publication as
on one machine, in a process that keeps its model loaded for the next step. A task whose node dies is done again on
another: what it had published is current by then, and what the model had answered is in the store.

Every node needs the project's folder, its data (or these in a bucket) and Dagster's home at the same paths, the same
environment of Python, passwords and keys in its own environment, and Dagster's instance in PostgreSQL. A node that has
other code or another configuration than where `t2s run` was called makes nothing: its steps fail and say so.

Not covered: nodes that come and go by demand; one step over several nodes.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.ray_environment import worker_environment
from assets.ray_state import NodeState, check_state, state_here
from assets.walk import Step, Walked, close_dead_runs, run_steps
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.errors import T2sError
from t2s_pipeline.fingerprints import StepState
from t2s_pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    from assets.stage import Stage


class RayError(T2sError, RuntimeError):
    """There is no cluster at the address, or it refuses; names the address and the remedy."""


_NAMES = {"num_cpus": "CPU", "num_gpus": "GPU"}
"""What a task asks for, as a node calls what it has."""
RETRIES = 3
"""How often a step is begun again whose process or node has died. A step that fails is not."""
CONNECT_SECONDS = 10.0
ROOM_SECONDS = 30.0
"""How often it is looked whether a step waits for more than any node of the cluster has."""


@dataclass
class _Progress:
    """What of the steps is done, current, or under way (a task's reference to its step), and what waits for it."""

    waiting: list[Step]
    reads: Mapping[str, set[str]]
    walked: Walked = field(default_factory=Walked)
    ended: set[str] = field(default_factory=set)
    current: list[Step] = field(default_factory=list)
    running: dict[Any, Step] = field(default_factory=dict)

    def take_ready(self) -> Iterator[Step]:
        """Steps that read nothing unfinished, taken off the list; ending one meanwhile makes others ready. What reads
        of a failed one is noted as not made."""
        while ready := next((s for s in self.waiting if self.reads[s.label] <= self.ended), None):
            self.waiting.remove(ready)
            if causes := self._failed_before(ready.label):
                self.walked.not_made[ready.label] = causes
                self.ended.add(ready.label)
            else:
                yield ready

    def _failed_before(self, label: str) -> list[str]:
        read = self.reads[label]
        behind = {cause for name in read for cause in self.walked.not_made.get(name, ())}
        return [failed for failed in self.walked.failed if failed in read | behind]

    def end(self, step: Step, came: Walked) -> None:
        self.ended.add(step.label)
        self.walked.done.extend(came.done)
        self.walked.failed.update(came.failed)
        self.walked.failed_checks.extend(came.failed_checks)


def run_steps_on_ray(
    steps: Sequence[Step],
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    warehouse: Warehouse,
    refresh: str = "none",
    named: Collection[str] = (),
    say: Callable[[str], None] = print,
    address: str = "auto",
) -> Walked:
    """As `run_steps`, on the cluster at `address` (`auto`, `local`, or host:port). A step that lost its process or node
    more than RETRIES times has failed. Raises ImportError without Ray, RayError where there is no such cluster.
    """
    import ray

    progress = _Progress(list(steps), read_steps(steps))
    _join(address)
    try:
        say(f"Ray: {sum(node['Alive'] for node in ray.nodes())} nodes, {ray.cluster_resources().get('CPU', 0):g} CPU")
        task = _task(state_here(steps[0].stage.config))
        while True:
            for step in progress.take_ready():
                if refresh == "none" and _is_current(step, warehouse):
                    progress.current.append(step)
                    progress.ended.add(step.label)
                    continue
                name = step.stage.config.name
                given = task.options(name=step.label, **_resources(step)).remote(
                    name, step.label, refresh, tuple(named)
                )
                progress.running[given] = step
            if not progress.running:
                break
            ended, _ = ray.wait(list(progress.running), timeout=ROOM_SECONDS)
            first = ended[0] if ended else _without_room(progress.running)
            if first is None:
                continue
            step = progress.running.pop(first)
            came, node = _outcome(step, first) if ended else _given_up(step, first)
            progress.end(step, came)
            for line in (*(f"on node {node}" for _ in came.done), *came.failures()):
                say(f"[{len(progress.ended)}/{len(steps)}] {step.label}: {line}")
    finally:
        ray.shutdown()
    close_dead_runs(instance)
    checked = run_steps(progress.current, definitions, instance, warehouse, say=say)  # nothing to make: checks, names
    progress.walked.failed_checks.extend(checked.failed_checks)
    return progress.walked


def _join(address: str) -> None:
    """Ray itself waits for minutes for a cluster that is not there: so an address is knocked at first."""
    import ray

    host, _, port = address.rpartition(":")
    try:
        if host:
            socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
        ray.init(address=address, log_to_driver=False, configure_logging=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise RayError(
            f"--ray {address}: {error}; start a cluster with `ray start --head`, name its host:port and set "
            "RAY_AUTH_MODE=token and its RAY_AUTH_TOKEN, or take `--ray local` for this machine alone"
        ) from error


def _is_current(step: Step, warehouse: Warehouse) -> bool:
    """Whether there is nothing to do; what cannot be said here is the task's to say."""
    try:
        return step.status(warehouse).state is StepState.CURRENT
    except T2sError:
        return False


def read_steps(steps: Sequence[Step]) -> dict[str, set[str]]:
    """By label, the steps among these that write what a step reads."""
    plans = {step.label: step.stage.plan(step.partition) for step in steps}
    writers = {ref: label for label, plan in plans.items() for ref in plan.outputs}
    return {
        label: {writers[ref] for refs in plan.inputs.values() for ref in refs if ref in writers}
        for label, plan in plans.items()
    }


def _resources(step: Step) -> dict[str, float]:
    """A core, and for what asks a model or trains one the GPUs that it uses, where the cluster has any."""
    import ray

    if step.stage.asset.op.pool is None or not ray.cluster_resources().get("GPU"):
        return {"num_cpus": 1}
    adapter = step.stage.config.adapters.get(step.partition or "")
    return {"num_cpus": 1, "num_gpus": adapter.processes if adapter else 1}


def _without_room(running: Mapping[Any, Step]) -> Any:
    """A task that asks for more than any node has; None where there is none. Ray itself would wait for ever."""
    import ray

    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    for reference, step in running.items():
        asked = _resources(step)
        if not any(all(node.get(_NAMES[name], 0) >= amount for name, amount in asked.items()) for node in nodes):
            return reference
    return None


def _given_up(step: Step, reference: Any) -> tuple[Walked, str]:
    import ray

    ray.cancel(reference, force=True)
    asked = " and ".join(f"{amount:g} {_NAMES[name]}" for name, amount in _resources(step).items() if amount)
    return Walked(failed={step.label: f"no node of the cluster has {asked}: add one, or ask for less (processes)"}), ""


def _outcome(step: Step, reference: Any) -> tuple[Walked, str]:
    import ray

    try:
        return ray.get(reference)
    except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError) as error:
        return Walked(failed={step.label: f"its process or node died {RETRIES + 1} times: {error}"}), ""
    except ray.exceptions.RayTaskError as error:  # what a task has raised: a step's own failure comes in its Walked
        cause = error.cause if isinstance(error.cause, T2sError) else repr(error.cause)
        return Walked(failed={step.label: f"on its node: {cause}"}), ""


def _task(told: NodeState) -> Any:
    """`_one_step` as a task. Ray sends a function in a function as it is, so that the process of a node needs to find
    neither `assets` nor this environment by itself; Ray's own way to send both needs much more than Ray."""
    import ray

    code, environment = str(Path(__file__).parents[1]), worker_environment()
    expected = asdict(told)

    def one_step(*given: Any) -> tuple[Walked, str]:
        import os
        import sys

        os.environ.update(environment)
        if code not in sys.path:
            sys.path.insert(0, code)
        from assets.ray_walk import _one_step

        return _one_step(*given, expected)

    return ray.remote(max_retries=RETRIES)(one_step)


def _one_step(
    experiment: str, label: str, refresh: str, named: Sequence[str], expected: Mapping[str, str]
) -> tuple[Walked, str]:
    """This one step in this process, and the node it ran on. Raises NodeStateError."""
    import ray

    config, stages, definitions = _opened(experiment)
    check_state(NodeState(**expected), state_here(config))
    step = next(s for s in (Step(stage, p) for stage in stages for p in stage.steps) if s.label == label)
    with dg.DagsterInstance.get() as instance:
        warehouse = Warehouse(Path(config.paths.data))
        walked = run_steps([step], definitions, instance, warehouse, refresh, named, lambda _: None)
    return walked, ray.get_runtime_context().get_node_id()[:8]


@cache
def _opened(experiment: str) -> tuple[ExperimentConfig, list[Stage], dg.Definitions]:
    """Once a process; Ray gives each `t2s run` processes of its own."""
    from assets.graph import build_stages
    from t2s_pipeline.definitions import build_definitions

    config = load_experiment(experiment)
    return config, build_stages(config), build_definitions(experiment)

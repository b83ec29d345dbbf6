"""Self-training loops: `star_k_rollouts` asks, `star_k_adapters` learns, `star_k_held_out` measures and decides.

How iterations hang together is `star_loops.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from assets.adapters import adapter_damage, check_published, train, training_figures, training_sources
from assets.preferences import all_examples, split_examples
from assets.refs import declared_splits, ref
from assets.rollouts import ROLLOUT_TABLES, Pass, ask, rollout_settings, rollout_sources
from assets.schemas import schemas_ref
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from assets.star_loops import Unrolled, unrolled
from t2s_pipeline.config import ExperimentConfig, RolloutConfig
from t2s_pipeline.config_star import StarConfig, adapter_name
from t2s_pipeline.datasets.holdout import held_out_databases
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.preferences.leakage import check_no_leakage
from t2s_pipeline.prompts.render import PROMPT_VERSION
from t2s_pipeline.prompts.templates import initial_templates, templates_fingerprint
from t2s_pipeline.rollouts.run import ROLLOUTS_CODE_VERSION
from t2s_pipeline.star.costs import cost_row
from t2s_pipeline.star.lessons import STAR_CODE_VERSION, learn, training_rows
from t2s_pipeline.star.progress import has_ended, iteration_row
from t2s_pipeline.star.questions import (
    HINT,
    asked_questions,
    candidate_settings,
    errors_among,
    greedy_settings,
    held_out_questions,
    hinted,
    hinted_settings,
)
from t2s_pipeline.star.tally import check_generator, tally
from t2s_pipeline.training.job import TRAINING_VERSION
from t2s_pipeline.warehouse import TableRef, Warehouse

GROUP = "star"
SPLIT = "train"
_TRAINED = ("adapters", "training_steps", "skipped_training_rows", "star_questions", "star_rows")
_CODE_VERSION = f"{ROLLOUTS_CODE_VERSION}.{STAR_CODE_VERSION}"
_KINDS = {"huggingface", "sqlite", "parquet"}


def star_stages(config: ExperimentConfig) -> Iterator[Stage]:
    """Every iteration of every loop, upstream first."""
    for row in unrolled(config):
        yield _held_out(row, 0)
        for iteration in row.iterations:
            yield _rollouts(row, iteration)
            yield _adapters(row, iteration)
            yield _held_out(row, iteration)


def _rollouts(row: Unrolled, iteration: int) -> Stage:
    config, loops = row.config, row.at(iteration)
    here = {name: name for name in loops}

    def plan(name: str | None) -> StepPlan:
        star, key = loops[name], adapter_name(name, iteration)
        asked = [candidate_settings(star, config.train.rollouts)]
        if star.rationalisation:
            asked.append(hinted_settings(star, config.train.rollouts))
        return _asking_plan(
            config,
            asked[0],
            inputs={**row.reads_policy(name, iteration - 1), **row.reads_decision(name, iteration)},
            outputs=(
                *(ref(config, table, f"star.{key}") for table in ROLLOUT_TABLES),
                ref(config, "star_costs", f"{key}.candidates"),
            ),
            settings={
                "passes": [rollout_settings(config, settings, config.train.model) for settings in asked],
                "eval_sample_size": star.eval_sample_size,
                "seed": star.seed,
                "max_failed_fraction": star.max_failed_fraction,
                "thoughts": star.thoughts,
                "hint": templates_fingerprint([HINT]) if star.rationalisation else "",
            },
        )

    return stage(
        config,
        name=row.asset(iteration, "rollouts"),
        group=GROUP,
        description=(
            f"Iteration {iteration} of each loop: candidates for the questions of train from the policy before, "
            "verified. Nobody is asked where the loop has ended. A partition a loop."
        ),
        code_version=_CODE_VERSION,
        kinds=_KINDS,
        plan=plan,
        body=lambda step: _ask_candidates(step, step.partition, loops[step.partition], iteration),
        partitions=tuple(loops),
        dependencies=[
            *_upstream(),
            *row.after_policies([iteration - 1], here),
            *row.after_decision(iteration, here),
        ],
        pool="gpu",
    )


def _ask_candidates(step: StepContext, name: str, star: StarConfig, iteration: int) -> StepOutput:
    """Candidates, and with rationalisation one more for what they did not solve."""
    key, train_side = adapter_name(name, iteration), step.config.train
    if has_ended(step.rows("star_iterations")):
        stopped = cost_row(name, iteration, "candidates", None)
        return StepOutput(dict(zip(step.plan.outputs, ([], [], [], [stopped]), strict=True)), {"stopped": True})

    def answers(what: str, examples: list[Any], settings: Any) -> Pass:
        return ask(step, f"star.{key}.{what}", "00_of_01", SPLIT, examples, settings, train_side.model)

    asked = asked_questions(step.rows("examples"), _kept_back(step), star.eval_sample_size, star.seed)
    made = {"candidates": answers("candidates", asked, candidate_settings(star, train_side.rollouts))}
    attempts = made["candidates"].rows.attempts
    check_generator(f"star.{key}.candidates", attempts, star.max_failed_fraction)
    if star.rationalisation:
        tallies = tally(attempts, thoughts=star.thoughts)
        unsolved = hinted(example for example in asked if not tallies[example["example_id"]].solved)
        made["rationalised"] = answers("rationalised", unsolved, hinted_settings(star, train_side.rollouts))
    return _of_passes(step, name, iteration, made)


def _adapters(row: Unrolled, iteration: int) -> Stage:
    config, loops = row.config, row.at(iteration)
    names = {adapter_name(name, iteration): name for name in loops}
    here = {name: adapter for adapter, name in names.items()}

    def inputs(adapter: str) -> dict[str, tuple[TableRef, ...]]:
        name = names[adapter]
        asked = {table: (ref(config, table, f"star.{adapter}"),) for table in ("attempts", "trajectories")}
        policies = row.reads_policy(name, 0, "start") | row.reads_policy(name, iteration - 1)
        return {**_shown(config), **split_examples(config), **asked, **policies, **row.reads_decision(name, iteration)}

    def plan(adapter: str | None) -> StepPlan:
        star, style = loops[names[adapter]], config.train.rollouts.prompt_style
        return StepPlan(
            inputs=inputs(adapter),
            outputs=tuple(ref(config, table, adapter) for table in _TRAINED),
            settings={
                "star": replace(star, early_stop=True, max_iterations=1),  # when a loop ends is no part of an iteration
                "holdout_fraction": config.train.holdout_fraction,
                "prompt_version": PROMPT_VERSION,
                "prompt_style": style,
                "templates": templates_fingerprint(initial_templates(style)),
            },
            sources=partial(training_sources, config, config.adapters[adapter].model),
            damage=partial(adapter_damage, config, adapter),
        )

    def published(warehouse: Warehouse, _: Any) -> None:
        check_published(config, names, warehouse)

    def leakage(warehouse: Warehouse, _: Any) -> None:
        known = [r for refs in split_examples(config).values() for r in warehouse.read(refs).to_pylist()]
        for adapter in names:
            if warehouse.footer(ref(config, "star_rows", adapter)):
                check_no_leakage(warehouse.read(ref(config, "star_rows", adapter)).to_pylist(), known)

    return stage(
        config,
        name=row.asset(iteration, "adapters"),
        group=GROUP,
        description=(
            f"Iteration {iteration} of each loop: what is learnt of the candidates, stated, and the adapter trained on "
            "it. Where the loop has ended, the adapter before once more. A partition an adapter."
        ),
        code_version=f"{TRAINING_VERSION}.{STAR_CODE_VERSION}",
        kinds={"pytorch", "huggingface"},
        plan=plan,
        body=lambda step: _train_iteration(step, names[step.partition], loops[names[step.partition]], iteration),
        partitions=tuple(names),
        dependencies=[
            *(Dependency(f"{split}_examples") for split in declared_splits(config)),
            *_upstream()[1:],
            Dependency(row.asset(iteration, "rollouts"), {name: [adapter] for name, adapter in here.items()}),
            *row.after_policies(range(0, iteration, max(1, iteration - 1)), here),
            *row.after_decision(iteration, here),
        ],
        invariants=[
            Invariant("adapter_is_whole", "The published folder holds exactly the adapter it says", published),
            Invariant("no_leakage", "No evaluation example or database is in what a loop is trained on", leakage),
        ],
        pool="gpu",
    )


def _train_iteration(step: StepContext, name: str, star: StarConfig, iteration: int) -> StepOutput:
    """What the candidates teach, and the adapter trained on it."""
    config, before, start = step.config, step.rows("adapters"), step.rows("start")
    if has_ended(step.rows("star_iterations")):
        same = [{**before[0], "adapter": step.partition}]
        return StepOutput(dict(zip(step.plan.outputs, (same, [], [], [], []), strict=True)), {"stopped": True})
    attempts = step.rows("attempts")
    check_no_leakage([*step.rows("examples"), *attempts], all_examples(step))
    asked = asked_questions(step.rows("examples"), _kept_back(step), star.eval_sample_size, star.seed)
    candidates, rationalised = f"star.{step.partition}.candidates", f"star.{step.partition}.rationalised"
    answers = [answer for answer in step.rows("trajectories") if answer["rollout"] == candidates]
    learnt = learn(
        iteration,
        name,
        asked,
        [attempt for attempt in attempts if attempt["rollout"] == candidates],
        [attempt for attempt in attempts if attempt["rollout"] == rationalised],
        star,
        errors_among(answers, asked) if star.errors_of else None,
    )
    rows = training_rows(learnt.rows, asked, step.rows("retrieved_schemas"), config.train.rollouts.prompt_style)
    goes_on_from = start if star.train_from_base else before
    settings = replace(config.adapters[step.partition], method="sft")
    trained = train(step, settings, rows, goes_on_from[0] if goes_on_from else None)
    made = (trained.adapters, trained.training_steps, trained.skipped_training_rows, learnt.questions, learnt.rows)
    figures = learnt.figures | training_figures(trained)
    return StepOutput(dict(zip(step.plan.outputs, made, strict=True)), figures)


def _held_out(row: Unrolled, iteration: int) -> Stage:
    config, loops = row.config, row.at(iteration)
    here = {name: name for name in loops}

    def plan(name: str | None) -> StepPlan:
        key, before = adapter_name(name, iteration), adapter_name(name, iteration - 1)
        settings = greedy_settings(loops[name], config.train.rollouts)
        inputs = row.reads_policy(name, iteration)
        if iteration:
            inputs |= {"before": (ref(config, "trajectories", f"star.{before}.held_out"),)}
            inputs |= {"star_iterations": (ref(config, "star_iterations", before),)}
        return _asking_plan(
            config,
            settings,
            inputs=inputs,
            outputs=(
                *(ref(config, table, f"star.{key}.held_out") for table in ROLLOUT_TABLES),
                ref(config, "star_costs", f"{key}.held_out"),
                ref(config, "star_iterations", key),
            ),
            settings={"pass": rollout_settings(config, settings, config.train.model)}
            | ({"early_stop": loops[name].early_stop} if iteration else {}),
        )

    return stage(
        config,
        name=row.asset(iteration, "held_out"),
        group=GROUP,
        description=(
            f"Each loop after iteration {iteration} on the questions held out of train, and whether it goes on. A "
            "partition a loop."
        ),
        code_version=_CODE_VERSION,
        kinds=_KINDS,
        plan=plan,
        body=lambda step: _measure(step, step.partition, loops[step.partition], iteration),
        partitions=tuple(loops),
        dependencies=[
            *_upstream(),
            *row.after_policies([iteration], here),
            *(
                [Dependency(row.asset(iteration - 1, "held_out"), {name: [name] for name in loops})]
                if iteration
                else []
            ),
        ],
        pool="gpu",
    )


def _measure(step: StepContext, name: str, star: StarConfig, iteration: int) -> StepOutput:
    """The greedy answers to the held-out questions, and what they say of going on."""
    asked = held_out_questions(step.rows("examples"), _kept_back(step))
    settings = greedy_settings(star, step.config.train.rollouts)
    rollout = f"star.{adapter_name(name, iteration)}.held_out"
    made = ask(step, rollout, "00_of_01", SPLIT, asked, settings, step.config.train.model)
    adapters = step.rows("adapters")
    measured = iteration_row(
        name,
        iteration,
        made.rows.trajectories,
        step.rows("before") if iteration else None,
        adapters[0] if adapters else None,
        star,
        stopped=has_ended(step.rows("star_iterations")),
    )
    output = _of_passes(step, name, iteration, {"held_out": made}, measured["stopped"])
    figures = {key: value for key, value in measured.items() if value is not None}
    return StepOutput({**output.tables, step.plan.outputs[-1]: [measured]}, figures | dict(output.metadata))


def _asking_plan(
    config: ExperimentConfig,
    asked: RolloutConfig,
    *,
    inputs: dict[str, tuple[TableRef, ...]],
    outputs: tuple[TableRef, ...],
    settings: dict[str, Any],
) -> StepPlan:
    """The plan of a step that asks a policy about questions of train, as `asked` says and perhaps otherwise, too."""
    return StepPlan(
        inputs={**_shown(config), **inputs},
        outputs=outputs,
        settings=settings | {"holdout_fraction": config.train.holdout_fraction},
        sources=partial(rollout_sources, config, asked, config.train.model),
    )


def _shown(config: ExperimentConfig) -> dict[str, tuple[TableRef, ...]]:
    """The questions of train, their databases, and the schemas that they show."""
    return {
        **{table: (ref(config, table, SPLIT),) for table in ("examples", "databases")},
        "retrieved_schemas": (schemas_ref(config, SPLIT, config.train.rollouts, config.train.model),),
    }


def _upstream() -> list[Dependency]:
    return [Dependency(name) for name in (f"{SPLIT}_examples", "database_catalog", "retrieved_schemas")]


def _kept_back(step: StepContext) -> frozenset[str]:
    databases = (example["database_id"] for example in step.rows("examples"))
    return held_out_databases(databases, step.config.train.holdout_fraction)


def _of_passes(
    step: StepContext, name: str, iteration: int, passes: dict[str, Pass], stopped: bool = False
) -> StepOutput:
    """The rows of the rollout tables and of `star_costs`, with the passes' figures. What stands for an iteration that a
    loop no longer had (`stopped`) cost nothing."""
    attempts, trajectories, declared, costs, *_ = step.plan.outputs
    return StepOutput(
        {
            attempts: [row for made in passes.values() for row in made.rows.attempts],
            trajectories: [row for made in passes.values() for row in made.rows.trajectories],
            declared: [made.declared for made in passes.values()],
            costs: [cost_row(name, iteration, what, None if stopped else made.rows) for what, made in passes.items()],
        },
        {f"{what}: {key}": value for what, made in passes.items() for key, value in made.rows.stats.items()},
    )

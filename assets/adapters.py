"""Adapters: `sft_adapters` and `dpo_adapters`, one partition an adapter, trained in a child process."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from assets.examples import file_digests
from assets.model_files import model_identity
from assets.preferences import all_examples, split_examples
from assets.reasoning import trace_refs
from assets.refs import declared_splits, ref, shards, train_refs
from assets.schemas import schemas_ref
from assets.stage import Dependency, Invariant, Stage, StepContext, StepOutput, stage
from assets.star_loops import star_adapter_asset
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_adapters import ON_ATTEMPTS, AdapterConfig
from t2s_pipeline.config_star import METHOD as STAR
from t2s_pipeline.config_teachers import WRITER_DATA
from t2s_pipeline.datasets.holdout import held_out_databases
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.generation.fingerprint import model_folder
from t2s_pipeline.generation.store import read_prompts
from t2s_pipeline.preferences.leakage import check_no_leakage
from t2s_pipeline.prompts.render import PROMPT_VERSION
from t2s_pipeline.prompts.templates import initial_templates, templates_fingerprint
from t2s_pipeline.reports.blocks import Curve, Plot
from t2s_pipeline.reports.svg import line_plot
from t2s_pipeline.training.adapters import AdapterError, AdapterResult, train_adapter, verify_adapter
from t2s_pipeline.training.grpo_data import RewardData
from t2s_pipeline.training.job import TRAINING_VERSION, BaseModel, InitialAdapter, library_versions, prepare_job
from t2s_pipeline.training.rows import TrainingRow, preference_rows, sft_rows
from t2s_pipeline.training.writer_rows import writer_rows
from t2s_pipeline.warehouse import TableRef, Warehouse

GROUP = "training"
_ASSETS = {"sft": "sft_adapters", "dpo": "dpo_adapters", "grpo": "grpo_adapters", "external": "external_adapters"}
_TRAINED_ON = {"sft": ("examples_train", "attempts", "teacher_traces"), "dpo": ("filtered_pairs",)}
_PLOTS = {
    "loss": ("loss", "eval_loss"),
    "learning rate": ("learning_rate",),
    "token accuracy": ("mean_token_accuracy", "eval_mean_token_accuracy"),
    "margin": ("rewards/margins", "eval_rewards/margins"),
    "share of pairs ranked rightly": ("rewards/accuracies", "eval_rewards/accuracies"),
    "reward": ("reward", "eval_reward"),
    "share of right answers": ("completions/correct", "eval_completions/correct"),
    "KL": ("kl",),
    "entropy": ("entropy",),
}
"""The curves in an adapter's metadata, where the first of the metrics is logged."""
_TABLES = ("adapters", "training_steps", "skipped_training_rows")


def adapter_asset(config: ExperimentConfig, adapter: str) -> str:
    """Name of the asset that an adapter is a partition of."""
    if config.adapters[adapter].method == STAR:
        return star_adapter_asset(config, adapter)
    return _ASSETS[config.adapters[adapter].method]


def sft_adapters(config: ExperimentConfig) -> Stage:
    """LoRA adapters trained on gold and verified SQL, or on teachers' traces. One partition an adapter."""
    declared = config.adapters_by_method("sft")
    on_traces = [name for name, adapter in declared.items() if adapter.data == WRITER_DATA]
    on_attempts = [name for name, adapter in declared.items() if adapter.data in ON_ATTEMPTS]

    def inputs(adapter: str) -> dict[str, tuple[TableRef, ...]]:
        shown = schemas_ref(config, "train", config.train.rollouts, config.train.model)
        found = {"retrieved_schemas": (shown,), **split_examples(config)}
        if adapter in on_traces:
            return found | {"teacher_traces": trace_refs(config)}
        return found | ({"attempts": train_refs(config, "attempts")} if adapter in on_attempts else {})

    def rows(step: StepContext) -> list[TrainingRow]:
        attempts, traces = step.rows("attempts"), step.rows("teacher_traces")
        check_no_leakage([*step.rows("examples_train"), *attempts, *traces], all_examples(step))
        if step.partition in on_traces:
            return writer_rows(
                traces,
                step.rows("examples_train"),
                step.rows("retrieved_schemas"),
                config.train.rollouts.prompt_style,
                held_out(step),
            )
        prompts = read_prompts(step.warehouse.data, {row["prompt_id"] for row in attempts if row["train_correct"]})
        return sft_rows(
            declared[step.partition].data,
            step.rows("examples_train"),
            step.rows("retrieved_schemas"),
            attempts,
            [{"prompt_id": key, "messages": messages} for key, messages in prompts.items()],
            config.train.rollouts.prompt_style,
            held_out(step),
        )

    return _adapters(
        config,
        "sft",
        "LoRA adapters trained on gold and verified SQL, or on teachers' traces, the completion alone. A partition an "
        "adapter.",
        inputs,
        rows,
        [
            Dependency("retrieved_schemas"),
            *(Dependency(f"{split}_examples") for split in declared_splits(config)),
            *([Dependency("train_rollouts", {shard: on_attempts for shard in shards(config)})] if on_attempts else []),
            *([Dependency("teacher_traces", {name: on_traces for name in config.teachers})] if on_traces else []),
        ],
    )


def dpo_adapters(config: ExperimentConfig) -> Stage:
    """LoRA adapters trained on a recipe's pairs, from the base or from an SFT adapter. One partition an adapter."""
    declared = config.adapters_by_method("dpo")

    def inputs(adapter: str) -> dict[str, tuple[TableRef, ...]]:
        found = {"filtered_pairs": (ref(config, "filtered_pairs", declared[adapter].data),), **split_examples(config)}
        start = declared[adapter].init
        return found | ({"init": (ref(config, "adapters", start),)} if start else {})

    def rows(step: StepContext) -> list[TrainingRow]:
        pairs = step.rows("filtered_pairs")
        check_no_leakage(pairs, all_examples(step))
        return preference_rows(pairs, held_out(step))

    recipes: dict[str, list[str]] = {}
    starts: dict[str, list[str]] = {}
    for name, adapter in declared.items():
        recipes.setdefault(adapter.data, []).append(name)
        if adapter.init:
            starts.setdefault(adapter.init, []).append(name)
    return _adapters(
        config,
        "dpo",
        "LoRA adapters trained on a recipe's preference pairs, from the base or an SFT adapter. One an adapter.",
        inputs,
        rows,
        [
            Dependency("filtered_pairs", recipes),
            *([Dependency("sft_adapters", starts)] if starts else []),
            *(Dependency(f"{split}_examples") for split in declared_splits(config)),
        ],
    )


def _adapters(
    config: ExperimentConfig,
    method: str,
    description: str,
    inputs: Any,
    rows: Any,
    dependencies: list[Dependency],
) -> Stage:
    """What both methods share: the plan, the child process, publication, and the check of what is published."""
    declared = config.adapters_by_method(method)

    def plan(adapter: str | None) -> StepPlan:
        settings = {"adapter": declared[adapter], "holdout_fraction": config.train.holdout_fraction}
        if method == "sft":
            settings["prompt_version"] = PROMPT_VERSION
            settings["prompt_style"] = config.train.rollouts.prompt_style
            settings["templates"] = templates_fingerprint(initial_templates(config.train.rollouts.prompt_style))
        return StepPlan(
            inputs=inputs(adapter),
            outputs=tuple(ref(config, table, adapter) for table in _TABLES),
            settings=settings,
            sources=partial(training_sources, config, declared[adapter].model),
            damage=partial(adapter_damage, config, adapter),
        )

    def body(step: StepContext) -> StepOutput:
        start = step.rows("init")
        trained = train(step, declared[step.partition], rows(step), start[0] if start else None)
        made = (trained.adapters, trained.training_steps, trained.skipped_training_rows)
        return StepOutput(dict(zip(step.plan.outputs, made, strict=True)), training_figures(trained))

    def published(warehouse: Warehouse, _: Any) -> None:
        check_published(config, declared, warehouse)

    def leakage(warehouse: Warehouse, _: Any) -> None:
        known = [row for refs in split_examples(config).values() for row in warehouse.read(refs).to_pylist()]
        for name in declared:
            trained_on = [inputs(name)[table] for table in _TRAINED_ON[method] if table in inputs(name)]
            if warehouse.footer(ref(config, "adapters", name)):
                for refs in trained_on:
                    check_no_leakage(warehouse.read(refs).to_pylist(), known)

    return stage(
        config,
        name=_ASSETS[method],
        group=GROUP,
        description=description,
        code_version=str(TRAINING_VERSION),
        kinds={"pytorch", "huggingface"},
        plan=plan,
        body=body,
        partitions=tuple(declared),
        dependencies=dependencies,
        invariants=[
            Invariant("adapter_is_whole", "The published folder holds exactly the adapter it says", published),
            Invariant("no_leakage", "No evaluation example or database is in the training data", leakage),
        ],
        pool="gpu",
    )


def held_out(step: StepContext) -> frozenset[str]:
    """The train databases that no adapter is trained on."""
    databases = (row["database_id"] for row in step.rows("examples_train"))
    return held_out_databases(databases, step.config.train.holdout_fraction)


def train(
    step: StepContext,
    settings: AdapterConfig,
    rows: list[TrainingRow],
    start: dict[str, Any] | None,
    rewards: RewardData | None = None,
) -> AdapterResult:
    """Train the adapter of the step's partition in a child process; from the adapter `start` (a row of `adapters`),
    or from the base. `rewards` is GRPO's."""
    config, data = step.config, step.warehouse.data
    model = config.models[settings.model]
    folder = model_folder(model.path, model.revision)
    with file_digests(config) as digest_of:
        fingerprint = model_identity(config, settings.model, digest_of)
    base = BaseModel(settings.model, model.path, str(folder), fingerprint, model.dtype, model.device)
    init = InitialAdapter(start["adapter"], str(data / start["path"]), start["digest"]) if start else None
    job = prepare_job(
        step.partition,
        settings,
        rows,
        base,
        data,
        init,
        report_to=config.tracking.report_to,
        experiment=config.name,
        rewards=rewards,
        dataset_kinds={name: dataset.kind for name, dataset in config.datasets.items()},
    )
    step.generator.close()  # its model would stand in the memory that training needs
    return train_adapter(job, data, step.launch)


def training_sources(config: ExperimentConfig, model: str) -> dict[str, Any]:
    """What a training is made of that is looked up: the base model's files, and the libraries."""
    with file_digests(config) as digest_of:
        return {"model files": model_identity(config, model, digest_of), "libraries": library_versions()}


def check_published(config: ExperimentConfig, names: Iterable[str], warehouse: Warehouse) -> None:
    """Raise AdapterError unless the folder of every adapter of these names that has a row holds what the row says."""
    for name in names:
        row = ref(config, "adapters", name)
        if warehouse.footer(row):
            for adapter in warehouse.read(row).to_pylist():
                verify_adapter(warehouse.data / adapter["path"], adapter["digest"])


def adapter_damage(config: ExperimentConfig, name: str | None) -> list[str]:
    """Whether the published folder of an adapter is gone or changed; its step then finds or makes it again."""
    warehouse = Warehouse(Path(config.paths.data))
    try:
        for adapter in warehouse.read(ref(config, "adapters", name)).to_pylist():
            verify_adapter(warehouse.data / adapter["path"], adapter["digest"])
    except AdapterError as error:
        return [str(error)]
    return []


def training_figures(trained: AdapterResult) -> dict[str, Any]:
    """Metadata: rows, time, the first and last value of each logged metric, and their curves."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for row in trained.training_steps:
        curves.setdefault(row["metric"], []).append((row["step"], row["value"]))
    ends = {f"{metric} (first → last)": f"{c[0][1]:.4g} → {c[-1][1]:.4g}" for metric, c in sorted(curves.items())}
    manifest = trained.manifest
    return {
        "training rows": manifest.training_rows,
        "evaluation rows": manifest.evaluation_rows,
        "skipped rows": manifest.skipped_rows,
        "packed": manifest.packed,
        "step of these weights": manifest.kept_step,
        "seconds": manifest.train_seconds,
        "folder": str(Path(trained.folder)),
        **ends,
        **{f"plot of {name}": _plot(name, curves, metrics) for name, metrics in _PLOTS.items() if metrics[0] in curves},
    }


def _plot(name: str, curves: dict[str, list[tuple[float, float]]], metrics: tuple[str, ...]) -> str:
    """The curves over the steps as Markdown with an SVG image in it."""
    shown = tuple(Curve(metric, tuple(curves[metric])) for metric in metrics if metric in curves)
    svg = line_plot(Plot(name, "step", shown)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"![{name}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})\n"


__all__ = [
    "adapter_asset",
    "adapter_damage",
    "check_published",
    "dpo_adapters",
    "held_out",
    "sft_adapters",
    "train",
    "training_figures",
    "training_sources",
]

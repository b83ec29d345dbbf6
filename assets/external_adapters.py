"""`external_adapters`: adapters that others trained, one partition an adapter, taken from a folder or a hub."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from assets.adapters import adapter_damage, check_published
from assets.examples import file_digests
from assets.model_files import model_identity
from assets.refs import ref
from assets.stage import Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import AdapterConfig, ExperimentConfig
from t2s_pipeline.fingerprints import StepPlan
from t2s_pipeline.generation.fingerprint import model_folder
from t2s_pipeline.generation.hub import cached_snapshot, is_hub_id
from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.training.adapters import CONFIG, WEIGHTS, AdapterError
from t2s_pipeline.training.external_adapters import (
    EXTERNAL_CODE_VERSION,
    Origin,
    check_base,
    check_whole,
    publish_external,
)
from t2s_pipeline.training.job import BaseModel


def external_adapters(config: ExperimentConfig) -> Stage:
    """Adapters of others, copied into the data folder. One partition an adapter."""
    declared = config.adapters_by_method("external")

    def plan(adapter: str | None) -> StepPlan:
        return StepPlan(
            inputs={},
            outputs=(ref(config, "adapters", adapter),),
            settings={"model": declared[adapter].model, "path": _public_path(declared[adapter])},
            sources=partial(_sources, config, adapter),
            damage=partial(adapter_damage, config, adapter),
        )

    def body(step: StepContext) -> StepOutput:
        settings = declared[step.partition]
        model = config.models[settings.model]
        folder, origin = _located(settings)
        with file_digests(config) as digest_of:
            fingerprint = model_identity(config, settings.model, digest_of)
        base = BaseModel(settings.model, model.path, str(model_folder(model.path, model.revision)), fingerprint)
        row = publish_external(step.partition, folder, origin, base, step.warehouse.data)
        return StepOutput({step.plan.outputs[0]: [row]}, {"origin": row["origin"], "digest": row["digest"]})

    return stage(
        config,
        name="external_adapters",
        group="training",
        description="Adapters that others trained, from a folder or a hub, with their origin. A partition an adapter.",
        code_version=EXTERNAL_CODE_VERSION,
        kinds={"huggingface"},
        plan=plan,
        body=body,
        partitions=tuple(declared),
        invariants=[
            Invariant(
                "adapter_is_whole",
                "The published folder holds exactly the adapter it says",
                lambda warehouse, _: check_published(config, declared, warehouse),
            )
        ],
    )


def _located(adapter: AdapterConfig) -> tuple[Path, Origin]:
    """The adapter's folder, and where it is from. Raises GenerationError where a hub's is not in the local cache."""
    if is_hub_id(adapter.path):
        folder = cached_snapshot(adapter.path, adapter.revision)
        return folder, Origin(adapter.path, folder.name)
    folder = Path(adapter.path).expanduser()
    return folder, Origin(folder.name)


def _public_path(adapter: AdapterConfig) -> str:
    """A hub id with its revision; of a folder nothing, since its files alone count."""
    return f"{adapter.path}@{adapter.revision}" if is_hub_id(adapter.path) else ""


def _sources(config: ExperimentConfig, name: str) -> dict[str, Any]:
    adapter = config.adapters[name]
    try:
        folder, origin = _located(adapter)
    except GenerationError as error:
        raise AdapterError(f"adapters.{name}.path: {error}") from error
    try:
        check_whole(folder)
        if is_hub_id(config.models[adapter.model].path):
            check_base(folder, config.models[adapter.model].path)
    except AdapterError as error:
        raise AdapterError(f"adapters.{name}.path: {error}") from error
    with file_digests(config) as digest_of:
        return {
            "model files": model_identity(config, adapter.model, digest_of),
            "adapter files": [str(origin), digest_of(folder / CONFIG), digest_of(folder / WEIGHTS)],
        }

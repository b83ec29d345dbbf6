"""From a policy to something that answers: `open_backend` and `open_generator`.

    backend = open_backend(policy)                                    # tokens and identity now, the model when needed
    generator = open_generator(policy, data_folder, example_ids)      # what rollouts hold

A model of the hf back end is in child processes (`engines.py`), or in this one (`in_process`); vLLM always in a child.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.engines import Engines, engine_count
from t2s_pipeline.generation.fingerprint import FileDigest, file_digest, model_fingerprint, model_folder, model_settings
from t2s_pipeline.generation.hf import InProcess, ModelSpec
from t2s_pipeline.generation.openai import OpenAiBackend
from t2s_pipeline.generation.protocol import Backend, GenerationError, Generator, Identity, Policy
from t2s_pipeline.generation.replay import ReplayGenerator
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.generation.token_backend import TokenBackend
from t2s_pipeline.generation.vllm_adapter import read_lora
from t2s_pipeline.generation.vllm_engine import VllmSpec
from t2s_pipeline.generation.vllm_policy import VllmPolicy, format_name


def open_backend(policy: Policy, in_process: bool = False, digest_of: FileDigest = file_digest) -> Backend:
    """The back end of a policy whose model is asked for answers (`hf`, `vllm`, `openai`).

    `digest_of` gives the sha256 of a file and may remember it. Raises GenerationError where model or adapter is
    missing, or the adapter was trained on another base model.
    """
    config = policy.config
    if config.backend == "openai":
        if policy.adapter_path is not None:
            raise GenerationError(
                f"model {policy.model!r}: a server's adapter is a served_model of its own, not a policy"
            )
        return OpenAiBackend(config)
    if config.backend not in ("hf", "vllm"):
        raise GenerationError(f"model {policy.model!r}: back end {config.backend!r} asks no model; use open_generator")
    folder = model_folder(config.path, config.revision)
    settings = model_settings(folder)
    fingerprint = model_fingerprint(config, digest_of)
    if policy.adapter_base is not None and policy.adapter_base != fingerprint:
        raise GenerationError(
            f"{policy.adapter_path}: the adapter was trained on another base model ({policy.adapter_base[:12]}) than "
            f"{policy.model!r} is now ({fingerprint[:12]}, {folder}): train it again"
        )
    if policy.adapter_path is not None and not (policy.adapter_path / "adapter_config.json").is_file():
        raise GenerationError(f"{policy.adapter_path}: no adapter there (no adapter_config.json); train it again")
    dtype = settings.dtype if config.dtype == "auto" else config.dtype
    max_context = min(config.max_context or settings.max_context, settings.max_context)
    if config.backend == "vllm":
        return _vllm(policy, fingerprint, folder, dtype, max_context)
    spec = ModelSpec(
        folder=str(folder.absolute()),
        adapter=None if policy.adapter_path is None else str(policy.adapter_path.absolute()),
        dtype=dtype,
        device=config.device,
        max_context=max_context,
        batch_size=config.batch_size,
        log_probabilities=config.log_probabilities,
        engines=1 if in_process else engine_count(config, folder),
    )
    engine = InProcess(spec) if in_process else Engines(spec)
    return TokenBackend(Identity(fingerprint, policy.adapter_digest, "hf", dtype), folder, spec.max_context, engine)


def _vllm(policy: Policy, fingerprint: str, folder: Path, dtype: str, max_context: int) -> TokenBackend:
    """The back end of a policy on vLLM's engine. Raises GenerationError where vLLM could not hold the adapter."""
    spec = VllmSpec(str(folder.absolute()), dtype, max_context, policy.config.engine_options)
    lora = None if policy.adapter_path is None else read_lora(policy.adapter_path, policy.adapter_digest, folder)
    identity = Identity(fingerprint, policy.adapter_digest, "vllm", format_name(dtype, spec.options))
    return TokenBackend(identity, folder, max_context, VllmPolicy(spec, lora, policy.config.log_probabilities))


def open_generator(
    policy: Policy,
    data: Path,
    example_ids: Sequence[str] = (),
    in_process: bool = False,
    digest_of: FileDigest = file_digest,
    reuse_completions: bool = True,
) -> Generator:
    """What answers a policy's requests: a model behind the store in `data`, or a file of predictions.

    `example_ids` are those of the whole split in its order: a replayed file has a line for each ("" where nobody
    will ask for the line). Without `reuse_completions` the store is written, but not asked. Raises GenerationError.
    """
    if policy.config.backend == "replay":
        return ReplayGenerator([Path(file) for file in policy.config.prediction_files], example_ids, digest_of)
    backend = open_backend(policy, in_process, digest_of)
    return CachedGenerator(backend, CompletionStore(data), reuse_completions)

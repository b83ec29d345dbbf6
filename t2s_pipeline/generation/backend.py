"""From a policy to something that answers: the hf back end, and `open_backend` and `open_generator`.

    backend = open_backend(policy)                                    # tokens and identity now, the model when needed
    generator = open_generator(policy, data_folder, example_ids)      # what rollouts hold

The hf back end tokenizes here, without torch, and leaves the model to a child process (`engine.py`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.engine import EngineProcess
from t2s_pipeline.generation.fingerprint import FileDigest, file_digest, model_fingerprint, model_folder, model_settings
from t2s_pipeline.generation.hf import HfModel, ModelSpec, TokenRequest, load_model
from t2s_pipeline.generation.keys import completion_key
from t2s_pipeline.generation.openai import OpenAiBackend
from t2s_pipeline.generation.protocol import (
    Backend,
    Completion,
    GenerationError,
    GenerationRequest,
    Generator,
    Identity,
    Policy,
    Sampling,
)
from t2s_pipeline.generation.replay import ReplayGenerator
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.generation.tokenizer import load_tokenizer
from t2s_pipeline.prompts.render import Prompt, token_ids


class HfBackend:
    """One policy on a transformers model. The model is loaded with the first batch, and once."""

    counts_tokens = True

    def __init__(self, spec: ModelSpec, identity: Identity, in_process: bool = False) -> None:
        self.identity = identity
        self.spec = spec
        self._in_process = in_process
        self._tokenizer = load_tokenizer(Path(spec.folder))
        self._tokens: dict[str, array[int]] = {}
        self._runner: EngineProcess | HfModel | None = None

    def token_ids(self, prompts: Sequence[Prompt]) -> list[array[int]]:
        """Token ids of each prompt, remembered by the prompt's hash; equal prompts share one array."""
        for prompt in prompts:
            if prompt.hash not in self._tokens:
                self._tokens[prompt.hash] = array("i", token_ids(prompt, self._tokenizer))
        return [self._tokens[prompt.hash] for prompt in prompts]

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]:
        """Whether each prompt leaves room for the longest answer."""
        limit = self.spec.max_context - sampling.max_new_tokens
        return [len(ids) <= limit for ids in self.token_ids(prompts)]

    def generate(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> list[Completion]:
        """Completions in the order of the requests. Raises GenerationError."""
        ids = self.token_ids([_prompt(request) for request in requests])
        jobs = [
            TokenRequest(tuple(tokens), completion_key(self.identity, sampling, tokens, request.sample).seed)
            for request, tokens in zip(requests, ids, strict=True)
        ]
        if self._runner is None:
            self._runner = load_model(self.spec) if self._in_process else EngineProcess(self.spec)
        return self._runner.generate(jobs, sampling)

    def close(self) -> None:
        if isinstance(self._runner, EngineProcess):
            self._runner.close()
        self._runner = None


def open_backend(policy: Policy, in_process: bool = False, digest_of: FileDigest = file_digest) -> Backend:
    """The back end of a policy whose model is asked for answers (`hf`, `openai`).

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
    if config.backend != "hf":
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
    spec = ModelSpec(
        folder=str(folder.absolute()),
        adapter=None if policy.adapter_path is None else str(policy.adapter_path.absolute()),
        dtype=dtype,
        device=config.device,
        max_context=min(config.max_context or settings.max_context, settings.max_context),
        batch_size=config.batch_size,
        log_probabilities=config.log_probabilities,
    )
    return HfBackend(spec, Identity(fingerprint, policy.adapter_digest, "hf", dtype), in_process)


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
        return ReplayGenerator(Path(policy.config.predictions), example_ids, digest_of)
    backend = open_backend(policy, in_process, digest_of)
    return CachedGenerator(backend, CompletionStore(data), reuse_completions)


def _prompt(request: GenerationRequest) -> Prompt:
    if request.prompt is None:
        raise ValueError(f"request for {request.example_id!r} has no prompt: a model needs one")
    return request.prompt

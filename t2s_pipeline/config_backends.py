"""What the entry of a model may say of its back end (see generation/backend.py)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from t2s_pipeline.config_parsing import ConfigError

if TYPE_CHECKING:
    from t2s_pipeline.config import ModelConfig

_REQUEST_KEYS = set(
    "model messages temperature top_p seed stop max_tokens n stream logprobs structured_outputs".split()
)
"""What the openai back end puts into a request itself, or cannot read the answer of."""
_STATED_ELSEWHERE = {"model": "path", "revision": "revision", "dtype": "dtype", "max_model_len": "max_context"}
"""Options of vLLM's that the model's entry has a key for."""
_ENGINE_KEYS = set(
    "tokenizer skip_tokenizer_init generation_config override_generation_config seed enable_lora max_lora_rank "
    "max_loras max_logprobs logprobs_mode structured_outputs_config data_parallel_size".split()
)
"""Options of vLLM's that the vllm back end sets itself, or cannot read the answers of."""


def check_model(path: Path, key: str, model: ModelConfig) -> None:
    """The entry says what its back end needs, and nothing that it cannot be. Raises ConfigError with file and key."""
    if model.backend == "openai":
        _check_served(path, key, model)
    if model.predictions and model.backend != "replay":
        raise ConfigError(f"{path}: {key}.predictions: of the replay back end alone, not of {model.backend}")
    if model.engines and model.backend != "hf":
        raise ConfigError(f"{path}: {key}.engines: of the hf back end alone, not of {model.backend}")
    if model.engines > 1 and model.device == "cuda":
        raise ConfigError(f"{path}: {key}.engines = {model.engines}: a GPU has one: leave it out")
    if model.backend == "vllm":
        _check_engine(path, key, model)
    elif model.engine_options:
        raise ConfigError(f"{path}: {key}.engine_options: of the vllm back end alone, not of {model.backend}")


def check_constraint(path: Path, key: str, constraint: str, model: ModelConfig) -> None:
    """A rollout whose decoding is held to something asks a model that can be held. Raises ConfigError."""
    if constraint == "none" or model.backend in ("hf", "vllm"):
        return
    if model.backend == "openai" and model.structured_outputs == "vllm":
        return
    remedy = {
        "openai": 'if the server is vLLM, state structured_outputs = "vllm" in the model\'s entry',
        "replay": "a file of predictions is as it is: leave it out",
    }
    raise ConfigError(
        f"{path}: {key}.constraint = {constraint!r}: its model's back end {model.backend!r} cannot be held to it: "
        f"{remedy[model.backend]}"
    )


def _check_served(path: Path, key: str, model: ModelConfig) -> None:
    """A served model says where and what it is, and holds no key: that would be written down in many places."""
    url = urlsplit(model.base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ConfigError(f"{path}: {key}.base_url = {model.base_url!r}, expected http://host/v1 or https://host/v1")
    if url.username or url.password or url.query:
        raise ConfigError(f"{path}: {key}.base_url: name, password or query in it: state api_key_variable instead")
    if not model.served_model:
        raise ConfigError(f"{path}: {key}.served_model is missing: the name by which the server knows the model")
    if model.max_context and not model.path:
        raise ConfigError(f"{path}: {key}.max_context: prompts are counted by a tokenizer: state its path too")
    taken = sorted(model.request_options.keys() & _REQUEST_KEYS)
    if taken:
        raise ConfigError(f"{path}: {key}.request_options.{taken[0]} is set by the pipeline: leave it out")


def _check_engine(path: Path, key: str, model: ModelConfig) -> None:
    if model.device != "auto":
        raise ConfigError(f"{path}: {key}.device = {model.device!r}: vLLM runs on what it is built for: leave it out")
    for option in sorted(model.engine_options):
        if option in _STATED_ELSEWHERE:
            raise ConfigError(f"{path}: {key}.engine_options.{option}: state {key}.{_STATED_ELSEWHERE[option]} instead")
        if option in _ENGINE_KEYS:
            raise ConfigError(f"{path}: {key}.engine_options.{option} is set by the pipeline: leave it out")

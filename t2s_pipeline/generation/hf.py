"""A transformers model with its adapter, in this process: token ids in, text out.

    model = load_model(ModelSpec(folder, adapter=None, dtype="float32", device="auto", max_context=4096, batch_size=64))
    model.generate([TokenRequest(ids, seed)], Sampling())

Used by the engine's child process, and directly where a process of one's own is wanted (`in_process=True`).
An adapter that is missing, or that does not fit the model weight by weight, is an error and never the base model.
Torch is imported when a model is loaded, not with this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.generation.answers import AnswerReader
from t2s_pipeline.generation.protocol import ENOUGH, MAX_BATCH, Completion, GenerationError, Sampling
from t2s_pipeline.generation.tokenizer import ChatTokenizer, assert_same_tokens, load_tokenizer, stop_ids
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

if TYPE_CHECKING:
    import torch

    from t2s_pipeline.generation.decoding import Decoder

_ATTENTION = {"full_attention", "sliding_attention"}


@dataclass(frozen=True)
class ModelSpec:
    """What is loaded, and how. `max_context` is prompt and answer together, tokens; `batch_size` rows at once;
    `log_probabilities` whether answers come with theirs; `engines` how many such engines share the cores and the memory
    of a CPU."""

    folder: str
    adapter: str | None
    dtype: str
    device: str
    max_context: int
    batch_size: int
    log_probabilities: bool = True
    engines: int = 1


@dataclass(frozen=True)
class TokenRequest:
    """One completion that is wanted: of these prompt tokens, sampled from this seed, a sentence of `grammar` (Lark
    text; "" for any text)."""

    token_ids: tuple[int, ...]
    seed: int
    grammar: str = ""


@dataclass(frozen=True)
class HfModel:
    """A loaded model, and the answers of it that are under way. It answers in the order of the requests."""

    spec: ModelSpec
    model: torch.nn.Module
    tokenizer: ChatTokenizer
    stop_ids: frozenset[int]

    def generate(self, requests: Sequence[TokenRequest], sampling: Sampling) -> list[Completion]:
        """All of them. Raises GenerationError where prompt and answer together may exceed the context."""
        return [answer for answer in self.answer(requests, sampling) if answer is not None]

    def answer(
        self, requests: Sequence[TokenRequest], sampling: Sampling, enough: int | None = None
    ) -> list[Completion | None]:
        """Like `generate`, but only until `enough` distinct ones are there; the others are None, and gone on with in
        the next call, where that asks for them again under the same sampling."""
        from t2s_pipeline.generation.decoding import Row

        for request in requests:
            if len(request.token_ids) + sampling.max_new_tokens > self.spec.max_context:
                raise GenerationError(
                    f"{self.spec.folder}: a prompt of {len(request.token_ids)} tokens and {sampling.max_new_tokens} "
                    f"new ones exceed the context of {self.spec.max_context}"
                )
        reader = AnswerReader(self.tokenizer, self.stop_ids, sampling.stop)
        rows = [Row(request.token_ids, request.seed, request.grammar) for request in requests]
        return [
            None if answer is None else reader.completion(len(row.prompt), answer.ids, answer.log_probability)
            for row, answer in zip(rows, self._decoder.answer(rows, sampling, reader.ends, enough), strict=True)
        ]

    @cached_property
    def _decoder(self) -> Decoder:
        from t2s_pipeline.generation.constraint import Grammars
        from t2s_pipeline.generation.decoding import Decoder

        width = self.model.config.get_text_config().vocab_size
        grammars = Grammars(Path(self.spec.folder) / "tokenizer.json", width, self.stop_ids)
        sharers = self.spec.engines if self.model.device.type == "cpu" else 1
        return Decoder(self.model, self.spec.batch_size, self.spec.log_probabilities, grammars, sharers)


class InProcess:
    """The engine of a policy in this process: loaded with the first batch, and let go of when it is closed."""

    most_open = MAX_BATCH

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self._model: HfModel | None = None

    def generate(self, requests: Sequence[TokenRequest], sampling: Sampling) -> list[Completion | None]:
        if self._model is None:
            self._model = load_model(self.spec)
        return self._model.answer(requests, sampling, ENOUGH)

    def close(self) -> None:
        self._model = None


def load_model(spec: ModelSpec) -> HfModel:
    """Load weights, adapter and tokenizer. Raises GenerationError."""
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = load_tokenizer(Path(spec.folder))
    assert_same_tokens(tokenizer, load_chat_tokenizer(spec.folder))
    device = spec.device if spec.device != "auto" else ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        model, report = AutoModelForCausalLM.from_pretrained(
            spec.folder,
            dtype=getattr(torch, spec.dtype),
            local_files_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # they are in the report, and an error below that names them
            trust_remote_code=False,  # unsaid, transformers asks at the keyboard whether to run a folder's own code
        )
    except (ValueError, RuntimeError, OSError, SafetensorError) as error:
        raise GenerationError(f"{spec.folder}: transformers cannot load this model: {error}") from error
    misfits = sorted({*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])})
    if misfits:
        raise GenerationError(f"{spec.folder}: the weights do not fit config.json: {', '.join(misfits[:3])}")
    kinds = set(getattr(model.config.get_text_config(), "layer_types", None) or _ATTENTION)
    if not kinds <= _ATTENTION:
        raise GenerationError(f"{spec.folder}: the hf back end decodes attention layers only, not {kinds - _ATTENTION}")
    if spec.adapter is not None:
        model = _with_adapter(model, Path(spec.adapter), spec)
    model.to(device).eval()
    return HfModel(spec, model, tokenizer, stop_ids(Path(spec.folder), tokenizer))


def _with_adapter(model: Any, adapter: Path, spec: ModelSpec) -> Any:
    """The model with the adapter on it: merged in float32, where merging is exact to rounding, else beside it."""
    from peft import PeftModel, get_peft_model_state_dict
    from safetensors import safe_open

    weights = adapter / "adapter_model.safetensors"
    for file in (adapter / "adapter_config.json", weights):
        if not file.is_file():
            raise GenerationError(f"{file}: not there: no adapter in this folder; train it again")
    try:
        adapted = PeftModel.from_pretrained(model, str(adapter), is_trainable=False)
    except (ValueError, RuntimeError) as error:  # target modules or shapes that the base model does not have
        raise GenerationError(f"{adapter}: the adapter does not fit {spec.folder}: {error}") from error
    expected = set(get_peft_model_state_dict(adapted, save_embedding_layers=False))
    with safe_open(weights, framework="pt") as file:
        found = set(file.keys())
    if expected != found:
        example = sorted(expected ^ found)[0]
        raise GenerationError(
            f"{adapter}: the adapter does not fit {spec.folder}: {len(expected - found)} weights are missing and "
            f"{len(found - expected)} have no place, {example} among them"
        )
    return adapted.merge_and_unload() if spec.dtype == "float32" else adapted

"""The process that vLLM lives in, started by `vllm_engine.VllmEngine` and of no use by hand.

Reads the engine's spec, then batches, one JSON line each. Answers `ready`, and each batch with a line a completion as
soon as that is done, then `done`; what it cannot do, with `error`. It runs in the environment that has vLLM, so it
imports, of ours, only what needs the standard library, tokenizers and jinja2 (which vLLM brings).

Token ids go in and come out: what vLLM has of the tokenizer is for grammars alone, the same tokens, each meaning its
own bytes (`respelling.py`); the model's own it would split words by otherwise (`prompts/chat_tokenizer.py`). Where an
answer ends is decided as the hf back end does (`answers.py`); log-probabilities are vLLM's `raw_logprobs`: of the
logits, before grammar, temperature and nucleus.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import astuple, fields
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from t2s_pipeline.generation.answers import AnswerReader
from t2s_pipeline.generation.child_process import pipes_of_owner, send_line
from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.generation.respelling import capitals_of, respelled, unspelled
from t2s_pipeline.generation.tokenizer import load_tokenizer, stop_ids
from t2s_pipeline.prompts.render import end_of_turn_id

if TYPE_CHECKING:
    from vllm.lora.request import LoRARequest
    from vllm.outputs import CompletionOutput
    from vllm.sampling_params import SamplingParams
    from vllm.v1.engine.llm_engine import LLMEngine


def main(owner: int) -> None:
    lines, answers = pipes_of_owner(owner)
    try:
        _serve(lines, answers)
    except GenerationError as error:
        send_line(answers, {"error": str(error)})
    except BrokenPipeError:  # the owner has gone
        pass
    except BaseException:  # the owner tells these last words; what vLLM says while it ends would hide them
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # vLLM's own end takes seconds, and its complaints would be the last words


def no_vllm(python: str) -> str:
    """What to say, and to do, where this interpreter has none."""
    return (
        f"{python} has no vllm: put it into an environment of its own, and name its interpreter by "
        "T2S_VLLM_PYTHON (docs/models.md)"
    )


def _serve(lines: TextIO, answers: TextIO) -> None:
    first = lines.readline()
    if not first:
        return
    spec = json.loads(first)
    if find_spec("vllm") is None:
        raise GenerationError(no_vllm(sys.executable))
    folder = Path(spec["folder"])
    tokenizer = load_tokenizer(folder)
    ends = stop_ids(folder, tokenizer)
    settings = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as plain:
        _save_plain(Path(plain), settings, end_of_turn_id(tokenizer))
        batches = _Batches(_load(spec, plain), capitals_of(settings))
    send_line(answers, {"ready": True})
    for line in lines:
        message = json.loads(line)
        batches.answer(message, AnswerReader(tokenizer, ends, tuple(message["sampling"]["stop"])), answers)
        send_line(answers, {"done": True})


def _save_plain(folder: Path, settings: dict[str, Any], end: int) -> None:
    """Save a tokenizer for grammars; `end` is the token that ends an answer."""
    plain = unspelled(settings) if capitals_of(settings) else settings
    (folder / "tokenizer.json").write_text(json.dumps(plain), encoding="utf-8")
    from tokenizers import Tokenizer

    words = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": Tokenizer.from_file(str(folder / "tokenizer.json")).id_to_token(end),
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(words), encoding="utf-8")


def _load(spec: dict[str, Any], tokenizer: str) -> LLMEngine:
    """vLLM's engine. Raises GenerationError where it has no option of a name; what else vLLM raises ends the child."""
    if spec["options"].get("enforce_eager"):
        os.environ["TORCHDYNAMO_DISABLE"] = "1"  # also what vLLM compiles of its sampler, which needs a C++ compiler
    from vllm.config import StructuredOutputsConfig
    from vllm.engine.arg_utils import EngineArgs
    from vllm.v1.engine.llm_engine import LLMEngine

    unknown = sorted(spec["options"].keys() - {option.name for option in fields(EngineArgs)})
    if unknown:
        raise GenerationError(f"engine_options.{unknown[0]}: vLLM has no such option")
    adapters = {"enable_lora": True, "max_lora_rank": spec["max_lora_rank"]} if spec["max_lora_rank"] else {}
    arguments = {
        "model": spec["folder"],
        "tokenizer": tokenizer,
        "structured_outputs_config": StructuredOutputsConfig(backend="guidance"),  # llguidance, as hf has
        "generation_config": "vllm",  # its own sampling settings are not the model's
        "dtype": spec["dtype"],
        "max_model_len": spec["max_context"],
        "enable_prefix_caching": True,
        "disable_log_stats": True,
        "seed": 0,
    }
    return LLMEngine.from_engine_args(EngineArgs(**arguments | adapters | spec["options"]))


class _Batches:
    """Batches on one engine: requests in, answers out as they end."""

    def __init__(self, engine: LLMEngine, spelling: dict[str, str]) -> None:
        self._engine = engine
        self._spelling = spelling
        self._adapters: set[int] = set()
        self._asked = 0

    def answer(self, message: dict[str, Any], reader: AnswerReader, answers: TextIO) -> None:
        """Send a completion for each job of the batch, in the order in which they end. Raises GenerationError."""
        from vllm.exceptions import VLLMValidationError

        adapter = self._adapter(message["lora"])
        under_way: dict[str, int] = {}
        grammars = [respelled(grammar, self._spelling) for grammar in message["grammars"]]
        for number, (place, seed, rule) in enumerate(message["jobs"]):
            self._asked += 1
            under_way[str(self._asked)] = number
            prompt = {"prompt_token_ids": message["prompts"][place]}
            try:
                parameters = _parameters(message, seed, grammars[rule], reader)
                self._engine.add_request(str(self._asked), prompt, parameters, lora_request=adapter)
            except (ValueError, VLLMValidationError) as error:
                raise GenerationError(f"vLLM refuses the request: {error}") from error
        read = dict.fromkeys(under_way, 0)
        while self._engine.has_unfinished_requests():
            for output in self._engine.step():
                name, answer = output.request_id, output.outputs[0]
                ids = list(answer.token_ids)
                length = _length(ids, read[name], reader)
                read[name] = len(ids)
                if name not in under_way or not (length or output.finished):
                    continue
                if not output.finished:
                    self._engine.abort_request([name])
                elif answer.finish_reason not in ("stop", "length"):
                    raise GenerationError(f"vLLM ended an answer by {answer.finish_reason!r}")
                ids = ids[: length or len(ids)]
                completion = reader.completion(len(output.prompt_token_ids), ids, _log_probability(answer, ids))
                send_line(answers, {"number": under_way.pop(name), "completion": astuple(completion)})

    def _adapter(self, lora: list[Any] | None) -> LoRARequest | None:
        """The adapter as requests name it; loaded when it is asked for first. Raises GenerationError."""
        if lora is None:
            return None
        from vllm.lora.request import LoRARequest

        request = LoRARequest(*lora)
        if request.lora_int_id not in self._adapters:
            try:
                self._engine.add_lora(request)
            except (ValueError, RuntimeError) as error:
                raise GenerationError(f"{request.lora_path}: vLLM refuses the adapter: {error}") from error
            self._adapters.add(request.lora_int_id)
        return request


def _parameters(message: dict[str, Any], seed: int, grammar: str, reader: AnswerReader) -> SamplingParams:
    from vllm.sampling_params import RequestOutputKind, SamplingParams, StructuredOutputsParams

    sampling = message["sampling"]
    return SamplingParams(
        temperature=sampling["temperature"],
        top_p=sampling["top_p"] if sampling["temperature"] else 1.0,
        max_tokens=sampling["max_new_tokens"],
        seed=seed,
        logprobs=0 if message["log_probabilities"] else None,  # 0: of the token that was chosen, and no others
        stop_token_ids=sorted(reader.stop_ids),
        ignore_eos=True,  # the stop tokens are stated, all of them
        detokenize=False,
        structured_outputs=StructuredOutputsParams(grammar=grammar) if grammar else None,
        output_kind=RequestOutputKind.CUMULATIVE if reader.stop else RequestOutputKind.FINAL_ONLY,
    )


def _length(ids: Sequence[int], read: int, reader: AnswerReader) -> int:
    """How many tokens an answer has, the first `read` of which do not end it; 0 where it has not come to its end."""
    return next((length for length in range(read + 1, len(ids) + 1) if reader.ends(ids[:length])), 0)


def _log_probability(answer: CompletionOutput, ids: Sequence[int]) -> float | None:
    """Sum over the answer's tokens; None where they were not asked for."""
    if answer.logprobs is None:
        return None
    return sum(scores[token].logprob for token, scores in zip(ids, answer.logprobs, strict=False))

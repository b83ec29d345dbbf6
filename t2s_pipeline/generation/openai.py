"""The openai back end: a policy behind any server that speaks OpenAI's chat completions (OpenAI, vLLM, Ollama, ...).

    backend = OpenAiBackend(config.models["teacher"])
    backend.generate(requests, sampling)                     # several requests at once, each a sample with its seed

The messages are sent as they are, and the server renders them: chat completions are what every such server has, and a
server that holds a model's own chat template gives the very tokens that `hf` gives. Where `path` names a folder (or
hub id) with the model's tokenizer, prompts longer than `max_context` allows are known beforehand; else the server
alone knows, and refuses. A server answers a greedy request as it likes; it is asked once, and then the store answers.
What a server keeps apart as the model's reasoning stands in the answer's text as what it is: a thought before the SQL.

When a server is given up, the answers of the batch that did come are handed over with the error, to be stored.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, CancelledError, Future, ThreadPoolExecutor, wait
from typing import Any

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.chat_server import ChatServer, ServerError, Stopped
from t2s_pipeline.generation.fingerprint import model_fingerprint, model_folder
from t2s_pipeline.generation.keys import completion_key
from t2s_pipeline.generation.protocol import (
    MAX_BATCH,
    BatchInterrupted,
    Completion,
    FinishReason,
    GenerationError,
    GenerationRequest,
    Identity,
    Sampling,
)
from t2s_pipeline.generation.tokenizer import load_tokenizer
from t2s_pipeline.prompts.render import Prompt, token_ids

SEED_BITS = 31
"""Some servers keep a seed in 32 bits, signed or not: the low bits of a sample's seed are sent."""
_REASONING = ("reasoning_content", "reasoning")
"""Where a message has it: DeepSeek and vLLM, OpenRouter and newer vLLM."""
_FINISH: dict[Any, FinishReason] = {"stop": "stop", "length": "length", "content_filter": "content_filter"}


class OpenAiBackend:
    """One model of one server. Nothing is asked of the server before the first batch."""

    counts_tokens = False
    most_open = MAX_BATCH

    def __init__(self, config: ModelConfig) -> None:
        self.identity = Identity(model_fingerprint(config), None, "openai", "served")
        self._config = config
        self._server = ChatServer(
            config.base_url, config.api_key_variable, config.request_seconds, config.retry_seconds
        )
        self._tokenizer = load_tokenizer(model_folder(config.path, config.revision)) if config.path else None

    def token_ids(self, prompts: Sequence[Prompt]) -> list[array[int]]:
        """Each prompt as the bytes of its messages, which stand for the tokens that only the server knows."""
        return [array("B", json.dumps(prompt.chat(), ensure_ascii=False).encode()) for prompt in prompts]

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]:
        """Whether each prompt leaves room for the longest answer; true where that cannot be known here."""
        if self._tokenizer is None or not self._config.max_context:
            return [True] * len(prompts)
        limit = self._config.max_context - sampling.max_new_tokens
        return [len(token_ids(prompt, self._tokenizer)) <= limit for prompt in prompts]

    def generate(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> list[Completion]:
        """Completions in the order of the requests, `concurrency` of them asked for at once.

        Raises BatchInterrupted, with the answers that came, where the server is given up.
        """
        stopped = threading.Event()
        with ThreadPoolExecutor(self._config.concurrency) as pool:
            answers = [pool.submit(self._answer, request, sampling, stopped) for request in requests]
            try:
                wait(answers, return_when=FIRST_EXCEPTION)
            finally:  # after a failure, what is under way is waited for and kept, and nothing else begun
                stopped.set()
                for answer in answers:
                    answer.cancel()
        return _in_order(answers)

    def close(self) -> None:
        """Nothing is held open."""

    def _answer(self, request: GenerationRequest, sampling: Sampling, stopped: threading.Event) -> Completion:
        payload = self._server.ask(self._body(request, sampling), stopped)
        choice, usage = payload["choices"][0], payload.get("usage") or {}
        if choice.get("finish_reason") not in _FINISH:
            raise ServerError(
                f"{self._config.base_url}: finish_reason {choice.get('finish_reason')!r}; known: {', '.join(_FINISH)}"
            )
        return Completion(
            _text(choice["message"]),
            _FINISH[choice["finish_reason"]],
            usage.get("prompt_tokens"),
            usage.get("completion_tokens"),
            log_probability=_log_probability(choice),
        )

    def _body(self, request: GenerationRequest, sampling: Sampling) -> dict[str, Any]:
        if request.prompt is None:
            raise ValueError(f"request for {request.example_id!r} has no prompt: a model needs one")
        body: dict[str, Any] = {
            "model": self._config.served_model,
            "messages": request.prompt.chat(),
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_new_tokens,
        }
        if not sampling.greedy:
            key = completion_key(self.identity, sampling, self.token_ids([request.prompt])[0], request.sample)
            body |= {"top_p": sampling.top_p, "seed": key.seed % 2**SEED_BITS}
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        if self._config.log_probabilities:
            body["logprobs"] = True
        if request.grammar:
            if self._config.structured_outputs != "vllm":
                raise GenerationError(
                    f"{self._config.base_url}: answers are to be of a grammar, and the server is not said to know any: "
                    'if it is vLLM, state structured_outputs = "vllm" in the model\'s entry'
                )
            body["structured_outputs"] = {"grammar": request.grammar}
        return body | self._config.request_options


def _in_order(answers: Sequence[Future[Completion]]) -> list[Completion]:
    """The completions of answers that have all ended. Raises BatchInterrupted where some could not be had."""
    found: list[Completion | None] = []
    failure = None
    for answer in answers:
        try:
            found.append(answer.result())
        except (CancelledError, Stopped):
            found.append(None)
        except GenerationError as error:
            found.append(None)
            failure = failure or error
    if failure is not None:
        raise BatchInterrupted(str(failure), found) from failure
    return [completion for completion in found if completion is not None]


def _text(message: Mapping[str, Any]) -> str:
    """What the model wrote: the content, after the reasoning where the server gives some. Reasoning without an answer
    is a thought that was never closed."""
    content = message.get("content") or ""
    thought = next((message[name] for name in _REASONING if isinstance(message.get(name), str) and message[name]), "")
    if not thought:
        return content
    return f"<think>{thought}</think>\n{content}" if content.strip() else f"<think>{thought}"


def _log_probability(choice: Mapping[str, Any]) -> float | None:
    """Sum over the answer's tokens; None where the server does not give them."""
    content = (choice.get("logprobs") or {}).get("content")
    return sum(token["logprob"] for token in content) if content else None

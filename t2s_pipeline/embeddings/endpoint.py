"""The embedder behind a server that speaks OpenAI's embeddings (vLLM, Ollama, OpenAI, ...).

    EmbeddingEndpoint(EmbedderConfig(kind="endpoint", base_url="http://127.0.0.1:9000/v1", served_model="qwen3"))

Asked again and given up as a chat server is (`generation/chat_server.py`): an answer that does not come is an error,
never a vector. The server's identity is what the configuration says of it: state another `revision` when another model
is served under the same name.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from t2s_pipeline.config_rewards import EmbedderConfig
from t2s_pipeline.embeddings.embedder import EmbeddingError
from t2s_pipeline.generation.chat_server import ChatServer

if TYPE_CHECKING:
    from numpy.typing import NDArray


class EmbeddingEndpoint:
    """One model of one server. Nothing is asked of it before the first thought."""

    def __init__(self, config: EmbedderConfig) -> None:
        if not config.base_url or not config.served_model:
            raise EmbeddingError("embedder of kind endpoint: state base_url (http://host/v1) and served_model")
        self._config = config
        self._server = ChatServer(
            config.base_url, config.api_key_variable, config.request_seconds, config.retry_seconds
        )
        about = json.dumps(["endpoint 1", config.base_url, config.served_model, config.revision])
        self.fingerprint = hashlib.sha256(about.encode()).hexdigest()

    def embed(self, thoughts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a thought (n, d). Raises ServerError where the server is given up, EmbeddingError for vectors of
        different lengths."""
        vectors: list[list[float]] = []
        for start in range(0, len(thoughts), self._config.batch_size):
            vectors += self._batch(list(thoughts[start : start + self._config.batch_size]))
        if len({len(vector) for vector in vectors}) > 1:
            raise EmbeddingError(f"{self._config.base_url}: vectors of different lengths: is one model served there?")
        return np.array(vectors, np.float32)

    def _batch(self, thoughts: list[str]) -> list[list[float]]:
        body = {"model": self._config.served_model, "input": thoughts, "encoding_format": "float"}
        payload = self._server.post(
            "embeddings", body, lambda answer: _has_vectors(answer, len(thoughts)), threading.Event()
        )
        return [item["embedding"] for item in sorted(payload["data"], key=lambda item: item["index"])]


def _has_vectors(answer: Any, count: int) -> bool:
    """Whether an answer has a vector of numbers for each of `count` thoughts."""
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        return False
    if sorted(str(item.get("index")) for item in data) != sorted(map(str, range(count))):
        return False
    vectors = [item.get("embedding") for item in data]
    return all(isinstance(v, list) and v and all(isinstance(x, int | float) for x in v) for v in vectors)

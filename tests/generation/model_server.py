"""A small real HTTP server that speaks OpenAI's chat completions, and can be told to misbehave.

    with ModelServer() as server:
        server.misbehave(refuse(429, {"Retry-After": "1"}), hang(2), drop, say(b"garbage"))   # the next four requests

It answers with a text that only the messages, the seed and the model's name determine.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.http_server import Handler, LocalServer

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class _Routes(Handler):
    owner: ModelServer

    def do_POST(self) -> None:
        body = json.loads(self.body())
        behaviour = self.owner.behaviour(body)
        self.owner.count(1)
        time.sleep(self.owner.seconds)
        self.owner.count(-1)  # before the answer goes out: whoever reads it may ask again at once
        if behaviour is not None:
            behaviour(self)
        elif self.path != "/v1/chat/completions":
            refuse(404, said="no such route")(self)
        elif self.owner.key and self.headers.get("Authorization") != f"Bearer {self.owner.key}":
            refuse(401, said="bad key")(self)
        elif body["model"] != "tiny":
            refuse(404, said=f"The model `{body['model']}` does not exist.")(self)
        else:
            answer(self, completion(body))


class ModelServer(LocalServer):
    """Knows the model `tiny`; `seen` are the requests in the order in which they came, `busiest` how many at once."""

    handler = _Routes

    def __init__(self, key: str = "", seconds: float = 0.0) -> None:
        self.key = key
        self.seconds = seconds
        self.seen: list[dict[str, Any]] = []
        self.times: list[float] = []
        self.busy = self.busiest = 0
        self._next: list[Behaviour] = []
        self._always: Behaviour | None = None
        self._lock = threading.Lock()
        super().__init__()
        self.base_url = f"{self.address}/v1"

    def misbehave(self, *behaviours: Behaviour, always: Behaviour | None = None) -> None:
        with self._lock:
            self._next, self._always = list(behaviours), always

    def behaviour(self, body: dict[str, Any]) -> Behaviour | None:
        with self._lock:
            self.seen.append(body)
            self.times.append(time.monotonic())
            return self._next.pop(0) if self._next else self._always

    def count(self, step: int) -> None:
        with self._lock:
            self.busy += step
            self.busiest = max(self.busiest, self.busy)


def completion(body: dict[str, Any]) -> dict[str, Any]:
    text = answer_text(body)
    choice: dict[str, Any] = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    if body.get("logprobs"):
        choice["logprobs"] = {"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -0.25}]}
    return {"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 2}, "model": body["model"]}


def answer_text(body: dict[str, Any]) -> str:
    said = json.dumps([body["messages"], body.get("seed"), body["temperature"]])
    return f"SELECT '{hashlib.sha256(said.encode()).hexdigest()[:12]}'"


def answer(handler: BaseHTTPRequestHandler, payload: dict[str, Any]) -> None:
    say(json.dumps(payload).encode())(handler)


def say(body: bytes, length: int | None = None) -> Behaviour:
    """Answer these bytes with status 200; `length` is what the header claims."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def refuse(code: int, headers: dict[str, str] | None = None, said: str = "no") -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"error": {"message": said, "code": code}}).encode()
        handler.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def hang(seconds: float) -> Behaviour:
    return lambda handler: time.sleep(seconds)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte every tenth of a second, without end: no silence, and no answer."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.1)
    except OSError:
        return


def drop(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()

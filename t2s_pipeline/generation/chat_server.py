"""One OpenAI-compatible server: a chat completion asked for until it is there or the server is given up.

    server = ChatServer("http://127.0.0.1:8000/v1", api_key_variable="OPENAI_API_KEY")
    payload = server.ask({"model": ..., "messages": [...]}, stopped=threading.Event())

`post` asks the same way for anything else that such a server gives, embeddings for one.

Busy (429), failing (408, 5xx), unreachable, silent and garbled are asked again, after waits that double, with jitter,
and never before the time that the server names (`Retry-After`). What cannot get better (400, 401, 404, ...) is an error
at once. The key is read from the environment with each request and is nowhere else: not in the configuration, not in
an error, and redirects, which would carry it elsewhere, are refused. Proxies are those of the environment.

Not covered: streaming; what an answer means (`openai.py`, `embeddings/endpoint.py`).
"""

from __future__ import annotations

import email.utils
import http.client
import json
import os
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from t2s_pipeline.generation.protocol import GenerationError

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
_TRANSIENT = {408, 409, 425, 429, 500, 502, 503, 504, 529}
_CHUNK = 65_536
_SHOWN = 300


class ServerError(GenerationError):
    """A server that refuses a request, or does not answer in time; the message says what it said and what to do."""


class Stopped(Exception):
    """The request was given up because another one of its batch failed."""


class _NotNow(Exception):
    """A failure that may pass. `retry_after` is how long the server asks to wait, seconds."""

    def __init__(self, said: str, retry_after: float | None = None) -> None:
        super().__init__(said)
        self.retry_after = retry_after


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class ChatServer:
    """`request_seconds` is the limit of one request from connecting to its last byte, `retry_seconds` how long after
    its first failure a request is still tried again."""

    base_url: str
    api_key_variable: str = ""
    request_seconds: float = 120.0
    retry_seconds: float = 120.0

    def ask(self, body: dict[str, Any], stopped: threading.Event) -> dict[str, Any]:
        """The server's JSON object for one chat completion, with a list `choices` that is not empty.

        Raises ServerError, and Stopped where `stopped` is set while it waits to try again.
        """
        return self.post("chat/completions", body, _is_chat_completion, stopped)

    def post(
        self, path: str, body: dict[str, Any], is_answer: Callable[[Any], bool], stopped: threading.Event
    ) -> dict[str, Any]:
        """The server's JSON for `body`, of which `is_answer` is true; anything else is asked for again.

        Raises ServerError, and Stopped where `stopped` is set while it waits to try again.
        """
        request = json.dumps(body, ensure_ascii=False).encode()
        first_failure, tries = None, 0
        while True:
            try:
                return self._post(path, request, is_answer)
            except _NotNow as failure:
                tries += 1
                now = time.monotonic()
                first_failure = first_failure or now
                wait = max(failure.retry_after or 0.0, backoff_seconds(tries))
                if now + wait - first_failure > self.retry_seconds:
                    raise ServerError(
                        f"{self.base_url}: given up after {tries} tries in {now - first_failure:.0f} s: {failure}. "
                        "What was answered is stored; see to the server and run again: the run goes on from there"
                    ) from None  # the message has it all; Dagster would show the socket's error in its place
            if stopped.wait(wait):
                raise Stopped

    def _post(self, path: str, body: bytes, is_answer: Callable[[Any], bool]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self._authorization()}
        request = urllib.request.Request(f"{self.base_url.rstrip('/')}/{path}", body, headers)
        opener = urllib.request.build_opener(_NoRedirects)
        deadline = time.monotonic() + self.request_seconds
        try:
            with opener.open(request, timeout=self.request_seconds) as response:
                answer = _read(response, deadline)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(error, _said(error, deadline)) from None
        except (OSError, http.client.HTTPException) as error:  # TimeoutError and URLError are OSErrors
            reason = getattr(error, "reason", None) or error
            raise _NotNow(f"no answer ({type(reason).__name__}: {reason})") from error
        try:
            payload = json.loads(answer)
        except ValueError:
            payload = None
        if not is_answer(payload):
            raise _NotNow(f"no {path}: {answer[:_SHOWN].decode('utf-8', 'replace')!r}")
        return payload

    def _authorization(self) -> dict[str, str]:
        if not self.api_key_variable:
            return {}
        key = os.environ.get(self.api_key_variable, "").strip()
        if not key:
            raise ServerError(f"{self.base_url}: its key is expected in the variable {self.api_key_variable}; set it")
        return {"Authorization": f"Bearer {key}"}

    def _refusal(self, error: urllib.error.HTTPError, said: str) -> Exception:
        if error.code in _TRANSIENT:
            return _NotNow(f"status {error.code}: {said}", _retry_after(error.headers.get("Retry-After")))
        if error.code in (301, 302, 303, 307, 308):
            return ServerError(f"{self.base_url}: redirects to {error.headers.get('Location')}; state that as base_url")
        remedy = {
            400: "see log_probabilities, request_options, and max_context, which leaves out prompts that are too long",
            401: f"the key in {self.api_key_variable or 'no variable: state api_key_variable'} is not accepted",
            403: f"the key in {self.api_key_variable or 'no variable: state api_key_variable'} is not accepted",
            404: "is served_model the name the server knows the model by, and does base_url end as it must (/v1)?",
        }
        hint = f" ({remedy[error.code]})" if error.code in remedy else ""
        return ServerError(f"{self.base_url}: status {error.code}: {said}{hint}")


def backoff_seconds(failures: int) -> float:
    """How long to wait after so many failures: half of it fixed, half of it chance, so that clients spread."""
    whole = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(failures - 1, 16))
    return whole / 2 + random.uniform(0, whole / 2)


def _read(response: Any, deadline: float) -> bytes:
    """The whole body. The socket's own limit is for silence; one that drips is held to the deadline."""
    parts = []
    while part := response.read1(_CHUNK):
        parts.append(part)
        if time.monotonic() > deadline:
            raise TimeoutError("the answer took too long to arrive")
    if response.length:  # read1, unlike read, does not notice a connection that ended early
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)


def _is_chat_completion(payload: Any) -> bool:
    choices = _get(payload, "choices")
    return isinstance(choices, list) and bool(choices) and isinstance(_get(choices[0], "message"), dict)


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _said(error: urllib.error.HTTPError, deadline: float) -> str:
    """What the server says of its refusal: the message of its JSON error, or the start of what it sent."""
    try:
        text = _read(error.fp, deadline).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return str(error.reason)
    try:
        payload = json.loads(text)
        said = payload.get("error", payload)
        return str(said["message"] if isinstance(said, dict) else said)[:_SHOWN]
    except (ValueError, KeyError, AttributeError):
        return text[:_SHOWN] or str(error.reason)


def _retry_after(text: str | None) -> float | None:
    """Seconds to wait, from a header that gives seconds or a date; None where it gives neither."""
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError):
        return None

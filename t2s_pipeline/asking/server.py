"""The HTTP side of asking: `POST /ask`, `GET /databases`, and `GET /`, a page for a person.

    app = build_app(desk, folders, hosts=["localhost"])       # an ASGI application

Nothing that a request can say writes to a database, names a path, or runs SQL of its own: it names a listed database
and a question. Answers are JSON. 200 is an answer, also where the model's SQL failed (`answered` is false then, and
`status` and `error` say why): the request was done. Otherwise `{"error": ...}`:

    400 no JSON            409 the database cannot be read now     422 not as the schema says, or no question
    404 no such database   413 too long a body                     502 the model cannot be asked
    405 no such method     415 not application/json                503 every place is taken
    408 too slow a body    421 a Host that is not ours             504 not answered in time

Not covered: who may ask (no accounts, no TLS; it listens on this machine alone unless told otherwise), and people who
hold connections open without a word.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from t2s_pipeline.asking.ask_request import AskRequest
from t2s_pipeline.asking.asker import QuestionError
from t2s_pipeline.asking.databases import DatabaseFolders, UnknownDatabaseError
from t2s_pipeline.asking.desk import Busy, Desk, Overdue
from t2s_pipeline.asking.page import ask_page
from t2s_pipeline.asking.way import AskError
from t2s_pipeline.asking.whole_file import DatabaseChangedError
from t2s_pipeline.errors import T2sError
from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.sandbox.connection import DatabaseFileError

MAX_BODY = 32_768
"""Bytes of a request's body."""
BODY_SECONDS = 10.0
RETRY_SECONDS = 5

_log = logging.getLogger("t2s")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


def build_app(desk: Desk, folders: DatabaseFolders, hosts: Sequence[str]) -> ASGIApp:
    """The application. `hosts` are the names under which it may be asked for, without port: a page of another name that
    leads here (DNS rebinding) gets nothing."""
    page, policy = ask_page()

    async def show_page(_: Request) -> Response:
        return HTMLResponse(page, headers={"content-security-policy": policy})

    async def list_databases(_: Request) -> Response:
        names = list(await run_in_threadpool(folders.listed))
        return _json({"databases": names, "model": desk.asker.way.model, "adapter": desk.asker.way.adapter})

    async def ask(request: Request) -> Response:
        wanted = _validated(await _body(request))
        try:
            path = await run_in_threadpool(folders.path, wanted.db)
            answer = await desk.ask(wanted.question, path, wanted.db)
        except T2sError as error:
            raise _as_http(error, wanted.db) from error
        return _json(answer.as_dict())

    app = Starlette(
        routes=[Route("/", show_page), Route("/databases", list_databases), Route("/ask", ask, methods=["POST"])],
        exception_handlers={HTTPException: _said, 500: _failed},
    )
    return _Guarded(app, hosts)


class _Guarded:
    """Turns away what asks for another host, and puts the same headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        named = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
        if len(named) == 1 and _without_port(named[0]).lower() in self._hosts:
            await self._app(scope, receive, send_guarded)
        else:
            refusal = _json({"error": "this server is not asked for by that name; see --allow-host"}, 421)
            await refusal(scope, receive, send_guarded)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


async def _body(request: Request) -> bytes:
    """The body, of the kind and size that is read. Raises HTTPException."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":  # what a form of another page cannot send
        raise HTTPException(415, "send the question as application/json")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise HTTPException(413, f"the body may have {MAX_BODY:,} bytes")
    except TimeoutError as error:
        raise HTTPException(408, f"the body did not come within {BODY_SECONDS:g} s") from error
    return bytes(body)


def _validated(body: bytes) -> AskRequest:
    try:
        return AskRequest.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        status = 400 if found[0]["type"] == "json_invalid" else 422
        said = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in found)
        raise HTTPException(status, said) from error


def _as_http(error: T2sError, database: str) -> HTTPException:
    """What an asker is told. Of what is no business of theirs (paths among it) the server's log has the words."""
    match error:
        case QuestionError():
            return HTTPException(422, f"question: {error}")
        case UnknownDatabaseError():
            return HTTPException(404, str(error))
        case Busy():
            return HTTPException(503, str(error), {"retry-after": str(RETRY_SECONDS)})
        case Overdue():
            return HTTPException(504, str(error))
    _log.warning("asked about %s: %s", database.encode("unicode_escape").decode(), error)
    match error:
        case DatabaseChangedError():
            return HTTPException(409, "the database was written to while it was read; ask again")
        case DatabaseFileError():
            return HTTPException(409, "the database cannot be read; the server's log says why")
        case AskError():
            return HTTPException(422, "the database cannot be asked about; the server's log says why")
        case GenerationError():
            return HTTPException(502, "the model cannot be asked; the server's log says why")
    return HTTPException(500, "the server failed; its log says why")


async def _said(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _json({"error": error.detail}, error.status_code, dict(error.headers or {}))


async def _failed(_: Request, error: Exception) -> Response:
    """A defect: the traceback is in the log, where Starlette puts it."""
    return _json({"error": "the server failed; its log says why"}, 500)


def _json(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """In ASCII: what a model wrote need not be valid Unicode."""
    return Response(json.dumps(content, allow_nan=False), status, headers, media_type="application/json")

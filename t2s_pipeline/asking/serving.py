"""Running the server: its socket, uvicorn's limits, and its end.

with listening("127.0.0.1", 8000) as socket:
    serve(build_app(desk, folders, hosts), socket)          # until it is interrupted
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from t2s_pipeline.asking.way import AskError
from t2s_pipeline.config import SandboxConfig

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
CONNECTIONS = 64
KEEP_ALIVE_SECONDS = 5
CLOSE_SECONDS = 5
MAX_HEAD = 16_384
"""Bytes of a request's first line and headers."""

_MOST = SandboxConfig(timeout_seconds=5.0, max_rows=10_000, max_bytes=8_000_000, memory_mb=256)
"""What a query of somebody else's question may take, at most."""


def served_limits(configured: SandboxConfig) -> SandboxConfig:
    """The sandbox's limits for a server: as configured, but for those that are wider than _MOST."""
    names = ("timeout_seconds", "max_rows", "max_bytes", "memory_mb")
    return replace(configured, **{name: min(getattr(configured, name), getattr(_MOST, name)) for name in names})


def served_hosts(host: str, allowed: Sequence[str]) -> list[str]:
    """The names that the server answers to: this machine's own, the address it listens on, and those allowed."""
    return [*LOOPBACK_NAMES, f"[{host}]" if ":" in host else host, *allowed]


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket at that address; port 0 takes a free one. Raises AskError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        opened = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise AskError(f"{host}:{port}: cannot listen there: {error}; choose another by --host and --port") from error
    with opened:
        yield opened


def address(opened: socket.socket) -> str:
    """The URL of a listening socket."""
    host, port = opened.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(app: ASGIApp, opened: socket.socket) -> None:
    """Answer requests until the process is interrupted or told to end; both raise SystemExit then."""
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn, having ended in order, raises the signal again
        signal.signal(number, _end)
    server_of(app).run(sockets=[opened])


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def server_of(app: ASGIApp) -> uvicorn.Server:
    """The server, under its limits."""
    import uvicorn

    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=CLOSE_SECONDS,
        h11_max_incomplete_event_size=MAX_HEAD,
    )
    return uvicorn.Server(config)

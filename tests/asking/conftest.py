"""A small shop, a model whose answers are written down, and a server that is asked over HTTP."""

from __future__ import annotations

import http.client
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from t2s_pipeline.asking.asker import Asker
from t2s_pipeline.asking.databases import DatabaseFolders
from t2s_pipeline.asking.desk import Desk, Queue
from t2s_pipeline.asking.server import build_app
from t2s_pipeline.asking.serving import listening, server_of
from t2s_pipeline.asking.way import Way
from t2s_pipeline.config import RolloutConfig, SandboxConfig
from t2s_pipeline.evaluation.verifier import open_verifier
from t2s_pipeline.generation.scripted import ScriptedBackend

LIMITS = SandboxConfig(timeout_seconds=0.3, max_rows=20_000, max_bytes=4_000_000, memory_mb=160, workers=1)
ONLINE = RolloutConfig(max_turns=2, repair_scope="online", feedback_detail="minimal")
SAMPLED = replace(ONLINE, num_samples=5, temperature=0.7)
TABLES = """
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL);
CREATE TABLE customer (id INTEGER PRIMARY KEY, city TEXT);
INSERT INTO item VALUES (1, 'pen', 1.5), (2, 'ink', 4), (3, NULL, 0.5);
INSERT INTO customer VALUES (1, 'Lima');
"""


def make_database(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(TABLES)
    return path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_database(tmp_path / "databases" / "shop.sqlite")


@pytest.fixture(scope="session")
def verifier():
    with open_verifier(LIMITS) as verifier:
        yield verifier


@pytest.fixture
def asker(verifier) -> Callable[..., Asker]:
    """`asker(script, settings)`: `script` is an answer, or a function of prompt and sample."""

    def make(script: Any, settings: RolloutConfig = ONLINE, adapter: str | None = None, **options: Any) -> Asker:
        written = script if callable(script) else lambda *_: script
        way = Way("written", adapter, settings)
        return Asker(ScriptedBackend(written, **options), verifier, way, LIMITS)

    return make


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Client:
    """Asks a server over HTTP, byte by byte where it must."""

    def __init__(self, port: int) -> None:
        self.port = port

    def request(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            text = response.read().decode()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, text)

    def ask(self, question: Any, db: Any = "shop.sqlite", **more: Any) -> Reply:
        body = json.dumps({"db": db, "question": question, **more})
        return self.request("POST", "/ask", body, {"content-type": "application/json"})


@contextmanager
def serving(asker: Asker, folders: list[Path], queue: Queue | None = None) -> Iterator[Client]:
    """A real server on a free port, asked by that asker."""
    with listening("127.0.0.1", 0) as opened, closing(Desk(asker, queue or Queue())) as desk:
        server = server_of(build_app(desk, DatabaseFolders(folders), ["127.0.0.1"]))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
        thread.start()
        try:
            yield Client(opened.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()

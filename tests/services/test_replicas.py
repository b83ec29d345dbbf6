"""The `openai` back end on two model servers behind docker/replicas.conf, of which one goes away."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.openai import OpenAiBackend
from t2s_pipeline.generation.protocol import GenerationRequest, Sampling
from t2s_pipeline.prompts.render import initial_prompt
from tests.generation.model_server import ModelServer
from tests.graph.conftest import REPOSITORY
from tests.services.test_postgres import free_port, wait_for

SAMPLED = Sampling(temperature=0.7, max_new_tokens=32, seed=13)


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ModelServer]]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    made = [ModelServer(seconds=0.05) for _ in range(2)]
    with made[0], made[1]:
        yield made


@pytest.fixture
def endpoint(servers: list[ModelServer], tmp_path: Path) -> Iterator[str]:
    """The base_url of the two; the hosts and the port of the file alone are others."""
    nginx = shutil.which("nginx", path="/usr/sbin") or shutil.which("nginx")
    if nginx is None:
        pytest.skip("no nginx here; Debian: apt-get install nginx-light")
    port, text = free_port(), (REPOSITORY / "docker" / "replicas.conf").read_text()
    for host, server in zip(("gpu-1:8000", "gpu-2:8000"), servers, strict=True):
        assert host in text
        text = text.replace(host, server.base_url.split("/")[2])
    (tmp_path / "replicas.conf").write_text(text.replace("127.0.0.1:8080", f"127.0.0.1:{port}"))
    command = [nginx, "-p", str(tmp_path), "-c", str(tmp_path / "replicas.conf"), "-e", "stderr"]
    with open(tmp_path / "log", "w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(lambda: listens(port), 20, (tmp_path / "log").read_text)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(base_url: str) -> list[str]:
    model = ModelConfig(backend="openai", base_url=base_url, served_model="tiny", concurrency=8, retry_seconds=1.0)
    requests = [GenerationRequest(initial_prompt("Table t: a INTEGER", f"question {n}"), 0) for n in range(24)]
    return [completion.text for completion in OpenAiBackend(model).generate(requests, SAMPLED)]


def test_both_answer_and_one_goes_on_alone(servers: list[ModelServer], endpoint: str) -> None:
    said = answers(endpoint)
    shares = [len(server.seen) for server in servers]
    assert sum(shares) == len(said) and min(shares) >= len(said) // 4
    assert answers(servers[0].base_url) == said, "what is answered depends on who answers"
    servers[1].__exit__()
    assert answers(endpoint) == said

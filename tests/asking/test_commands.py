"""`t2s ask` and `t2s serve` as they are typed: with the embedded model, and as a process of its own."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.asking.conftest import Client
from tests.asking.test_whole_file import state

PROJECT = '[models.nano]\npath = "builtin:nano"\n[models.file]\nbackend = "replay"\npredictions = "x.txt"\n'
EXPERIMENT = (
    'description = "For questions"\n[evaluation]\ndataset = "none"\n[datasets.none]\n[arms.base]\nmodel = "nano"\n'
)
pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    (tmp_path / "dagster_project.toml").write_text(PROJECT)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "demo.toml").write_text(EXPERIMENT)
    return tmp_path


def test_the_embedded_model_answers_at_the_terminal(t2s, shop, project):
    before = state(shop.parent)
    asked = t2s("ask", "How many items are there?", "--db", str(shop), "--samples", "2", "--turns", "1", "--json")
    answer = json.loads(asked.out)
    assert (answer["model"], answer["turns"][0]["vote"]["samples"]) == ("nano", 2)
    assert asked.code == (0 if answer["answered"] else 1)
    assert answer["turns"][0]["sql"], "the embedded model writes SQL, right or wrong"
    assert state(shop.parent) == before
    assert not (project / "data" / "stores").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "none"], "no such model; experiment demo has nano, file"),
        (["--model", "file"], "is a file of predictions"),
        (["--arm", "none"], "no such arm; experiment demo has base"),
        (["-e", "none"], "no such experiment"),
        (["--db", "nowhere.sqlite"], "nowhere.sqlite: No such file"),
    ],
)
def test_what_cannot_be_asked_is_one_line(t2s, shop, arguments, said):
    asked = t2s("ask", "How many?", "--db", str(shop), *arguments)
    assert (asked.code, asked.out) == (1, "")
    assert said in asked.err and "Traceback" not in asked.err


def test_a_server_that_cannot_be_is_one_line(t2s, shop):
    assert "no such folder" in t2s("serve", str(shop.parent / "none")).err
    assert "cannot listen there" in t2s("serve", str(shop.parent), "--host", "192.0.2.1", "--port", "0").err


def test_the_server_starts_answers_and_ends_when_it_is_told_to(project, shop):
    command = [sys.executable, "-m", "t2s_pipeline.cli", "serve", str(shop.parent), "--port", "0"]
    command += ["--host", "127.0.0.1", "--allow-host", "shop.example", "--seconds", "30", "--places", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            line = server.stderr.readline()
            port = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/ answers questions about 1 database;.*\n", line)
            assert port, line + server.stderr.read()
            client = Client(int(port[1]))
            assert client.request("GET", "/databases").json["databases"] == ["shop.sqlite"]
            named = [client.request("GET", "/databases", headers={"Host": host}) for host in ("shop.example", "other")]
            assert [reply.status for reply in named] == [200, 421]
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) == 128 + signal.SIGTERM
            assert server.stderr.read() == ""
        finally:
            server.kill()

"""The server over real HTTP: what it answers, what it refuses, and that it says nothing of the machine."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from t2s_pipeline.asking import server
from t2s_pipeline.asking.databases import DatabaseFolders
from t2s_pipeline.asking.desk import Queue
from t2s_pipeline.asking.way import AskError
from t2s_pipeline.generation.protocol import GenerationError
from tests.asking.conftest import SAMPLED, Client, make_database, serving
from tests.asking.test_whole_file import state, write_ahead

COUNT = "SELECT count(*) FROM item"
JSON = {"content-type": "application/json"}
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_database(tmp_path_factory.mktemp("served") / "databases" / "shop.sqlite").parent


@pytest.fixture
def client(asker, folder):
    with serving(asker(COUNT, SAMPLED, adapter="sft"), [folder]) as client:
        yield client


def test_a_question_is_answered_as_at_the_terminal(client, folder):
    before = state(folder)
    reply = client.ask("How many items are there?")
    assert reply.status == 200 and reply.headers["content-type"] == "application/json"
    answer = reply.json
    assert (answer["answered"], answer["sql"], answer["result"]["rows"]) == (True, COUNT, [[3]])
    assert (answer["confidence"], answer["database"], answer["adapter"]) == (1.0, "shop.sqlite", "sft")
    assert [turn["status"] for turn in answer["turns"]] == ["ok"]
    assert state(folder) == before
    assert client.request("GET", "/databases").json == {
        "databases": ["shop.sqlite"],
        "model": "written",
        "adapter": "sft",
    }


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        ("{", JSON, 400, "Invalid JSON"),
        (b"\xff{}", JSON, 400, "Invalid JSON"),
        ("[" * 30_000, JSON, 400, "recursion limit"),
        ('{"db": "shop.sqlite", "question": "\\ud800"}', JSON, 400, "Invalid JSON"),
        ("[]", JSON, 422, "object"),
        ('{"db": "shop.sqlite"}', JSON, 422, "question: Field required"),
        ('{"db": "shop.sqlite", "question": 7}', JSON, 422, "question: Input should be a valid string"),
        ('{"db": null, "question": "a"}', JSON, 422, "db: Input should be a valid string"),
        ('{"db": "shop.sqlite", "question": "a", "sql": "DROP TABLE item"}', JSON, 422, "sql: Extra inputs"),
        ('{"db": "shop.sqlite", "question": ""}', JSON, 422, "at least 1 character"),
        ('{"db": "shop.sqlite", "question": " \\n"}', JSON, 422, "question: the question is empty"),
        (json.dumps({"db": "shop.sqlite", "question": "a" * 2_001}), JSON, 422, "at most 2000 characters"),
        ('{"db": "shop.sqlite", "question": "a"}', {"content-type": "text/plain"}, 415, "application/json"),
        ("db=shop.sqlite&question=a", {"content-type": "application/x-www-form-urlencoded"}, 415, "application/json"),
        (" " * (server.MAX_BODY + 1), JSON, 413, "32,768 bytes"),
        (iter([b" " * 20_000] * 3), JSON, 413, "32,768 bytes"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, (str, int)) else type(value).__name__,  # no address in it
)
def test_a_request_that_is_not_as_the_schema_says_is_told_why(client, body, headers, status, said):
    reply = client.request("POST", "/ask", body, headers)
    assert (reply.status, said in reply.json["error"]) == (status, True), reply.text
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "name",
    ["../databases/shop.sqlite", "./shop.sqlite", "/etc/passwd", "shop.sqlite\0", "shop", "SHOP.SQLITE", "..", "%2e%2e",
     "shop.sqlite?mode=rw", "file:shop.sqlite", ":memory:", "shop.sqlite-wal"],
)  # fmt: skip
def test_no_name_leads_out_of_the_folders(client, folder, name):
    for asked in (name, str(folder / name)):
        reply = client.ask("How many?", db=asked)
        assert (reply.status, reply.json) == (404, {"error": "no such database; GET /databases lists those there are"})


def test_other_methods_and_paths_are_refused(client):
    for method, path, status in [
        ("GET", "/ask", 405), ("PUT", "/ask", 405), ("DELETE", "/databases", 405), ("POST", "/databases", 405),
        ("GET", "/../etc/passwd", 404), ("GET", "/shop.sqlite", 404), ("GET", "//databases", 404),
    ]:  # fmt: skip
        reply = client.request(method, path)
        assert (reply.status, set(reply.json)) == (status, {"error"})


def test_a_page_of_another_name_that_leads_here_gets_nothing(client):
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "127.0.0.1@evil.example"):
        reply = client.request("GET", "/databases", headers={"host": host})
        assert reply.status in (400, 421) and "shop" not in reply.text
    assert client.request("GET", "/databases", headers={"host": "127.0.0.1:9"}).status == 200


def test_every_answer_forbids_guessing_framing_and_keeping(client):
    for reply in (client.ask("a"), client.request("GET", "/"), client.request("GET", "/none"), client.ask("a", db="x")):
        assert reply.headers["x-content-type-options"] == "nosniff" and reply.headers["x-frame-options"] == "DENY"
        assert reply.headers["cache-control"] == "no-store" and "server" not in reply.headers
        assert not any(name.startswith("access-control") for name in reply.headers)


def test_an_answer_that_fails_is_an_answer(asker, folder):
    with serving(asker("DELETE FROM item"), [folder]) as client:
        reply = client.ask("Delete everything")
    answer = reply.json
    assert (reply.status, answer["answered"], answer["result"]) == (200, False, None)
    assert (answer["status"], answer["error"]) == ("not_a_query", "not allowed: DELETE item")
    assert "not allowed: DELETE item" in answer["turns"][0]["feedback"]


def test_names_cells_and_questions_are_text(asker, tmp_path):
    """What the page puts in is text (see also the page's own tests); the answer is JSON that no browser takes for HTML."""
    path = tmp_path / "databases" / "a <b>&.sqlite"
    make_database(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f'CREATE TABLE "{HOSTILE}" ("{HOSTILE}" TEXT)')
        db.execute(f'INSERT INTO "{HOSTILE}" VALUES (?)', (HOSTILE,))
        db.commit()
    with serving(asker(f'SELECT * FROM "{HOSTILE}"'), [path.parent]) as client:
        reply = client.ask(HOSTILE, db="a <b>&.sqlite")
        page = client.request("GET", "/")
    answer = reply.json
    assert (answer["question"], answer["result"]["columns"], answer["result"]["rows"]) == (
        HOSTILE,
        [HOSTILE],
        [[HOSTILE]],
    )
    assert HOSTILE in answer["tables"] and reply.headers["content-type"] == "application/json"
    assert "alert" not in page.text and "a <b>" not in page.text


def test_the_page_holds_no_way_to_html_and_its_policy_lets_no_other_script_run(client):
    reply = client.request("GET", "/")
    script = re.search(r"<script>(.*?)</script>", reply.text, re.DOTALL)[1]
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        "setAttribute",
        "href",
    ):
        assert way not in script
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'sha256-" in policy
    assert not re.search(r"https?://", reply.text) and 'name="viewport"' in reply.text
    assert "color-scheme: light dark" in reply.text


def test_nothing_tells_where_the_files_are(asker, tmp_path, caplog):
    folder = tmp_path / "databases"
    make_database(folder / "shop.sqlite")
    damaged = make_database(folder / "damaged.sqlite")
    damaged.write_bytes(damaged.read_bytes()[:100] + b"\xff" * 5000)
    with closing(sqlite3.connect(folder / "empty.db")) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA user_version = 1")
        db.commit()

    def script(prompt, _):
        if "broken" in prompt.messages[-1].content:
            raise GenerationError(f"{tmp_path}/weights: gone")
        if "defect" in prompt.messages[-1].content:
            raise ZeroDivisionError(str(tmp_path))
        return "SELECT * FROM pragma_database_list"

    with serving(asker(script), [folder]) as client:
        replies = {
            200: client.ask("Where are you?"),
            409: client.ask("How many?", db="damaged.sqlite"),
            422: client.ask("How many?", db="empty.db"),
            502: client.ask("broken"),
            500: client.ask("defect"),
        }
        assert client.ask("And then?").status == 200
    assert {status: reply.status for status, reply in replies.items()} == {status: status for status in replies}
    assert replies[200].json["status"] == "denied"
    assert not any(str(tmp_path) in reply.text or "databases/" in reply.text for reply in replies.values())
    assert f"{tmp_path}/weights: gone" in caplog.text and "damaged.sqlite" in caplog.text


def test_a_writer_s_log_is_read_and_left_alone(asker, tmp_path):
    path = make_database(tmp_path / "live" / "shop.sqlite")
    with closing(write_ahead(path)):
        before = state(path.parent)
        with serving(asker(COUNT), [path.parent]) as client:
            assert client.ask("How many?").json["result"]["rows"] == [[4]]
        assert state(path.parent) == before


def test_who_finds_no_place_or_waits_too_long_is_told(asker, folder):
    """One question is being answered, slowly, and one waits: the third is sent away. Neither outlives its deadline, the
    one is not asked for its repair, and the other not at all."""
    asked, go = [], threading.Event()

    def script(prompt, _):
        asked.append(prompt.messages[-1].content)
        go.wait(10)
        return COUNT if "Afterwards?" in asked[-1] else "SELECT nothing"

    asker(COUNT).ask("Are you there?", folder / "shop.sqlite")  # the sandbox's worker starts outside of the deadline
    with serving(asker(script), [folder], Queue(places=2, seconds=2.0)) as client:
        replies = []
        threads = [threading.Thread(target=lambda: replies.append(client.ask("Now?"))) for _ in range(2)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        while time.monotonic() < began + (0.5 if asked else 5):
            time.sleep(0.01)
        busy = client.ask("Too many?")
        for thread in threads:
            thread.join()
        assert [reply.status for reply in replies] == [504, 504] and "within 2 s" in replies[0].json["error"]
        assert (busy.status, busy.headers["retry-after"]) == (503, "5")
        go.set()
        deadline = time.monotonic() + 20
        while (reply := client.ask("Afterwards?")).status != 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert reply.status == 200
        assert ["Now?" in prompt for prompt in asked].count(True) == 1


def test_a_body_that_does_not_come_is_not_waited_for(asker, folder, monkeypatch):
    monkeypatch.setattr(server, "BODY_SECONDS", 0.2)
    with (
        serving(asker(COUNT), [folder]) as client,
        closing(socket.create_connection(("127.0.0.1", client.port), timeout=10)) as connection,
    ):
        head = "POST /ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 408")


def test_a_head_without_end_is_refused(client: Client):
    with closing(socket.create_connection(("127.0.0.1", client.port), timeout=10)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-long: " + b"a" * 100_000)
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_the_folders_list_sqlite_files_and_nothing_else(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for path in (
        one / "a.sqlite",
        one / "b/b.db",
        two / "c.sqlite3",
        one / "x/y/deep.sqlite",
        one / ".hidden.db",
        tmp_path / "out.db",
    ):
        make_database(path)
    (one / "text.sqlite").write_text("SQLite? no")
    (one / "folder.db").mkdir()
    (one / "leads_out.db").symlink_to(tmp_path / "out.db")
    (one / "leads_in.db").symlink_to(one / "a.sqlite")
    (one / os.fsdecode(b"\xff.db")).write_bytes((one / "a.sqlite").read_bytes())
    assert list(DatabaseFolders([one]).listed()) == ["a.sqlite", "b/b.db", "leads_in.db"]
    both = DatabaseFolders([one, two])
    assert list(both.listed()) == ["one/a.sqlite", "one/b/b.db", "one/leads_in.db", "two/c.sqlite3"]
    assert both.path("two/c.sqlite3") == two / "c.sqlite3"
    with pytest.raises(AskError, match="no such folder"):
        DatabaseFolders([one / "none"])
    with pytest.raises(AskError, match="told apart by their names"):
        DatabaseFolders([one, tmp_path / "else" / ".." / "one"])

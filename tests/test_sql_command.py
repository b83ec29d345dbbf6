"""`t2s sql`: one query, a file of them, and a conversation at a prompt."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.table_definitions import TRAINING_STEPS
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.conftest import Result

EXPERIMENT = 'description = "Nothing but its data folder"'


def publish(warehouse: Warehouse, values: list[float], fingerprint: str) -> None:
    rows = [
        {"experiment": "demo", "adapter": "sft", "step": n, "metric": "loss", "epoch": 0.0, "value": value}
        for n, value in enumerate(values)
    ]
    with warehouse.lock():
        warehouse.publish(TableRef("training_steps", "demo", "sft"), TRAINING_STEPS.to_arrow(rows), fingerprint, {})
        rebuild_catalog(warehouse)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    monkeypatch.delenv("OUTPUT_ROOT", raising=False)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text("")
    (tmp_path / "experiments" / "demo.toml").write_text(EXPERIMENT)
    publish(Warehouse(tmp_path / "data"), [1.0, 0.5], "a" * 32)
    return tmp_path


@pytest.fixture
def t2s(project: Path, t2s: Callable[..., Result]) -> Callable[..., Result]:
    return partial(t2s, "sql")


def test_one_query_as_the_argument_or_by_c(t2s) -> None:
    query = "SELECT count(*) + 40 AS steps FROM training_steps"
    for words in ([query], ["-c", query]):
        code, out, _ = t2s(*words)
        assert code == 0 and "steps" in out and "42" in out
    code, _, err = t2s(query, "-c", query)
    assert code == 1 and err == "t2s: give one query: as the argument, or by -c\n"


def test_csv_has_every_row_and_several_statements_each_their_own(t2s) -> None:
    code, out, _ = t2s("--csv", "SELECT range AS n FROM range(3); SELECT 'a,b' AS text")
    assert (code, out.splitlines()) == (0, ["n", "0", "1", "2", "text", '"a,b"'])


def test_macros_are_there(t2s) -> None:
    code, out, _ = t2s("--csv", "-c", "SELECT round(exact_mcnemar(0, 6), 4) AS p, wilson_low(0, 10) AS low")
    assert (code, out.splitlines()) == (0, ["p,low", "0.0313,0.0"])


def test_nothing_is_written_and_an_error_is_a_message(t2s) -> None:
    for query in ("CREATE TABLE mine (a INT)", "DROP VIEW examples", "SELECT nothing", "SELEC 1"):
        code, _, err = t2s(query)
        assert code == 1 and err.startswith("t2s: ") and "Traceback" not in err


def test_a_copy_goes_where_the_user_may_write(t2s, tmp_path) -> None:
    """docs/sql.md says so: nothing but the catalogue is closed to a statement."""
    file = tmp_path / "steps.csv"
    assert t2s(f"COPY (SELECT step, value FROM training_steps ORDER BY step) TO '{file}'")[0] == 0
    assert file.read_text().splitlines() == ["step,value", "0,1.0", "1,0.5"]


def test_a_file_of_statements_and_commands(t2s) -> None:
    typed = """-- a comment; with a semicolon
SELECT ';' AS quoted;
.schema training_steps
.schema flips
.tables
.macros
CREATE TEMP TABLE kept AS SELECT 7 AS seven;
SELECT seven
FROM kept
"""
    code, out, err = t2s(typed=typed)
    assert code == 0, err
    assert "quoted" in out and "value (double)" in out and "seven" in out
    assert "flips(of_experiment, first_arm, second_arm)" in out and "gold_features" in out
    assert t2s(typed="SELECT 1;\n.quit\nSELECT nothing;\n")[0] == 0
    code, out, err = t2s(typed=".nothing\nSELECT 41;\n")
    assert code == 1 and "no command '.nothing'" in err and "41" not in out
    assert "no table or macro 'nothing'" in t2s(typed=".schema nothing\n")[2]


def test_a_conversation_sees_what_is_published_in_between(project) -> None:
    """At a terminal: several lines, an error, a publication by somebody else, a temporary table that stays."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-c", "from t2s_pipeline.cli import main; main()", "sql", "--csv"]
    shell = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env={**os.environ, "TERM": "dumb"}, cwd=project
    )
    os.close(follower)
    try:
        _until(leader, "t2s> ")
        assert "no_such" in _typed(leader, "SELECT no_such;")
        os.write(leader, b"SELECT count(*) + 40 AS steps\n")
        assert "t2s> " not in _until(leader, "...> ")  # the statement goes on
        assert "42" in _typed(leader, "FROM training_steps;")
        _typed(leader, "CREATE TEMP TABLE kept AS SELECT 7 AS seven;")
        publish(Warehouse(project / "data"), [1.0, 0.5, 0.2], "b" * 32)
        assert "43" in _typed(leader, "SELECT count(*) + 40 AS steps FROM training_steps;")
        assert "77" in _typed(leader, "SELECT seven * 11 AS product FROM kept;")
        assert "a prompt" not in _typed(leader, ".help")
        os.write(leader, b".quit\n")
        assert shell.wait(30) == 0
    finally:
        shell.kill()
        shell.wait()
        os.close(leader)
    assert "FROM training_steps;" in (project / "data" / ".sql_history").read_text()


def _typed(terminal: int, line: str) -> str:
    """What a line that is typed comes to, without the line's own echo."""
    os.write(terminal, f"{line}\n".encode())
    return _until(terminal, "t2s> ").replace(line, "")


def _until(terminal: int, prompt: str) -> str:
    text, deadline = "", time.monotonic() + 60
    while not text.endswith(prompt):
        assert time.monotonic() < deadline, f"no {prompt!r} after {text!r}"
        if select.select([terminal], [], [], 1)[0]:
            text += os.read(terminal, 65_536).decode()
    return text

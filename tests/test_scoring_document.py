"""The examples of docs/evaluation.md do what they say, from Python and from the command line."""

from __future__ import annotations

import doctest
import re
import shlex
import sqlite3
import sys
from pathlib import Path

import pytest

from t2s_pipeline.cli import main
from t2s_pipeline.evaluation.score_rows import COLUMNS, COMPARISON_COLUMNS

DOCUMENT = Path(__file__).parents[1] / "docs" / "evaluation.md"
_BLOCK = re.compile(r"^```(?P<kind>python|console)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str, mark: str) -> list[str]:
    """The blocks of a kind whose first line begins with `mark`."""
    found = _BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
    return [code for language, code in found if language == kind and code.startswith(mark)]


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the document describes, as the working folder."""
    for name in ("SPIDER_ROOT", "T2S_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "database" / "shop").mkdir(parents=True)
    with sqlite3.connect(tmp_path / "database" / "shop" / "shop.sqlite") as connection:
        connection.executescript(
            "CREATE TABLE item (name TEXT, price REAL); INSERT INTO item VALUES ('pen', 1.5), ('ink', 4.0), ('pad', 0.5);"
        )
    connection.close()
    return tmp_path


def test_the_python_examples(folder):
    names: dict[str, object] = {}
    examples = blocks("python", ">>>")
    assert len(examples) == 5
    runner = doctest.DocTestRunner()
    for code in examples:
        test = doctest.DocTestParser().get_doctest(code, names, DOCUMENT.name, DOCUMENT.name, 0)
        runner.run(test, clear_globs=False)
        names = test.globs
    assert runner.summarize(verbose=False).failed == 0


def test_the_commands(folder, monkeypatch, capsys):
    ran = []
    for command, printed in [pair for block in blocks("console", "$") for pair in commands(block)]:
        program, *arguments = shlex.split(command)
        ran.append(program)
        if program == "cat":
            (folder / arguments[0]).write_text(printed)
            continue
        monkeypatch.setattr(sys, "argv", [program, *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        assert not exit_.value.code
        assert capsys.readouterr().out == printed, command
    assert ran == ["cat", "cat", "t2s", "cat", "t2s", "t2s"]


def test_every_column_of_the_rows_is_described():
    section = DOCUMENT.read_text(encoding="utf-8").partition("\n## The rows\n")[2].partition("\n## ")[0]
    of_score, _, of_comparison = section.partition("\n`t2s compare --rows` ")
    for text, columns in ((of_score, COLUMNS), (of_comparison, COMPARISON_COLUMNS)):
        assert set(columns) <= set(re.findall(r"`(\w+)`", text))

"""What the documents tell to type can be typed, and a test runs it: commands, options, SQL, TOML and Python.

Every `t2s` line is parsed by the real command line, with the experiments, arms and adapters that are there; and for each
command and option that a document names, `T2S`, `BELOW` or `OTHER` names the test that runs it. What no test runs, for
want of a network, a GPU or hours, is in `NOT_RUN` with that reason. The outputs that docs/evaluation.md shows are
compared by tests/test_scoring_document.py.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import tomllib
from functools import cache
from pathlib import Path

import click
import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.cli import app
from t2s_pipeline.commands.argument_help import command_line
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.warehouse import Warehouse
from tests.documents import ROOT, Block, Command, blocks, commands

FILLED_IN = {"NAME", "FILE", "FOLDER", "ID", "EXAMPLE", "ARCHIVE", "ADAPTER", "EXPERIMENT"}
OF_THE_READER = {"mine", "second", "my_experiment", "shop"}
"""Experiments that a document tells to make; `mine` is a copy of `demo`, `second` of `onboarding`."""

T2S = {
    "accept": ("tests/reports/test_gate.py", "tests/graph/test_failed_checks.py", "tests/test_cli.py"),
    "ask": ("tests/asking",),
    "catalog": ("tests/graph/test_ghosts.py",),
    "compare": ("tests/test_cli.py", "tests/test_scoring_document.py"),
    "data check": ("tests/test_cli.py",),
    "data spider": ("tests/test_cli.py",),
    "demo": (".ci/run",),
    "experiments": ("tests/test_cli.py",),
    "export": ("tests/export/test_export.py",),
    "model fetch": ("tests/generation/test_hub.py",),
    "new-experiment": ("tests/test_new_experiment.py",),
    "prune": ("tests/generation/test_store_commands.py",),
    "push": ("tests/training/test_push.py",),
    "report": ("tests/reports/test_report_command.py",),
    "results": ("tests/test_cli.py",),
    "run": ("tests/graph/test_whole_graph.py", "tests/graph/test_what_runs_again.py", "tests/graph/conftest.py"),
    "score": ("tests/test_cli.py", "tests/test_scoring_document.py"),
    "serve": ("tests/asking",),
    "size": ("tests/sizing",),
    "sql": ("tests/test_sql_command.py",),
    "store": ("tests/generation/test_store_commands.py",),
    "trace": ("tests/export/test_trace.py",),
}
"""A command of t2s, and the tests that run it as it is typed: every option that a document names stands there."""
BELOW = {
    "merge": "tests/training/test_merge.py",
    "merge --dtype": "tests/training/test_merge.py",
    "run --dry": "tests/dry_run/test_dry_run.py",
    "run --ray": "tests/services/test_ray.py",
}
"""Commands and options of which the function behind them is run, not the command line."""

OTHER = {
    "make demo": ".ci/run",
    "make test": ".ci/run",
    "make test-services": ".ci/run",
    "make test-vllm": ".ci/run",
    "make test-house": "tests/budget.py",
    "make lint": "tests/house/test_house.py",
    "make ui": "tests/services/test_page.py",
    "make venv": ".ci/run",
    "python -m tests.test_code_versions": "tests/test_code_versions.py",
    "python -m t2s_pipeline.cookbook": "tests/graph/test_cookbook.py",
    "python -m t2s_pipeline.data_dictionary": "tests/test_data_dictionary.py",
    "python -m t2s_pipeline.shown_answers": "tests/graph/test_cookbook.py",
    "python -m t2s_pipeline.training": "tests/training/test_launch.py",
    "python -m pytest": "Makefile",
}
"""A command of make or python, and what runs it or the function that it calls."""
NOT_RUN = {
    "make screenshots": "it writes the images that are committed; tests/services/test_page.py tests what it opens",
    "make soak": "as many seconds as one likes",
    "make results": "hours; its two commands are those of any experiment",
    "make results-NAME": "hours; the same",
    "python -m venv": "an environment of its own, for which a network is needed",
    "python -m vllm.entrypoints.openai.api_server": "vLLM's own; tests/services/test_vllm.py starts it where vLLM is",
    "python benchmarks/": "minutes and a quiet machine: they measure",
    "python -m t2s_pipeline.nano.pretrain": "hours: it makes the embedded model",
}
ROOT_COMMAND = command_line(app)


def parsed(command: Command) -> tuple[str, dict[str, object]]:
    """A whole command as the command line reads it: its name and its values. Raises click.UsageError."""
    at, name, context, words = ROOT_COMMAND, "", None, list(command.words[1:])
    while isinstance(at, click.Group):
        context = click.Context(at, parent=context, info_name=name)
        found, at, words = at.resolve_command(context, words)
        name = f"{name} {found}".strip()
    return name, at.make_context(name, words, parent=context).params


def looked_up(command: Command) -> tuple[str, click.Command]:
    """The command of t2s that a sentence names. Raises LookupError."""
    at, name = ROOT_COMMAND, []
    for word in command.words[1:]:
        if isinstance(at, click.Group):
            if word not in at.commands:
                raise LookupError(f"{command.where}: t2s {word}: no such command")
            at = at.commands[word]
            name.append(word)
    return " ".join(name), at


def wrong_options(command: Command) -> list[str]:
    """Options of a named command that it does not have."""
    _, found = looked_up(command)
    known = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return [option for option in command.options if option not in known]


def value_after(command: Command, *options: str) -> list[str]:
    return [after for word, after in zip(command.words, command.words[1:], strict=False) if word in options]


def words_in(path: Path) -> set[str]:
    """The words of a file's texts in double quotes, and of all that is no Python; of a folder, those of its files."""
    if path.is_dir():
        return set().union(*map(words_in, path.glob("*.py")))
    text = path.read_text(encoding="utf-8")
    texts = re.findall(r'"([^"\n]*)"', text) if path.suffix == ".py" else [text]
    return {word for text in texts for word in text.split()}


def key_of(command: Command) -> str:
    """By which OTHER and NOT_RUN know a command."""
    if command.words[1:2] == ("-m",):
        return " ".join(command.words[:3])
    if command.words[0] == "make" and command.words[1].startswith("results-"):
        return "make results-NAME"
    return "python benchmarks/" if command.words[1].startswith("benchmarks/") else " ".join(command.words[:2])


def imported(code: str) -> list[tuple[str, str]]:
    """What a text of Python imports from here: module and name."""
    return [
        (node.module, alias.name)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.split(".")[0] in ("t2s_pipeline", "examples")
        for alias in node.names
    ]


OURS = [command for command in commands() if command.words[0] == "t2s"]
WHOLE = [command for command in OURS if command.whole]
OTHERS = [command for command in commands() if command.words[0] != "t2s"]


def test_every_line_of_a_block_is_understood_by_the_command_line():
    assert len(WHOLE) > 50
    for command in WHOLE:
        try:
            parsed(command)
        except click.UsageError as error:
            pytest.fail(f"{command.where}: {' '.join(command.words)}: {error.format_message()}")


def test_every_command_in_a_sentence_is_there_with_its_options():
    for command in OURS:
        assert wrong_options(command) == [], f"{command.where}: {' '.join(command.words)}"


def test_experiments_arms_and_adapters_are_there():
    known = {path.stem for path in (ROOT / "experiments").glob("*.toml")}
    load = cache(lambda name: load_experiment(name, ROOT))
    for command in OURS:
        for name in value_after(command, "-e", "--experiment", "--from"):
            assert name in known | FILLED_IN | OF_THE_READER, f"{command.where}: no experiment {name}"
        experiment = (*value_after(command, "-e"), "demo")[0]
        arms = value_after(command, "--arm")
        adapters = command.words[2:3] if command.whole and command.words[1] in ("push", "merge") else ()
        if experiment in known and (arms or adapters):
            config = load(experiment)
            assert set(arms) <= config.arms.keys(), f"{command.where}: {experiment}: no such arm"
            assert set(adapters) <= config.adapters.keys(), f"{command.where}: {experiment}: no such adapter"


def test_steps_that_are_selected_are_there():
    declared = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "assets").glob("*.py"))
    for command in OURS:
        if command.words[1:2] == ("run",):
            for word in command.words[2:]:
                asset = word.partition("[")[0]
                if re.fullmatch(r"[a-z]+(_[a-z]+)+", asset) and word not in value_after(command, "-e"):
                    assert asset in REPORTS or f'"{asset}"' in declared, f"{command.where}: no step {word}"


def test_a_test_runs_every_command_and_option_of_ours():
    for command in OURS:
        name, _ = looked_up(command)
        assert name in T2S or name in BELOW, f"{command.where}: t2s {name}: which test runs it? (T2S)"
        said = set().union(*(words_in(ROOT / path) for path in T2S.get(name, ())))
        assert name in BELOW or set(name.split()) <= said, f"{command.where}: t2s {name}: its tests do not run it"
        for option in set(command.options) - {"-e"}:  # one declaration for all commands
            below = BELOW.get(f"{name} {option}")
            assert option in said or below, f"{command.where}: t2s {name} {option}: no test of T2S has it, nor BELOW"
            assert option in said or (ROOT / below).is_file(), below


def test_commands_of_make_and_python_are_there_and_run_somewhere():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for command in OTHERS:
        key, where = key_of(command), f"{command.where}: {' '.join(command.words)}"
        assert key in OTHER or key in NOT_RUN, f"{where}: what runs it? (OTHER or NOT_RUN, with the reason)"
        assert key in NOT_RUN or (ROOT / OTHER[key]).is_file(), where
        if command.words[0] == "make":
            assert command.words[1] in targets or command.words[1].startswith(("test-", "results-")), where
        elif command.words[1] != "-m":
            script = (ROOT / command.words[1]).read_text(encoding="utf-8")
            assert all(f'"{option}"' in script for option in command.options), where
        elif command.words[2].startswith("t2s_pipeline"):
            assert importlib.util.find_spec(command.words[2]), where
        elif command.words[2] == "pytest":
            assert all((ROOT / path).exists() for path in command.words[3:] if not path.startswith("-")), where


def test_queries_are_understood(tmp_path):
    """By a warehouse without rows: names of tables, columns and macros."""
    queries = [block.text for block in blocks() if block.language == "sql" and not block.shown_from]
    queries += [word for command in WHOLE if command.words[1] == "sql" for word in command.words[2:] if " " in word]
    warehouse = Warehouse(tmp_path)
    with warehouse.lock():
        rebuild_catalog(warehouse)
    with warehouse.connect() as connection:
        for query in queries:
            connection.execute(f"EXPLAIN {query}").fetchall()
    assert len(queries) > 20


def test_toml_is_toml():
    for block in blocks():
        if block.language == "toml":
            tomllib.loads(block.text)


@pytest.mark.parametrize("source", ["documents", "benchmarks"])
def test_what_is_imported_from_here_is_there(source):
    if source == "documents":
        shown = [b for b in blocks() if b.language == "python" and not b.shown_from and ">>>" not in b.text]
    else:
        shown = [Block(path.name, "python", path.read_text("utf-8")) for path in (ROOT / "benchmarks").glob("*.py")]
    found = {pair: block.where for block in shown for pair in imported(block.text)}
    assert found
    for (name, what), where in found.items():
        module = importlib.import_module(name)
        there = hasattr(module, what) or (hasattr(module, "__path__") and importlib.util.find_spec(f"{name}.{what}"))
        assert there, f"{where}: from {name} import {what}"


def test_what_is_not_there_is_found():
    """Each check on a command that is wrong."""
    with pytest.raises(click.UsageError):
        parsed(Command("here", ("t2s", "trace"), True))
    with pytest.raises(click.UsageError):
        parsed(Command("here", ("t2s", "score", "x.txt", "--rule", "none"), True))
    with pytest.raises(LookupError):
        looked_up(Command("here", ("t2s", "data", "none"), False))
    assert wrong_options(Command("here", ("t2s", "run", "-e", "demo", "--dri"), False)) == ["--dri"]

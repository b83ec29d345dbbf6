"""The project keeps its own rules. What each rule is: `rules.py`; that each can fail: `test_rules.py`."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from t2s_pipeline import config as configuration
from t2s_pipeline.config_loading import experiment_names
from t2s_pipeline.tables import registry
from tests.house import rules

ROOT = Path(__file__).parents[2]

#: Files over 400 lines, each with its reason.
LONG_FILES = {
    "docs/data_dictionary.md": "written from the tables by t2s_pipeline/data_dictionary.py",
    "docs/cookbook.md": "written from the queries and their answers by t2s_pipeline/cookbook.py",
}

#: Pages that `t2s results --page` writes from an experiment's tables: as long as the experiment makes them.
RESULTS_PAGES = "docs/results*.md"

#: Configuration keys that no code reads by name, each with its reason.
UNREAD_KEYS = {
    "PathsConfig.spider_root": "read in config_loading.py, as $SPIDER_ROOT in other paths",
}

#: Folders whose files are data of the project, not source.
DATA_FOLDERS = ("t2s_pipeline/datasets/embedded/", "t2s_pipeline/nano/vocabulary/")
#: Groups of assets on Dagster's page, in the order in which the data flows.
GROUPS = ("data", "schema", "rollouts", "preferences", "reasoning", "training", "star", "evaluation", "reports")
SOURCE_SUFFIXES = (".py", ".sql", ".md", ".toml", ".yaml", ".txt", ".jinja", ".sh")


def _files() -> list[str]:
    """Files of the project: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        pytest.skip("not a git checkout, so which files are the project's is not known")
    return [name for name in result.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def files() -> list[str]:
    return _files()


@pytest.fixture(scope="module")
def sources(files) -> dict[str, str]:
    """Text of every Python file by path, tests left out."""
    folders = ("t2s_pipeline/", "assets/", "resources/")
    return {f: (ROOT / f).read_text() for f in files if f.endswith(".py") and f.startswith(folders)}


@pytest.fixture(scope="module")
def experiments():
    """Dagster's definitions of every experiment of the project."""
    from t2s_pipeline import definitions

    return [getattr(definitions, name) for name in experiment_names()]


@pytest.fixture(scope="module")
def asset_specs(experiments):
    return [spec for defs in experiments for spec in defs.resolve_all_asset_specs()]


def test_only_stage_makes_assets(sources):
    found = [fault for path, text in sources.items() for fault in rules.assets_not_by_stage(path, text)]
    _none(found)


def test_every_asset_has_group_owner_kinds_description_and_code_version(asset_specs):
    assert asset_specs, "no experiment declares an asset"
    _none(rules.asset_faults(asset_specs))


def test_groups_follow_the_flow(asset_specs):
    _none(rules.group_faults(asset_specs, GROUPS))


def test_every_check_has_a_description(experiments):
    specs = [spec for defs in experiments for check in defs.asset_checks or () for spec in check.check_specs]
    assert specs, "no experiment declares a check"
    _none(rules.check_faults(specs))


def test_every_table_and_column_has_a_description():
    _none(rules.table_faults(registry().values()))


def test_every_configuration_key_is_read(sources):
    classes = [c for c in vars(configuration).values() if isinstance(c, type) and dataclasses.is_dataclass(c)]
    shell = tuple(f"t2s_pipeline/config{part}.py" for part in ("", "_loading", "_parsing", "_grid"))
    read = {name for path, text in sources.items() if path not in shell for name in rules.attributes_read(text)}
    unread = rules.unread_keys(classes, read)
    _none([f"{key}: nothing reads it" for key in unread if key not in UNREAD_KEYS])
    _none([f"{key}: its reason is no longer needed" for key in UNREAD_KEYS if key not in unread])


def test_every_sql_file_has_a_fixture_test(files):
    sql = [f for f in files if f.endswith(".sql") and f.startswith("t2s_pipeline/") and not f.startswith(DATA_FOLDERS)]
    tests = {f: (ROOT / f).read_text() for f in files if f.startswith("tests/") and Path(f).name.startswith("test_")}
    reports = [Path(f).name for f in sql if f.startswith("t2s_pipeline/reports/")]
    others = [Path(f).name for f in sql if not f.startswith("t2s_pipeline/reports/")]
    _none(rules.sql_without_test(reports, [t for f, t in tests.items() if f.startswith("tests/reports/")]))
    _none(rules.sql_without_test(others, tests.values()))


def test_no_forbidden_import(sources):
    _none([fault for path, text in sources.items() for fault in rules.forbidden_imports(path, text)])


def test_import_arrows():
    result = subprocess.run([_tool("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-4000:]


def test_no_long_file_without_a_reason(files):
    judged = [f for f in files if f.endswith(SOURCE_SUFFIXES) and not f.startswith(DATA_FOLDERS)]
    judged = [f for f in judged if not fnmatch(f, RESULTS_PAGES)]
    lines = {f: len((ROOT / f).read_text().splitlines()) for f in judged}
    _none(rules.overlong(lines, LONG_FILES))


def test_no_machine_path_or_registry_host(files):
    found = []
    for name in files:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # weights and databases
        found += rules.machine_traces(name, text)
    _none(found)


def test_the_lock_holds_what_the_project_requires():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    requirements = [*project["dependencies"], *extras, "setuptools"]
    _none(rules.lock_faults((ROOT / "requirements.lock").read_text(), requirements))


def test_definitions_load_without_model_libraries():
    program = (
        "import json, sys, time; started = time.perf_counter()\n"
        "from t2s_pipeline import definitions; definitions.defs\n"
        f"heavy = [name for name in {rules.HEAVY!r} if name in sys.modules]\n"
        "seconds = round(time.perf_counter() - started, 2)\n"
        "print(json.dumps({'seconds': seconds, 'cpu_seconds': time.process_time(), 'heavy': heavy}))"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-4000:]
    report = json.loads(result.stdout.splitlines()[-1])
    print(f"definitions loaded in {report['seconds']} s, {report['cpu_seconds']:.1f} s of CPU in all")
    assert report["heavy"] == []
    # 3 s is asked for on a free machine. The whole child's CPU time hardly depends on what else the machine does.
    assert report["cpu_seconds"] < 6


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff(command):
    result = subprocess.run(
        [_tool("ruff"), *command, "--output-format=concise", "."], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, "\n" + result.stdout[-4000:]


def _none(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)

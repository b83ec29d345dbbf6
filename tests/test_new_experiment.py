"""`t2s new-experiment`: what it writes loads, in TOML and in Dagster's workspace, and nothing is written over."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from t2s_pipeline.commands.new_experiment import TAKEN, copied, new_experiment, with_location
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config_loading import experiment_names, load_experiment
from t2s_pipeline.config_parsing import NAME
from t2s_pipeline.files import folder_lock
from tests.conftest import Result

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    (tmp_path / "experiments").mkdir()
    for file in ("dagster_project.toml", "workspace.yaml", "experiments/demo.toml"):
        (tmp_path / file).write_text((ROOT / file).read_text())
    return tmp_path


@pytest.fixture
def t2s(project: Path, t2s: Callable[..., Result]) -> Callable[..., str]:
    def _t2s(*words: str, fails: bool = False) -> str:
        code, said = t2s(*words).told
        assert bool(code) == fails, said
        return said

    return _t2s


def locations(project: Path) -> list[str]:
    entries = yaml.safe_load((project / "workspace.yaml").read_text())["load_from"]
    return [entry["python_module"]["attribute"] for entry in entries]


def test_a_new_experiment_is_one_that_runs(project: Path, t2s) -> None:
    before = (project / "workspace.yaml").read_text()
    said = t2s("new-experiment", "mine")
    assert "t2s run -e mine --plan" in said and "reload the workspace" in said
    assert list(load_experiment("mine").arms) == ["base", "base_repair"]
    assert locations(project) == ["demo", "spider_published", "embedded_grid", "mine"]
    assert (project / "workspace.yaml").read_text().startswith(before)
    whole = re.sub(r"^# (?=\[|\w+ = )|^#$", "", (project / "experiments" / "mine.toml").read_text(), flags=re.MULTILINE)
    (project / "experiments" / "mine.toml").write_text(whole)
    config = load_experiment("mine")  # what stands there as a comment is good, too
    assert list(config.adapters) == ["sft", "sft_dpo"] and config.trains and config.comparisons


def test_a_copy_is_the_same_but_for_what_it_is_called(project: Path, t2s) -> None:
    t2s("new-experiment", "mine", "--from", "demo")
    demo, mine = load_experiment("demo"), load_experiment("mine")
    assert mine.description == "Begun as a copy of demo: say what is other here"
    assert replace(mine, name="demo", description=demo.description) == demo
    assert locations(project)[-1] == "mine"


@pytest.mark.parametrize("source", experiment_names(ROOT))
def test_every_experiment_can_be_copied(source: str) -> None:
    import tomllib

    text = (ROOT / "experiments" / f"{source}.toml").read_text()
    before, after = tomllib.loads(text), tomllib.loads(copied(text, "mine", source))
    assert after.pop("description") != before.pop("description", None) and after == before


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_description_of_several_lines_is_replaced_whole(quotes: str) -> None:
    import tomllib

    text = f"description = {quotes}\nA line.\nAnother.{quotes}  # why\n[evaluation]\ndataset = 'embedded'\n"
    after = tomllib.loads(copied(text, "mine", "demo"))
    assert after == {"description": "Begun as a copy of demo: say what is other here"} | {
        "evaluation": {"dataset": "embedded"}
    }


def test_a_name_by_which_dagster_finds_something_else_is_refused(t2s) -> None:
    import symtable

    module = ROOT / "t2s_pipeline" / "definitions.py"
    own = symtable.symtable(module.read_text(), str(module), "exec").get_symbols()
    meant = {symbol.get_name() for symbol in own if symbol.is_assigned() or symbol.is_imported()}
    assert {name for name in meant if NAME.match(name)} | {"defs"} == TAKEN  # `defs` is made when it is asked for
    assert "'defs' is taken" in t2s("new-experiment", "defs", fails=True)


def test_nothing_is_written_over_and_wrong_names_are_refused(project: Path, t2s) -> None:
    text = (project / "experiments" / "demo.toml").read_text()
    assert "demo.toml is there already" in t2s("new-experiment", "demo", fails=True)
    assert (project / "experiments" / "demo.toml").read_text() == text
    assert "is no name" in t2s("new-experiment", "My-Own", fails=True)
    assert "at most 100 characters" in t2s("new-experiment", "a" * 300, fails=True)
    assert "no such experiment" in t2s("new-experiment", "mine", "--from", "a" * 300, fails=True)
    assert "no such experiment" in t2s("new-experiment", "mine", "--from", "nobody", fails=True)
    assert locations(project) == ["demo", "spider_published", "embedded_grid"]
    assert not (project / "experiments" / "mine.toml").exists()


def test_one_waits_for_another_that_is_at_work(project: Path) -> None:
    new_experiment("first", None)  # what is imported is now
    with ThreadPoolExecutor(1) as pool:
        with folder_lock(project):
            second = pool.submit(new_experiment, "second", None)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        second.result(timeout=30)
    assert locations(project)[3:] == ["first", "second"]


def test_several_at_once_are_all_in_the_workspace(project: Path) -> None:
    names = [f"at_once_{number}" for number in range(12)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: new_experiment(name, None), names))
        one = list(pool.map(lambda _: _refused("the_same"), range(4)))
    assert sorted(locations(project)[3:]) == sorted([*names, "the_same"]) and sorted(one) == [False, True, True, True]


def _refused(name: str) -> bool:
    try:
        new_experiment(name, None)
    except CommandError:
        return True
    return False


def test_a_workspace_of_another_shape_is_left_alone(project: Path, t2s) -> None:
    (project / "workspace.yaml").unlink()
    t2s("new-experiment", "first")
    assert locations(project) == ["first"]
    (project / "experiments" / "first.toml").unlink()
    assert "has it already" in t2s("new-experiment", "first")
    (project / "workspace.yaml").write_text("load_from: []\n")
    assert "attribute: other" in t2s("new-experiment", "other", fails=True)
    assert with_location("load_from:\n- python_file: a.py\n", "x") is None
    assert with_location("load_from:\n  - python_file: a.py\nother: 1\n", "x") is None
    assert yaml.safe_load(with_location("# nothing yet\n", "x"))["load_from"][0]["python_module"]["attribute"] == "x"

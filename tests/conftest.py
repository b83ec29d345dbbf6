"""`t2s` as it is typed, and which line of the test budget a test belongs to: the folders below, `vllm` by its file's
name, and `spider` by its own marker."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from t2s_pipeline.config import ExperimentConfig

# Before torch is imported, and for child processes too: the models here are small, and several threads of theirs only
# wait for each other, the more so where other tests are at work.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How fast a case is drawn or run says something of the machine, not of the code. Half of hypothesis' own number of cases:
# every run draws others, and a property that needs more states so.
settings.register_profile("any machine", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

_FOLDERS = ("house", "graph", "services")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in _FOLDERS:
            item.add_marker("vllm" if item.path.name.startswith("test_vllm") and folder == "services" else folder)


@pytest.fixture
def load_mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ExperimentConfig]:
    """`load_mine(experiment, project)`: the configuration of experiment `mine`, whose text and project's these are."""
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "experiments").mkdir()

    def _load_mine(experiment: str, project: str = "") -> ExperimentConfig:
        from t2s_pipeline.config_loading import load_experiment

        (tmp_path / "dagster_project.toml").write_text(project)
        (tmp_path / "experiments" / "mine.toml").write_text(experiment)
        return load_experiment("mine", tmp_path)

    return _load_mine


class Result(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> tuple[int, str]:
        """Its code, and all that it wrote."""
        return self.code, self.out + self.err


@pytest.fixture
def t2s(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """`t2s("score", "answers.txt")`: the command line in this process; `typed` is its standard input."""

    def _t2s(*words: str, typed: str = "") -> Result:
        from t2s_pipeline.cli import main

        monkeypatch.setattr(sys, "argv", ["t2s", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as end:
            main()
        return Result(end.value.code or 0, *capfd.readouterr())

    return _t2s

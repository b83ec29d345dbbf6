"""A GRPO adapter whose memory starts from the store: what is stored makes it stale, whoever wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.grpo_adapters import grpo_adapters
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.reasoning.store import append_traces

EXPERIMENT = """
[datasets.embedded]
kind = "embedded"

[models.nano]
path = "builtin:nano"

[train]
dataset = "embedded"
model = "nano"

[train.rollouts]
prompt_style = "finer"

[adapters.own]
method = "grpo"
model = "nano"

[adapters.own.grpo]
use_memory = false

[adapters.stored]
method = "grpo"
model = "nano"

[adapters.stored.grpo]
memory_seeds = "store"
"""


def trace(number: int, right: bool) -> dict[str, object]:
    judged = dict.fromkeys(("correct_official", "correct_strict", "train_correct"), right)
    return judged | {
        "trace_id": f"{number:032d}",
        "teacher": "theirs",
        "teacher_fingerprint": "f" * 64,
        "example_id": "toy/train/00001",
        "database_id": "toy/music",
        "thought": f"Think of {number}.",
        "sql": f"SELECT {number}",
    }


def test_a_trace_that_is_verified_makes_the_adapter_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTPUT_ROOT", str(tmp_path / "data"))
    (tmp_path / "dagster_project.toml").write_text("")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "mine.toml").write_text(EXPERIMENT)
    config = load_experiment("mine", tmp_path)
    data = Path(config.paths.data)

    def sources(adapter: str) -> dict[str, object]:
        return grpo_adapters(config).plan(adapter).sources()

    append_traces(data, [trace(1, True)])
    before = {name: sources(name) for name in ("own", "stored")}
    append_traces(data, [trace(2, False)])
    assert {name: sources(name) for name in before} == before
    append_traces(data, [trace(3, True)])
    assert sources("own") == before["own"] and sources("stored") != before["stored"]

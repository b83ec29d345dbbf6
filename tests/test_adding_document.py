"""docs/adding.md: every block of TOML loads, adds the steps that it says, and leaves the others' plans as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.definitions import make_assets_importable

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"```toml\n# (?P<file>\S+)\n(?P<text>.*?)```", re.DOTALL)
BLOCKS = [(m["file"], m["text"]) for m in _BLOCK.finditer((ROOT / "docs" / "adding.md").read_text())]
ADDED = [
    {"dev_examples", "arm_rollouts[base]", "evaluations[base]", "report_method", "report_page"},
    set(),
    set(),
    {"arm_rollouts[published]", "evaluations[base_repair]"},
    {"train_examples", "train_rollouts[00_of_04]", "mined_pairs", "synthetic_pairs", "filtered_pairs[synth20]"},
    {"sft_adapters[sft]", "dpo_adapters[sft_dpo]", "external_adapters[theirs]", "evaluations[theirs]"},
]
"""What the experiment has more after each block."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text((ROOT / "dagster_project.toml").read_text())
    return tmp_path


def planned(name: str) -> dict[str, object]:
    """Every step of the experiment, with what its plan depends on."""
    make_assets_importable()
    from assets.graph import build_stages

    return {
        stage.name + (f"[{step}]" if step else ""): (plan.settings, plan.inputs)
        for stage in build_stages(load_experiment(name))
        for step in stage.steps
        for plan in [stage.plan(step)]
    }


def test_each_block_adds_its_steps_and_leaves_the_others(project: Path) -> None:
    assert len(BLOCKS) == len(ADDED)
    before: dict[str, object] = {}
    for (file, text), added in zip(BLOCKS, ADDED, strict=True):
        with (project / file).open("a") as target:
            target.write(f"\n{text}")
        if not (project / "experiments" / "mine.toml").exists():
            continue
        now = planned("mine")
        assert added <= now.keys() - before.keys(), file
        changed = {step.partition("[")[0] for step in before if step not in now or now[step] != before[step]}
        assert {name for name in changed if not name.startswith("report_")} <= {
            "gold_audit",
            "gold_features",
            "database_catalog",
            "retrieved_schemas",
        }, text
        before = now
    config = load_experiment("mine")
    assert config.adapters["theirs"].path == str(project / "incoming" / "theirs")
    assert {"shop", "embedded"} <= config.datasets.keys() and {"qwen", "published", "nano"} <= config.models.keys()

"""A node makes nothing with other code or another configuration than where it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.definitions import make_assets_importable

make_assets_importable()

from assets.ray_state import NodeState, NodeStateError, _code_digest, check_state, state_here  # noqa: E402

ROOT = Path(__file__).parents[1]


def test_a_node_is_told_what_it_lacks():
    config = load_experiment("demo", ROOT)
    told = state_here(config)
    check_state(told, state_here(load_experiment("demo", ROOT)))
    with pytest.raises(NodeStateError, match="has other code in .* bring both to the same commit"):
        check_state(told, NodeState("another", told.configuration))
    other = replace(config, train=replace(config.train, shards=config.train.shards + 1))
    with pytest.raises(NodeStateError, match="reads another configuration .* experiments/"):
        check_state(told, state_here(other))


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        (lambda root: (root / "assets" / "one.py").write_text("x = 2\n"), True),
        (lambda root: (root / "assets" / "one.py").rename(root / "assets" / "two.py"), True),
        (lambda root: (root / "t2s_pipeline" / "report.sql").write_text("SELECT 2"), True),
        (lambda root: (root / "assets" / "new.py").write_text(""), True),
        (lambda root: (root / "assets" / "__pycache__" / "one.pyc").write_bytes(b"1"), False),
        (lambda root: (root / "README.md").write_text("text"), False),
    ],
)
def test_the_code_is_its_files(tmp_path: Path, change: Callable[[Path], object], noticed: bool):
    for folder in ("assets/__pycache__", "t2s_pipeline", "resources"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "assets" / "one.py").write_text("x = 1\n")
    (tmp_path / "t2s_pipeline" / "report.sql").write_text("SELECT 1")
    before = _code_digest(tmp_path)
    change(tmp_path)
    _code_digest.cache_clear()
    assert (_code_digest(tmp_path) != before) is noticed

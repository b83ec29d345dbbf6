"""What was renamed or removed leaves no rows: at the next run, and by `t2s catalog`, each told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.definitions import build_definitions
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.conftest import Result


@pytest.fixture
def t2s(shop: Path, t2s: Callable[..., Result]) -> Callable[..., str]:
    def _t2s(*words: str, fails: bool = False) -> str:
        code, said = t2s(*words).told
        assert bool(code) == fails, said
        return said

    return _t2s


def leave(shop: Path, *refs: TableRef) -> Warehouse:
    """Live files as earlier runs left them."""
    warehouse = Warehouse(shop / "data")
    for ref in refs:
        warehouse.publish(ref, ref.schema.arrow.empty_table(), "f" * 32, {})
    return warehouse


def test_a_run_that_has_nothing_to_do_still_removes_them(shop: Path) -> None:
    definitions = build_definitions("mine")
    from assets.graph import build_stages
    from assets.walk import run_steps, select_steps

    steps = select_steps(build_stages(load_experiment("mine")), ["dev_examples"])
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_steps(steps, definitions, instance, Warehouse(shop / "data")).done == ["dev_examples"]
        ghost, kept = TableRef("adapters", "mine", "unused"), TableRef("trajectories", "mine", "published")
        theirs = TableRef("trajectories", "other", "gone")
        warehouse, said = leave(shop, ghost, kept, theirs), []
        assert run_steps(steps, definitions, instance, warehouse, say=said.append).done == []
    assert said == ["unlinked adapters/unused: the configuration no longer declares it"]
    assert {ref for ref in warehouse.live_refs() if "examples" not in ref.table} == {kept, theirs}


def test_catalog_removes_them_of_every_experiment_and_forgets_one_that_is_no_more(shop: Path, t2s) -> None:
    kept = TableRef("trajectories", "mine", "published")
    renamed, old = TableRef("trajectories", "other", "renamed"), TableRef("trajectories", "old", "published")
    warehouse = leave(shop, kept, renamed, old)
    said = t2s("catalog", "-e", "mine")
    assert "experiment other: unlinked trajectories/renamed" in said
    assert "experiment old has rows but no file: t2s catalog --forget old" in said
    assert warehouse.live_refs() == [kept, old]
    assert "mine.toml is there; remove it first" in t2s("catalog", "-e", "mine", "--forget", "mine", fails=True)
    for nobody in ("*", "", "ol?", "gone"):
        assert "no experiment of that name has rows" in t2s("catalog", "-e", "mine", "--forget", nobody, fails=True)
        assert warehouse.live_refs(nobody) == []
    assert warehouse.live_refs() == [kept, old]
    assert "experiment old: 1 live names unlinked" in t2s("catalog", "-e", "mine", "--forget", "old")
    assert warehouse.live_refs() == [kept]


def test_an_experiment_that_cannot_be_read_keeps_its_rows(shop: Path, t2s) -> None:
    (shop / "experiments" / "other.toml").write_text("[arms.a]\nmax_turn = 2\n")
    theirs = TableRef("trajectories", "other", "published")
    warehouse = leave(shop, theirs)
    assert "experiment other is left as it is: " in t2s("catalog", "-e", "mine")
    assert warehouse.live_refs() == [theirs]

"""Invariants are shown as Dagster checks: passed where they hold, failed with the reason where they do not."""

from __future__ import annotations

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.graph.conftest import Project
from tests.graph.ready_processes import run_ready


def show_checks() -> None:
    """Print a line a check: its asset, its name, whether it passed, what it says."""
    import dagster as dg

    from t2s_pipeline.definitions import build_definitions

    definitions = build_definitions("small")
    keys = [spec.key for checks in definitions.asset_checks for spec in checks.check_specs]
    result = dg.materialize(
        [*definitions.assets, *definitions.asset_checks],
        selection=dg.AssetSelection.checks(*keys),
        resources=definitions.resources,
        run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
    )
    for found in result.get_asset_check_evaluations():
        print("CHECK", found.asset_key.path[-1], found.check_name, found.passed, found.description or "")


def checks(project: Project) -> dict[tuple[str, str], tuple[str, str]]:
    """(asset, check) -> (passed, description) of every check of the graph."""
    done = run_ready(show_checks, environment=project.environment(), folder=project.folder)
    assert done.code == 0, done.output
    lines = [line.split(" ", 4) for line in done.output.splitlines() if line.startswith("CHECK ")]
    return {(asset, name): (passed, text) for _, asset, name, passed, text in lines}


def test_every_check_passes_on_what_a_run_left(project: Project) -> None:
    shown = checks(project)
    assert set(shown) == {
        ("train_examples", "oracle_is_one"),
        ("train_examples", "nothing_left_out"),
        ("dev_examples", "oracle_is_one"),
        ("dev_examples", "nothing_left_out"),
        ("database_catalog", "databases_unchanged"),
        ("database_catalog", "databases_disjoint"),
        ("train_rollouts", "nothing_left_out"),
        ("filtered_pairs", "caps_hold"),
        ("filtered_pairs", "no_leakage"),
        ("sft_adapters", "adapter_is_whole"),
        ("sft_adapters", "no_leakage"),
        ("dpo_adapters", "adapter_is_whole"),
        ("dpo_adapters", "no_leakage"),
        ("arm_rollouts", "nothing_left_out"),
        ("evaluations", "no_regression"),
    }
    assert {passed for passed, _ in shown.values()} == {"True"}
    assert all(reason for _, reason in shown.values())


def test_what_is_broken_is_named(project: Project) -> None:
    warehouse = Warehouse(project.data)

    def replace(ref: TableRef, change) -> None:
        rows = warehouse.read(ref).to_pylist()
        with warehouse.lock():
            warehouse.publish(ref, ref.schema.to_arrow(change(rows)), "f" * 32, {})
            rebuild_catalog(warehouse)

    replace(TableRef("trajectories", "small", "base"), lambda rows: rows[1:])
    replace(TableRef("examples", "small", "dev"), lambda rows: [*rows[1:], rows[0] | {"gold": "SELECT nothing"}])
    dev = warehouse.read(TableRef("examples", "small", "dev")).to_pylist()[0]
    stolen = {"example_id": dev["example_id"], "database_id": dev["database_id"]}
    replace(
        TableRef("filtered_pairs", "small", "synth20"),
        lambda rows: [row | stolen | ({"origin": "synthetic"} if row["removed_by"] is None else {}) for row in rows],
    )
    shown = checks(project)
    failed = {check for check, (passed, _) in shown.items() if passed == "False"}
    assert failed == {
        ("dev_examples", "oracle_is_one"),
        ("arm_rollouts", "nothing_left_out"),
        ("filtered_pairs", "caps_hold"),
        ("filtered_pairs", "no_leakage"),
        ("dpo_adapters", "no_leakage"),
    }
    assert dev["database_id"] in shown["filtered_pairs", "no_leakage"][1]

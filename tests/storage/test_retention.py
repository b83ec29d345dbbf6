"""Objects that nothing points to: what is removed, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.retention import remove_objects, unneeded_objects
from t2s_pipeline.table_definitions import TRAINING_STEPS
from t2s_pipeline.warehouse import TableRef, Warehouse, WarehouseError

REF = TableRef("training_steps", "mine", "sft")


def publish(warehouse: Warehouse, value: float, ref: TableRef = REF) -> str:
    row = {"experiment": "mine", "adapter": "sft", "step": 1, "metric": "loss", "epoch": 0.0, "value": value}
    with warehouse.lock():
        digest = warehouse.publish(ref, TRAINING_STEPS.to_arrow([row]), f"{value:032}", {})
        rebuild_catalog(warehouse)
    return warehouse.object_name(digest, f"{value:032}")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "data")


def found(warehouse: Warehouse, accepted: set[str] = frozenset(), days: float = -1) -> set[str]:
    return set(unneeded_objects(warehouse, accepted, datetime.now(UTC) - timedelta(days=days)))


def test_what_was_replaced_is_not_needed_and_what_was_accepted_is(warehouse: Warehouse) -> None:
    first, second, third = (publish(warehouse, value) for value in (1.0, 2.0, 3.0))
    assert found(warehouse) == {first, second}
    assert found(warehouse, {second}) == {first}
    assert found(warehouse, days=1) == set()
    with warehouse.lock():
        remove_objects(warehouse, found(warehouse))
    assert list(warehouse.storage.listed("objects")) == [third]
    with warehouse.connect() as connection:
        assert connection.execute("SELECT value FROM training_steps").fetchall() == [(3.0,)]


def test_an_object_with_two_live_names_stays_for_either(warehouse: Warehouse) -> None:
    other = TableRef("training_steps", "mine", "other")
    first = publish(warehouse, 1.0)
    assert publish(warehouse, 1.0, other) == first
    publish(warehouse, 2.0)
    assert found(warehouse) == set()
    publish(warehouse, 2.0, other)
    assert found(warehouse) == {first}


def test_what_is_not_an_object_is_left_alone(warehouse: Warehouse) -> None:
    publish(warehouse, 1.0)
    (warehouse.data / "objects" / "notes.txt").write_text("mine")
    assert found(warehouse) == set()


def test_nothing_is_said_where_a_live_file_cannot_be_read(warehouse: Warehouse) -> None:
    publish(warehouse, 1.0)
    publish(warehouse, 2.0)
    warehouse.live_path(REF).write_bytes(b"PAR1")
    with pytest.raises(WarehouseError, match="damaged"):
        found(warehouse)

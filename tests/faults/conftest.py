"""A warehouse with one experiment's tables, published as a step publishes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.table_definitions import TRAINING_STEPS
from t2s_pipeline.warehouse import TableRef, Warehouse

FIRST, SECOND = TableRef("training_steps", "mine", "first"), TableRef("training_steps", "mine", "second")


def losses(value: float, count: int = 3, adapter: str = "sft") -> pa.Table:
    """Rows whose values do not compress to nothing."""
    return TRAINING_STEPS.to_arrow(
        {"experiment": "mine", "adapter": adapter, "step": n, "metric": "loss", "epoch": n / 7, "value": value + n / 3}
        for n in range(count)
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "data")


@pytest.fixture
def publish(warehouse: Warehouse) -> Callable[..., None]:
    def _publish(value: float, count: int = 3, refs: tuple[TableRef, ...] = (FIRST,), fingerprint: str = "") -> None:
        with warehouse.lock():
            for ref in refs:
                warehouse.publish(
                    ref, losses(value, count, ref.partition), fingerprint or f"{value}".ljust(32, "0"), {}
                )
            rebuild_catalog(warehouse)

    return _publish

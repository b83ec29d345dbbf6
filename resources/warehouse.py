"""The warehouse's folder as a Dagster resource."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from t2s_pipeline.warehouse import Warehouse


class WarehouseResource(dg.ConfigurableResource):
    """`data` is the folder with tables, stores, adapters and the catalogue."""

    data: str

    def open(self) -> Warehouse:
        return Warehouse(Path(self.data))

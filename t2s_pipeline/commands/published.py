"""An adapter that an experiment has published, by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config import ExperimentConfig


def published_adapter(config: ExperimentConfig, adapter: str) -> tuple[Path, dict[str, Any]]:
    """Its folder and its row of `adapters`. Raises CommandError, naming those there are, or what makes it."""
    from t2s_pipeline.table_definitions import ADAPTERS
    from t2s_pipeline.warehouse import TableRef, Warehouse

    if adapter not in config.adapters:
        raise CommandError(f"no adapter {adapter!r}; there are: {', '.join(sorted(config.adapters)) or 'none'}")
    warehouse = Warehouse(Path(config.paths.data))
    where = TableRef(ADAPTERS.name, config.name, adapter)
    if warehouse.footer(where) is None:
        raise CommandError(f"adapter {adapter!r} is not there yet: t2s run -e {config.name} first")
    (row,) = warehouse.read(where).to_pylist()
    return warehouse.data / row["path"], row

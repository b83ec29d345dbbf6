"""Every error that a user can mend has the one base, and what is a violated invariant says so."""

from __future__ import annotations

import importlib

import pytest

from t2s_pipeline.errors import T2sError
from t2s_pipeline.invariants import InvariantError

MENDABLE = {
    "commands.terminal": "CommandError",
    "config_parsing": "ConfigError",
    "datasets.errors": "DatasetError",
    "evaluation.comparison": "ComparisonError",
    "evaluation.score_rows": "RowsError",
    "generation.protocol": "GenerationError",
    "generation.child_process": "EngineError",
    "generation.store": "StoreError",
    "prediction_files": "PredictionFileError",
    "sandbox.execute": "DatabaseFileError",
    "sandbox.process": "SandboxError",
    "tables": "TableError",
    "training.rows": "TrainingError",
    "warehouse": "WarehouseError",
}
INVARIANTS = {
    "preferences.leakage": "LeakageError",
    "preferences.recipe": "RecipeError",
    "reports.metrics": "MissingOutcome",
    "training.adapters": "AdapterError",
}


@pytest.mark.parametrize(("module", "name"), [*MENDABLE.items(), *INVARIANTS.items()])
def test_an_error_has_the_one_base(module: str, name: str) -> None:
    error = getattr(importlib.import_module(f"t2s_pipeline.{module}"), name)
    assert issubclass(error, T2sError)
    assert issubclass(error, InvariantError) == (module in INVARIANTS)

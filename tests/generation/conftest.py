"""One tiny real model, and one adapter on it, for all tests of generation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generation import tiny_model


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model.save_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def adapter_folder(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model.save_adapter(tmp_path_factory.mktemp("adapters") / "tiny", model_folder)

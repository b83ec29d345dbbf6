"""One tiny model and one SFT adapter on it for all tests of this folder. Trainings are in the test's own process: a child
that imports torch and trl costs as much as all that it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.training.adapters import AdapterResult
from t2s_pipeline.training.job import InitialAdapter
from tests.generation.tiny_model import save_model
from tests.training import tiny


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("model") / "tiny", hidden=64)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def sft(model: Path, data: Path) -> AdapterResult:
    """An SFT adapter, of rows one of which is too long."""
    long = tiny.row(99, "SELECT " + "name, " * 100 + "age FROM singer")
    return tiny.trained(tiny.job(model, data, [*tiny.sft_rows(), long], max_length=400), data)


@pytest.fixture(scope="session")
def init(sft: AdapterResult) -> InitialAdapter:
    return InitialAdapter("sft", str(sft.folder), sft.manifest.digest)

"""One tiny model and one SFT adapter on it for all tests of this folder; a child process costs seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.training.adapters import AdapterResult, train_adapter
from t2s_pipeline.training.job import InitialAdapter
from tests.generation.tiny_model import save_model
from tests.training import tiny


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """For child processes too: several threads on a model of this size only wait for each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        yield


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
    return train_adapter(tiny.job(model, data, [*tiny.sft_rows(), long], max_length=400), data)


@pytest.fixture(scope="session")
def init(sft: AdapterResult) -> InitialAdapter:
    return InitialAdapter("sft", str(sft.folder), sft.manifest.digest)

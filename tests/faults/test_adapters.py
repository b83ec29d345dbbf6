"""Adapters that are half there: made again, refused by name, and never in another's way. The weights are any bytes."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from t2s_pipeline.training.adapters import (
    AdapterError,
    AdapterResult,
    find_published,
    run_child,
    train_adapter,
    verify_adapter,
)
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.rows import TrainingError
from t2s_pipeline.training.run import Outcome
from tests.training import tiny


class Trainer:
    """Leaves what a training process leaves; counts how often it was asked."""

    def __init__(self) -> None:
        self.trained = 0

    def __call__(self, argv: list[str]) -> None:
        self.trained += 1
        job = json.loads(Path(argv[-1]).read_text())
        output = Path(job["folder"]) / "output"
        output.mkdir(exist_ok=True)
        (output / "adapter_model.safetensors").write_bytes(job["rows_digest"].encode() * 100)
        (output / "adapter_config.json").write_text('{"peft_type": "LORA"}')
        outcome = Outcome(2, 0, (), ({"step": 1, "epoch": 1.0, "loss": 2.0},), "float32", False, 1, 40, 0.1)
        (output / "outcome.json").write_text(json.dumps(asdict(outcome)))


@pytest.fixture
def trainer() -> Trainer:
    return Trainer()


def job(data: Path, rows: int = 2) -> TrainingJob:
    return tiny.job(data / "model", data, tiny.sft_rows(rows))


def made(data: Path, trainer: Trainer, rows: int = 2) -> AdapterResult:
    return train_adapter(job(data, rows), data, trainer)


def lose_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def tear_manifest(folder: Path) -> None:
    os.truncate(folder / "manifest.json", 40)


def tear_weights(folder: Path) -> None:
    os.truncate(folder / "adapter_model.safetensors", 100)


def lose_outcome(folder: Path) -> None:
    (folder / "outcome.json").unlink()


def lose_all_but_weights(folder: Path) -> None:
    for file in folder.iterdir():
        if file.name != "adapter_model.safetensors":
            file.unlink()


@pytest.mark.parametrize("fault", [lose_manifest, tear_manifest, tear_weights, lose_outcome, lose_all_but_weights])
def test_half_an_adapter_is_made_again(tmp_path: Path, trainer: Trainer, fault) -> None:
    whole, other = made(tmp_path, trainer), made(tmp_path, trainer, rows=3)
    files = {file.name: file.read_bytes() for file in whole.folder.iterdir()}
    fault(whole.folder)
    assert find_published(tmp_path, job(tmp_path).identity) is None
    assert made(tmp_path, trainer, rows=3).reused and trainer.trained == 2  # nobody else is kept back
    if fault is not lose_outcome:
        with pytest.raises(AdapterError, match=rf"{whole.folder}.*materialize the adapter again"):
            verify_adapter(whole.folder, whole.manifest.digest)
    again = made(tmp_path, trainer)
    assert (again.reused, trainer.trained, again.manifest.digest) == (False, 3, whole.manifest.digest)
    assert {file.name for file in again.folder.iterdir()} == set(files)
    weights = "adapter_model.safetensors"
    assert (again.folder / weights).read_bytes() == files[weights]
    assert verify_adapter(other.folder, other.manifest.digest) == other.manifest


def test_a_stale_temporary_folder_is_nobodys(tmp_path: Path, trainer: Trainer) -> None:
    whole = made(tmp_path, trainer)
    shutil.move(whole.folder, tmp_path / "adapters" / ".tmp-0123")  # killed before the rename
    assert find_published(tmp_path, job(tmp_path).identity) is None
    assert not made(tmp_path, trainer).reused and trainer.trained == 2


def test_two_trainings_of_one_adapter_at_once(tmp_path: Path, trainer: Trainer) -> None:
    """The other one was first: it has published and removed the job's folder while this one's process waited."""

    def second(argv: list[str]) -> None:
        made(tmp_path, trainer)
        raise TrainingError(f"{argv[-1]}: removed by another process; materialize the adapter again")

    mine = train_adapter(job(tmp_path), tmp_path, second)
    assert trainer.trained == 1 and verify_adapter(mine.folder, mine.manifest.digest) == mine.manifest


def test_a_killed_training_process_says_what_to_do() -> None:
    with pytest.raises(
        TrainingError, match=r"ended with code -9; .*out of memory.*run again: it goes on from its last"
    ):
        run_child([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])

"""Rows, settings and jobs for tests of training, on the tiny model of the tests of generation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from t2s_pipeline.config import AdapterConfig
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.training.adapters import AdapterResult, train_adapter
from t2s_pipeline.training.job import BaseModel, InitialAdapter, TrainingJob, prepare_job
from t2s_pipeline.training.rows import TrainingRow
from t2s_pipeline.training.run import run_job

SCHEMA = "Table singer: singer_id INTEGER primary_key, name TEXT, age REAL"


def row(number: int, *completions: str, question: str = "How many singers are older than {}?") -> TrainingRow:
    messages = initial_prompt(SCHEMA, question.format(number)).messages
    return TrainingRow(f"tiny/train/{number:05d}", "tiny", messages, completions)


def sft_rows(count: int = 12) -> list[TrainingRow]:
    return [row(n, f"SELECT count(*) FROM singer WHERE age > {n}") for n in range(count)]


def pairs(count: int = 12) -> list[TrainingRow]:
    chosen = "SELECT count(*) FROM singer WHERE age > {}"
    return [row(n, chosen.format(n), "SELECT name FROM singer") for n in range(count)]


def base(model: Path) -> BaseModel:
    return BaseModel("tiny", str(model), str(model), "f" * 64, device="cpu")


def settings(method: str, **changes: Any) -> AdapterConfig:
    stated = {"model": "tiny", "batch_size": 4, "learning_rate": 1e-2, "lora_rank": 4, "lora_alpha": 8} | changes
    return AdapterConfig(method=method, **stated)


def job(
    model: Path,
    data: Path,
    rows: list[TrainingRow],
    method: str = "sft",
    init: InitialAdapter | None = None,
    checkpoint_steps: int = 50,
    **changes: Any,
) -> TrainingJob:
    stated = settings(method, **changes)
    kinds = {"tiny": "json"}
    return prepare_job(method, stated, rows, base(model), data, init, checkpoint_steps, dataset_kinds=kinds)


def trained(job: TrainingJob, data: Path) -> AdapterResult:
    """The job's adapter, published, by a training in this process."""
    return train_adapter(job, data, lambda argv: run_job(job, print))

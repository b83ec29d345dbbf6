"""One training job from start to end in this process: `run_job(job, report)`.

The output folder then holds `adapter_model.safetensors`, `adapter_config.json` and, written last, `outcome.json`.
Run again it takes up the newest whole checkpoint, or finds the outcome and does nothing.
"""

from __future__ import annotations

import fcntl
import json
import math
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.files import write_text
from t2s_pipeline.training import dpo, sft
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.loop import Report, load_base, score_answers_only
from t2s_pipeline.training.rows import SkippedRow, TrainingError, read_rows, tokenize_rows

UNSTEADY = ("_runtime", "_per_second", "_time", "num_tokens", "total_flos", "train_loss")
"""Ends of the names of metrics that time the run, or that are counted from 0 again after a resume."""


@dataclass(frozen=True)
class Outcome:
    """What a training did. `history` is TRL's log, an entry a logged step; `tokens` and
    `train_seconds` tell the speed of a run that was not resumed."""

    training_rows: int
    skipped: tuple[SkippedRow, ...]
    history: tuple[dict[str, float], ...]
    precision: str
    tokens: int
    train_seconds: float


def run_job(job: TrainingJob, report: Report) -> Outcome:
    """Train, or finish what a killed process began. Raises TrainingError."""
    with _alone(Path(job.folder), report):
        if not job.file.is_file():
            raise TrainingError(f"{job.folder}: removed by another process; materialize the adapter again")
        if (job.output / "outcome.json").is_file():
            report(f"{job.adapter}: trained already")
            return read_outcome(job)
        source = read_rows(Path(job.rows_file))
        score_answers_only()
        model, tokenizer, precision = load_base(job)
        rows, skipped = tokenize_rows(source, tokenizer, job.settings.max_length)
        if not rows:
            raise TrainingError(f"adapter {job.adapter}: all {len(skipped)} rows are longer than max_length tokens")
        report(f"{job.adapter}: {len(rows)} rows, {len(skipped)} left out as too long; {precision.label}")
        method = dpo if job.settings.method == "dpo" else sft
        started = time.monotonic()
        trainer, history = method.train(job, model, tokenizer, precision, rows, report)
        outcome = Outcome(
            len(rows),
            tuple(skipped),
            tuple(_checked(history)),
            precision.label,
            int(sum(row.trained_tokens for row in rows) * job.settings.epochs),
            time.monotonic() - started,
        )
        _save(job, trainer.model, outcome)
        return outcome


def read_outcome(job: TrainingJob) -> Outcome:
    """The outcome that the child process left. Raises TrainingError where there is none."""
    file = job.output / "outcome.json"
    if not file.is_file():
        raise TrainingError(f"{file}: the training of {job.adapter} left no outcome; its messages say why")
    raw = json.loads(file.read_text(encoding="utf-8"))
    skipped = tuple(SkippedRow(**row) for row in raw["skipped"])
    return Outcome(**raw | {"skipped": skipped, "history": tuple(raw["history"])})


def _checked(history: list[dict[str, float]]) -> Iterator[dict[str, float]]:
    """The log without what differs from run to run. Raises TrainingError where the loss is not a number."""
    for entry in history:
        if not math.isfinite(entry.get("loss", 0.0)):
            raise TrainingError(f"the loss is not a number at step {entry['step']}: lower the learning rate")
        yield {name: value for name, value in entry.items() if not name.endswith(UNSTEADY)}


def _save(job: TrainingJob, model: Any, outcome: Outcome) -> None:
    """Write the trained adapter (of several the one named `default`) and then the outcome."""
    folder = job.output
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(str(folder), selected_adapters=["default"], save_embedding_layers=False)
    config_file = folder / "adapter_config.json"
    config = json.loads(config_file.read_text(encoding="utf-8"))
    # PEFT writes the base's local path and sets in no fixed order; both would make equal adapters differ.
    config["base_model_name_or_path"] = job.base.public_name
    config["target_modules"] = sorted(config["target_modules"])
    write_text(config_file, json.dumps(config, indent=2, sort_keys=True) + "\n")
    write_text(folder / "outcome.json", json.dumps(asdict(outcome)))


@contextmanager
def _alone(folder: Path, report: Report) -> Iterator[None]:
    """Hold the job's folder; a second process of the same job waits, and then finds the first one's outcome."""
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("another process trains this very adapter: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

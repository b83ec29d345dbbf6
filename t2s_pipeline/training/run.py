"""One training job from start to end: `run_job(job, report)`.

The output folder then holds `adapter_model.safetensors`, `adapter_config.json` and, written last, `outcome.json`.
Run again it takes up the newest whole checkpoint, or finds the outcome and does nothing. A job of several processes
is run by `accelerate launch`, each of whose workers calls `train_here`.

A method is a function `train(job, material, report) -> Trained`, in `METHODS` under its name.
"""

from __future__ import annotations

import fcntl
import json
import math
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.files import write_parquet, write_text
from t2s_pipeline.training import dpo, grpo, sft
from t2s_pipeline.training.adapters import copy_from_base
from t2s_pipeline.training.grpo_memory import MEMORY
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.launch import launch_workers
from t2s_pipeline.training.loop import (
    Material,
    Report,
    Trained,
    drop_torn_checkpoints,
    load_base,
    score_answers_only,
)
from t2s_pipeline.training.rows import SkippedRow, TokenizedRow, TrainingError, read_rows, tokenize_rows

if TYPE_CHECKING:
    from t2s_pipeline.training.arguments import Precision

METHODS: dict[str, Callable[[TrainingJob, Material, Report], Trained]] = {
    "sft": sft.train,
    "dpo": dpo.train,
    "grpo": grpo.train,
}

UNSTEADY = ("_runtime", "_per_second", "_time", "num_tokens", "total_flos", "train_loss")
"""Ends of the names of metrics that time the run, or that are counted from 0 again after a resume."""


@dataclass(frozen=True)
class Outcome:
    """What a training did. `history` is TRL's log, an entry a logged step; `kept_step` is the step whose weights were
    kept; `tokens` and `train_seconds` tell the speed of a run that was not resumed."""

    training_rows: int
    evaluation_rows: int
    skipped: tuple[SkippedRow, ...]
    history: tuple[dict[str, float], ...]
    precision: str
    packed: bool
    kept_step: int
    tokens: int
    train_seconds: float


def run_job(job: TrainingJob, report: Report) -> Outcome:
    """Train, or finish what a killed process began. Raises TrainingError."""
    with _alone(Path(job.folder), report) as lock:
        if not job.file.is_file():
            raise TrainingError(f"{job.folder}: removed by another process; materialize the adapter again")
        if (job.output / "outcome.json").is_file():
            report(f"{job.adapter}: trained already")
            return read_outcome(job)
        drop_torn_checkpoints(job.checkpoints)
        if job.settings.processes > 1:
            launch_workers(job, lock, report)
        else:
            train_here(job, report)
        return read_outcome(job)


def train_here(job: TrainingJob, report: Report) -> None:
    """Train in this process, one of the job's; the first of them writes the output. Raises TrainingError."""
    from accelerate import PartialState

    source = read_rows(Path(job.rows_file))
    score_answers_only()
    model, tokenizer, precision = load_base(job)
    most = min(job.settings.max_length, model.config.get_text_config().max_position_embeddings)
    fitting, skipped = tokenize_rows(source, tokenizer, most)
    rows = [row for row in fitting if not row.held_out]
    held_out = [row for row in fitting if row.held_out]
    _check_fitting(job, most, rows, held_out, skipped)
    kept_back = f", {len(held_out)} held out" if held_out else ""
    report(f"{job.adapter}: {len(rows)} rows{kept_back}, {len(skipped)} left out as too long; {precision.label}")
    started = time.monotonic()
    material = Material(model, tokenizer, precision, rows, held_out)
    trained = METHODS[job.settings.method](job, material, report)
    seconds = time.monotonic() - started
    if PartialState().is_main_process:
        _save(job, trained, _outcome(trained, rows, held_out, skipped, precision, seconds))


def read_outcome(job: TrainingJob) -> Outcome:
    """The outcome that the child process left. Raises TrainingError where there is none."""
    file = job.output / "outcome.json"
    if not file.is_file():
        raise TrainingError(f"{file}: the training of {job.adapter} left no outcome; its messages say why")
    raw = json.loads(file.read_text(encoding="utf-8"))
    skipped = tuple(SkippedRow(**row) for row in raw["skipped"])
    return Outcome(**raw | {"skipped": skipped, "history": tuple(raw["history"])})


def _check_fitting(
    job: TrainingJob, most: int, rows: list[TokenizedRow], held_out: list[TokenizedRow], skipped: list[SkippedRow]
) -> None:
    limit = f"max_length, or the model's context, allows: {most} tokens"
    if not rows:
        raise TrainingError(f"adapter {job.adapter}: all {len(skipped)} rows are longer than {limit}")
    for key in ("patience", "evaluation_steps"):
        if getattr(job.settings, key) and not held_out:
            raise TrainingError(f"adapter {job.adapter}: {key} is set, but every held-out row is longer than {limit}")


def _outcome(
    trained: Trained,
    rows: list[TokenizedRow],
    held_out: list[TokenizedRow],
    skipped: list[SkippedRow],
    precision: Precision,
    seconds: float,
) -> Outcome:
    return Outcome(
        training_rows=len(rows),
        evaluation_rows=len(held_out),
        skipped=tuple(skipped),
        history=tuple(_checked(trained.history)),
        precision=precision.label,
        packed=trained.packed,
        kept_step=trained.kept_step,
        tokens=trained.tokens or int(sum(row.trained_tokens for row in rows) * trained.trainer.state.epoch),
        train_seconds=seconds,
    )


def _checked(history: list[dict[str, float]]) -> Iterator[dict[str, float]]:
    """The log without what differs from run to run. Raises TrainingError where the loss is not a number."""
    for entry in history:
        for name in ("loss", "eval_loss"):
            if not math.isfinite(entry.get(name, 0.0)):
                raise TrainingError(f"the {name} is not a number at step {entry['step']}: lower the learning rate")
        yield {name: value for name, value in entry.items() if not name.endswith(UNSTEADY)}


def _save(job: TrainingJob, trained: Trained, outcome: Outcome) -> None:
    """Write what was trained, an adapter (of several `default`) or a model, what it remembers, and then the outcome."""
    folder = job.output
    shutil.rmtree(folder, ignore_errors=True)
    if job.settings.weights == "full":
        _save_model(job, trained, folder)
    else:
        _save_adapter(job, trained, folder)
    if trained.memory is not None:
        write_parquet(folder / MEMORY, trained.memory)
    write_text(folder / "outcome.json", json.dumps(asdict(outcome)))


def _save_model(job: TrainingJob, trained: Trained, folder: Path) -> None:
    """A whole model, in one file of weights, with the base's tokenizer."""
    trained.trainer.model.save_pretrained(str(folder), max_shard_size="1TB")
    copy_from_base(Path(job.base.folder), folder)


def _save_adapter(job: TrainingJob, trained: Trained, folder: Path) -> None:
    trained.trainer.model.save_pretrained(str(folder), selected_adapters=["default"], save_embedding_layers=False)
    config_file = folder / "adapter_config.json"
    config = json.loads(config_file.read_text(encoding="utf-8"))
    # PEFT writes the base's local path and sets in no fixed order; both would make equal adapters differ.
    config["base_model_name_or_path"] = job.base.public_name
    config["target_modules"] = sorted(config["target_modules"])
    write_text(config_file, json.dumps(config, indent=2, sort_keys=True) + "\n")


@contextmanager
def _alone(folder: Path, report: Report) -> Iterator[int]:
    """Hold the job's folder; a second process of the same job waits, and then finds the first one's outcome.

    Gives the lock's file descriptor: who inherits it holds the folder too."""
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("another process trains this very adapter: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()

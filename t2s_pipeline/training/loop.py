"""What SFT and DPO share: loading the base, TRL's arguments, progress, checkpoints that survive a kill.

bf16 autocast is used on GPUs that have it. On a CPU training is in float32: autocast saves a quarter of the time
where the CPU has bfloat16 instructions, loses time where it has none, and makes the adapter depend on which. Several
GPUs are not covered.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.files import write_text
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.rows import TokenizedRow, TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, TrainerCallback

Report = Callable[[str], None]

REPORT_SECONDS = 5.0
COMPLETE = "complete"
"""Marks a checkpoint that was written to its end."""


@dataclass(frozen=True)
class Precision:
    """Where and in which number formats a job computes: `weights` of the base, `autocast` to bfloat16 or not."""

    device: str
    weights: str
    autocast: bool

    @property
    def label(self) -> str:
        return f"{self.device}, {self.weights} weights" + (", bfloat16 autocast" if self.autocast else "")


def load_base(job: TrainingJob) -> tuple[PreTrainedModel, PreTrainedTokenizerBase, Precision]:
    """Model and tokenizer of the base, and the precision to train in."""
    from transformers import AutoModelForCausalLM

    precision = choose_precision(job.base.dtype, job.base.device)
    tokenizer = load_chat_tokenizer(job.base.folder)
    model = AutoModelForCausalLM.from_pretrained(job.base.folder, dtype=precision.weights)
    return model, tokenizer, precision


def choose_precision(dtype: str, device: str) -> Precision:
    """From the model's configuration and the hardware. Raises TrainingError where a GPU is asked for in vain."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("device = 'cuda', but torch sees no GPU here; set device = 'auto' or 'cpu'")
    if device == "cpu" or not torch.cuda.is_available():
        return Precision("cpu", "float32" if dtype == "auto" else dtype, False)
    bf16 = torch.cuda.is_bf16_supported()
    weights = ("bfloat16" if bf16 else "float32") if dtype == "auto" else dtype
    return Precision("cuda", weights, bf16 and weights == "bfloat16")


def trainer_arguments(job: TrainingJob, precision: Precision, rows: list[TokenizedRow]) -> dict[str, Any]:
    """The arguments that SFTConfig and DPOConfig share. Rows are visited in a seeded order, grouped by length."""
    settings = job.settings
    steps = math.ceil(len(rows) / (settings.batch_size * settings.gradient_accumulation)) * settings.epochs
    return {
        "output_dir": str(job.checkpoints),
        "per_device_train_batch_size": settings.batch_size,
        "per_device_eval_batch_size": settings.batch_size,
        "gradient_accumulation_steps": settings.gradient_accumulation,
        "learning_rate": settings.learning_rate,
        "num_train_epochs": settings.epochs,
        # Rounded down: with a handful of steps a warm-up step, whose rate is 0, would be most of the training.
        "warmup_steps": int(settings.warmup_ratio * steps),
        "seed": settings.seed,
        "data_seed": settings.seed,
        "max_length": None,
        "use_cpu": precision.device == "cpu",
        "bf16": precision.autocast,
        "activation_checkpointing": precision.device == "cuda",
        "dataloader_pin_memory": precision.device == "cuda",
        "train_sampling_strategy": "group_by_length",
        "remove_unused_columns": False,  # the sampler reads the column `length`; the collators take what they need
        "logging_steps": 1,
        "logging_nan_inf_filter": False,  # on, it logs the mean so far in the place of a loss that is not a number
        "save_strategy": "steps",
        "save_steps": job.checkpoint_steps,
        "save_total_limit": 2,
        "report_to": "none",
        "disable_tqdm": True,
    }


def callbacks(job: TrainingJob, report: Report) -> list[TrainerCallback]:
    """Progress in words every few seconds, and the mark on whole checkpoints."""
    from transformers import TrainerCallback

    class Progress(TrainerCallback):
        last = began = 0.0
        first_step = 0

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.began, self.first_step = time.monotonic(), state.global_step

        def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
            now = time.monotonic()
            ends = state.global_step == state.max_steps
            if logs and "loss" in logs and (ends or now - self.last >= REPORT_SECONDS):
                self.last = now
                done, left = state.global_step - self.first_step, state.max_steps - state.global_step
                seconds = (now - self.began) / max(done, 1) * left
                step = f"step {state.global_step}/{state.max_steps}"
                report(f"{job.adapter}: {step}, loss {logs['loss']:.2f}, {seconds:.0f} s left")

    class MarkComplete(TrainerCallback):
        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            write_text(job.checkpoints / f"checkpoint-{state.global_step}" / COMPLETE, "")

    return [Progress(), MarkComplete()]


def quiet(trainer: Trainer) -> Trainer:
    """The trainer without its printing of every log entry; `callbacks` reports instead."""
    from transformers import PrinterCallback

    trainer.remove_callback(PrinterCallback)
    return trainer


def run_trainer(trainer: Trainer, job: TrainingJob, report: Report) -> list[dict[str, float]]:
    """Run a trainer from the newest whole checkpoint, or from the start. Returns TRL's log."""
    checkpoint = whole_checkpoint(job.checkpoints)
    if checkpoint is not None:
        report(f"{job.adapter}: resumes from {checkpoint.name}")
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return [dict(entry) for entry in trainer.state.log_history]


def score_answers_only() -> None:
    """Let TRL's fused head project the answers' positions alone, on a CPU as it does on a GPU.

    Elsewhere TRL projects every position and masks afterwards, so that shapes stay fixed for compilers. Nothing is
    compiled on a CPU, and the loss is the same; with a small model the head is the larger part of the work.
    """
    from trl.trainer import utils

    if not hasattr(utils, "_use_triton"):
        raise TrainingError("this version of trl decides otherwise which positions its head projects; see the lock")
    utils._use_triton = lambda device: True


def whole_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end; others are deleted."""
    whole: list[Path] = []
    for checkpoint in folder.glob("checkpoint-*"):
        if (checkpoint / COMPLETE).is_file():
            whole.append(checkpoint)
        else:
            shutil.rmtree(checkpoint)
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def lengths(rows: list[TokenizedRow]) -> list[int]:
    return [row.tokens for row in rows]

"""What every method shares around its trainer: the base, progress, evaluations, checkpoints that survive a kill."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.files import write_text
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
from t2s_pipeline.training.arguments import Precision, choose_precision, lora_config
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.row_order import keep_row_order
from t2s_pipeline.training.rows import TokenizedRow, TrainingError

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, TrainerCallback

Report = Callable[[str], None]
History = list[dict[str, float]]

REPORT_SECONDS = 5.0
COMPLETE = "complete"
"""Marks a checkpoint, or a start, that was written to its end."""
START = "start"
"""Folder of the merged model that a training of all weights starts from."""


@dataclass(frozen=True)
class Material:
    """What a method trains: the base, and the rows to learn from and to be evaluated on (none: no evaluation)."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    precision: Precision
    rows: list[TokenizedRow]
    held_out: list[TokenizedRow]


@dataclass(frozen=True)
class Trained:
    """What a method made: a trainer whose model's adapter `default` is trained, and TRL's log. `packed`: rows were
    joined to longer sequences. `tokens`: how many it saw, where the rows do not tell. `memory`: what GRPO remembers, as
    table `memory_traces`."""

    trainer: Trainer
    history: History
    packed: bool = False
    tokens: int | None = None
    memory: pa.Table | None = None

    @property
    def kept_step(self) -> int:
        """The optimizer step whose weights these are: the best of those evaluated, or the last."""
        state = self.trainer.state
        return state.best_global_step if self.trainer.args.load_best_model_at_end else state.global_step


def load_base(job: TrainingJob) -> tuple[PreTrainedModel, PreTrainedTokenizerBase, Precision]:
    """Model and tokenizer of the base, and the precision to train in."""
    from transformers import AutoModelForCausalLM

    settings, base = job.settings, job.base
    precision = choose_precision(base.dtype, base.device, settings.processes, whole=settings.weights == "full")
    tokenizer = load_chat_tokenizer(job.base.folder)
    model = AutoModelForCausalLM.from_pretrained(job.base.folder, dtype=precision.weights, trust_remote_code=False)
    return model, tokenizer, precision


def start_of(job: TrainingJob, model: PreTrainedModel, dropout: float) -> tuple[Any, Any]:
    """(what is trained, the shape of the fresh adapter on it): the base, or, without a shape, the base with the adapter
    that is continued, whose dropout stays its own; or all weights of both together."""
    from peft import PeftModel

    if job.settings.weights == "full":
        return _whole_start(job, model), None
    if job.init is None:
        return model, lora_config(job, model, dropout)
    continued = PeftModel.from_pretrained(model, job.init.folder, is_trainable=True)
    continued.peft_config["default"].base_model_name_or_path = job.base.folder  # checkpoints look for its config
    return continued, None


def _whole_start(job: TrainingJob, model: PreTrainedModel) -> PreTrainedModel:
    """The model all of whose weights are trained: the base, or the base with the adapter that is continued merged into
    it. That is kept in the job's folder, where TRL loads its reference from."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    if job.init is None:
        return model
    folder = Path(job.folder) / START
    if not (folder / COMPLETE).is_file():
        merged = PeftModel.from_pretrained(model, job.init.folder).merge_and_unload()
        merged.save_pretrained(str(folder))
        write_text(folder / COMPLETE, "")
    return AutoModelForCausalLM.from_pretrained(folder, dtype=model.dtype)


def callbacks(job: TrainingJob, report: Report) -> list[TrainerCallback]:
    """Progress in words every few seconds, the mark on whole checkpoints, and the early end."""
    from transformers import EarlyStoppingCallback, TrainerCallback

    class Progress(TrainerCallback):
        last = began = 0.0
        first_step = 0

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.began, self.first_step = time.monotonic(), state.global_step

        def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
            now = time.monotonic()
            step = f"step {state.global_step}/{state.max_steps}"
            ends = state.global_step == state.max_steps
            if logs and "loss" in logs and (ends or now - self.last >= REPORT_SECONDS):
                self.last = now
                done, left = state.global_step - self.first_step, state.max_steps - state.global_step
                seconds = (now - self.began) / max(done, 1) * left
                report(f"{job.adapter}: {step}, loss {logs['loss']:.2f}, {seconds:.0f} s left")
            if logs and "eval_loss" in logs and state.max_steps:
                report(f"{job.adapter}: {step}, evaluation loss {logs['eval_loss']:.3f}")

    class MarkComplete(TrainerCallback):
        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            from accelerate import PartialState

            PartialState().wait_for_everyone()  # each process writes a part of a checkpoint
            if state.is_world_process_zero:
                write_text(job.checkpoints / f"checkpoint-{state.global_step}" / COMPLETE, "")

    early = [EarlyStoppingCallback(job.settings.patience)] if job.settings.patience else []
    return [Progress(), MarkComplete(), *early]


def steady(trainer: Trainer) -> Trainer:
    """The trainer without its printing of every log entry (`callbacks` reports instead), and whose evaluations draw
    no random numbers: training goes on as if there had been none."""
    import torch
    from transformers import PrinterCallback

    trainer.remove_callback(PrinterCallback)
    evaluate = trainer.evaluate

    def evaluate_aside(*args: Any, **kwargs: Any) -> dict[str, float]:
        with torch.random.fork_rng():
            return evaluate(*args, **kwargs)

    trainer.evaluate = evaluate_aside
    return trainer


def run_trainer(trainer: Trainer, job: TrainingJob, report: Report) -> History:
    """Run a trainer from the newest whole checkpoint, or from the start. Returns TRL's log."""
    checkpoint = whole_checkpoint(job.checkpoints)
    if checkpoint is not None:
        report(f"{job.adapter}: resumes from {checkpoint.name}")
        if _ends_with(checkpoint):
            _take_no_step(trainer)
    keep_row_order(trainer, checkpoint)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return [dict(entry) for entry in trainer.state.log_history]


def _ends_with(checkpoint: Path) -> bool:
    """Whether the training was to end at this checkpoint: at its last step, or early."""
    state = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    return state["stateful_callbacks"]["TrainerControl"]["args"]["should_training_stop"]


def _take_no_step(trainer: Trainer) -> None:
    """Have `trainer.train` bring back a checkpoint and its best weights alone: in the middle of an epoch transformers
    looks only after a step whether to go on."""

    def end(**_: Any) -> None:
        trainer.control.should_training_stop = True

    trainer._run_epoch = end


def run_evaluated(
    trainer: Trainer, job: TrainingJob, report: Report, probe: Dataset, check_start: Callable[[dict[str, float]], None]
) -> tuple[History, dict[str, float]]:
    """The same with `probe` evaluated before the first step too: TRL's log, and the evaluation of the kept weights.

    `check_start` is called with the evaluation before the first step, and raises where training is not to begin.
    """
    before = trainer.evaluate(probe)
    check_start(before)
    history = run_trainer(trainer, job, report)
    kept = Trained(trainer, history).kept_step
    after = next((entry for entry in history if entry["step"] == kept and "eval_loss" in entry), None)
    if after is None:
        trainer.evaluate(probe)
        after = dict(trainer.state.log_history[-1])
        history.append(after)
    return [before | {"step": 0, "epoch": 0.0}, *history], after


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
    """The newest checkpoint that was written to its end."""
    whole = [checkpoint for checkpoint in folder.glob("checkpoint-*") if (checkpoint / COMPLETE).is_file()]
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def drop_torn_checkpoints(folder: Path) -> None:
    """Delete what a killed process did not write to its end."""
    for checkpoint in folder.glob("checkpoint-*"):
        if not (checkpoint / COMPLETE).is_file():
            shutil.rmtree(checkpoint)


def lengths(rows: list[TokenizedRow]) -> list[int]:
    return [row.tokens for row in rows]

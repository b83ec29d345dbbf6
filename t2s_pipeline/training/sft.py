"""Supervised fine-tuning: LoRA on all linear layers, with the loss on the answers alone, by TRL's SFTTrainer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.loop import Precision, Report, callbacks, lengths, quiet, run_trainer, trainer_arguments
from t2s_pipeline.training.rows import TokenizedRow

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer

IGNORED = -100
"""The label of a token that carries no loss."""


def train(
    job: TrainingJob,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    precision: Precision,
    rows: list[TokenizedRow],
    report: Report,
) -> tuple[Trainer, list[dict[str, float]]]:
    """Train a fresh adapter on `rows`. Returns the trainer (its model is trained) and TRL's log."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    columns: dict[str, list[Any]] = {
        # Rows come with ids and labels, so TRL has nothing left to tokenize or to cut.
        "input_ids": [row.prompt + row.completions[0] for row in rows],
        "labels": [[IGNORED] * len(row.prompt) + row.completions[0] for row in rows],
        "length": lengths(rows),
    }
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(**trainer_arguments(job, precision, rows)),
        train_dataset=Dataset.from_dict(columns),
        processing_class=tokenizer,
        peft_config=lora_config(job, job.settings.lora_dropout),
        callbacks=callbacks(job, report),
    )
    return trainer, run_trainer(quiet(trainer), job, report)


def lora_config(job: TrainingJob, dropout: float) -> Any:
    """LoRA on every linear layer but the head."""
    from peft import LoraConfig

    return LoraConfig(
        r=job.settings.lora_rank,
        lora_alpha=job.settings.lora_alpha,
        lora_dropout=dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )

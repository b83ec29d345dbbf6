"""Supervised fine-tuning: LoRA with the loss on the answers alone, by TRL's SFTTrainer, packed where that pays.

A pack is several rows one after another in one sequence of up to `max_length` tokens. No row sees another: positions
begin anew at each, from which transformers makes a block-diagonal mask (sdpa and eager attention) or the bounds of
flash attention's segments. That is checked before the first step. Packing saves the work on padding; without flash
attention it costs attention over whole packs, so that a CPU, where rows of like length share a batch, is faster
without, and `packing = "auto"` packs on a GPU alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from t2s_pipeline.training.arguments import trainer_arguments
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.loop import (
    Material,
    Report,
    Trained,
    callbacks,
    lengths,
    run_evaluated,
    run_trainer,
    start_of,
    steady,
)
from t2s_pipeline.training.rows import TokenizedRow, TrainingError

if TYPE_CHECKING:
    import torch
    from datasets import Dataset
    from transformers import Trainer

IGNORED = -100
"""The label of a token that carries no loss."""


def train(job: TrainingJob, material: Material, report: Report) -> Trained:
    """Train a fresh adapter, or one that is continued, on rows of one answer."""
    packed = material.precision.chooses(job.settings.packing)
    trainer = build_trainer(job, material, packed, report)
    if packed:
        _check_isolation(job, trainer)
    if not material.held_out:
        return Trained(trainer, run_trainer(trainer, job, report), packed)
    history, _ = run_evaluated(trainer, job, report, _dataset(material.held_out), lambda before: None)
    return Trained(trainer, history, packed)


def build_trainer(job: TrainingJob, material: Material, packed: bool, report: Report) -> Trainer:
    """The trainer, ready to run: rows have ids and labels, so TRL has nothing left to tokenize, cut or pack."""
    from trl import SFTConfig, SFTTrainer, pack_dataset

    rows = _dataset(material.rows)
    batch_size, layout = job.settings.batch_size, {}
    if packed:
        packs = pack_dataset(rows.select_columns(["input_ids", "labels"]), job.settings.max_length, strategy="bfd")
        batch_size = max(1, round(batch_size * len(packs) / len(rows)))  # about as many rows a step as without
        rows, layout = packs, {"padding_free": True, "train_sampling_strategy": "random"}
    arguments = trainer_arguments(job, material.precision, len(rows), batch_size, evaluates=bool(material.held_out))
    model, lora = start_of(job, material.model, job.settings.lora_dropout)
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(**arguments | layout, dataset_kwargs={"skip_prepare_dataset": True}),
        train_dataset=rows,
        eval_dataset=_dataset(material.held_out) if material.held_out else None,
        processing_class=material.tokenizer,
        peft_config=lora,
        callbacks=callbacks(job, report),
    )
    return steady(trainer)


def _dataset(rows: list[TokenizedRow]) -> Dataset:
    from datasets import Dataset

    columns: dict[str, list[Any]] = {
        "input_ids": [row.prompt + row.completions[0] for row in rows],
        "labels": [[IGNORED] * len(row.prompt) + row.completions[0] for row in rows],
        "length": lengths(rows),
    }
    return Dataset.from_dict(columns)


def _check_isolation(job: TrainingJob, trainer: Trainer) -> None:
    """Raises TrainingError where what stands in one row of a pack changes what the model computes of the next."""
    import torch

    pack = next((pack for pack in trainer.train_dataset if len(pack["seq_lengths"]) > 1), None)
    if pack is None:
        return
    first = pack["seq_lengths"][0]
    other = {**pack, "input_ids": [*reversed(pack["input_ids"][:first]), *pack["input_ids"][first:]]}
    trainer.model.eval()
    with torch.no_grad():
        states = [_states(trainer, row)[:, first:] for row in (pack, other)]
    trainer.model.train()
    if not torch.allclose(*states, rtol=1e-4, atol=1e-5):
        raise TrainingError(
            f"adapter {job.adapter}: packing = {job.settings.packing!r}, but with {job.base.public_name}'s attention "
            "the rows of a pack see each other: set packing = 'off'"
        )


def _states(trainer: Trainer, pack: dict[str, Any]) -> torch.Tensor:
    """The last hidden states of a pack, as the trainer's batches give it to the model: [1, tokens, width]."""
    batch = trainer._prepare_inputs(trainer.data_collator([pack]))
    inner = trainer.model.get_base_model()
    with trainer.compute_loss_context_manager():
        given = {name: value for name, value in batch.items() if name != "labels"}
        return getattr(inner, inner.base_model_prefix)(**given, use_cache=False).last_hidden_state

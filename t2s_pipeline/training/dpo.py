"""Direct preference optimisation on pairs, by TRL's DPOTrainer: of an SFT adapter, or of a fresh one on the base.

The reference is the policy at the start. For an SFT adapter that is so only where it is loaded as a trainable
PeftModel and no `peft_config` is passed: TRL then keeps a frozen copy named `ref`. With a `peft_config` the reference
would be the base model, and nothing would show it but the margin at step 0. So the margin is measured on the first
pairs before training, where it has to be 0, and after, where it must not be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.loop import Precision, Report, callbacks, lengths, quiet, run_trainer, trainer_arguments
from t2s_pipeline.training.rows import TokenizedRow, TrainingError
from t2s_pipeline.training.sft import lora_config

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer

MARGIN = "eval_rewards/margins"
TOLERANCE = 1e-6


def train(
    job: TrainingJob,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    precision: Precision,
    rows: list[TokenizedRow],
    report: Report,
) -> tuple[Trainer, list[dict[str, float]]]:
    """Train on pairs. Returns the trainer (its adapter `default` is trained) and TRL's log.

    Raises TrainingError where the reference is not the policy at the start, or training changed nothing.
    """
    pairs = _dataset(rows)
    trainer = quiet(_trainer(job, model, tokenizer, precision, rows, pairs, callbacks(job, report)))
    first = pairs.select(range(min(job.settings.batch_size, len(pairs))))
    before = trainer.evaluate(first)
    if abs(before[MARGIN]) > TOLERANCE:
        raise TrainingError(f"adapter {job.adapter}: the margin is {before[MARGIN]} at step 0: wrong reference")
    history = run_trainer(trainer, job, report)
    after = trainer.evaluate(first)
    if abs(after[MARGIN]) <= TOLERANCE:
        raise TrainingError(f"adapter {job.adapter}: the margin is still 0 after training: nothing was learnt")
    report(f"{job.adapter}: margin of the first pairs {before[MARGIN]:.4f} at step 0, {after[MARGIN]:.4f} at the end")
    return trainer, [before | {"step": 0, "epoch": 0.0}, *history, dict(trainer.state.log_history[-1])]


def _trainer(
    job: TrainingJob,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    precision: Precision,
    rows: list[TokenizedRow],
    pairs: Dataset,
    callbacks: list[Any],
) -> Trainer:
    from peft import PeftModel
    from trl import DPOConfig, DPOTrainer

    class PairTrainer(DPOTrainer):
        def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
            return dataset  # rows come with ids: TRL would tokenize them a second way

    if job.init:
        model, lora = PeftModel.from_pretrained(model, job.init.folder, is_trainable=True), None
        model.peft_config["default"].base_model_name_or_path = job.base.folder  # checkpoints look for its config
    else:
        lora = lora_config(job, 0.0)
    return PairTrainer(
        model=model,
        args=DPOConfig(beta=job.settings.beta, **trainer_arguments(job, precision, rows)),
        train_dataset=pairs,
        processing_class=tokenizer,
        peft_config=lora,
        callbacks=callbacks,
    )


def _dataset(rows: list[TokenizedRow]) -> Dataset:
    from datasets import Dataset

    columns: dict[str, list[Any]] = {
        "prompt_ids": [row.prompt for row in rows],
        "chosen_ids": [row.completions[0] for row in rows],
        "rejected_ids": [row.completions[1] for row in rows],
        "length": lengths(rows),
    }
    return Dataset.from_dict(columns)

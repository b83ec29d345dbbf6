"""Direct preference optimisation on pairs, by TRL's DPOTrainer: of an SFT adapter, or of a fresh one on the base.

The reference is the policy at the start. For an SFT adapter that is so only where it is loaded as a trainable
PeftModel and no `peft_config` is passed: TRL then keeps a frozen copy named `ref`. With a `peft_config` the reference
would be the base model, and nothing would show it but the margin at step 0. So the margin is measured before training,
where it has to be 0, and after, where it must not be: on the held-out pairs, or, where none are, on the first ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from t2s_pipeline.training.arguments import trainer_arguments
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.loop import Material, Report, Trained, callbacks, lengths, run_evaluated, start_of, steady
from t2s_pipeline.training.rows import TokenizedRow, TrainingError

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import Trainer

MARGIN = "eval_rewards/margins"
TOLERANCE = 1e-6


def train(job: TrainingJob, material: Material, report: Report) -> Trained:
    """Train on pairs. Raises TrainingError where the reference is not the policy at the start, or training changed
    nothing."""
    trainer = steady(_trainer(job, material, report))
    probe = _dataset(material.held_out or material.rows[: job.settings.batch_size])
    margins: list[float] = []

    def check_start(before: dict[str, float]) -> None:
        margins.append(before[MARGIN])
        if not abs(before[MARGIN]) <= TOLERANCE:
            raise TrainingError(f"adapter {job.adapter}: the margin is {before[MARGIN]} at step 0: wrong reference")

    history, after = run_evaluated(trainer, job, report, probe, check_start)
    if abs(after[MARGIN]) <= TOLERANCE:
        raise TrainingError(f"adapter {job.adapter}: the margin is still 0 after training: nothing was learnt")
    of = "held-out" if material.held_out else "first"
    report(f"{job.adapter}: margin of the {of} pairs {margins[0]:.4f} at step 0, {after[MARGIN]:.4f} at the end")
    return Trained(trainer, history)


def _trainer(job: TrainingJob, material: Material, report: Report) -> Trainer:
    from trl import DPOConfig, DPOTrainer

    class PairTrainer(DPOTrainer):
        def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
            return dataset  # rows come with ids: TRL would tokenize them a second way

    settings = job.settings
    model, lora = start_of(job, material.model, 0.0)
    arguments = trainer_arguments(
        job, material.precision, len(material.rows), settings.batch_size, evaluates=bool(material.held_out)
    )
    loss = {"loss_type": [settings.loss_type], "label_smoothing": settings.label_smoothing, "beta": settings.beta}
    return PairTrainer(
        model=model,
        args=DPOConfig(**arguments | loss),
        train_dataset=_dataset(material.rows),
        eval_dataset=_dataset(material.held_out) if material.held_out else None,
        processing_class=material.tokenizer,
        peft_config=lora,
        callbacks=callbacks(job, report),
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

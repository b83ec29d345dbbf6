"""What a training is told: where and how precisely to compute, TRL's arguments, and the shape of a fresh adapter.

bf16 autocast is used on GPUs that have it. On a CPU training is in float32: autocast saves a quarter of the time
where the CPU has bfloat16 instructions, loses time where it has none, and makes the adapter depend on which.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.rows import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_SCHEDULES = {"linear": "linear", "cosine": "cosine", "constant": "constant_with_warmup"}
"""transformers' names: its `constant` would ignore `warmup_ratio`."""


@dataclass(frozen=True)
class Precision:
    """Where and in which number formats a job computes: `weights` of the base, `autocast` to bfloat16 or not."""

    device: str
    weights: str
    autocast: bool

    @property
    def label(self) -> str:
        return f"{self.device}, {self.weights} weights" + (", bfloat16 autocast" if self.autocast else "")

    def chooses(self, switch: str) -> bool:
        """Whether `auto` | `on` | `off` means yes here: `auto` does on a GPU."""
        return self.device == "cuda" if switch == "auto" else switch == "on"


def choose_precision(dtype: str, device: str, processes: int = 1, *, whole: bool = False) -> Precision:
    """From the model's configuration and the hardware; `whole`: all weights are trained, not an adapter (whose own are
    float32 in any case). Raises TrainingError where GPUs are asked for in vain."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("device = 'cuda', but torch sees no GPU here; set device = 'auto' or 'cpu'")
    if device == "cpu" or not torch.cuda.is_available():
        return Precision("cpu", "float32" if dtype == "auto" else dtype, False)
    if torch.cuda.device_count() < processes:
        raise TrainingError(f"processes = {processes}, but torch sees {torch.cuda.device_count()} GPUs here: lower it")
    bf16 = torch.cuda.is_bf16_supported()
    weights = ("bfloat16" if bf16 else "float32") if dtype == "auto" else dtype
    # All weights in float32 under autocast: an update of 1e-5 is lost in a bfloat16 weight of 0.01, which has 3 digits.
    return Precision("cuda", weights, bf16 and (weights == "bfloat16" or (whole and weights == "float32")))


def trainer_arguments(
    job: TrainingJob, precision: Precision, sequences: int, batch_size: int, *, evaluates: bool
) -> dict[str, Any]:
    """The arguments that all of TRL's configurations share, for `sequences` rows or packs, `batch_size` of them a
    step and process. Rows are visited in a seeded order, grouped by length."""
    settings = job.settings
    a_step = batch_size * settings.gradient_accumulation * settings.processes
    return {
        "output_dir": str(job.checkpoints),
        "per_device_train_batch_size": batch_size,
        "per_device_eval_batch_size": settings.batch_size,
        "gradient_accumulation_steps": settings.gradient_accumulation,
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": _SCHEDULES[settings.schedule],
        "num_train_epochs": settings.epochs,
        # Rounded down: with a handful of steps a warm-up step, whose rate is 0, would be most of the training.
        "warmup_steps": int(settings.warmup_ratio * math.ceil(sequences / a_step) * settings.epochs),
        "seed": settings.seed,
        "data_seed": settings.seed,
        "max_length": None,
        "use_cpu": precision.device == "cpu",
        "bf16": precision.autocast,
        "activation_checkpointing": precision.chooses(settings.gradient_checkpointing),
        "dataloader_pin_memory": precision.device == "cuda",
        "train_sampling_strategy": "group_by_length",
        "remove_unused_columns": False,  # the sampler reads the column `length`; the collators take what they need
        "logging_steps": 1,
        "logging_nan_inf_filter": False,  # on, it logs the mean so far in the place of a loss that is not a number
        "save_strategy": "steps",
        "save_steps": job.checkpoint_steps,
        "save_total_limit": 2,
        "report_to": job.report_to,
        "run_name": job.run_name,
        "disable_tqdm": True,
    } | (_evaluation_arguments(job) if evaluates else {})


def _evaluation_arguments(job: TrainingJob) -> dict[str, Any]:
    """When the held-out rows are evaluated, and that the best weights stay, where the training may end early."""
    steps = job.settings.evaluation_steps
    when = {"strategy": "steps", "steps": steps} if steps else {"strategy": "epoch"}
    arguments: dict[str, Any] = {f"eval_{name}": value for name, value in when.items()}
    if job.settings.patience:
        # transformers keeps the best weights only where checkpoints are written when it evaluates.
        arguments |= {f"save_{name}": value for name, value in when.items()}
        arguments |= {
            "load_best_model_at_end": True,
            "metric_for_best_model": "eval_loss",
            "greater_is_better": False,
            "restore_callback_states_from_checkpoint": True,  # how often in vain so far, across a kill
        }
    return arguments


def lora_config(job: TrainingJob, model: PreTrainedModel, dropout: float) -> Any:
    """LoRA on every linear layer but the head, or on the modules that the configuration names.

    Raises TrainingError for a name that is of no linear layer, or of the head: PEFT would take the others in silence,
    and TRL computes the head past its adapter.
    """
    import torch
    from peft import LoraConfig

    named = job.settings.target_modules
    head = model.get_output_embeddings()
    ends = {
        name.rpartition(".")[2]
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module is not head
    }
    for name in named:
        if name not in ends:
            raise TrainingError(
                f"adapter {job.adapter}: target_modules: {name!r} is no linear layer of {job.base.public_name}; there "
                f"are: {', '.join(sorted(ends))}"
            )
    return LoraConfig(
        r=job.settings.lora_rank,
        lora_alpha=job.settings.lora_alpha,
        lora_dropout=dropout,
        target_modules=list(named) or "all-linear",
        task_type="CAUSAL_LM",
    )

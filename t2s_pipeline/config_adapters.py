"""The entry of an adapter, `[adapters.<name>]`: keys, defaults, which method reads what, and what goes together.

docs/training.md explains every key. A key that an entry's method does not read is an error where it is stated with
another value than the default: it would be an intention that nothing carries out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from t2s_pipeline.config_grpo import GrpoConfig, check_grpo
from t2s_pipeline.config_parsing import ConfigError, Count, CountOrNone, NotNegative, Positive, Share, Text

if TYPE_CHECKING:
    from t2s_pipeline.config import ExperimentConfig

SftData = Literal["gold", "verified", "gold_and_verified"]
ON_ATTEMPTS = ("verified", "gold_and_verified")
"""The `data` of which the train rollouts are a part."""
SFT_DATA: tuple[SftData, ...] = ("gold", "verified", "gold_and_verified")
LossType = Literal[
    "sigmoid",
    "hinge",
    "ipo",
    "exo_pair",
    "nca_pair",
    "robust",
    "bco_pair",
    "sppo_hard",
    "aot",
    "aot_unpaired",
    "apo_zero",
    "apo_down",
    "discopop",
    "sigmoid_norm",
]
"""TRL's losses of preference pairs, by its names."""

_SMOOTHED = ("robust", "exo_pair", "aot", "aot_unpaired")
"""The losses that read `label_smoothing`; TRL ignores it in the others without a word."""

GRPO_DEFAULTS = GrpoConfig()


@dataclass(frozen=True)
class AdapterConfig:
    """One training of a LoRA adapter, or, where `weights` is `full` (grpo), of all weights. `data` is `gold`,
    `verified`, `gold_and_verified`, or `traces`, what the teachers wrote (sft); or a recipe's name (dpo). `grpo`
    asks the questions of train and reads no `data`; its own keys are in `grpo` (config_grpo.py), its `max_length` is
    of the prompt alone and its `batch_size` of answers.

    `external` is one that others trained on `model`: `path` is its folder, or a hub id (at `revision`, by default
    `main`); nothing else is then of a meaning. `target_modules` are ends of modules' names; none means every linear
    layer but the head. `packing` joins rows to sequences of `max_length` tokens, `auto` on a GPU alone. `batch_size` is
    rows a step of each of the `processes`. With `train.holdout_fraction`, the held-out rows are evaluated every
    `evaluation_steps` (0: at the end of each epoch), and `patience` evaluations without a lower loss end the training
    with the weights of the lowest (0: to its end).
    """

    method: Literal["sft", "dpo", "grpo", "external", "star"] = "sft"
    model: str = ""
    path: str = ""
    revision: str = ""
    init: str = ""
    data: str = "gold_and_verified"
    lora_rank: Count = 16
    lora_alpha: Count = 32
    lora_dropout: Share = 0.05
    target_modules: tuple[Text, ...] = ()
    weights: Literal["lora", "full"] = "lora"
    learning_rate: Positive = 2e-4
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    warmup_ratio: Share = 0.05
    epochs: Positive = 1.0
    batch_size: Count = 8
    gradient_accumulation: Count = 1
    gradient_checkpointing: Literal["auto", "on", "off"] = "auto"
    packing: Literal["auto", "on", "off"] = "auto"
    max_length: Count = 2048
    beta: NotNegative = 0.1
    loss_type: LossType = "sigmoid"
    label_smoothing: Share = 0.0
    evaluation_steps: CountOrNone = 0
    patience: CountOrNone = 0
    processes: Count = 1
    seed: int = 13
    grpo: GrpoConfig = GRPO_DEFAULTS


_SHARED = (
    "learning_rate",
    "schedule",
    "warmup_ratio",
    "epochs",
    "batch_size",
    "gradient_accumulation",
    "gradient_checkpointing",
    "max_length",
    "evaluation_steps",
    "patience",
    "processes",
    "seed",
)
FRESH = ("lora_rank", "lora_alpha", "target_modules")
"""What a fresh adapter is made by; one that is continued keeps its own."""
_BY_METHOD = {
    "sft": ("lora_dropout", "packing"),
    # DPO trains without dropout: TRL's rule, or its reference would be noisy.
    "dpo": ("beta", "loss_type", "label_smoothing"),
    "grpo": ("beta", "grpo", "weights"),
}
_UNREAD = {"grpo": ("gradient_accumulation", "processes")}
"""What a method does not read of what the others share: GRPO's step is said by its answers, and it has one process."""


def hyperparameter_names(method: str, *, continued: bool) -> tuple[str, ...]:
    """The keys that determine what a training of this method does with its rows."""
    shared = (name for name in _SHARED if name not in _UNREAD.get(method, ()))
    return (*shared, *(() if continued else FRESH), *_BY_METHOD[method])


def check_adapter(config: ExperimentConfig, path: Path, name: str) -> None:
    """Raises ConfigError, naming file and key, where an entry's settings contradict each other."""
    adapter = config.adapters[name]
    _check_read(config, path, name)
    if adapter.method == "grpo":
        check_grpo(config, path, name)
    if adapter.method == "dpo" and not adapter.beta:
        raise ConfigError(f"{path}: adapters.{name}.beta = 0, with which DPO learns nothing: set it above 0")
    if adapter.init and config.adapters[adapter.init].model != adapter.model:
        raise ConfigError(f"{path}: adapters.{name}.init = {adapter.init!r} is of another model")
    if adapter.label_smoothing and adapter.loss_type not in _SMOOTHED:
        raise ConfigError(
            f"{path}: adapters.{name}.label_smoothing = {adapter.label_smoothing:g}, but loss_type = "
            f"{adapter.loss_type!r} does not read it: choose one of {', '.join(_SMOOTHED)}, or leave it out"
        )
    if adapter.loss_type == "robust" and adapter.label_smoothing >= 0.5:
        raise ConfigError(
            f"{path}: adapters.{name}.label_smoothing = {adapter.label_smoothing:g}: the robust loss needs less than "
            "0.5"
        )
    if adapter.loss_type == "exo_pair" and not adapter.label_smoothing:
        raise ConfigError(
            f"{path}: adapters.{name}.loss_type = 'exo_pair' needs a label_smoothing above 0: its paper has 0.001"
        )
    for key in ("evaluation_steps", "patience"):
        if getattr(adapter, key) and not config.train.holdout_fraction:
            raise ConfigError(
                f"{path}: adapters.{name}.{key} = {getattr(adapter, key)}, but no row is held out to evaluate on: "
                "set train.holdout_fraction, for example to 0.1"
            )
    if adapter.patience and not adapter.evaluation_steps and adapter.epochs <= 1:
        raise ConfigError(
            f"{path}: adapters.{name}.patience = {adapter.patience}, but with epochs = {adapter.epochs:g} the held-out "
            "rows are evaluated once, at the end: set evaluation_steps, for example to 50, or leave it out"
        )


def _check_read(config: ExperimentConfig, path: Path, name: str) -> None:
    """What is stated with another value than the default is read by the entry's method."""
    adapter = config.adapters[name]
    read = {"method", "model", "path", "revision"}
    if adapter.method != "external":
        no_lora = bool(adapter.init) or adapter.weights == "full"
        read = {"method", "model", "init", *hyperparameter_names(adapter.method, continued=no_lora)}
        read |= set() if adapter.method == "grpo" else {"data"}
    for key in fields(AdapterConfig):
        value = getattr(adapter, key.name)
        if key.name in read or value == key.default:
            continue
        if adapter.init and key.name in FRESH:
            if value == getattr(config.adapters[adapter.init], key.name):
                continue
            remedy = f"it continues {adapter.init!r} and keeps its {key.name}"
        elif key.name in FRESH and adapter.weights == "full":
            remedy = "weights = 'full' trains all weights without LoRA"
        else:
            remedy = f"method {adapter.method!r} does not read it"
        raise ConfigError(f"{path}: adapters.{name}.{key.name} = {value!r}, but {remedy}: leave it out")

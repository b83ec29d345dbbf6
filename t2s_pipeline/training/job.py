"""One training as a file that a child process reads: what to train, from what, and where to work.

    job = prepare_job("sft", settings, rows, base, data_folder)
    python -m t2s_pipeline.training <job.file>

`identity` is the sha256 of everything that determines the adapter and of nothing else (no path, no name), so an
equal job finds the checkpoints of a killed one, and the adapter of a finished one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from t2s_pipeline.config import AdapterConfig
from t2s_pipeline.config_adapters import hyperparameter_names
from t2s_pipeline.config_grpo import grpo_hyperparameters
from t2s_pipeline.config_parsing import as_plain, build
from t2s_pipeline.files import write_text
from t2s_pipeline.training.grpo_data import RewardData
from t2s_pipeline.training.packages import check_tracker
from t2s_pipeline.training.rows import TrainingError, TrainingRow, rows_text

LIBRARIES = ("torch", "transformers", "peft", "trl", "accelerate")
"""Their versions are part of a job's identity."""

TRAINING_VERSION = 3
"""Part of a job's identity: bump it when the same job would give another adapter, or the same tables other rows."""

GRPO_VERSION = 2
"""The same of jobs by GRPO alone."""

_ANSWERS = {"dpo": 2, "grpo": 0}
"""Of a row; one where nothing is said."""


@dataclass(frozen=True)
class BaseModel:
    """The model under the adapter.

    `folder` holds its files, `fingerprint` is their identity, `path` is how the configuration names it (a folder, a
    hub id, `builtin:nano`), `name` is its key there.
    """

    name: str
    path: str
    folder: str
    fingerprint: str
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"

    @property
    def public_name(self) -> str:
        """The name without a machine path: the last part of a folder."""
        path = Path(self.path).expanduser()
        return path.name if path.is_absolute() or path.is_dir() else self.path


@dataclass(frozen=True)
class InitialAdapter:
    """The adapter that a training continues from."""

    name: str
    folder: str
    digest: str


@dataclass(frozen=True)
class TrainingJob:
    """Everything a child process needs. `folder` is where it keeps checkpoints and leaves its output; `report_to` is
    the tracker that its curves go to, under the name `run_name`. `rewards_file` is what GRPO's answers are judged by.
    `dataset_kinds` says of which kind a data set of `datasets` is, for the licence on the card.
    """

    adapter: str
    settings: AdapterConfig
    base: BaseModel
    init: InitialAdapter | None
    rows_file: str
    rows_digest: str
    datasets: tuple[str, ...]
    folder: str
    checkpoint_steps: int = 50
    report_to: str = "none"
    run_name: str = ""
    rewards_file: str = ""
    rewards_digest: str = ""
    dataset_kinds: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return Path(self.folder) / "job.json"

    @property
    def output(self) -> Path:
        return Path(self.folder) / "output"

    @property
    def checkpoints(self) -> Path:
        return Path(self.folder) / "checkpoints"

    @cached_property
    def hyperparameters(self) -> dict[str, Any]:
        return hyperparameters(self.settings, self.init)

    @cached_property
    def identity(self) -> str:
        """32 hex characters over all that determines the adapter."""
        return _identity(self.settings, self.base, self.init, self.rows_digest, self.rewards_digest)


def library_versions() -> dict[str, str]:
    """Versions of the libraries that train, without importing them."""
    return {library: version(library) for library in LIBRARIES}


def hyperparameters(settings: AdapterConfig, init: InitialAdapter | None) -> dict[str, Any]:
    """The settings that this training reads."""
    names = hyperparameter_names(settings.method, continued=init is not None or settings.weights == "full")
    plain = {name: as_plain(getattr(settings, name)) for name in names}
    return plain | ({"grpo": grpo_hyperparameters(settings.grpo)} if "grpo" in plain else {})


def prepare_job(
    adapter: str,
    settings: AdapterConfig,
    rows: Sequence[TrainingRow],
    base: BaseModel,
    data_folder: Path,
    init: InitialAdapter | None = None,
    checkpoint_steps: int = 50,
    report_to: str = "none",
    experiment: str = "",
    rewards: RewardData | None = None,
    dataset_kinds: Mapping[str, str] = {},
) -> TrainingJob:
    """Write rows and job into `<data>/training/<identity>`; GRPO, and it alone, needs `rewards`.

    Raises TrainingError where there is nothing to train or to evaluate on, or the tracker `report_to` is not installed.
    """
    answers = _ANSWERS.get(settings.method, 1)
    _check_rows(adapter, settings, rows)
    check_tracker(report_to)
    for row in rows:
        if len(row.completions) != answers:
            raise TrainingError(f"adapter {adapter}, row {row.row_id}: {settings.method} rows have {answers} answers")
    text = rows_text(rows)
    rows_digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    rewards_digest = rewards.digest if rewards else ""
    folder = Path(data_folder) / "training" / _identity(settings, base, init, rows_digest, rewards_digest)
    rows_file = write_text(folder / "rows.jsonl", text)
    rewards_file = str(write_text(folder / "rewards.json", rewards.text())) if rewards else ""
    datasets = tuple(sorted({row.dataset for row in rows}))
    job = TrainingJob(
        adapter,
        settings,
        base,
        init,
        str(rows_file),
        rows_digest,
        datasets,
        str(folder),
        checkpoint_steps,
        report_to,
        f"{experiment}/{adapter}",
        rewards_file,
        rewards_digest,
        {name: dataset_kinds[name] for name in datasets if name in dataset_kinds},
    )
    write_text(job.file, json.dumps(asdict(job), indent=2))
    return job


def read_job(file: Path) -> TrainingJob:
    """The job of `prepare_job`. Raises TrainingError naming the file where it is not one."""
    try:
        raw = json.loads(Path(file).read_text(encoding="utf-8"))
        return TrainingJob(
            **raw
            | {
                "settings": build(AdapterConfig, raw["settings"]),
                "base": BaseModel(**raw["base"]),
                "init": InitialAdapter(**raw["init"]) if raw["init"] else None,
                "datasets": tuple(raw["datasets"]),
            }
        )
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise TrainingError(f"{file}: not a training job ({error}); materialize the adapter again") from error


def _check_rows(adapter: str, settings: AdapterConfig, rows: Sequence[TrainingRow]) -> None:
    """There is something to train on, and something to evaluate on where the settings need it."""
    held_out = sum(row.held_out for row in rows)
    if held_out == len(rows):
        why = f"all {held_out} are of databases that train.holdout_fraction holds out" if held_out else "there are none"
        source = "the train split" if settings.method == "grpo" else f"data = {settings.data!r}"
        raise TrainingError(f"adapter {adapter}: {source} gives no rows to train on: {why}")
    for key in ("patience", "evaluation_steps"):
        if getattr(settings, key) and not held_out:
            raise TrainingError(
                f"adapter {adapter}: {key} = {getattr(settings, key)}, but no row is of a held-out database: raise "
                "train.holdout_fraction, or leave it out"
            )


def _identity(
    settings: AdapterConfig, base: BaseModel, init: InitialAdapter | None, rows_digest: str, rewards_digest: str
) -> str:
    parts = {
        "training": TRAINING_VERSION,
        "method": settings.method,
        "hyperparameters": hyperparameters(settings, init),
        "base": [base.fingerprint, base.dtype, base.device],
        "init": init.digest if init else None,
        "rows": rows_digest,
        "versions": library_versions(),
    } | ({"grpo": GRPO_VERSION, "rewards": rewards_digest} if rewards_digest else {})
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]

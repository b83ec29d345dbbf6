"""The configuration of one experiment: typed, frozen, and strict about what it does not know.

Values come from the dataclasses below (the only place with defaults), then `dagster_project.toml`, then
`experiments/<name>.toml`, then the environment for paths and for the overrides that users of the
execution-guided reference have (`SPIDER_ROOT`, `OUTPUT_ROOT`, `MODEL_PATH`, `TRAIN_LIMIT`). A relative path in TOML
starts at the project's folder, one in the environment at the current folder.
Tables merge key by key; a named collection that an experiment states (`[arms.*]`, `[adapters.*]`, `[recipes.*]`,
`[datasets.*]`, `[models.*]`, `[verifiers.*]`) replaces the base's whole. `[grid.*]` expands to arms (`config_grid.py`).

    config = load_experiment("demo")
    config.arms["sft_repair"].max_turns

An unknown key, a value of the wrong type or outside its bounds, or a name that refers to nothing is a ConfigError that
names file and key.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from t2s_pipeline.config_grid import expand_grid
from t2s_pipeline.config_parsing import (
    GOLD_VERIFIER,
    NAME,
    ConfigError,
    Count,
    Cron,
    NotNegative,
    Positive,
    PositiveShare,
    Share,
    Text,
    build,
    check_types,
    merge,
)
from t2s_pipeline.config_references import check_references

PROJECT_FILE = "dagster_project.toml"

Metric = Literal[
    "final_example_execution_accuracy",
    "first_turn_example_accuracy",
    "first_turn_execution_accuracy",
    "candidate_execution_accuracy",
    "repair_success_rate",
    "regressions",
    "best_of_n",
    "executable_rate",
    "syntax_valid_rate",
    "schema_valid_rate",
    "undecided_rate",
]
"""The shares of table `evaluations`."""


@dataclass(frozen=True)
class PathsConfig:
    """`data` holds tables, stores, adapters and the warehouse; `spider_root` is Spider's folder ("" = none here)."""

    data: str = "data"
    spider_root: str = ""


@dataclass(frozen=True)
class SandboxConfig:
    """Limits on untrusted SQL. `workers` 0 means one a core."""

    timeout_seconds: Positive = 5.0
    max_rows: Count = 200_000
    max_bytes: Count = 64_000_000
    memory_mb: Count = 1024
    workers: int = 0


@dataclass(frozen=True)
class DatasetConfig:
    """Where examples come from. Empty file lists mean the kind's own names; a limit of 0 means all rows."""

    kind: Literal["embedded", "spider", "json"] = "json"
    root: str = ""
    train_files: tuple[str, ...] = ()
    dev_files: tuple[str, ...] = ()
    database_root: str = ""
    train_limit: int = 0
    dev_limit: int = 0
    offset: int = 0


@dataclass(frozen=True)
class ModelConfig:
    """A generator.

    `hf`: `path` is a folder, a hub id (at `revision`, by default `main`), or `builtin:nano`. `replay`: `predictions` is
    a file. `openai`: `served_model` of the server at `base_url`; see generation/openai.py. Its key, where it wants one,
    is in the environment variable `api_key_variable`; `path`, with `max_context`, is its tokenizer, where that is at
    hand.

    A `path` that is a folder of the project is that folder; any other text stays as it is. `log_probabilities`: whether
    those of answers are computed (or asked for) and stored.
    """

    backend: Literal["hf", "openai", "replay"] = "hf"
    path: str = ""
    revision: str = ""
    predictions: str = ""
    base_url: str = ""
    served_model: str = ""
    api_key_variable: str = ""
    concurrency: Count = 8
    request_seconds: Positive = 120.0
    retry_seconds: NotNegative = 120.0
    request_options: dict[str, Any] = field(default_factory=dict)
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    max_context: int = 0
    batch_size: Count = 64
    log_probabilities: bool = True


@dataclass(frozen=True)
class VerifierConfig:
    """A user's rule: `object` is `module:Class`, `options` its keyword arguments (see evaluation/custom_verifier.py).

    It is asked about `batch_size` candidates at a time, and has `timeout_seconds` for each such call.
    """

    object: str = ""
    timeout_seconds: Positive = 60.0
    batch_size: Count = 64
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RolloutConfig:
    """How a policy is asked. `temperature` 0 is greedy; `max_turns` 1 is one-shot. An answer ends before any of the
    texts `stop`.

    Where a first prompt has more than `max_prompt_tokens` tokens (0: no limit), its least relevant tables are left out.
    `verifier` decides what is repaired and when to stop: `gold`, or the name of a `[verifiers.*]`.
    """

    max_turns: Count = 1
    num_samples: Count = 1
    temperature: NotNegative = 0.0
    top_p: PositiveShare = 1.0
    max_new_tokens: Count = 128
    seed: int = 13
    stop: tuple[Text, ...] = ()
    retrieval_mode: Literal["full", "retrieved", "bm25", "bm25_fk"] = "retrieved"
    top_k_tables: Count = 6
    fk_hops: int = 1
    schema_style: Literal["compact", "ddl", "mschema"] = "compact"
    prompt_style: Literal["plain", "finer", "finer_hint"] = "plain"
    max_prompt_tokens: int = 0
    feedback_mode: Literal["error_only", "result_status"] = "result_status"
    feedback_detail: Literal["basic", "minimal"] = "basic"
    repair_scope: Literal["verified"] = "verified"
    match_rule: Literal["official", "strict", "execution_guided", "bird", "star", "plug_value"] = "official"
    verifier: str = GOLD_VERIFIER

    @property
    def retrieval(self) -> str:
        """Name of the retrieval mode with the settings that it reads."""
        if self.retrieval_mode == "full":
            return "full"
        hops = f"_h{self.fk_hops}" if self.retrieval_mode == "bm25_fk" else ""
        return f"{self.retrieval_mode}_k{self.top_k_tables}{hops}"

    def token_budget(self, model: str) -> str:
        """Name of the budget with what it depends on, `model` among it, whose tokens are counted; `none`."""
        return f"{self.max_prompt_tokens}_{self.prompt_style}_{model}" if self.max_prompt_tokens else "none"


@dataclass(frozen=True)
class TrainConfig:
    """Rollouts over the train split, in `shards` by hash of the example."""

    dataset: str = ""
    model: str = ""
    shards: Count = 4
    gold_when_failed: bool = True
    synthetic_per_example: int = 2
    seed: int = 13
    rollouts: RolloutConfig = field(default_factory=RolloutConfig)


@dataclass(frozen=True)
class RecipeConfig:
    """Filters and caps of preference pairs; a `max_pairs` of 0 means no limit."""

    min_reward_margin: NotNegative = 0.0
    max_sql_edit_distance_ratio: Share = 1.0
    max_synthetic_fraction: Share = 1.0
    max_gold_fallback_fraction: Share = 1.0
    max_pairs: int = 0
    seed: int = 13


@dataclass(frozen=True)
class AdapterConfig:
    """One LoRA training. `data` is `gold`, `verified` or `gold_and_verified` (sft), or a recipe's name (dpo).

    `external` is one that others trained on `model`: `path` is its folder, or a hub id (at `revision`, by default
    `main`); nothing else is then of a meaning.
    """

    method: Literal["sft", "dpo", "external"] = "sft"
    model: str = ""
    path: str = ""
    revision: str = ""
    init: str = ""
    data: str = "gold_and_verified"
    lora_rank: Count = 16
    lora_alpha: Count = 32
    lora_dropout: Share = 0.05
    learning_rate: Positive = 2e-4
    epochs: Positive = 1.0
    batch_size: Count = 8
    gradient_accumulation: Count = 1
    warmup_ratio: Share = 0.05
    max_length: Count = 2048
    beta: Positive = 0.1
    seed: int = 13


@dataclass(frozen=True)
class ArmConfig(RolloutConfig):
    """A rollout over the evaluation split. `policy` is `base` (of `model`) or an adapter's name."""

    policy: str = "base"
    model: str = ""


@dataclass(frozen=True)
class EvaluationConfig:
    """What arms are evaluated on, and when the schedule does it again (cron, UTC)."""

    dataset: str = ""
    split: Literal["dev"] = "dev"
    schedule: Cron = "0 3 * * *"
    headline_metric: Metric = "final_example_execution_accuracy"


@dataclass(frozen=True)
class ExperimentConfig:
    """Everything one experiment is. `name` is the file's name; `overrides` records what the environment changed."""

    name: str = ""
    description: str = ""
    paths: PathsConfig = field(default_factory=PathsConfig)
    sandbox: SandboxConfig = field(default_factory=SandboxConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    datasets: dict[str, DatasetConfig] = field(default_factory=dict)
    models: dict[str, ModelConfig] = field(default_factory=dict)
    verifiers: dict[str, VerifierConfig] = field(default_factory=dict)
    recipes: dict[str, RecipeConfig] = field(default_factory=dict)
    adapters: dict[str, AdapterConfig] = field(default_factory=dict)
    arms: dict[str, ArmConfig] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()

    @property
    def trains(self) -> bool:
        """Whether the experiment has a train side at all (an evaluation of published files has none)."""
        return bool(self.train.dataset)

    def adapters_by_method(self, method: str) -> dict[str, AdapterConfig]:
        return {name: adapter for name, adapter in self.adapters.items() if adapter.method == method}


COLLECTIONS = ("datasets", "models", "verifiers", "recipes", "adapters", "arms")


def find_project() -> Path | None:
    """The folder with `dagster_project.toml`: $T2S_PROJECT, or the nearest one upward from here, or the checkout's."""
    stated = os.environ.get("T2S_PROJECT")
    candidates = [Path(stated)] if stated else [Path.cwd(), *Path.cwd().parents, Path(__file__).parents[1]]
    return next((folder for folder in candidates if (folder / PROJECT_FILE).is_file()), None)


def project_root() -> Path:
    """The same; raises ConfigError where there is none."""
    found = find_project()
    if found is None:
        raise ConfigError(f"no {PROJECT_FILE} in {Path.cwd()} or above it: run from the project, or set T2S_PROJECT")
    return found


def standalone_config() -> ExperimentConfig:
    """What scoring and data commands know without a project: the data sets, and `data/` in the current folder."""
    config = ExperimentConfig(
        datasets={"spider": DatasetConfig("spider", "$SPIDER_ROOT"), "embedded": DatasetConfig("embedded")}
    )
    return _apply_environment(config, Path.cwd())


def experiment_names(root: Path | None = None) -> list[str]:
    return sorted(path.stem for path in ((root or project_root()) / "experiments").glob("*.toml"))


def load_experiment(name: str, root: Path | None = None) -> ExperimentConfig:
    """Read, merge and check the configuration of the experiment `name`. Raises ConfigError."""
    root = root or project_root()
    project_path, path = root / PROJECT_FILE, root / "experiments" / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(experiment_names(root)) or "none"
        raise ConfigError(f"{path}: no such experiment; there are: {known}")
    if not NAME.match(name):
        raise ConfigError(f"{path}: rename it: names are lower-case letters, digits and _, a letter first")
    layers = []
    for file in (project_path, path):
        raw = expand_grid(_read_toml(file), file)
        for reserved in ("name", "overrides"):
            if reserved in raw:
                raise ConfigError(f"{file}: key {reserved!r} is not set by hand")
        check_types(ExperimentConfig, raw, file)
        layers.append(raw)
    merged = merge(layers[0], layers[1], COLLECTIONS)
    config = build(ExperimentConfig, merged | {"name": name})
    config = _apply_environment(config, root)
    check_references(config, path)
    return config


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _apply_environment(config: ExperimentConfig, root: Path) -> ExperimentConfig:
    """What the environment overrides, and absolute paths (`$SPIDER_ROOT` in them is replaced)."""
    paths, train, datasets, models = config.paths, config.train, dict(config.datasets), dict(config.models)
    adapters = {key: replace(value, path=_folder(value.path, root)) for key, value in config.adapters.items()}
    applies = {
        "SPIDER_ROOT": True,
        "OUTPUT_ROOT": True,
        "MODEL_PATH": train.model in models,
        "TRAIN_LIMIT": train.dataset in datasets,
    }
    environment = {name: os.environ[name] for name, used in applies.items() if used and os.environ.get(name)}
    if "SPIDER_ROOT" in environment:
        paths = replace(paths, spider_root=str(Path(environment["SPIDER_ROOT"]).resolve()))
    if "OUTPUT_ROOT" in environment:
        paths = replace(paths, data=str(Path(environment["OUTPUT_ROOT"]).resolve()))
    if "MODEL_PATH" in environment:
        models[train.model] = replace(models[train.model], path=_folder(environment["MODEL_PATH"], Path.cwd()))
    if "TRAIN_LIMIT" in environment:
        limit = environment["TRAIN_LIMIT"]
        if not limit.isdecimal():
            raise ConfigError(f"environment: TRAIN_LIMIT is {limit!r}, expected a whole number")
        datasets[train.dataset] = replace(datasets[train.dataset], train_limit=int(limit))
    variables = {"SPIDER_ROOT": _path(paths.spider_root, root, {})}
    datasets = {
        key: replace(
            value, root=_path(value.root, root, variables), database_root=_path(value.database_root, root, variables)
        )
        for key, value in datasets.items()
    }
    models = {
        key: replace(value, path=_folder(value.path, root), predictions=_path(value.predictions, root, variables))
        for key, value in models.items()
    }
    return replace(
        config,
        paths=PathsConfig(_path(paths.data or ".", root, {}), variables["SPIDER_ROOT"]),
        datasets=datasets,
        models=models,
        adapters=adapters,
        overrides=tuple(f"{name}={value}" for name, value in environment.items()),
    )


def _folder(text: str, base: Path) -> str:
    """The folder `text` of `base` where there is one; else `text`, the id of a model."""
    return str((base / text).resolve()) if text and (base / text).is_dir() else text


def _path(text: str, root: Path, variables: dict[str, str]) -> str:
    """`text` as an absolute path; "" stays, and so does a path whose variable is not set (its reader says so)."""
    for name, value in variables.items():
        if f"${name}" in text and not value:
            return text
        text = text.replace(f"${name}", value)
    return str((root / text).resolve()) if text else ""


def arm_model(config: ExperimentConfig, arm: ArmConfig) -> str:
    """Name of the base model that an arm runs on."""
    return arm.model if arm.policy == "base" else config.adapters[arm.policy].model

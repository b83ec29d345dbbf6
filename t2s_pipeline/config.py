"""The configuration of one experiment: typed, frozen, and strict about what it does not know.

The dataclasses below are the only place with keys, types and defaults; `config_loading.py` reads the files into them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from t2s_pipeline.config_adapters import AdapterConfig
from t2s_pipeline.config_parsing import (
    GOLD_VERIFIER,
    Count,
    CountOrNone,
    Cron,
    NotNegative,
    Positive,
    PositiveShare,
    Share,
    ShareBelowOne,
    Text,
)
from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.config_teachers import TeacherConfig
from t2s_pipeline.config_watch import AlertsConfig, GateConfig

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
PairTypeName = Literal[
    "repair_correct_vs_repair_failed",
    "first_turn_correct_sample_vs_failed_sample",
    "self_repair_success_vs_failed_attempt",
    "gold_vs_failed_attempt",
    "correct_low_cost_vs_correct_high_cost",
    "synthetic_wrong_aggregation",
    "synthetic_wrong_column",
    "synthetic_wrong_condition",
    "synthetic_wrong_group_by",
    "synthetic_wrong_order_limit",
    "synthetic_wrong_table",
    "synthetic_missing_join",
]
"""How a preference pair came about."""


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
    workers: CountOrNone = 0


@dataclass(frozen=True)
class DatasetConfig:
    """Where examples come from. Empty file lists mean the kind's own names; a limit of 0 means all rows."""

    kind: Literal["embedded", "spider", "spider_dk", "spider_realistic", "spider_syn", "bird", "wikisql", "json"] = (
        "json"
    )
    root: str = ""
    train_files: tuple[str, ...] = ()
    dev_files: tuple[str, ...] = ()
    database_root: str = ""
    train_limit: CountOrNone = 0
    dev_limit: CountOrNone = 0
    offset: CountOrNone = 0


@dataclass(frozen=True)
class ModelConfig:
    """A generator.

    `hf`: `path` is a folder, a hub id (at `revision`, by default `main`), or `builtin:nano`. `replay`: `predictions` is
    a file, or a list of files, whose answers to a question are its samples, one file after another. `openai`:
    `served_model` of the server at `base_url`; see generation/openai.py. Its key, where it wants one, is in the
    environment variable `api_key_variable`; `path`, with `max_context`, is its tokenizer, where that is at
    hand. `vllm`: as `hf`, on vLLM's engine; `engine_options` are its options by vLLM's names.

    A `path` that is a folder of the project is that folder; any other text stays as it is. `log_probabilities`: whether
    those of answers are computed (or asked for) and stored. `structured_outputs` says whose way of asking for answers
    of a grammar a server knows; `none` where it knows none. `engines`: processes of the hf back end on a CPU, each with
    its share of the cores; 0 means one a core for a small model, and else one (generation/engines.py).
    """

    backend: Literal["hf", "vllm", "openai", "replay"] = "hf"
    path: str = ""
    revision: str = ""
    predictions: str | tuple[Text, ...] = ""
    base_url: str = ""
    served_model: str = ""
    api_key_variable: str = ""
    concurrency: Count = 8
    request_seconds: Positive = 120.0
    retry_seconds: NotNegative = 120.0
    request_options: dict[str, Any] = field(default_factory=dict)
    structured_outputs: Literal["none", "vllm"] = "none"
    engine_options: dict[str, Any] = field(default_factory=dict)
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    max_context: CountOrNone = 0
    batch_size: Count = 64
    engines: int = 0
    log_probabilities: bool = True

    @property
    def prediction_files(self) -> tuple[str, ...]:
        """The files of a replay; none where none is stated."""
        files = (self.predictions,) if isinstance(self.predictions, str) else self.predictions
        return tuple(filter(None, files))


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
    `verifier` decides what is repaired and when to stop: `gold`, or the name of a `[verifiers.*]`; in the repair scopes
    `online` and `online_guarded` the executor does (config_repairs.py says what goes together). `constraint` is what
    decoding is held to: `schema`, one SELECT that names nothing but what the prompt shows (prompts/answer_grammar.py).
    `selection` chooses the answer among several samples where no verifier does (evaluation/voting.py).
    """

    max_turns: Count = 1
    num_samples: Count = 1
    temperature: NotNegative = 0.0
    top_p: PositiveShare = 1.0
    max_new_tokens: Count = 128
    seed: int = 13
    stop: tuple[Text, ...] = ()
    constraint: Literal["none", "schema"] = "none"
    retrieval_mode: Literal["full", "retrieved", "bm25", "bm25_fk"] = "retrieved"
    top_k_tables: Count = 6
    fk_hops: CountOrNone = 1
    schema_style: Literal["compact", "ddl", "mschema", "columns"] = "compact"
    prompt_style: Literal["plain", "finer", "finer_hint", "finer_think"] = "plain"
    max_prompt_tokens: CountOrNone = 0
    feedback_mode: Literal["error_only", "result_status", "oracle_rows", "online_visible"] = "result_status"
    feedback_detail: Literal["basic", "column", "minimal"] = "basic"
    repair_scope: Literal["verified", "online", "online_guarded"] = "verified"
    match_rule: Literal["official", "strict", "execution_guided", "bird", "star", "plug_value"] = "official"
    verifier: str = GOLD_VERIFIER
    selection: Literal["majority", "vav", "vav_reference", "first_executable"] = "majority"

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
    """Rollouts over the train split, in `shards` by hash of the example, and the pairs made of it.

    Two right answers make a pair where their cost rewards are `min_cost_reward_gap` apart. At most the share
    `max_schema_error_fraction` of the synthetic negatives does not run. `holdout_fraction` is the share of the train
    databases that no adapter is trained on; their rows are what an adapter's evaluation loss is of.
    """

    dataset: str = ""
    model: str = ""
    shards: Count = 4
    gold_when_failed: bool = True
    min_cost_reward_gap: Positive = 0.05
    synthetic_per_example: CountOrNone = 2
    max_schema_error_fraction: Share = 0.35
    holdout_fraction: ShareBelowOne = 0.0
    seed: int = 13
    rollouts: RolloutConfig = field(default_factory=RolloutConfig)


@dataclass(frozen=True)
class RecipeConfig:
    """Filters and caps of preference pairs; a `max_pairs` of 0 means no limit.

    `input_fraction_limits` and `pair_type_max_fractions` are the shares of the kept pairs, at most, by input and by
    pair type; what has no entry has no cap.
    """

    min_reward_margin: NotNegative = 0.0
    max_sql_edit_distance_ratio: Share = 1.0
    input_fraction_limits: dict[Literal["mined", "synthetic"], Share] = field(default_factory=dict)
    pair_type_max_fractions: dict[PairTypeName, Share] = field(default_factory=dict)
    shuffle: bool = True
    max_pairs: CountOrNone = 0
    seed: int = 13


@dataclass(frozen=True)
class ArmConfig(RolloutConfig):
    """A rollout over the evaluation split. `policy` is `base` (of `model`) or an adapter's name."""

    policy: str = "base"
    model: str = ""


@dataclass(frozen=True)
class ComparisonConfig:
    """Two arms on the same examples: whether `second` is better than `first` by `metric`. The p values of one `family`
    are adjusted together (Holm)."""

    first: str = ""
    second: str = ""
    metric: Literal["final_example_execution_accuracy", "first_turn_example_accuracy"] = (
        "final_example_execution_accuracy"
    )
    family: Text = "declared"


@dataclass(frozen=True)
class EvaluationConfig:
    """What arms are evaluated on, and when the schedule does it again (cron, UTC).

    `beside` are experiments whose arms stand beside these in a report: the same ones on other data sets. `variants` are
    experiments with the same arms on variants of this data set: a report says how far each arm drops there.
    `train_holdout`, what settings are chosen on, is the share `holdout_fraction` of the train databases: they leave the
    train split, and dev is not read at all.
    """

    dataset: str = ""
    split: Literal["dev", "train_holdout"] = "dev"
    holdout_fraction: ShareBelowOne = 0.0
    beside: tuple[Text, ...] = ()
    variants: tuple[Text, ...] = ()
    schedule: Cron = "0 3 * * *"
    headline_metric: Metric = "final_example_execution_accuracy"
    gate: GateConfig = field(default_factory=GateConfig)


@dataclass(frozen=True)
class TrackingConfig:
    """Where trainings report their curves beside this project's tables: TRL's switch."""

    report_to: Literal["none", "wandb", "mlflow"] = "none"


@dataclass(frozen=True)
class ExperimentConfig:
    """Everything one experiment is. `name` is the file's name; `overrides` records what the environment changed."""

    name: str = ""
    description: str = ""
    paths: PathsConfig = field(default_factory=PathsConfig)
    sandbox: SandboxConfig = field(default_factory=SandboxConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)
    alerts: AlertsConfig = field(default_factory=AlertsConfig)
    datasets: dict[str, DatasetConfig] = field(default_factory=dict)
    models: dict[str, ModelConfig] = field(default_factory=dict)
    verifiers: dict[str, VerifierConfig] = field(default_factory=dict)
    recipes: dict[str, RecipeConfig] = field(default_factory=dict)
    teachers: dict[str, TeacherConfig] = field(default_factory=dict)
    adapters: dict[str, AdapterConfig] = field(default_factory=dict)
    star: dict[str, StarConfig] = field(default_factory=dict)
    arms: dict[str, ArmConfig] = field(default_factory=dict)
    comparisons: dict[str, ComparisonConfig] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()

    @property
    def trains(self) -> bool:
        """Whether the experiment has a train side at all (an evaluation of published files has none)."""
        return bool(self.train.dataset)

    def adapters_by_method(self, method: str) -> dict[str, AdapterConfig]:
        return {name: adapter for name, adapter in self.adapters.items() if adapter.method == method}


def arm_model(config: ExperimentConfig, arm: ArmConfig) -> str:
    """Name of the base model that an arm runs on."""
    return arm.model or config.adapters[arm.policy].model

"""The `grpo` table of an adapter's entry, `[adapters.<name>.grpo]`: how questions are answered, and what earns.

    [adapters.finer]
    method = "grpo"
    init = "writer"

    [adapters.finer.grpo]
    generations = 32
    rewards = { atomic = false }

docs/grpo.md explains every key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from t2s_pipeline.config_parsing import ConfigError, Count, CountOrNone, Positive, PositiveShare, Rule, as_plain
from t2s_pipeline.config_rewards import EmbedderConfig, MemoryConfig, RewardConfig, check_embedder
from t2s_pipeline.config_teachers import WRITER_DATA

if TYPE_CHECKING:
    from t2s_pipeline.config import ExperimentConfig

DEFAULT_SHARE = 0.3
_URL = re.compile(r"https?://[^/\s]+/?")

Several = Annotated[int, Rule("a whole number of 2 or more", lambda n: n >= 2)]


@dataclass(frozen=True)
class GrpoConfig:
    """How questions are answered in training, and what the answers earn.

    An optimizer step sees `prompts_per_step` questions with `generations` answers each, sampled at `temperature` and
    `top_p`, of at most `max_completion_tokens`. `steps` end the training (0: the entry's `epochs` do). With
    `gold_variants`, verified rewrites of a gold count for the atomic term as the gold does. Without `use_memory` there
    is no memory term.
    The memory starts from `memory_seeds`: what the experiment's `teachers` wrote, or that and all that is verified in
    the `store` of reasoning traces, whichever experiment asked for it; never of a held-out or an evaluated database.
    Answers come from transformers, or from vLLM where that is installed beside the trainer: in its process
    (`vllm_colocate`, of the GPU's memory the share `vllm_memory_share`) or as TRL's server at `vllm_url`.
    """

    generations: Several = 8
    prompts_per_step: Count = 1
    steps: CountOrNone = 0
    temperature: Positive = 1.0
    top_p: PositiveShare = 1.0
    max_completion_tokens: Count = 512
    gold_variants: bool = True
    use_memory: bool = True
    memory_seeds: Literal["teachers", "store"] = "teachers"
    rewards: RewardConfig = field(default_factory=RewardConfig)
    memory: MemoryConfig = field(default_factory=MemoryConfig)
    embedder: EmbedderConfig = field(default_factory=EmbedderConfig)
    generator: Literal["transformers", "vllm_colocate", "vllm_server"] = "transformers"
    vllm_url: str = ""
    vllm_memory_share: PositiveShare = DEFAULT_SHARE

    @property
    def completions_per_step(self) -> int:
        return self.prompts_per_step * self.generations


def grpo_hyperparameters(grpo: GrpoConfig) -> dict[str, Any]:
    """What determines a training, as plain data: not where a server is, nor a folder's place on this machine, nor where
    the memory's first traces are from, which are part of a job themselves."""
    unread = {"vllm_url", "vllm_memory_share", "memory_seeds"} | (set() if grpo.use_memory else {"memory", "embedder"})
    found = {key: value for key, value in as_plain(grpo).items() if key not in unread}
    if grpo.use_memory and Path(grpo.embedder.path).is_absolute():
        found["embedder"]["path"] = Path(grpo.embedder.path).name
    return found


def check_grpo(config: ExperimentConfig, path: Path, name: str) -> None:
    """Raises ConfigError, naming file and key, where a `grpo` entry contradicts itself or the experiment."""
    adapter = config.adapters[name]
    grpo, key = adapter.grpo, f"{path}: adapters.{name}"
    if grpo.completions_per_step % adapter.batch_size:
        raise ConfigError(
            f"{key}.batch_size = {adapter.batch_size}, but a step's {grpo.completions_per_step} answers (grpo."
            "prompts_per_step x grpo.generations) are computed in batches of that many: choose a divisor"
        )
    if config.train.holdout_fraction and not adapter.evaluation_steps:
        raise ConfigError(
            f"{key}.evaluation_steps = 0, but train.holdout_fraction holds out questions to choose weights by: "
            "say every how many steps they are asked"
        )
    if grpo.steps and adapter.evaluation_steps > grpo.steps:
        raise ConfigError(f"{key}.evaluation_steps = {adapter.evaluation_steps} is beyond its {grpo.steps} steps")
    if grpo.rewards.atoms == "reference" and grpo.rewards.fold_case:
        raise ConfigError(
            f"{key}.grpo.rewards.fold_case = true, but atoms = 'reference' does not read it: leave it out"
        )
    if grpo.memory.min_words > grpo.memory.max_words:
        raise ConfigError(
            f"{key}.grpo.memory.min_words = {grpo.memory.min_words} is more than max_words = {grpo.memory.max_words}: "
            "no thought of the policy would be remembered"
        )
    style = config.train.rollouts.prompt_style
    thinks = bool(adapter.init) and config.adapters[adapter.init].data == WRITER_DATA
    if not thinks and not style.startswith("finer"):
        raise ConfigError(
            f"{key}: an answer without a thought earns nothing, and nothing leads to one: set "
            f"train.rollouts.prompt_style, which is {style!r}, to one of FINER's, or init to an SFT adapter of data = "
            f"{WRITER_DATA!r}"
        )
    if grpo.use_memory:
        check_embedder(grpo.embedder, f"{key}.grpo.embedder")
    counts = grpo.embedder.kind == "tfidf" or grpo.embedder.centred
    if grpo.use_memory and counts and not config.teachers and grpo.memory_seeds == "teachers":
        raise ConfigError(
            f"{key}.grpo.embedder counts in the traces of teachers, and there are none: declare [teachers.*], choose "
            "an embedder of a model that is not centred, or set grpo.memory_seeds = 'store', or use_memory = false"
        )
    _check_generator(config, key, adapter.model, grpo)


def _check_generator(config: ExperimentConfig, key: str, model: str, grpo: GrpoConfig) -> None:
    """What is said of vLLM is read, and vLLM has a GPU to work on."""
    if (grpo.generator == "vllm_server") != bool(grpo.vllm_url):
        raise ConfigError(f"{key}.grpo.vllm_url = {grpo.vllm_url!r}: generator `vllm_server`, and it alone, has one")
    if grpo.vllm_url and not _URL.fullmatch(grpo.vllm_url):
        raise ConfigError(f"{key}.grpo.vllm_url = {grpo.vllm_url!r}, expected an address as in http://127.0.0.1:8000")
    if grpo.generator != "vllm_colocate" and grpo.vllm_memory_share != DEFAULT_SHARE:
        raise ConfigError(
            f"{key}.grpo.vllm_memory_share = {grpo.vllm_memory_share:g}, but generator {grpo.generator!r} does not "
            "read it: leave it out"
        )
    if grpo.generator != "transformers" and config.models[model].device == "cpu":
        raise ConfigError(
            f"{key}.grpo.generator = {grpo.generator!r}, but models.{model}.device = 'cpu': TRL hands weights to vLLM "
            "on GPUs alone; let transformers write the answers"
        )

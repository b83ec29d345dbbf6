"""TRL's GRPOTrainer with prompts tokenized once, an order that survives a kill, and each group's prompt read once.

It overrides methods of the pinned TRL that are not public; `tests/training/` runs each of them.
"""

from __future__ import annotations

from typing import Any

from trl import GRPOTrainer

from t2s_pipeline.generation.protocol import Sampling
from t2s_pipeline.training.grpo_answers import answers_of
from t2s_pipeline.training.grpo_passes import can_share, log_probabilities
from t2s_pipeline.training.grpo_rewards import FinerReward
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.loop import Material


class QuestionTrainer(GRPOTrainer):
    """Trains on the questions of `material`, whose answers `reward` judges. Keyword arguments are TRL's."""

    def __init__(self, job: TrainingJob, material: Material, reward: FinerReward, **given: Any) -> None:
        grpo = job.settings.grpo
        self._prompts = {row.row_id: row.prompt for row in (*material.rows, *material.held_out)}
        self._seed = job.settings.seed
        self._reward = reward
        self._sampling = Sampling(grpo.temperature, grpo.top_p, grpo.max_completion_tokens)
        checkpointing = material.precision.chooses(job.settings.gradient_checkpointing)
        self._shares_prompts = can_share(material.model, checkpointing)
        super().__init__(**given)

    def _tokenize_prompts(self, names: list[str]) -> tuple[list[list[int]], None, dict[str, Any]]:
        return [self._prompts[name] for name in names], None, {}  # TRL would tokenize them a second way

    def _get_train_sampler(self, dataset: Any = None) -> Any:
        # TRL's draws an epoch's order after the last one's: a resumed run would see the first order again.
        sampler = super()._get_train_sampler(dataset)
        sampler.set_epoch = lambda epoch: sampler.generator.manual_seed(self._seed + epoch)
        return sampler

    def _generate_single_turn(self, prompt_ids: list[list[int]], *args: Any, **kwargs: Any) -> Any:
        if self.use_vllm or self.accelerator.device.type != "cpu":
            return super()._generate_single_turn(prompt_ids, *args, **kwargs)
        when = f"{self._seed} {self.model.training} {self.state.global_step}"
        policy = self.accelerator.unwrap_model(self.model_wrapped)
        return answers_of(policy, prompt_ids, self._sampling, self.eos_token_ids, when), None

    def _get_per_token_logps_and_entropies(
        self, model: Any, input_ids: Any, attention_mask: Any, logits_to_keep: int, *args: Any, **kwargs: Any
    ) -> Any:
        if not self._shares_prompts:
            return super()._get_per_token_logps_and_entropies(
                model, input_ids, attention_mask, logits_to_keep, *args, **kwargs
            )
        at_once = kwargs.get("batch_size") or len(input_ids)
        with self.accelerator.autocast():
            found = log_probabilities(model, input_ids, attention_mask, logits_to_keep, at_once)
        return (*found, None)

    def _calculate_rewards(self, *args: Any, **kwargs: Any) -> Any:
        self._reward.learns = self.model.training
        return super()._calculate_rewards(*args, **kwargs)

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        # Over all answers: TRL's own means are of batches, the last of which is smaller.
        mode = "train" if self.model.training else "eval"
        for name, value in self._reward.metrics().items():
            self._metrics[mode][name] = [value]
        super().log(logs, start_time)

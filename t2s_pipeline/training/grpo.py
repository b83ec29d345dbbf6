"""GRPO by TRL's GRPOTrainer: the policy answers questions of the train split, and FINER's rewards compare the answers.

The reference of the KL term is the policy at the start: an SFT adapter that is continued has a frozen copy beside it,
a fresh one the base model under it. As in `dpo.py` that is measured before the first step, where the KL has to be 0.
Answers to held-out questions choose the best weights, by the share that is right; the memory takes nothing from them.
docs/grpo.md has the rest.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.rewards.score import open_scorer
from t2s_pipeline.training.arguments import trainer_arguments
from t2s_pipeline.training.grpo_data import read_reward_data
from t2s_pipeline.training.grpo_memory import RunMemory
from t2s_pipeline.training.grpo_rewards import CORRECT, FinerReward
from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.loop import (
    History,
    Material,
    Report,
    Trained,
    callbacks,
    run_evaluated,
    start_of,
    steady,
    whole_checkpoint,
)
from t2s_pipeline.training.packages import check_packages
from t2s_pipeline.training.rows import TokenizedRow, TrainingError

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import Trainer, TrainerCallback

KL = "eval_kl"
TOLERANCE = 1e-3
"""Of the KL before the first step, which is 0 but for rounding."""
NO_SIGNAL = "frac_reward_zero_std"
"""TRL's name of the share of groups whose answers all earned the same, so that nothing is learnt of them."""


def train(job: TrainingJob, material: Material, report: Report) -> Trained:
    """Train on questions. Raises TrainingError where the reference is not the policy at the start, or a reward cannot
    be given."""
    check_packages(job.adapter, job.settings)
    data, grpo = read_reward_data(Path(job.rewards_file)), job.settings.grpo
    _check_room(job, material)
    _check_evaluated(job, material)
    memory = RunMemory(grpo, data.seeds) if grpo.use_memory else None
    if memory is not None:
        report(f"{job.adapter}: {len(memory.current)} of {len(data.seeds)} seed thoughts remembered")
    with open_scorer(data.sandbox, grpo.rewards, memory and memory.current) as scorer:
        reward = FinerReward(scorer, {row.example_id: row for row in data.rows})
        trainer = steady(_trainer(job, material, reward, memory, report))
        probe = _dataset(material.held_out or material.rows[: job.settings.batch_size])
        history, _ = run_evaluated(trainer, job, report, probe, lambda before: _check_start(job, before))
    history = [{name: value for name, value in entry.items() if value is not None} for entry in history]
    _say_signal(job, history, report)
    tokens = int(trainer.state.num_input_tokens_seen)
    return Trained(trainer, history, tokens=tokens, memory=memory and memory.table())


def _trainer(
    job: TrainingJob, material: Material, reward: FinerReward, memory: RunMemory | None, report: Report
) -> Trainer:
    from trl import GRPOConfig

    from t2s_pipeline.training.grpo_trainer import QuestionTrainer

    def finer(**asked: Any) -> list[float]:  # TRL names its metrics by the function
        return reward(asked["completions"], asked["row_id"], asked["trainer_state"].global_step + 1)

    model, lora = start_of(job, material.model, 0.0)
    return QuestionTrainer(
        job,
        material,
        reward,
        model=model,
        reward_funcs=finer,
        args=GRPOConfig(**_arguments(job, material)),
        train_dataset=_dataset(material.rows),
        eval_dataset=_dataset(material.held_out) if material.held_out else None,
        processing_class=material.tokenizer,
        peft_config=lora,
        callbacks=[*([_keeper(job, reward, memory)] if memory else []), *callbacks(job, report)],
    )


def _arguments(job: TrainingJob, material: Material) -> dict[str, Any]:
    """TRL's arguments: a step's answers are computed in batches of `batch_size` and learnt from together."""
    settings, grpo = job.settings, job.settings.grpo
    shared = trainer_arguments(job, material.precision, len(material.rows), settings.batch_size, evaluates=False)
    steps = _steps(job, material)
    arguments = {key: value for key, value in shared.items() if key not in ("max_length", "train_sampling_strategy")}
    arguments |= {
        "gradient_accumulation_steps": grpo.completions_per_step // settings.batch_size,
        "max_steps": steps,
        "warmup_steps": int(settings.warmup_ratio * steps),
        "num_generations": grpo.generations,
        "num_generations_eval": 1,
        "max_completion_length": grpo.max_completion_tokens,
        "temperature": grpo.temperature,
        "top_p": grpo.top_p,
        "beta": settings.beta,
        "disable_dropout": True,  # an SFT adapter brings its dropout, with which its reference would differ from it
    }
    if material.held_out:
        arguments |= _choice_of_weights(job)
    return arguments | _generator(job)


def _steps(job: TrainingJob, material: Material) -> int:
    """Optimizer steps: as stated, or as many as the epochs are."""
    settings, grpo = job.settings, job.settings.grpo
    return grpo.steps or math.ceil(len(material.rows) / grpo.prompts_per_step * settings.epochs)


def _choice_of_weights(job: TrainingJob) -> dict[str, Any]:
    """Held-out questions are answered every so many steps, and the weights that answer most of them rightly stay."""
    when = {"strategy": "steps", "steps": job.settings.evaluation_steps}
    return {
        **{f"eval_{name}": value for name, value in when.items()},
        **{f"save_{name}": value for name, value in when.items()},
        "load_best_model_at_end": True,
        "metric_for_best_model": f"eval_{CORRECT}",
        "greater_is_better": True,
        "restore_callback_states_from_checkpoint": bool(job.settings.patience),
    }


def _generator(job: TrainingJob) -> dict[str, Any]:
    """Who writes the answers."""
    grpo = job.settings.grpo
    if grpo.generator == "transformers":
        return {}
    found = {"use_vllm": True, "vllm_mode": grpo.generator.removeprefix("vllm_")}
    if grpo.generator == "vllm_server":
        return found | {"vllm_server_base_url": grpo.vllm_url}
    room = job.settings.max_length + grpo.max_completion_tokens
    return found | {"vllm_gpu_memory_utilization": grpo.vllm_memory_share, "vllm_max_model_length": room}


def _keeper(job: TrainingJob, reward: FinerReward, memory: RunMemory) -> TrainerCallback:
    """Writes the memory into every checkpoint, and takes up that of the one that training goes on from."""
    from transformers import TrainerCallback

    class KeepMemory(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            checkpoint = whole_checkpoint(job.checkpoints)
            if checkpoint is not None:
                memory.restore(checkpoint)
                reward.scorer.memory = memory.current

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            memory.keep(job.checkpoints / f"checkpoint-{state.global_step}")

    return KeepMemory()


def _check_room(job: TrainingJob, material: Material) -> None:
    """Raises TrainingError where a prompt and its answer could be longer than the model's context."""
    context = material.model.config.get_text_config().max_position_embeddings
    longest = max(row.tokens for row in (*material.rows, *material.held_out))
    wanted = job.settings.grpo.max_completion_tokens
    if longest + wanted > context:
        raise TrainingError(
            f"adapter {job.adapter}: a prompt of {longest} tokens and an answer of up to {wanted} do not fit into the "
            f"{context} tokens of {job.base.public_name}: set max_length = {context - wanted} or less, which leaves "
            "longer prompts out"
        )


def _check_evaluated(job: TrainingJob, material: Material) -> None:
    """Raises TrainingError where the epochs are over before held-out questions are asked; `check_grpo` refuses the same
    of stated steps."""
    steps, every = _steps(job, material), job.settings.evaluation_steps
    if material.held_out and every > steps:
        raise TrainingError(
            f"adapter {job.adapter}: evaluation_steps = {every} is beyond its {steps} steps (epochs = "
            f"{job.settings.epochs:g} of {len(material.rows)} questions), and weights are chosen where held-out "
            "questions are asked: lower it, or raise epochs"
        )


def _check_start(job: TrainingJob, before: dict[str, float]) -> None:
    if job.settings.beta and not abs(before[KL]) <= TOLERANCE:
        raise TrainingError(f"adapter {job.adapter}: the KL is {before[KL]} at step 0: wrong reference")


def _say_signal(job: TrainingJob, history: History, report: Report) -> None:
    """Say of how many groups nothing was learnt, because all their answers earned the same."""
    shares = [entry[NO_SIGNAL] for entry in history if NO_SIGNAL in entry]
    without = sum(shares) / len(shares)
    advice = ": start from a writer that gets some right, or raise generations or temperature" if without == 1 else ""
    report(f"{job.adapter}: {without:.0%} of the groups of answers had no signal{advice}")


def _dataset(rows: list[TokenizedRow]) -> Dataset:
    from datasets import Dataset

    names = [row.row_id for row in rows]
    return Dataset.from_dict({"prompt": names, "row_id": names})

"""Real GRPO of a tiny model on a tiny database: where it starts, what is kept, and that a kill changes nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

from t2s_pipeline.config import ExperimentConfig, ModelConfig, PathsConfig, SandboxConfig
from t2s_pipeline.config_grpo import GrpoConfig
from t2s_pipeline.config_rewards import EmbedderConfig, MemoryConfig, RewardConfig
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.fingerprint import model_fingerprint
from t2s_pipeline.generation.protocol import GenerationRequest, Sampling
from t2s_pipeline.policies import policy_of
from t2s_pipeline.prompts.render import Prompt
from t2s_pipeline.rewards.memory import Trace
from t2s_pipeline.rewards.score import RewardRow
from t2s_pipeline.table_definitions import MEMORY_TRACES, TRAINING_STEPS
from t2s_pipeline.training import grpo, loop
from t2s_pipeline.training.__main__ import main
from t2s_pipeline.training.adapters import AdapterError, adapter_digest, publish, train_adapter, verify_adapter
from t2s_pipeline.training.grpo_data import RewardData
from t2s_pipeline.training.grpo_memory import MEMORY, read_memory
from t2s_pipeline.training.job import InitialAdapter, TrainingJob, prepare_job
from t2s_pipeline.training.rows import TrainingError, TrainingRow
from t2s_pipeline.training.run import Outcome, run_job
from tests.training import tiny
from tests.training.test_adapters import killed_at_step

THOUGHT = "count singer by age"
SEEDS = (
    Trace("other/first", "count name of the table"),
    Trace("other/second", "the singer table by name"),
    Trace("other/third", "age of the singer"),
)
SMALL = GrpoConfig(
    generations=4,
    prompts_per_step=2,
    steps=4,
    max_completion_tokens=48,
    rewards=RewardConfig(min_thought_characters=0),
    memory=MemoryConfig(min_words=2, min_columns=1, min_column_mentions=1, min_seed_characters=0),
)
STATED: dict[str, Any] = {
    "batch_size": 8,
    "learning_rate": 2e-3,
    "beta": 0.04,
    "max_length": 400,
}


GOLD = "SELECT count(*) FROM singer"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tiny") / "tiny.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE singer (singer_id INTEGER PRIMARY KEY, name TEXT, age REAL)")
        connection.executemany("INSERT INTO singer VALUES (?, ?, ?)", [(n, f"name {n}", n) for n in range(12)])
    connection.close()
    return str(path)


@pytest.fixture(scope="module")
def writer(model: Path, tmp_path_factory: pytest.TempPathFactory) -> InitialAdapter:
    """An adapter that has learnt the form, and now and then the answer."""
    rows = [tiny.row(n, f"<think>{THOUGHT}</think>\n{GOLD}") for n in range(6)]
    data = tmp_path_factory.mktemp("writer")
    job = tiny.job(model, data, rows, batch_size=6, epochs=60.0, max_length=600)
    folder = publish(job, run_job(job, lambda line: None), data)
    return InitialAdapter("writer", str(folder), folder.name)


def questions(count: int, held_out: int = 0) -> list[TrainingRow]:
    return [replace(tiny.row(n), held_out=n < held_out) for n in range(count)]


def reward_data(database: str, count: int = 6, **changes: Any) -> RewardData:
    rows = tuple(RewardRow(f"tiny/train/{n:05d}", "tiny/tiny", database, (GOLD,)) for n in range(count))
    return replace(RewardData(rows, SEEDS, {"tiny/tiny": "a" * 64}, SandboxConfig(workers=1)), **changes)


def job_of(
    model: Path, data: Path, database: str, init: InitialAdapter | None, held_out: int = 0, **changes: Any
) -> TrainingJob:
    stated = STATED | ({"evaluation_steps": 2} if held_out else {}) | {"grpo": SMALL} | changes
    settings = tiny.settings("grpo", **stated)
    rows = questions(6, held_out)
    rewards = reward_data(database)
    return prepare_job("grpo", settings, rows, tiny.base(model), data, init, checkpoint_steps=2, rewards=rewards)


@pytest.fixture(scope="module")
def trained(model: Path, database: str, writer: InitialAdapter, tmp_path_factory: Any) -> tuple[TrainingJob, Outcome]:
    job = job_of(model, tmp_path_factory.mktemp("grpo"), database, writer, held_out=2)
    return job, run_job(job, lambda line: None)


def logged(outcome: Outcome, metric: str) -> dict[int, float]:
    return {int(entry["step"]): entry[metric] for entry in outcome.history if metric in entry}


def test_the_reference_is_the_policy_at_the_start(trained: tuple[TrainingJob, Outcome]) -> None:
    _, outcome = trained
    assert logged(outcome, "eval_kl")[0] == 0 and logged(outcome, "kl")[1] == 0
    assert logged(outcome, "kl")[4] > 0 and logged(outcome, "eval_kl")[4] > 0


def test_a_wrong_reference_ends_the_training(
    model: Path, database: str, writer: InitialAdapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_policy(trainer: Any) -> Any:
        for name, weight in trainer.model.named_parameters():
            if "lora_B.default" in name:
                weight.data.mul_(1.2)  # after the reference was copied from it
        return loop.steady(trainer)

    monkeypatch.setattr(grpo, "steady", other_policy)
    with pytest.raises(TrainingError, match=r"the KL is 0\.\d+ at step 0: wrong reference"):
        run_job(job_of(model, tmp_path, database, writer), print)


def test_without_a_kl_term_there_is_no_reference_to_be_wrong(
    model: Path, database: str, writer: InitialAdapter, tmp_path: Path
) -> None:
    outcome = run_job(job_of(model, tmp_path, database, writer, beta=0.0, grpo=replace(SMALL, steps=1)), print)
    assert logged(outcome, "reward") and not logged(outcome, "kl")


def test_steps_are_logged_under_trl_s_names_with_every_term(trained: tuple[TrainingJob, Outcome]) -> None:
    _, outcome = trained
    terms = {f"rewards/{name}/mean" for name in ("format", "execution", "atomic", "memory")}
    known = {"reward", "reward_std", "frac_reward_zero_std", "kl", "entropy", "completions/mean_length"}
    known |= {"completions/clipped_ratio", "completions/correct", "completions/executable", "memory/traces"}
    for step in range(1, 5):
        assert all(step in logged(outcome, name) for name in terms | known | {"loss"})
        total = sum(logged(outcome, name)[step] for name in terms)
        assert total == pytest.approx(logged(outcome, "reward")[step], abs=1e-5)
    assert list(logged(outcome, "eval_completions/correct")) == [0, 2, 4]
    assert (outcome.training_rows, outcome.evaluation_rows, outcome.tokens > 0) == (4, 2, True)
    names = {name for entry in outcome.history for name in entry}
    assert not {"step_time", "num_tokens"} & names
    rows = [
        {"experiment": "x", "adapter": "grpo", "step": e["step"], "metric": m, "epoch": e["epoch"], "value": v}
        for e in outcome.history
        for m, v in e.items()
        if m not in ("step", "epoch")
    ]
    TRAINING_STEPS.check(TRAINING_STEPS.to_arrow(rows))


def test_the_weights_kept_are_the_first_that_answer_most_held_out_questions(
    trained: tuple[TrainingJob, Outcome],
) -> None:
    _, outcome = trained
    right = {step: share for step, share in logged(outcome, "eval_completions/correct").items() if step}
    assert outcome.kept_step == max(right, key=lambda step: (right[step], -step))


def test_a_killed_training_resumes_and_comes_to_the_same_adapter_and_memory(
    trained: tuple[TrainingJob, Outcome],
    model: Path,
    database: str,
    writer: InitialAdapter,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    job = job_of(model, tmp_path, database, writer, held_out=2)
    with pytest.raises(TrainingError, match="killed"):
        killed_at_step(2, Path(job.folder))([sys.executable, "-m", "t2s_pipeline.training", str(job.file)])
    kept = pq.read_table(job.checkpoints / "checkpoint-2" / MEMORY)
    outcome = run_job(job, print)
    assert "grpo: resumes from checkpoint-2" in capsys.readouterr().out
    whole, expected = trained
    assert job.identity == whole.identity
    assert outcome.history == expected.history and outcome.kept_step == expected.kept_step
    assert adapter_digest(job.output) == adapter_digest(whole.output)
    memory = pq.read_table(job.output / MEMORY)
    assert memory.equals(pq.read_table(whole.output / MEMORY))
    assert kept.equals(memory.slice(0, kept.num_rows))


def test_a_published_adapter_has_its_memory_as_rows(trained: tuple[TrainingJob, Outcome], tmp_path: Path) -> None:
    job, outcome = trained
    folder = publish(job, outcome, tmp_path)
    table = read_memory(folder / MEMORY, "mine", "finer")
    MEMORY_TRACES.check(table)
    assert set(table["experiment"].to_pylist()) == {"mine"} and set(table["adapter"].to_pylist()) == {"finer"}
    sources = table["source"].to_pylist()
    assert sources == ["seed"] * len(SEEDS) + ["policy"] * (len(sources) - len(SEEDS)) and len(sources) > len(SEEDS)
    assert not [file for file in folder.rglob("*") if "ref" in file.name]


def test_who_comes_to_the_adapter_of_another_job_has_rows_of_its_own(
    model: Path, database: str, writer: InitialAdapter, tmp_path: Path
) -> None:
    nothing = replace(SMALL, steps=1, rewards=RewardConfig(min_thought_characters=10_000))  # earned by any answer
    results = []
    for seed in (13, 14, 14):
        job = job_of(model, tmp_path, database, writer, grpo=nothing, seed=seed)
        results.append(train_adapter(job, tmp_path, lambda argv, job=job: run_job(job, print)))
    first, second, again = results
    assert first.folder == second.folder == again.folder
    assert [result.adapters[0]["seed"] for result in results] == [13, 14, 14]
    assert second.record == first.folder / "jobs" / second.manifest.job != first.record
    assert [result.reused for result in results] == [False, False, True]
    assert second.training_steps == again.training_steps != first.training_steps
    assert all(result.memory_file.parent == result.record for result in results)
    verify_adapter(second.folder, second.manifest.digest)


def test_without_a_sandbox_there_is_no_reward_and_the_training_can_go_on_later(
    model: Path, database: str, writer: InitialAdapter, tmp_path: Path
) -> None:
    elsewhere = shutil.move(shutil.copy(database, tmp_path / "copy.sqlite"), tmp_path / "gone.sqlite")
    job = job_of(model, tmp_path / "data", str(tmp_path / "copy.sqlite"), writer)
    with pytest.raises(TrainingError, match="no reward can be given at step 1"):
        run_job(job, print)
    assert not (job.output / "outcome.json").exists()
    shutil.move(elsewhere, tmp_path / "copy.sqlite")
    assert run_job(job, print).kept_step == 4


def test_all_weights_are_trained_to_a_model_that_an_arm_asks(
    model: Path, database: str, writer: InitialAdapter, tmp_path: Path
) -> None:
    job = job_of(model, tmp_path, database, writer, weights="full", grpo=replace(SMALL, steps=2), learning_rate=1e-4)
    result = train_adapter(job, tmp_path, lambda argv: run_job(job, print))
    row, manifest = result.adapters[0], result.manifest
    assert manifest.hyperparameters["weights"] == "full" and "lora_rank" not in manifest.hyperparameters
    history = {(entry["step"], entry["metric"]): entry["value"] for entry in result.training_steps}
    assert history[0, "eval_kl"] == 0  # of the start, the writer merged into the base, not of the base
    assert not Path(job.folder).exists()
    assert {file.name for file in result.folder.iterdir()} >= {"model.safetensors", "config.json", "tokenizer.json"}
    assert "library_name: transformers" in (result.folder / "README.md").read_text()

    config = ExperimentConfig("mine", models={"tiny": ModelConfig(path=str(model))}, paths=PathsConfig(str(tmp_path)))
    policy = policy_of(config, "tiny", row)
    assert (policy.config.path, policy.adapter_path) == (str(result.folder), None)
    backend = open_backend(policy, in_process=True)
    assert backend.identity.adapter_digest is None
    assert (
        backend.identity.model_fingerprint
        == model_fingerprint(policy.config)
        != model_fingerprint(config.models["tiny"])
    )
    asked = GenerationRequest(Prompt(questions(1)[0].messages, ()))
    [answer] = backend.generate([asked], Sampling(max_new_tokens=48))
    assert answer.text.startswith("<think>")  # as the writer does, and the base never
    (result.folder / "tokenizer.json").write_text("{}")
    with pytest.raises(AdapterError, match="holds adapter"):
        policy_of(config, "tiny", row)


@pytest.mark.parametrize(
    "generator", [{"generator": "vllm_colocate"}, {"generator": "vllm_server", "vllm_url": "http://127.0.0.1:8000"}]
)
def test_vllm_is_asked_by_names_that_the_installed_trl_has(
    generator: dict[str, str], model: Path, database: str, tmp_path: Path
) -> None:
    from trl import GRPOConfig

    job = job_of(model, tmp_path, database, None, grpo=replace(SMALL, **generator))
    arguments = grpo._generator(job)
    assert (
        arguments["use_vllm"]
        and arguments["vllm_mode"] in GRPOConfig.__dataclass_fields__["vllm_mode"].metadata["help"]
    )
    assert set(arguments) <= set(GRPOConfig.__dataclass_fields__)


def test_what_cannot_be_trained_says_so(
    model: Path, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def of(**changes: Any) -> TrainingJob:
        return job_of(model, tmp_path, database, None, **changes)

    with pytest.raises(TrainingError, match="do not fit into the 2048 tokens of tiny: set max_length = 48 or less"):
        run_job(of(grpo=replace(SMALL, max_completion_tokens=2000)), print)
    with pytest.raises(TrainingError, match="all 6 rows are longer than max_length"):
        run_job(of(max_length=20), print)
    off = replace(SMALL, steps=1, use_memory=False)  # the base never writes a thought
    run_job(of(grpo=off), print)
    assert "grpo: 100% of the groups of answers had no signal: start from a writer" in capsys.readouterr().out
    with pytest.raises(TrainingError, match="vllm is not installed beside the trainer"):
        run_job(of(grpo=replace(off, generator="vllm_colocate")), print)
    with pytest.raises(TrainingError, match="grpo rows have 0 answers"):
        prepare_job("grpo", of().settings, tiny.sft_rows(), tiny.base(model), tmp_path)


def test_epochs_that_end_before_held_out_questions_are_asked_choose_no_weights(
    model: Path, database: str, tmp_path: Path
) -> None:
    epochs = replace(SMALL, steps=0)
    job = job_of(model, tmp_path, database, None, held_out=2, evaluation_steps=9, epochs=1.0, grpo=epochs)
    with pytest.raises(
        TrainingError, match=r"evaluation_steps = 9 is beyond its 2 steps \(epochs = 1 of 4 questions\)"
    ):
        run_job(job, print)


def test_an_embedder_that_does_not_answer_ends_it_with_a_message(
    model: Path, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = EmbedderConfig(kind="endpoint", base_url="http://127.0.0.1:9/v1", served_model="x", retry_seconds=0.1)
    job = job_of(model, tmp_path, database, None, grpo=replace(SMALL, embedder=gone))
    monkeypatch.setattr(sys, "argv", ["t2s_pipeline.training", str(job.file)])
    with patch.dict(os.environ):  # a training's process is prepared for good, and this one has other tests to run
        assert main() == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: http://127.0.0.1:9/v1: given up after")

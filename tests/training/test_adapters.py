"""Real trainings of a tiny model, here and in child processes: what is published, and that nothing is trained twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from t2s_pipeline.table_definitions import ADAPTERS, SKIPPED_TRAINING_ROWS, TRAINING_STEPS
from t2s_pipeline.training.adapters import (
    AdapterError,
    AdapterResult,
    load_manifest,
    train_adapter,
    verify_adapter,
)
from t2s_pipeline.training.job import InitialAdapter, read_job
from t2s_pipeline.training.model_card import model_card
from t2s_pipeline.training.rows import TrainingError
from t2s_pipeline.training.run import run_job
from tests.training import tiny

FILES = {"adapter_config.json", "adapter_model.safetensors", "manifest.json", "outcome.json", "README.md"}


def never(argv: list[str]) -> None:
    raise AssertionError("a training was launched")


def values(result: AdapterResult, metric: str) -> list[float]:
    return [row["value"] for row in result.training_steps if row["metric"] == metric]


def test_an_sft_adapter_learns_and_is_published_whole(sft: AdapterResult, data: Path) -> None:
    losses = values(sft, "loss")
    assert losses[-1] < losses[0] - 1
    assert {file.name for file in sft.folder.iterdir()} == FILES
    assert sft.folder == data / "adapters" / sft.manifest.digest
    assert not list((data / "training").iterdir())
    assert verify_adapter(sft.folder, sft.manifest.digest) == sft.manifest
    assert not sft.reused


def test_published_files_hold_no_machine_path(sft: AdapterResult, model: Path, data: Path) -> None:
    for name in FILES - {"adapter_model.safetensors"}:
        text = (sft.folder / name).read_text()
        assert str(model.parent) not in text and str(data) not in text and str(Path.home()) not in text
    assert json.loads((sft.folder / "adapter_config.json").read_text())["base_model_name_or_path"] == "tiny"
    assert "Spider" in (sft.folder / "README.md").read_text()


def test_the_card_says_whose_data_it_is_as_far_as_the_name_tells(sft: AdapterResult) -> None:
    card = model_card(replace(sft.manifest, datasets=["embedded", "spider", "ours"]))
    data = next(line for line in card.splitlines() if line.startswith("Data: "))
    assert "embedded data set, CC BY 4.0" in data and "Spider, CC BY-SA 4.0" in data
    assert "ours, under its owner's terms" in data and "Apache" not in data


def test_the_card_knows_a_data_set_of_any_name_by_its_kind(sft: AdapterResult) -> None:
    assert sft.manifest.dataset_kinds == {"tiny": "json"}
    card = model_card(replace(sft.manifest, datasets=["first_thousand"], dataset_kinds={"first_thousand": "spider"}))
    assert "Data: Spider, CC BY-SA 4.0" in card


def test_rows_fit_their_tables(sft: AdapterResult) -> None:
    for table, rows in (
        (ADAPTERS, sft.adapters),
        (TRAINING_STEPS, sft.training_steps),
        (SKIPPED_TRAINING_ROWS, sft.skipped_training_rows),
    ):
        table.check(table.to_arrow([{"experiment": "test", **row} for row in rows]))
    assert [row["row_id"] for row in sft.skipped_training_rows] == ["tiny/train/00099"]
    assert (sft.adapters[0]["training_rows"], sft.adapters[0]["skipped_rows"]) == (12, 1)


def test_an_equal_job_is_not_trained_again(sft: AdapterResult, model: Path, data: Path) -> None:
    long = tiny.row(99, "SELECT " + "name, " * 100 + "age FROM singer")
    job = tiny.job(model, data, [*tiny.sft_rows(), long], max_length=400, beta=0.5)
    again = train_adapter(replace(job, adapter="other"), data, never)
    assert again.reused and again.manifest == sft.manifest
    assert again.training_steps == [{**row, "adapter": "other"} for row in sft.training_steps]


@pytest.mark.parametrize("change", [{"seed": 14}, {"learning_rate": 0.02}, {"lora_rank": 2}, {"max_length": 401}])
def test_another_setting_is_another_job(model: Path, tmp_path: Path, change: dict[str, float]) -> None:
    rows = tiny.sft_rows(2)
    job = tiny.job(model, tmp_path, rows, max_length=400)
    assert read_job(job.file) == job
    assert tiny.job(model, tmp_path, rows, **{"max_length": 400} | change).identity != job.identity
    assert tiny.job(model, tmp_path, rows, max_length=400, beta=0.5).identity == job.identity
    assert tiny.job(model, tmp_path, rows[:1], max_length=400).identity != job.identity


def test_same_inputs_give_the_same_digest_and_a_row_that_is_too_long_changes_nothing(
    sft: AdapterResult, model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    long = tiny.row(99, "SELECT " + "name, " * 100 + "age FROM singer")
    again = tiny.trained(tiny.job(model, tmp_path, [*tiny.sft_rows(), long], max_length=400), tmp_path)
    assert again.manifest.digest == sft.manifest.digest
    assert again.training_steps == sft.training_steps
    assert re.search(r"^sft: step 3/3, loss \d+\.\d\d, 0 s left$", capfd.readouterr().out, re.MULTILINE)


def test_dpo_starts_from_its_reference_and_leaves_it(
    sft: AdapterResult, init: InitialAdapter, model: Path, data: Path
) -> None:
    result = tiny.trained(tiny.job(model, data, tiny.pairs(), "dpo", init, epochs=2), data)
    margins = values(result, "eval_rewards/margins")
    assert margins[0] == 0 and margins[-1] > 0.1
    steps = values(result, "rewards/margins")
    assert steps[0] == 0 and steps[-1] > steps[1]
    assert {path.name for path in result.folder.rglob("*")} == FILES
    assert result.manifest.init_digest == sft.manifest.digest
    assert "lora_rank" not in result.manifest.hyperparameters
    assert result.adapters[0]["init_adapter"] == "sft"
    # The published weights are the policy's, not the reference's.
    assert (result.folder / "adapter_model.safetensors").read_bytes() != (
        sft.folder / "adapter_model.safetensors"
    ).read_bytes()


def test_sft_goes_on_with_an_adapter(sft: AdapterResult, init: InitialAdapter, model: Path, data: Path) -> None:
    again = tiny.trained(tiny.job(model, data, tiny.sft_rows(), "sft", init), data)
    assert values(again, "loss")[0] < values(sft, "loss")[0] - 1  # what it has learnt is there from the first step
    assert again.manifest.digest != sft.manifest.digest
    assert (again.manifest.init_digest, again.adapters[0]["init_adapter"]) == (sft.manifest.digest, "sft")
    assert "lora_rank" not in again.manifest.hyperparameters


def test_dpo_without_an_initial_adapter_refers_to_the_base(init: InitialAdapter, model: Path, tmp_path: Path) -> None:
    fresh = run_job(tiny.job(model, tmp_path, tiny.pairs(), "dpo"), print)
    continued = run_job(tiny.job(model, tmp_path, tiny.pairs(), "dpo", init), print)
    assert fresh.history[0]["eval_rewards/margins"] == 0 < fresh.history[-1]["eval_rewards/margins"]
    # The one starts from the base, the other from the adapter that has learnt the chosen answers.
    assert fresh.history[0]["eval_logps/chosen"] < continued.history[0]["eval_logps/chosen"] - 1


def test_trainings_that_come_to_nothing_are_errors(init: InitialAdapter, model: Path, tmp_path: Path) -> None:
    still = tiny.job(model, tmp_path, tiny.pairs(4), "dpo", init, learning_rate=0.0)
    with pytest.raises(TrainingError, match="the margin is still 0 after training"):
        run_job(still, print)
    wild = tiny.job(model, tmp_path, tiny.sft_rows(), learning_rate=1e38)
    with pytest.raises(TrainingError, match="the loss is not a number at step"):
        run_job(wild, print)
    long = tiny.job(model, tmp_path, tiny.sft_rows(), max_length=10)
    with pytest.raises(TrainingError, match="all 12 rows are longer than max_length"):
        run_job(long, print)


def test_a_child_that_fails_says_why_and_publishes_nothing(
    model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    job = tiny.job(model, tmp_path, tiny.sft_rows())
    Path(job.rows_file).write_text("{}\n")
    with pytest.raises(TrainingError, match="ended with code 1"):
        train_adapter(job, tmp_path)
    assert "rows.jsonl, line 1: not a training row" in capfd.readouterr().err
    assert not (tmp_path / "adapters").exists()


def killed_at_step(step: int, job_folder: Path) -> Callable[[list[str]], None]:
    """A launcher that kills the child, as `kill -9` does, once it has kept a checkpoint of `step` or later."""

    def launch(argv: list[str]) -> None:
        with subprocess.Popen(argv) as child:
            while child.poll() is None:
                if any(
                    int(file.parent.name.rpartition("-")[2]) >= step
                    for file in (job_folder / "checkpoints").glob("checkpoint-*/complete")
                ):
                    os.kill(child.pid, signal.SIGKILL)
                    break
                time.sleep(0.005)
        if child.returncode != -signal.SIGKILL:
            raise AssertionError(f"the child ended by itself with {child.returncode}")
        raise TrainingError("killed")

    return launch


def test_a_killed_training_resumes_and_comes_to_the_same_adapter(
    init: InitialAdapter, model: Path, data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    stated = {"epochs": 5, "learning_rate": 1e-3}
    rows = tiny.pairs()
    job = tiny.job(model, tmp_path, rows, "dpo", init, checkpoint_steps=3, **stated)
    with pytest.raises(TrainingError, match="killed"):
        train_adapter(job, tmp_path, killed_at_step(6, Path(job.folder)))
    torn = job.checkpoints / "checkpoint-1000"
    shutil.copytree(max(job.checkpoints.glob("checkpoint-*")), torn)
    (torn / "complete").unlink(missing_ok=True)
    (torn / "trainer_state.json").write_text("{")
    resumed = tiny.trained(tiny.job(model, tmp_path, rows, "dpo", init, checkpoint_steps=3, **stated), tmp_path)
    assert "dpo: resumes from checkpoint-" in capfd.readouterr().out
    whole = tiny.trained(tiny.job(model, data, rows, "dpo", init, checkpoint_steps=3, **stated), data)
    assert resumed.manifest.digest == whole.manifest.digest
    assert resumed.training_steps == whole.training_steps


def test_in_dagster_a_child_reports_through_pipes_and_to_stderr_and_is_not_run_twice(
    model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import dagster

    job = tiny.job(model, tmp_path, tiny.sft_rows(4))
    argv = [sys.executable, "-m", "t2s_pipeline.training", str(job.file)]
    run_job(job, print)
    capfd.readouterr()
    weights = job.output / "adapter_model.safetensors"
    before = weights.stat().st_mtime_ns
    summaries: list[dict[str, object]] = []

    @dagster.op
    def train(context):
        invocation = dagster.PipesSubprocessClient().run(context=context, command=argv)
        summaries.extend(invocation.get_custom_messages())

    with dagster.instance_for_test() as instance:
        run = dagster.GraphDefinition("g", node_defs=[train]).execute_in_process(instance=instance)
        messages = [event.user_message for event in instance.all_logs(run.run_id)]
    assert "sft: trained already" in messages
    assert "sft: trained already" in capfd.readouterr().err.splitlines()
    assert summaries[0]["rows"] == 4 and summaries[0]["steps"] == 1
    assert weights.stat().st_mtime_ns == before


def test_a_changed_or_missing_adapter_is_refused(sft: AdapterResult, model: Path, tmp_path: Path) -> None:
    digest = sft.manifest.digest
    with pytest.raises(AdapterError, match="is not there"):
        verify_adapter(tmp_path / digest, digest)
    copy = shutil.copytree(sft.folder, tmp_path / digest)
    config = copy / "adapter_config.json"
    config.write_text(config.read_text().replace('"lora_alpha": 8', '"lora_alpha": 80'))
    with pytest.raises(AdapterError, match=f"expected {digest}"):
        verify_adapter(copy, digest)
    job = tiny.job(model, tmp_path, tiny.pairs(2), "dpo", InitialAdapter("sft", str(copy), digest))
    with pytest.raises(AdapterError, match=f"expected {digest}"):
        train_adapter(job, tmp_path, never)
    (copy / "manifest.json").unlink()
    with pytest.raises(AdapterError, match="no adapter's manifest"):
        load_manifest(copy)


def test_jobs_that_cannot_start(model: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="gives no rows"):
        tiny.job(model, tmp_path, [])
    with pytest.raises(TrainingError, match="dpo rows have 2 answers"):
        tiny.job(model, tmp_path, tiny.sft_rows(), "dpo")

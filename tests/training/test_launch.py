"""A training in several processes by `accelerate launch`, here two on the CPU, and the one GPU of a single process."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from t2s_pipeline.training.adapters import train_adapter
from t2s_pipeline.training.arguments import choose_precision
from t2s_pipeline.training.environment import show_one_gpu
from t2s_pipeline.training.job import InitialAdapter
from t2s_pipeline.training.launch import shown_command, worker_command
from t2s_pipeline.training.rows import TrainingError
from tests.training import tiny

FILES = {"adapter_config.json", "adapter_model.safetensors", "manifest.json", "outcome.json", "README.md"}


def test_the_command_states_all_that_a_machine_could_decide_otherwise() -> None:
    command = worker_command(Path("/d/job.json"), 4)
    assert command[:3] == [sys.executable, "-m", "accelerate.commands.launch"]
    assert command[-3:] == ["--module", "t2s_pipeline.training.worker", "/d/job.json"]
    assert shown_command(4) == (
        "accelerate launch --multi_gpu --num_processes 4 --num_machines 1 --main_process_port 0 --mixed_precision no "
        "--dynamo_backend no --module t2s_pipeline.training.worker job.json"
    )


PROJECT = """
[datasets.embedded]
kind = "embedded"

[models.nano]
path = "builtin:nano"

[train]
dataset = "embedded"
model = "nano"

[adapters.wide]
model = "nano"
processes = 4

[adapters.narrow]
model = "nano"
"""


def planned(experiment: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of `t2s run --plan` for an experiment of which nothing has run."""
    from assets.graph import build_stages
    from assets.planning import plan_lines
    from assets.walk import select_steps
    from t2s_pipeline.config_loading import load_experiment
    from t2s_pipeline.warehouse import Warehouse

    monkeypatch.delenv("OUTPUT_ROOT", raising=False)
    (folder / "experiments").mkdir()
    (folder / "dagster_project.toml").write_text("")
    (folder / "experiments" / "mine.toml").write_text(experiment)
    steps = select_steps(build_stages(load_experiment("mine", folder)), [])
    return list(plan_lines(steps, Warehouse(folder / "data")))


def test_a_plan_shows_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = planned(PROJECT, tmp_path, monkeypatch)
    at = next(number for number, line in enumerate(lines) if line.startswith("sft_adapters[wide]: "))
    assert lines[at + 1] == f"    training: {shown_command(4)}"
    assert sum("accelerate launch" in line for line in lines) == 1


LACKING = """
[tracking]
report_to = "wandb"

[models.nano_vllm]
backend = "vllm"
path = "builtin:nano"

[evaluation]
dataset = "embedded"

[train.rollouts]
prompt_style = "finer"

[adapters.written]
method = "grpo"
model = "nano"
grpo = { generator = "vllm_colocate", use_memory = false }

[adapters.embedded]
method = "grpo"
model = "nano"
grpo = { embedder = { kind = "sentences", path = "owner/name" } }

[arms.base]
model = "nano_vllm"
"""


@pytest.mark.skipif(
    any(map(find_spec, ("vllm", "wandb", "sentence_transformers"))), reason="one of the packages is installed here"
)
def test_a_plan_says_which_packages_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets.planning import PlanError

    monkeypatch.delenv("T2S_VLLM_PYTHON", raising=False)
    with pytest.raises(PlanError) as error:
        planned(PROJECT + LACKING, tmp_path, monkeypatch)
    told = str(error.value).splitlines()
    assert len(told) == 4
    for said, needed in (
        ("wandb is not installed", "sft_adapters[wide], sft_adapters[narrow], grpo_adapters[written] and 1 more"),
        ("vllm is not installed beside the trainer", "grpo_adapters[written]"),
        ("sentence-transformers is not installed", "grpo_adapters[embedded]"),
        ("has no vllm", "arm_rollouts[base]"),
    ):
        (line,) = (line for line in told if said in line)
        assert line.endswith(f"(needed by {needed})")


def test_two_processes_train_one_adapter_from_the_same_reference(
    init: InitialAdapter, model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    job = tiny.job(model, tmp_path, tiny.pairs(), "dpo", init, processes=2, batch_size=2, checkpoint_steps=2)
    result = train_adapter(job, tmp_path)
    said = capfd.readouterr().out
    assert said.count("dpo: 12 rows, 0 left out as too long") == 1  # one of the two reports
    margins = [row["value"] for row in result.training_steps if row["metric"] == "eval_rewards/margins"]
    assert margins[0] == 0 < margins[-1]
    assert max(row["step"] for row in result.training_steps) == 3  # 12 pairs, 2 x 2 a step
    assert {path.name for path in result.folder.rglob("*")} == FILES
    assert result.manifest.hyperparameters["processes"] == 2


def test_a_single_process_sees_one_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    for before, after in ((None, "0"), ("2,3", "2"), ("", "")):
        if before is None:
            monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        else:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", before)
        show_one_gpu()
        assert os.environ["CUDA_VISIBLE_DEVICES"] == after


def test_more_processes_than_gpus_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(TrainingError, match="processes = 4, but torch sees 1 GPUs here"):
        choose_precision("auto", "auto", 4)
    assert choose_precision("auto", "cpu", 4).device == "cpu"


def test_weights_that_are_trained_whole_stay_in_float32_under_autocast(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    assert choose_precision("float32", "auto", whole=True).label == "cuda, float32 weights, bfloat16 autocast"
    assert choose_precision("float32", "auto").label == "cuda, float32 weights"
    assert choose_precision("auto", "auto", whole=True).label == "cuda, bfloat16 weights, bfloat16 autocast"
    assert choose_precision("float32", "cpu", whole=True).label == "cpu, float32 weights"

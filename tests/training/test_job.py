"""What a job says beside its rows: trackers, the code's commit, target modules, and the curves in its metadata."""

from __future__ import annotations

import importlib.util
import subprocess
import xml.etree.ElementTree
from base64 import b64decode
from pathlib import Path

import pytest

from assets.adapters import training_figures
from t2s_pipeline.training.adapters import AdapterResult
from t2s_pipeline.training.arguments import trainer_arguments
from t2s_pipeline.training.job import prepare_job, read_job
from t2s_pipeline.training.loop import load_base
from t2s_pipeline.training.model_card import model_card
from t2s_pipeline.training.packages import check_tracker
from t2s_pipeline.training.provenance import code_identity
from t2s_pipeline.training.rows import TrainingError
from t2s_pipeline.training.run import run_job
from tests.training import tiny


@pytest.mark.parametrize("tracker", ["wandb", "mlflow"])
def test_a_tracker_that_is_not_installed_says_what_to_install(model: Path, tmp_path: Path, tracker: str) -> None:
    check_tracker("none")
    if importlib.util.find_spec(tracker):
        pytest.skip(f"{tracker} is installed here")
    with pytest.raises(TrainingError, match=f"report_to = '{tracker}', but {tracker} is not installed: pip install"):
        settings = tiny.settings("sft")
        prepare_job("a", settings, tiny.sft_rows(2), tiny.base(model), tmp_path, report_to=tracker)


def test_reporting_is_trl_s_switch_and_no_part_of_the_adapter(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr("t2s_pipeline.training.packages.find_spec", lambda name: object())
    quiet = tiny.job(model, tmp_path, tiny.sft_rows(2))
    given = (tiny.settings("sft"), tiny.sft_rows(2), tiny.base(model), tmp_path)
    shown = read_job(prepare_job("a", *given, report_to="wandb", experiment="mine").file)
    arguments = trainer_arguments(shown, load_base(shown)[2], 2, 4, evaluates=False)
    assert (arguments["report_to"], arguments["run_name"]) == ("wandb", "mine/a")
    assert shown.identity == quiet.identity


def test_the_manifest_has_the_code_s_commit(sft: AdapterResult, tmp_path: Path) -> None:
    def git(*words: str) -> str:
        argv = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b", *words]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()

    assert set(sft.manifest.code) == {"version", "commit", "changed"}
    assert sft.adapters[0]["commit"] == sft.manifest.code["commit"]
    assert code_identity(tmp_path).commit is None
    git("init", "-q")
    (tmp_path / "code.py").write_text("1\n")
    git("add", "code.py")
    git("commit", "-qm", "first")
    assert code_identity(tmp_path).commit == git("rev-parse", "HEAD")
    assert code_identity(tmp_path).changed is False
    (tmp_path / "code.py").write_text("2\n")
    assert code_identity(tmp_path).changed is True
    (tmp_path / "below").mkdir()
    assert code_identity(tmp_path / "below").commit is None


def test_target_modules_are_those_named_and_all_linear_ones_by_default(
    sft: AdapterResult, model: Path, tmp_path: Path
) -> None:
    import json

    def targets(folder: Path) -> list[str]:
        named = json.loads((folder / "adapter_config.json").read_text())["target_modules"]
        return sorted({name.rpartition(".")[2] for name in named})

    linear = ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"]
    assert targets(sft.folder) == linear
    job = tiny.job(model, tmp_path, tiny.sft_rows(2), target_modules=("v_proj", "q_proj"))
    run_job(job, print)
    assert targets(job.output) == ["q_proj", "v_proj"]
    for wrong in ("query", "lm_head"):
        job = tiny.job(model, tmp_path, tiny.sft_rows(2), target_modules=("q_proj", wrong))
        with pytest.raises(
            TrainingError, match=f"'{wrong}' is no linear layer of tiny; there are: {', '.join(linear)}"
        ):
            run_job(job, print)


def test_curves_are_plots_in_the_metadata(sft: AdapterResult) -> None:
    shown = training_figures(sft)
    plots = {name: text for name, text in shown.items() if name.startswith("plot of ")}
    assert set(plots) == {"plot of loss", "plot of learning rate", "plot of token accuracy", "plot of entropy"}
    for text in plots.values():
        image = b64decode(text.partition("base64,")[2].rstrip(")\n"))
        assert xml.etree.ElementTree.fromstring(image).tag == "{http://www.w3.org/2000/svg}svg"
    assert shown["step of these weights"] == sft.manifest.kept_step == 3


def test_the_card_names_a_base_only_where_a_hub_knows_it(sft: AdapterResult) -> None:
    from dataclasses import replace

    card = model_card(replace(sft.manifest, base_model="Qwen/Qwen2.5-Coder-3B-Instruct", evaluation_rows=7))
    head, text = card.split("---\n")[1:]
    assert "base_model: Qwen/Qwen2.5-Coder-3B-Instruct\n" in head and "license: other\n" in head
    assert "Qwen Research License" in text and "has seen Spider's training set" in text
    assert "7 rows of other databases" in text
    head, text = model_card(sft.manifest).split("---\n")[1:]
    assert "base_model" not in head and "may have seen" in text

"""Held-out rows: evaluated, never trained on, and what ends a training early."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from t2s_pipeline.training.job import InitialAdapter, TrainingJob
from t2s_pipeline.training.rows import TrainingError, TrainingRow
from t2s_pipeline.training.run import Outcome, run_job
from tests.training import tiny


def held_out(rows: list[TrainingRow], count: int) -> list[TrainingRow]:
    return [replace(row, held_out=number < count) for number, row in enumerate(rows)]


def losses(outcome: Outcome) -> dict[int, float]:
    """The evaluation loss by step; fails where a step has two."""
    found = [(entry["step"], entry["eval_loss"]) for entry in outcome.history if "eval_loss" in entry]
    assert len(dict(found)) == len(found)
    return dict(found)


def weights(job: TrainingJob) -> str:
    return hashlib.sha256((job.output / "adapter_model.safetensors").read_bytes()).hexdigest()


def test_an_sft_training_ends_early_with_its_best_weights(model: Path, tmp_path: Path) -> None:
    # The held-out answers are of another kind, so learning the others' by heart makes them worse.
    kept_back = [tiny.row(90 + n, "SELECT name FROM singer ORDER BY age DESC LIMIT 1") for n in range(3)]
    rows = [*tiny.sft_rows(), *(replace(row, held_out=True) for row in kept_back)]
    stated = {"epochs": 20, "evaluation_steps": 2, "warmup_ratio": 0.0, "schedule": "constant"}
    job = tiny.job(model, tmp_path / "early", rows, patience=2, **stated)
    outcome = run_job(job, print)
    assert (outcome.training_rows, outcome.evaluation_rows) == (12, 3)
    found = losses(outcome)
    best = min((step for step in found if step), key=found.__getitem__)
    assert outcome.kept_step == best
    assert max(found) == best + 4 < 60  # two evaluations in vain, then the end
    short = tiny.job(model, tmp_path / "short", rows, **stated | {"epochs": best / 3, "evaluation_steps": 0})
    plain = run_job(short, print)
    assert plain.kept_step == best
    assert weights(short) == weights(job)
    assert losses(plain)[best] == pytest.approx(found[best], rel=1e-5)

    def ends_at_the_last_evaluation(said: str) -> None:
        if f"step {best + 4}/" in said and "evaluation loss" in said:
            raise KeyboardInterrupt

    killed = tiny.job(model, tmp_path / "killed", rows, patience=2, **stated)
    with pytest.raises(KeyboardInterrupt):
        run_job(killed, ends_at_the_last_evaluation)
    resumed = run_job(killed, print)  # it has waited once in vain, and knows it
    assert losses(resumed).items() >= {best: found[best], best + 4: found[best + 4]}.items()
    assert (resumed.kept_step, max(losses(resumed)), weights(killed)) == (best, best + 4, weights(job))
    for ended, outcome in ((killed, resumed), (short, plain)):  # the one early, the other within an epoch
        before = weights(ended)
        (ended.output / "outcome.json").unlink()  # killed after its last step, before it had said so
        again = run_job(ended, print)
        assert (again.kept_step, losses(again), weights(ended)) == (outcome.kept_step, losses(outcome), before)


def test_a_dpo_training_keeps_its_best_policy_and_not_the_reference(
    init: InitialAdapter, model: Path, tmp_path: Path
) -> None:
    rows = held_out(tiny.pairs(), 4)
    job = tiny.job(model, tmp_path, rows, "dpo", init, epochs=3, patience=1, loss_type="ipo", schedule="cosine")
    outcome = run_job(job, print)
    found = losses(outcome)
    assert 0 in found and outcome.kept_step in found
    margins = {entry["step"]: entry["eval_rewards/margins"] for entry in outcome.history if "eval_loss" in entry}
    assert margins[0] == 0 < margins[outcome.kept_step]
    assert weights(job) != hashlib.sha256((Path(init.folder) / "adapter_model.safetensors").read_bytes()).hexdigest()


def test_held_out_rows_change_nothing_but_what_is_evaluated(model: Path, tmp_path: Path) -> None:
    rows = tiny.sft_rows()
    with_rows = tiny.job(model, tmp_path, [*rows, replace(tiny.row(99, "SELECT 1"), held_out=True)])
    without = tiny.job(model, tmp_path, rows)
    evaluated, alone = run_job(with_rows, print), run_job(without, print)
    assert weights(with_rows) == weights(without)
    assert [e for e in evaluated.history if "loss" in e] == [e for e in alone.history if "loss" in e]
    assert sorted(losses(evaluated)) == [0, evaluated.kept_step]


def test_what_has_nothing_to_evaluate_on_or_to_train_on_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="patience = 2, but no row is of a held-out database"):
        tiny.job(model, tmp_path, tiny.sft_rows(), patience=2)
    with pytest.raises(TrainingError, match="all 3 are of databases that train.holdout_fraction holds out"):
        tiny.job(model, tmp_path, held_out(tiny.sft_rows(3), 3))
    long = replace(tiny.row(99, "SELECT " + "name, " * 100 + "age FROM singer"), held_out=True)
    job = tiny.job(model, tmp_path, [*tiny.sft_rows(3), long], patience=1, max_length=400)
    with pytest.raises(TrainingError, match="patience is set, but every held-out row is longer than .*: 400 tokens"):
        run_job(job, print)
    job = tiny.job(model, tmp_path, [*tiny.sft_rows(3), long], evaluation_steps=1, max_length=400)
    with pytest.raises(TrainingError, match="evaluation_steps is set, but every held-out row is longer than"):
        run_job(job, print)
    narrow = shutil.copytree(model, tmp_path / "narrow")
    settings = json.loads((narrow / "config.json").read_text())
    (narrow / "config.json").write_text(json.dumps(settings | {"max_position_embeddings": 20}))
    with pytest.raises(TrainingError, match="all 3 rows are longer than max_length, or .* context, allows: 20 tokens"):
        run_job(tiny.job(narrow, tmp_path, tiny.sft_rows(3)), print)

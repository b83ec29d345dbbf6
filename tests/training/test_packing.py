"""Packs of rows: no row sees another, and a batch of packs has the loss that its rows have apart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from t2s_pipeline.training import sft
from t2s_pipeline.training.loop import Material, load_base
from t2s_pipeline.training.rows import TrainingError, tokenize_rows
from t2s_pipeline.training.run import run_job
from tests.training import tiny

MAX_LENGTH = 900


@pytest.fixture
def build(model: Path, tmp_path: Path) -> Callable[[bool], object]:
    """Makes the trainer of the same rows, of different lengths, packed or not."""
    rows = [tiny.row(n, "SELECT name" + ", age" * n + " FROM singer") for n in range(6)]

    def make(packed: bool) -> object:
        job = tiny.job(model, tmp_path, rows, max_length=MAX_LENGTH, batch_size=6, lora_dropout=0.0)
        base, tokenizer, precision = load_base(job)
        fitting, skipped = tokenize_rows(rows, tokenizer, MAX_LENGTH)
        assert not skipped
        return sft.build_trainer(job, Material(base, tokenizer, precision, fitting, []), packed, print)

    return make


def test_a_row_of_a_pack_is_computed_as_if_it_were_alone(build) -> None:
    import torch

    trainer = build(packed=True)
    packs = list(trainer.train_dataset)
    assert any(len(pack["seq_lengths"]) > 1 for pack in packs)
    assert all(len(pack["input_ids"]) <= MAX_LENGTH for pack in packs)
    model = trainer.model.eval()
    for batch in trainer.get_train_dataloader():
        labels = batch.pop("labels")
        with torch.no_grad():
            together = model(**batch).logits[0]
        starts = [*(batch["position_ids"][0] == 0).nonzero().flatten().tolist(), together.size(0)]
        for start, end in pairwise(starts):
            with torch.no_grad():
                alone = model(input_ids=batch["input_ids"][:, start:end]).logits[0]
            assert torch.allclose(together[start:end], alone, atol=1e-4)
            answer = labels[0, start:end] != sft.IGNORED
            assert not answer[0] and answer[-1]  # the answer alone is learnt, to its end


def test_packing_keeps_the_loss_and_about_the_rows_a_step(build) -> None:
    losses = []
    for packed in (False, True):
        trainer = build(packed)
        batches = list(trainer.get_train_dataloader())
        assert len(batches) == 1  # all six rows, whether as rows or as packs
        count = (batches[0]["labels"] != sft.IGNORED).sum()
        loss = trainer.compute_loss(trainer.model.eval(), dict(batches[0]), num_items_in_batch=count)
        losses.append(loss.item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_rows_that_see_each_other_are_refused(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = tiny.job(model, tmp_path, tiny.sft_rows(), packing="on", max_length=MAX_LENGTH)

    def sees_all(trainer: object, pack: dict[str, list[int]]) -> object:
        import torch

        inner = trainer.model.get_base_model()
        with torch.no_grad():  # without positions nothing tells where a row begins
            return inner.model(input_ids=torch.tensor([pack["input_ids"]])).last_hidden_state

    with monkeypatch.context() as patch:
        patch.setattr(sft, "_states", sees_all)
        with pytest.raises(TrainingError, match="the rows of a pack see each other: set packing = 'off'"):
            run_job(job, print)
    outcome = run_job(job, print)
    losses = [entry["loss"] for entry in outcome.history if "loss" in entry]
    assert outcome.packed and outcome.training_rows == 12 and losses

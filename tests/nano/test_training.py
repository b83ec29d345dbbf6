"""Pre-training: the packed loss is the plain loss, the start can copy, a run goes on after a kill, export loads."""

import json
import os
from itertools import islice

import pytest
import torch

from t2s_pipeline.nano import MODEL_DIR
from t2s_pipeline.nano.batches import collate
from t2s_pipeline.nano.corpus import Weights, encode_group, example_groups
from t2s_pipeline.nano.export import export
from t2s_pipeline.nano.initialise import initialise
from t2s_pipeline.nano.model import batch_loss, new_model
from t2s_pipeline.nano.pretrain import COOL_DOWN, LEARNING_RATE, Run, learning_rate
from t2s_pipeline.prompts.render import training_ids


@pytest.fixture(autouse=True)
def one_thread():
    """A small model gains nothing by more, and threads that wait for each other crawl on busy cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def fresh_model(tokenizer):
    torch.manual_seed(1)
    model = new_model(tokenizer)
    initialise(model, tokenizer)
    return model.eval()


def test_branches_of_one_sequence_are_as_conversations_of_their_own(fresh_model, tokenizer):
    groups = list(islice(example_groups(21), 2))
    packed = collate([encode_group(g, tokenizer, Weights(question=0.0, foreign_key=0.0)) for g in groups])
    with torch.no_grad():
        _, packed_loss = batch_loss(fresh_model, packed)
        losses = []
        for conversation in (c for g in groups for c in g):
            prompt, answer = training_ids(conversation.prompt, conversation.sql, tokenizer)
            logits = fresh_model(torch.tensor([prompt + answer])).logits[0, len(prompt) - 1 : -1]
            losses += torch.nn.functional.cross_entropy(logits, torch.tensor(answer), reduction="none").tolist()
    assert packed_loss == pytest.approx(sum(losses) / len(losses), rel=1e-3)


def test_the_start_looks_one_back_and_finds_what_followed(fresh_model):
    fresh_model.set_attn_implementation("eager")
    ids = torch.randperm(3500)[:120].add(300).tolist()
    ids = torch.tensor([ids + ids[40:70]])
    attention = fresh_model(ids, output_attentions=True).attentions
    each, again = torch.arange(1, 150), torch.arange(120, 149)
    assert attention[0][0, 0, each, each - 1].mean() > 0.9
    assert attention[1][0, 0, again, again - 79].mean() > 0.3


def test_learning_rate_rises_stays_and_falls_to_nothing():
    assert learning_rate(0.0) < learning_rate(0.01) < LEARNING_RATE
    assert learning_rate(0.99 - COOL_DOWN) == LEARNING_RATE
    assert learning_rate(1.0 - COOL_DOWN / 2) == pytest.approx(LEARNING_RATE / 2)
    assert learning_rate(1.0) == 0.0


def test_a_run_goes_on_where_it_was_and_its_export_loads(tmp_path, tokenizer):
    run_folder, target = tmp_path / "run", tmp_path / "model"
    tokenizer.save_pretrained(run_folder / "tokenizer")
    first = Run(run_folder, seconds=0.5, seed=3)
    first.train()
    assert first.progress.steps >= 1
    again = Run(run_folder, seconds=first.progress.seconds + 0.1, seed=4)
    assert again.progress == first.progress
    assert again.seed == 3
    assert torch.equal(again.model.lm_head.weight, first.model.lm_head.weight)
    again.train()
    assert again.progress.steps > first.progress.steps
    assert again.progress.tokens > first.progress.tokens

    manifest = export(run_folder, target, examples=4, note="A test.")
    assert "A test." in (target / "README.md").read_text()
    assert manifest["training"]["steps"] == again.progress.steps
    assert manifest["seed"] == 3
    assert json.loads((target / "manifest.json").read_text()) == manifest
    from transformers import AutoModelForCausalLM

    loaded = AutoModelForCausalLM.from_pretrained(target)
    assert type(loaded).__name__ == "Qwen2ForCausalLM"
    assert loaded.dtype == torch.float32
    saved = again.model.lm_head.weight.detach().to(torch.bfloat16).float()
    assert torch.equal(loaded.lm_head.weight, saved)
    assert not [path for path in os.listdir(tmp_path) if path not in ("run", "model")]


def test_export_of_a_run_that_never_saved_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint; start nano\.pretrain"):
        export(tmp_path / "run", tmp_path / "model", examples=4)


def test_the_committed_model_is_small_and_of_the_stated_shape():
    size = sum(path.stat().st_size for path in MODEL_DIR.glob("*.safetensors"))
    assert 0 < size <= 30_000_000
    config = json.loads((MODEL_DIR / "config.json").read_text())
    assert config["model_type"] == "qwen2"
    assert config["tie_word_embeddings"] is True
    assert config["hidden_size"] // config["num_attention_heads"] == 64
    assert config["eos_token_id"] is not None
    manifest = json.loads((MODEL_DIR / "manifest.json").read_text())
    assert manifest["parameters"] <= 14_000_000
    assert (MODEL_DIR / "README.md").read_text().startswith("# nano")

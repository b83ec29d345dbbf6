"""Pre-training: the packed loss is the plain loss, the start can copy, a run goes on after a kill, export loads."""

import json
import os
from itertools import islice

import pytest
import torch

from t2s_pipeline.nano import MODEL_DIR
from t2s_pipeline.nano import run as run_module
from t2s_pipeline.nano.batches import collate
from t2s_pipeline.nano.corpus import Weights, encode_group, example_groups
from t2s_pipeline.nano.export import export
from t2s_pipeline.nano.initialise import initialise
from t2s_pipeline.nano.measure import HELD_OUT_SEEDS
from t2s_pipeline.nano.model import Shape, batch_loss, new_model
from t2s_pipeline.nano.run import LEARNING_RATE, WARM_UP_TOKENS, Progress, Run, Settings, cool_down, learning_rate
from t2s_pipeline.nano.tokenizer import save_tokenizer
from t2s_pipeline.prompts.render import token_ids, training_ids


@pytest.fixture
def fresh_model(tokenizer):
    torch.manual_seed(1)
    model = new_model(tokenizer, Shape())
    initialise(model, tokenizer)
    return model.eval()


def test_branches_of_one_sequence_are_as_conversations_of_their_own(fresh_model, tokenizer):
    groups = list(islice(example_groups(21), 2))
    packed = collate([encode_group(g, tokenizer, Weights(question=0.0, foreign_key=0.0)) for g in groups])
    with torch.no_grad():
        _, packed_loss = batch_loss(fresh_model, packed)
        losses = []
        for conversation in (c for g in groups for c in g):
            prompt, answer = training_ids(conversation.prompt, conversation.answer, tokenizer)
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


def test_learning_rate_rises_and_stays_until_a_cool_down_takes_it_to_nothing():
    assert 0 < learning_rate(Progress(tokens=0)) < learning_rate(Progress(tokens=WARM_UP_TOKENS // 2))
    assert learning_rate(Progress(tokens=WARM_UP_TOKENS)) == learning_rate(Progress(tokens=10**10)) == LEARNING_RATE
    halfway = Progress(tokens=10**8 + 500, cooldown_from=10**8, cooldown_tokens=1000)
    assert learning_rate(halfway) == pytest.approx(LEARNING_RATE / 2)
    assert learning_rate(Progress(tokens=10**8 + 1500, cooldown_from=10**8, cooldown_tokens=1000)) == 0.0


@pytest.fixture
def small(monkeypatch, tokenizer):
    """A run of seconds: settings, and a function that makes a run's folder with the tokenizer in it."""
    monkeypatch.setattr(run_module, "BATCH_TOKENS", 1000)
    monkeypatch.setattr(run_module, "SHARD_GROUPS", 3)

    def folder(path):
        save_tokenizer(tokenizer, path / "tokenizer")
        return path

    return Settings(seed=3, threads=1, shape=Shape(64, 2, 128)), folder


def test_a_run_stopped_and_gone_on_with_is_bit_by_bit_the_one_that_was_not(tmp_path, small):
    settings, folder = small
    whole = Run(folder(tmp_path / "whole"), settings)
    whole.train(3000)
    Run(folder(tmp_path / "parts"), settings).train(1500)
    again = Run(tmp_path / "parts", Settings(seed=4))
    assert again.settings == settings
    assert 1500 <= again.progress.tokens < 3000
    again.train(3000)
    assert again.progress.tokens == whole.progress.tokens
    assert (again.progress.shard, again.progress.batch) == (whole.progress.shard, whole.progress.batch)
    assert whole.progress.shard > 0
    for one, other in zip(whole.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_cooled_run_exports_as_a_folder_that_transformers_loads(tmp_path, small, tokenizer):
    settings, folder = small
    run = Run(folder(tmp_path / "run"), settings)
    run.train(1000)
    run.log(loss=9.0)
    run.measure({"first_turn": 2})
    cool_down(tmp_path / "run", tmp_path / "cooled", 1000)
    cooled = Run(tmp_path / "cooled")
    assert cooled.progress.cooldown_from == run.progress.tokens
    cooled.train(run.progress.tokens + 1000)
    assert learning_rate(cooled.progress) == 0.0
    cool_down(tmp_path / "run", tmp_path / "cooled", 1000)  # the same command again
    assert Run(tmp_path / "cooled").progress.steps == cooled.progress.steps > run.progress.steps

    target = tmp_path / "model"
    manifest = export(tmp_path / "cooled", target, dict.fromkeys(HELD_OUT_SEEDS, 2), note="A test.")
    assert "A test." in (target / "README.md").read_text()
    assert manifest["training"]["steps"] == cooled.progress.steps
    assert manifest["settings"]["seed"] == 3
    assert [point["loss"] for point in manifest["curves"]] == [9.0]
    assert "| 0.0 | 9.000 | 0 % |  |  |  |" in (target / "README.md").read_text()
    assert json.loads((target / "manifest.json").read_text()) == manifest
    from transformers import AutoModelForCausalLM, AutoTokenizer

    loaded = AutoModelForCausalLM.from_pretrained(target)
    assert type(loaded).__name__ == "Qwen2ForCausalLM"
    assert loaded.dtype == torch.float32
    saved = cooled.model.lm_head.weight.detach().to(torch.bfloat16).float()
    assert torch.equal(loaded.lm_head.weight, saved)
    plain = AutoTokenizer.from_pretrained(target)
    for conversation in next(example_groups(9)):
        assert token_ids(conversation.prompt, plain) == token_ids(conversation.prompt, tokenizer)
    assert not [path for path in os.listdir(tmp_path) if path not in ("run", "cooled", "model")]


def test_export_of_a_run_that_never_saved_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint; start nano\.pretrain"):
        export(tmp_path / "run", tmp_path / "model", {"first_turn": 4})


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

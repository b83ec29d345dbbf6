"""An adapter merged into its base answers as base and adapter do, and is a model like any other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from t2s_pipeline.generation.hf import ModelSpec, TokenRequest, load_model
from t2s_pipeline.generation.protocol import Sampling
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
from t2s_pipeline.prompts.render import Prompt, token_ids
from t2s_pipeline.training.adapters import AdapterError, AdapterResult
from t2s_pipeline.training.merge import merge_adapter
from tests.training import tiny

FINGERPRINT = "f" * 64  # as tiny.base says
NEW_TOKENS = 16


@pytest.fixture(scope="module")
def merged(sft: AdapterResult, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("merged")
    return merge_adapter(sft.folder, sft.manifest.digest, model, FINGERPRINT, "float32", data)


def greedy(model: Path, adapter: Path | None) -> list[list[int]]:
    """What transformers itself answers, the adapter beside its base."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    loaded = AutoModelForCausalLM.from_pretrained(model)
    if adapter is not None:
        loaded = PeftModel.from_pretrained(loaded, str(adapter))
    tokenizer, answers = load_chat_tokenizer(str(model)), []
    for row in tiny.sft_rows(4):
        ids = torch.tensor([token_ids(Prompt(row.messages, ()), tokenizer)])
        made = loaded.generate(ids, do_sample=False, max_new_tokens=NEW_TOKENS, pad_token_id=0)
        answers.append(made[0, ids.shape[1] :].tolist())
    return answers


def test_greedy_answers_are_those_of_base_and_adapter(merged: Path, sft: AdapterResult, model: Path) -> None:
    beside = greedy(model, sft.folder)
    assert greedy(merged, None) == beside
    assert greedy(model, None) != beside  # the adapter says something else than its base


def test_it_is_a_model_of_the_hf_back_end(merged: Path, sft: AdapterResult, model: Path) -> None:
    tokenizer = load_chat_tokenizer(str(model))
    asked = [TokenRequest(tuple(token_ids(Prompt(row.messages, ()), tokenizer)), 0) for row in tiny.sft_rows(4)]
    sampling = Sampling(temperature=0.0, max_new_tokens=NEW_TOKENS)
    answers = [
        load_model(ModelSpec(str(folder), adapter, "float32", "cpu", 1024, 4)).generate(asked, sampling)
        for folder, adapter in ((merged, None), (model, str(sft.folder)))
    ]
    assert [one.text for one in answers[0]] == [one.text for one in answers[1]]
    assert [one.log_probability for one in answers[0]] == pytest.approx([one.log_probability for one in answers[1]])


def test_it_is_whole_says_what_it_is_of_and_is_not_made_twice(merged: Path, sft: AdapterResult, model: Path) -> None:
    made_of = json.loads((merged / "merge.json").read_text())
    assert (made_of["adapter"], made_of["number_format"]) == (sft.manifest.digest, "float32")
    assert (merged / "model.safetensors").is_file() and (merged / "tokenizer.json").is_file()
    assert [path.name for path in merged.parent.iterdir()] == [merged.name]
    before = (merged / "model.safetensors").stat().st_mtime_ns
    again = merge_adapter(sft.folder, sft.manifest.digest, model, FINGERPRINT, "float32", merged.parents[1])
    assert again == merged and (merged / "model.safetensors").stat().st_mtime_ns == before
    half = merge_adapter(sft.folder, sft.manifest.digest, model, FINGERPRINT, "bfloat16", merged.parents[1])
    assert (half / "model.safetensors").stat().st_size < 0.6 * (merged / "model.safetensors").stat().st_size


def test_another_base_is_refused(sft: AdapterResult, model: Path, tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="was trained on another"):
        merge_adapter(sft.folder, sft.manifest.digest, model, "0" * 64, "float32", tmp_path)
    assert not list(tmp_path.iterdir())

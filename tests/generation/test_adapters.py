"""An adapter is on the model, or there is an error: never the base model in its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.hf import HfModel, ModelSpec, TokenRequest, load_model
from t2s_pipeline.generation.protocol import GenerationError, Policy, Sampling
from tests.generation import tiny_model

REQUESTS = [TokenRequest(tuple(range(start, start + 20)), 0) for start in range(5, 60, 5)]
GREEDY = Sampling(max_new_tokens=20)


def load(model_folder: Path, adapter: Path | None, dtype: str = "float32") -> HfModel:
    return load_model(ModelSpec(str(model_folder), adapter and str(adapter), dtype, "cpu", 2048, 64))


def test_an_adapter_answers_as_peft_itself_does(model_folder, adapter_folder):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    adapted = load(model_folder, adapter_folder).generate(REQUESTS, GREEDY)
    assert adapted != load(model_folder, None).generate(REQUESTS, GREEDY)
    peft = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(model_folder), adapter_folder)
    for request, completion in zip(REQUESTS, adapted, strict=True):
        ids = torch.tensor([request.token_ids])
        mask = torch.ones_like(ids)
        out = peft.generate(input_ids=ids, attention_mask=mask, max_new_tokens=20, do_sample=False, pad_token_id=0)
        assert completion.completion_tokens == out.shape[1] - ids.shape[1]


def test_in_half_precision_the_adapter_stays_beside_the_weights(model_folder, adapter_folder):
    from peft import PeftModel

    model = load(model_folder, adapter_folder, "bfloat16")
    assert isinstance(model.model, PeftModel)
    assert model.generate(REQUESTS, GREEDY) != load(model_folder, None, "bfloat16").generate(REQUESTS, GREEDY)


def test_a_missing_file_is_an_error(model_folder, adapter_folder, tmp_path):
    copy = shutil.copytree(adapter_folder, tmp_path / "adapter")
    (copy / "adapter_model.safetensors").unlink()
    with pytest.raises(GenerationError, match="no adapter"):
        load(model_folder, copy)


def test_weights_of_another_shape_are_an_error(adapter_folder, tmp_path):
    wide = tiny_model.save_model(tmp_path / "wide", hidden=192)
    with pytest.raises(GenerationError, match="does not fit"):
        load(wide, adapter_folder)


@pytest.mark.parametrize("layers", [1, 3])
def test_weights_for_another_number_of_layers_are_an_error(adapter_folder, tmp_path, layers):
    other = tiny_model.save_model(tmp_path / "other", layers=layers)
    with pytest.raises(GenerationError, match=r"does not fit.*weights are missing"):
        load(other, adapter_folder)


def test_base_weights_that_are_missing_are_an_error(model_folder, tmp_path):
    config = (model_folder / "config.json").read_text().replace('"num_hidden_layers": 2', '"num_hidden_layers": 3')
    config = config.replace('"full_attention",', '"full_attention", "full_attention",', 1)
    copy = shutil.copytree(model_folder, tmp_path / "deeper")
    (copy / "config.json").write_text(config)
    with pytest.raises(GenerationError, match=r"do not fit config.json: model.layers.2"):
        load(copy, None)


def test_an_adapter_of_another_base_model_is_refused_before_anything_is_loaded(model_folder, adapter_folder):
    policy = Policy("tiny", ModelConfig(path=str(model_folder)), adapter_folder, "d" * 32, adapter_base="f" * 64)
    with pytest.raises(GenerationError, match="trained on another base model"):
        open_backend(policy)


def test_an_adapter_folder_that_is_not_there_is_refused(model_folder, tmp_path):
    policy = Policy("tiny", ModelConfig(path=str(model_folder)), tmp_path / "none", "d" * 32)
    with pytest.raises(GenerationError, match="no adapter there"):
        open_backend(policy)


def test_a_policy_has_path_and_digest_together(model_folder, tmp_path):
    with pytest.raises(ValueError, match="together"):
        Policy("tiny", ModelConfig(path=str(model_folder)), tmp_path)

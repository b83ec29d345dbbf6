"""A folder that somebody else made, and what is wrong with it: an error that names the folder or the file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.protocol import GenerationError, GenerationRequest, Policy, Sampling
from t2s_pipeline.prompts.render import initial_prompt


def stated(**settings: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / "config.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | settings))

    return change


def cut(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "config.json").write_text("{"), "config.json: not valid JSON"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json: not there"),
        (lambda folder: (folder / "model.safetensors").unlink(), "no weights there"),
        (cut, "model.safetensors: its header states .* bytes"),
        (stated(model_type="unheard_of"), "cannot load this model"),
        (stated(model_type="own", auto_map={"AutoModelForCausalLM": "own.Model"}), "cannot load this model"),
        (stated(intermediate_size=64), "weights do not fit config.json: model.layers.0.mlp"),
        (
            stated(num_hidden_layers=3, layer_types=["full_attention"] * 3),
            "weights do not fit config.json: model.layers.2",
        ),
        (stated(dtype="float64"), "dtype 'float64'"),
    ],
)
def test_a_folder_that_cannot_be_used_says_why(model_folder, tmp_path, change, message):
    folder = shutil.copytree(model_folder, tmp_path / "theirs")
    change(folder)
    with pytest.raises(GenerationError, match=message):
        open_generator(Policy("theirs", ModelConfig(path=str(folder))), tmp_path, in_process=True).complete(
            [GenerationRequest(initial_prompt("Table t: a INTEGER", "q"))], Sampling(max_new_tokens=4)
        )

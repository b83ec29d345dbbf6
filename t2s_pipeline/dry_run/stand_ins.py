"""What stands in for models and adapters in a dry run: random weights of the same class, behind the real tokenizer.

    folder = stand_in_model(config.models["qwen"], "qwen", target)
    stand_in_adapter(folder, target)

Of a model that is here (a folder, or in the hub's cache) its own settings and tokenizer are taken. Of one that is not,
the class is known where it is a Qwen2, a Qwen2.5 or what FINER-SQL made of them; the tokenizer, which they all have,
is found by QWEN_TOKENIZER, or as `qwen2_tokenizer` beside SPIDER_ROOT. Of any other nothing is known: that is an error.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.errors import T2sError
from t2s_pipeline.generation.fingerprint import model_folder
from t2s_pipeline.generation.hub import MODEL_FILES
from t2s_pipeline.generation.protocol import GenerationError

SMALL = {"hidden_size": 64, "num_hidden_layers": 2, "intermediate_size": 128, "head_dim": 8, "num_attention_heads": 8}
"""With as many heads to a key as the model has, where that divides."""
QWEN2 = {
    "model_type": "qwen2",
    "vocab_size": 151_936,
    "max_position_embeddings": 32_768,
    "num_attention_heads": 16,
    "num_key_value_heads": 2,
    "tie_word_embeddings": True,
    "rope_parameters": {"rope_type": "default", "rope_theta": 1_000_000.0},
    "rms_norm_eps": 1e-6,
    "eos_token_id": 151_645,
    "pad_token_id": 151_643,
}
"""What of Qwen2.5-Coder-3B-Instruct's settings outlives making it small."""
SEED = 13

_FAMILY = re.compile(
    r"(^|/)(qwen2(\.5)?-(coder-|math-)?(?!57)[\d.]+b|finer-sql-(0\.5|1\.5|3)b)(?![a-z])", re.IGNORECASE
)
"""Its dense models of text, and what FINER-SQL made of them. Others, of pictures or of experts, or FINER-SQL's of
Qwen3, are of another class."""
_OF_LAYERS = ("layer_types", "max_window_layers")
_VOCABULARY = ("vocab.json", "merges.txt")


class DryRunError(T2sError, RuntimeError):
    """An experiment that cannot be walked in small; the message says what is missing."""


def stand_in_model(model: ModelConfig, name: str, target: Path) -> Path:
    """Make the model folder `target` for `[models.<name>]`. Raises DryRunError where its class or tokenizer is not
    known."""
    settings, source = _settings(model, name)
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    _save_tokenizer(source, settings, target)
    raw = {key: value for key, value in settings.items() if key not in _OF_LAYERS}
    heads = SMALL["num_attention_heads"]
    shared = raw["num_attention_heads"] // raw.get("num_key_value_heads", raw["num_attention_heads"])
    raw |= SMALL | {"num_key_value_heads": heads // shared if heads % shared == 0 else heads, "dtype": "float32"}
    torch.manual_seed(SEED)
    made = AutoModelForCausalLM.from_config(AutoConfig.for_model(raw.pop("model_type"), **raw))
    made.save_pretrained(target)
    return target


def stand_in_adapter(base: Path, target: Path) -> Path:
    """Make the folder `target` of a random LoRA adapter of the model in `base`."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(SEED)
    model = AutoModelForCausalLM.from_pretrained(base)
    lora = LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False)
    get_peft_model(model, lora).save_pretrained(target)
    return target


def _settings(model: ModelConfig, name: str) -> tuple[dict[str, Any], Path]:
    """The model's `config.json`, and the folder of its tokenizer."""
    try:
        folder = model_folder(model.path, model.revision)
    except GenerationError as error:
        if not _FAMILY.search(model.path):
            raise DryRunError(
                f"models.{name}: {error}. A dry run needs no weights, but of a model that is not here it knows the "
                "class and the tokenizer of Qwen2, Qwen2.5 and FINER-SQL up to 3B alone"
            ) from error
        return dict(QWEN2), tokenizer_folder(name)
    return json.loads((folder / "config.json").read_text(encoding="utf-8")), folder


def tokenizer_folder(name: str = "") -> Path:
    """The folder of Qwen2's tokenizer. Raises DryRunError, saying what to set, where there is none."""
    stated = os.environ.get("QWEN_TOKENIZER")
    beside = Path(os.environ["SPIDER_ROOT"]).parent / "qwen2_tokenizer" if os.environ.get("SPIDER_ROOT") else None
    folder = Path(stated) if stated else beside
    if folder is None or not all((folder / file).is_file() for file in _VOCABULARY):
        looked = f"{folder} has no {' and '.join(_VOCABULARY)}" if folder else "QWEN_TOKENIZER is not set"
        raise DryRunError(
            f"models.{name}: {looked}: set QWEN_TOKENIZER to a folder with Qwen2's tokenizer, which every model of the "
            "family has (vocab.json, merges.txt), or fetch the model: t2s model fetch"
        )
    return folder


def _save_tokenizer(source: Path, settings: dict[str, Any], target: Path) -> None:
    """The tokenizer and chat template of `source` as transformers writes them."""
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

    target.mkdir(parents=True)
    for file in MODEL_FILES:
        if (source / file).is_file():
            shutil.copyfile(source / file, target / file)
    if (target / "tokenizer_config.json").is_file():
        return
    stated = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    (target / "tokenizer_config.json").write_text(json.dumps(stated), encoding="utf-8")
    (target / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    tokenizer = load_chat_tokenizer(target)
    tokenizer.chat_template = _chat_template()
    tokenizer.save_pretrained(target)


def _chat_template() -> str:
    """Qwen2.5's, which comes with TRL."""
    import trl

    return (Path(trl.__file__).parent / "chat_templates" / "qwen2_5.jinja").read_text(encoding="utf-8")

"""The embedded model's shape, its loss on a batch, and saving it as a folder that transformers loads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.nano.attention import branch_attention, branch_mask
from t2s_pipeline.nano.batches import Batch
from t2s_pipeline.nano.tokenizer import save_tokenizer

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase, Qwen2ForCausalLM

HEAD_SIZE = 64


@dataclass(frozen=True)
class Shape:
    """Width (a multiple of the head size), layers, and width of the MLPs."""

    width: int = 256
    layers: int = 6
    inner: int = 704


def new_model(tokenizer: PreTrainedTokenizerBase, shape: Shape) -> Qwen2ForCausalLM:
    """A randomly initialised model for this tokenizer (seed torch first), embeddings tied."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    heads = shape.width // HEAD_SIZE
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        intermediate_size=shape.inner,
        tie_word_embeddings=True,
        max_position_embeddings=1024,
        rope_parameters={"rope_type": "default", "rope_theta": 1_000_000.0},
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    config.head_dim = HEAD_SIZE
    return Qwen2ForCausalLM._from_config(config, attn_implementation="sdpa")


def batch_loss(model: Qwen2ForCausalLM, batch: Batch) -> tuple[torch.Tensor, float]:
    """(weighted mean loss, plain mean loss of the answers' tokens in nats).

    Logits are computed for target tokens alone; with a small model the vocabulary is a third of the work.
    """
    import torch
    from torch.nn.functional import cross_entropy, linear

    kind = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
    mask = branch_mask(batch, model.config.num_attention_heads, kind)
    with branch_attention(model):
        hidden = model.model(
            input_ids=batch.tokens,
            position_ids=batch.positions,
            attention_mask={"full_attention": mask},
            use_cache=False,
        ).last_hidden_state
    picked = hidden.reshape(-1, hidden.shape[-1])[batch.sources]
    logits = linear(picked, model.lm_head.weight)
    each = cross_entropy(logits.float(), batch.targets, reduction="none")
    with torch.no_grad():
        answers = batch.weights >= 1
        answer_loss = float(each[answers].mean()) if bool(answers.any()) else 0.0
    return (each * batch.weights).sum() / batch.weights.sum(), answer_loss


def save_model(weights: dict[str, Any], tokenizer: PreTrainedTokenizerBase, shape: Shape, folder: Path) -> None:
    """Write weights (bfloat16), configuration and tokenizer into `folder`.

    The configuration says float32, so that `from_pretrained` computes in it: on a CPU a model of this size
    generates faster so.
    """
    import json

    import torch

    model = new_model(tokenizer, shape)
    model.load_state_dict(weights)
    model.to(torch.bfloat16)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    save_tokenizer(tokenizer, folder)
    config_file = folder / "config.json"
    config = json.loads(config_file.read_text())
    config["dtype"] = "float32"
    config_file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")

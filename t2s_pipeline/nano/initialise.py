"""Starting weights that can already copy.

Copying a name from the schema needs two attention heads in a row: one that notes at each token which token
came before it, and one that looks for where the current token was noted so and takes what stands there
(Olsson et al. 2022, "In-context Learning and Induction Heads"). And it needs to know that " singer" of a
question, "Singer" of a schema and "singer" after a full stop are one word. Small models find all this after
many million tokens; a CPU's hour has few. So it is put in at the start, and trained like the rest:

- embeddings are sums of features of a token's spelling (its word without case and space, its letter
  triples, its case, its space), as in fastText, so that forms of a word begin alike;
- layer 0, head 0 looks one token back: only its query and key biases are set, and rotary positions make of
  them a fixed function of distance. It writes a part P of the token before into a subspace B;
- layers 1 to 3, head 0 compare P of the current token with what is noted in B, and write what they find;
- every other head compares tokens with themselves and copies (Trockman and Kolter 2023, "Mimetic
  initialization of self-attention layers"), which ties a question's words to the schema's.

MLP outputs start at nothing, so that at first the residual stream is tokens and copies of tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase, Qwen2ForCausalLM

_SIZE = 64
_SLOW = 32
"""Dimensions of a head that rotary positions hardly turn within 1,024 tokens (rope base 1e6)."""
_FAST_PAIRS = 6
_LOOK_BACK = 7.0
_MATCH = 1.3
_WRITE = 0.05
_INDUCTION_LAYERS = (1, 2, 3)


def initialise(model: Qwen2ForCausalLM, tokenizer: PreTrainedTokenizerBase) -> None:
    """Set the starting weights in place; draws from torch's generator."""
    import torch

    width = model.config.hidden_size
    heads = model.config.num_attention_heads
    noted, subspace = _orthogonal(_SLOW, width), _orthogonal(_SLOW, width)
    tokens = [tokenizer.decode([i]) for i in range(model.config.vocab_size)]
    with torch.no_grad():
        model.model.embed_tokens.weight.copy_(spelled_embeddings(tokens, width))
        for number, layer in enumerate(model.model.layers):
            layer.mlp.down_proj.weight.zero_()
            for head in range(heads):
                _mimetic(layer.self_attn, head, width)
            if number == 0:
                _previous_token(layer.self_attn, noted, subspace, model.config.rope_parameters["rope_theta"])
            elif number in _INDUCTION_LAYERS:
                _induction(layer.self_attn, noted, subspace)


def spelled_embeddings(tokens: list[str], width: int) -> torch.Tensor:
    """(tokens, width): rows of length 0.02 * sqrt(width), alike for tokens that are spelled alike."""
    import torch

    features = [_features(token) for token in tokens]
    place = {name: i for i, name in enumerate(dict.fromkeys(name for each in features for name in each))}
    vectors = torch.randn(len(place), width)
    rows = torch.randn(len(tokens), width) * 0.3
    for row, each in enumerate(features):
        for name, weight in each.items():
            rows[row] += vectors[place[name]] * weight
    return rows / rows.norm(dim=1, keepdim=True) * 0.02 * width**0.5


def _features(token: str) -> dict[str, float]:
    """What a token's embedding is made of, with weights: the word, its letter triples, its case and space."""
    word = token.strip().lower()
    marked = f"<{word}>"
    triples = {f"triple {marked[i : i + 3]}" for i in range(len(marked) - 2)}
    features = {f"word {word}": 1.0, **{name: 0.6 / len(triples) ** 0.5 for name in triples}}
    if token.startswith(" "):
        features["space"] = 0.4
    if token.strip()[:1].isupper():
        features["capital"] = 0.4
    if len(word) > 1 and token.strip().isupper():
        features["capitals"] = 0.4
    return features


def _orthogonal(rows: int, columns: int) -> torch.Tensor:
    import torch

    return torch.nn.init.orthogonal_(torch.empty(rows, columns))


def _slow_rows() -> list[int]:
    """Rows of a head's query and key that turn slowly; rotary pairs are (i, i + 32), fastest first."""
    half, quarter = _SIZE // 2, _SLOW // 2
    return [*range(half - quarter, half), *range(_SIZE - quarter, _SIZE)]


def _mimetic(attention: torch.nn.Module, head: int, width: int) -> None:
    """Compares by the slowly turning rows alone, so that distance does not blur likeness."""
    rows = slice(head * _SIZE, (head + 1) * _SIZE)
    compared, copied = _orthogonal(_SLOW, width), _orthogonal(_SIZE, width)
    for place, row in enumerate(_slow_rows()):
        attention.q_proj.weight[head * _SIZE + row] = compared[place] * _MATCH
        attention.k_proj.weight[head * _SIZE + row] = compared[place] * _MATCH
    attention.v_proj.weight[rows] = copied
    attention.o_proj.weight[:, rows] = copied.T * _WRITE * 0.5


def _previous_token(attention: torch.nn.Module, noted: torch.Tensor, subspace: torch.Tensor, base: float) -> None:
    import torch

    rows = slice(0, _SIZE)
    for projection in (attention.q_proj, attention.k_proj, attention.v_proj):
        projection.weight[rows] = 0.0
    half = _SIZE // 2
    turn = base ** (-torch.arange(_FAST_PAIRS) / half)
    attention.q_proj.bias[:_FAST_PAIRS] = _LOOK_BACK * torch.cos(turn)
    attention.q_proj.bias[half : half + _FAST_PAIRS] = -_LOOK_BACK * torch.sin(turn)
    attention.k_proj.bias[:_FAST_PAIRS] = _LOOK_BACK
    attention.v_proj.weight[:_SLOW] = noted
    attention.o_proj.weight[:, rows] = 0.0
    attention.o_proj.weight[:, :_SLOW] = subspace.T * _WRITE


def _induction(attention: torch.nn.Module, noted: torch.Tensor, subspace: torch.Tensor) -> None:
    attention.q_proj.weight[:_SIZE] = 0.0
    attention.k_proj.weight[:_SIZE] = 0.0
    for place, row in enumerate(_slow_rows()):
        attention.q_proj.weight[row] = noted[place] * _MATCH
        attention.k_proj.weight[row] = subspace[place] * _MATCH
    attention.o_proj.weight[:, :_SIZE] *= 2.0

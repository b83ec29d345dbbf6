"""Prompts become tokens once, and a back end that is asked for ever does not remember them for ever."""

from __future__ import annotations

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation import token_backend
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.protocol import Policy
from t2s_pipeline.prompts.render import initial_prompt


def test_of_many_prompts_the_last_are_remembered(model_folder, monkeypatch):
    backend = open_backend(Policy("tiny", ModelConfig(path=str(model_folder))), in_process=True)
    prompts = [initial_prompt("CREATE TABLE singer (age INTEGER);", f"How many are {10 + n}?") for n in range(12)]
    tokens = backend.token_ids(prompts)
    assert all(one is other for one, other in zip(backend.token_ids(prompts), tokens, strict=True))
    monkeypatch.setattr(token_backend, "KEPT_TOKENS", sum(map(len, tokens[:4])))
    backend.token_ids([initial_prompt("CREATE TABLE song (name TEXT);", "Who?")])
    assert backend.token_ids([prompts[-1]])[0] is tokens[-1]
    assert backend.token_ids([prompts[0]])[0] is not tokens[0]
    monkeypatch.setattr(token_backend, "KEPT_TOKENS", 1)  # less than one has
    assert backend.token_ids([*prompts, prompts[0]]) == [*tokens, tokens[0]]

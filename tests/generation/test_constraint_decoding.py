"""The hf back end under a grammar: nano itself, in this process and in the engine's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.protocol import Completion, GenerationRequest, Policy, Sampling
from t2s_pipeline.generation.token_backend import TokenBackend
from t2s_pipeline.prompts.answer_grammar import answer_grammar
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table
from t2s_pipeline.schema.serialise import compact

SINGERS = DatabaseSchema(
    "d",
    (
        Table("Singer", tuple(Column(name, "TEXT") for name in ("Singer_ID", "Name", "Net_Worth", "Citizenship"))),
        Table("song", tuple(Column(name, "TEXT") for name in ("Song_ID", "Title", "Singer_ID", "Sales"))),
    ),
    (ForeignKey("song", "Singer_ID", "Singer", "Singer_ID"),),
)
QUESTIONS = (
    "How many singers are there?",
    "List the titles of songs by singers whose net worth is over 30.",
)
GRAMMAR = answer_grammar(SINGERS)
NAMES_ALONE = 'start: (NAME | ", ")+\nNAME: "Net_Worth" | "Citizenship"\n'
GREEDY, SAMPLED = Sampling(max_new_tokens=16), Sampling(temperature=1.3, max_new_tokens=16)
REQUESTS = [
    GenerationRequest(initial_prompt(compact(SINGERS), question), grammar=grammar)
    for question in QUESTIONS
    for grammar in ("", GRAMMAR, NAMES_ALONE)
]


@pytest.fixture(scope="module")
def backend() -> TokenBackend:
    opened = open_backend(Policy("nano", ModelConfig(path="builtin:nano", dtype="float32", device="cpu")), True)
    assert isinstance(opened, TokenBackend)
    return opened


def answers(backend: TokenBackend, requests: list[GenerationRequest], sampling: Sampling) -> list[Completion]:
    return [completion for completion in backend.generate(requests, sampling) if completion is not None]


@pytest.mark.parametrize("sampling", [GREEDY, SAMPLED])
def test_an_answer_is_held_to_its_own_grammar_whatever_its_company(backend, sampling):
    together = answers(backend, REQUESTS, sampling)
    assert len(together) == len(REQUESTS)
    for request, answer in zip(REQUESTS, together, strict=True):
        assert answers(backend, [request], sampling) == [answer]
        if request.grammar == NAMES_ALONE:
            assert not answer.text.replace("Net_Worth", "").replace("Citizenship", "").strip(", NetC_Worhiznsp")
    free = [replace(request, grammar="") for request in REQUESTS[::3]]
    assert answers(backend, free, sampling) == together[::3]


def test_log_probabilities_are_the_models_own(backend):
    request = GenerationRequest(REQUESTS[0].prompt)
    whole = Sampling(max_new_tokens=40)
    (free,) = answers(backend, [request], whole)
    (held,) = answers(backend, [replace(request, grammar=f'start: "{free.text}"')], whole)
    assert held == free
    assert held.log_probability == pytest.approx(free.log_probability, abs=1e-3)
    (other,) = answers(backend, [replace(request, grammar='start: "Citizenship"')], GREEDY)
    assert other.text == "Citizenship" and other.log_probability < -5


def test_the_engines_process_knows_grammars_too(backend):
    engine = open_backend(Policy("nano", ModelConfig(path="builtin:nano", dtype="float32", device="cpu")))
    try:
        assert answers(engine, REQUESTS, GREEDY) == answers(backend, REQUESTS, GREEDY)
    finally:
        engine.close()

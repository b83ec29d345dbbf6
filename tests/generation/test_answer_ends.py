"""Where an answer ends, and what the model gave to it: stop texts and log-probabilities of the hf back end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from t2s_pipeline.generation.answers import AnswerReader
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.hf import HfModel, ModelSpec, TokenRequest, load_model
from t2s_pipeline.generation.keys import completion_key
from t2s_pipeline.generation.protocol import Completion, GenerationRequest, Identity, Sampling
from t2s_pipeline.generation.scripted import ScriptedBackend
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.prompts.render import initial_prompt

REQUESTS = [TokenRequest(tuple(range(start, start + 20)), start) for start in range(5, 65, 5)]
SAMPLED = Sampling(temperature=0.9, top_p=0.9, max_new_tokens=24)


@pytest.fixture(scope="module")
def model(model_folder: Path) -> HfModel:
    return load_model(ModelSpec(str(model_folder), None, "float32", "cpu", 2048, 64))


def test_an_answer_is_cut_before_the_first_stop_text_and_no_longer_decoded(model):
    whole = model.generate(REQUESTS, SAMPLED)
    texts = [answer.text for answer in whole]
    stop = (texts[0][2:5], texts[1][1:3], "never written")
    for request, before, after in zip(
        REQUESTS, whole, model.generate(REQUESTS, replace(SAMPLED, stop=stop)), strict=True
    ):
        places = [before.text.find(text) for text in stop if text in before.text]
        if not places:
            assert after == before
            continue
        assert after.text == before.text[: min(places)]
        assert after.finish_reason == "stop"
        ids = _ids_of(model, request, after, replace(SAMPLED, stop=stop))
        assert any(text in model.tokenizer.decode(ids) for text in stop)
        assert not any(text in model.tokenizer.decode(ids[:-1]) for text in stop)
        assert after.prompt_tokens == len(request.token_ids)
    cut = [a.text != b.text for a, b in zip(model.generate(REQUESTS, replace(SAMPLED, stop=stop)), whole, strict=True)]
    assert any(cut) and not all(cut)


def test_log_probabilities_are_those_of_the_whole_sequence(model):
    import torch

    for sampling in (Sampling(max_new_tokens=24), SAMPLED, replace(SAMPLED, temperature=0.3)):
        answers = model.generate(REQUESTS, sampling)
        assert len({round(answer.log_probability, 3) for answer in answers}) > 3
        for request, answer in zip(REQUESTS, answers, strict=True):
            ids = _ids_of(model, request, answer, sampling)
            with torch.inference_mode():
                logits = model.model(torch.tensor([[*request.token_ids, *ids]])).logits[0].double()
            scores = logits.log_softmax(-1)[len(request.token_ids) - 1 : -1]
            expected = scores.gather(-1, torch.tensor(ids).unsqueeze(-1)).sum().item()
            assert answer.log_probability == pytest.approx(expected, abs=1e-3)


def test_log_probabilities_can_be_left_out(model):
    without = replace(model, spec=replace(model.spec, log_probabilities=False)).generate(REQUESTS, SAMPLED)
    assert {answer.log_probability for answer in without} == {None}
    assert without == model.generate(REQUESTS, SAMPLED)  # they take no part in what is compared


def test_greedy_is_the_same_every_time_whatever_seed_and_company(model):
    greedy = Sampling(max_new_tokens=24)
    once = model.generate(REQUESTS, greedy)
    assert model.generate([replace(r, seed=99) for r in REQUESTS[::-1]], greedy)[::-1] == once
    assert [model.generate([request], greedy)[0] for request in REQUESTS] == once


def test_they_are_stored_and_found_again_and_stop_texts_are_part_of_the_key(tmp_path):
    class Scored(ScriptedBackend):
        def generate(self, requests, sampling):
            return [Completion("SELECT 1", "stop", 3, 4, log_probability=-1.5) for _ in requests]

    request = [GenerationRequest(initial_prompt("Table t: a INTEGER", "q"))]
    CachedGenerator(Scored(lambda *_: ""), CompletionStore(tmp_path)).complete(request, SAMPLED)
    later = CachedGenerator(ScriptedBackend(lambda *_: "asked"), CompletionStore(tmp_path))
    assert later.complete(request, SAMPLED)[0].log_probability == -1.5
    assert later.complete(request, replace(SAMPLED, stop=(";",)))[0].text == "asked"
    identity = Identity("m", None, "hf", "float32")
    keys = [completion_key(identity, replace(SAMPLED, stop=stop), [1], 0).digest for stop in ((), (";",), (";", "a"))]
    assert len(set(keys)) == 3


def test_an_empty_stop_text_is_refused():
    with pytest.raises(ValueError, match="stop text may not be empty"):
        Sampling(stop=("",))


def _ids_of(model: HfModel, request: TokenRequest, answer: Completion, sampling: Sampling) -> list[int]:
    """The tokens of an answer, from the loop itself: text alone does not tell them."""
    from t2s_pipeline.generation.decoding import Decoder, Row

    ends = AnswerReader(model.tokenizer, model.stop_ids, sampling.stop).ends
    ids = Decoder(model.model, 1).answer([Row(request.token_ids, request.seed)], sampling, ends)[0].ids
    assert len(ids) == answer.completion_tokens
    return ids

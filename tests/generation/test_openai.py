"""The openai back end against a real server that is busy, broken, silent, garbled or gone."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation import chat_server
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.chat_server import ServerError, backoff_seconds
from t2s_pipeline.generation.fingerprint import model_fingerprint
from t2s_pipeline.generation.openai import OpenAiBackend
from t2s_pipeline.generation.protocol import (
    BatchInterrupted,
    Completion,
    GenerationError,
    GenerationRequest,
    Policy,
    Sampling,
)
from t2s_pipeline.prompts.render import initial_prompt
from tests.generation.model_server import ModelServer, answer_text, drip, drop, hang, refuse, say

SAMPLED = Sampling(temperature=0.7, top_p=0.9, max_new_tokens=32, seed=13, stop=(";",))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_server, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


def served(server: ModelServer, **settings: object) -> ModelConfig:
    defaults = {"base_url": server.base_url, "served_model": "tiny", "request_seconds": 5.0, "retry_seconds": 5.0}
    return ModelConfig(backend="openai", **defaults | settings)


def requests(prompts: int, samples: int = 1) -> list[GenerationRequest]:
    asked = [initial_prompt("Table t: a INTEGER", f"question {n} é?") for n in range(prompts)]
    return [GenerationRequest(prompt, sample) for prompt in asked for sample in range(samples)]


def ask(config: ModelConfig, prompts: int = 1) -> list[Completion]:
    return OpenAiBackend(config).generate(requests(prompts), SAMPLED)


def test_a_request_says_all_of_the_prompt_and_of_sampling(server):
    answers = OpenAiBackend(served(server, request_options={"chat_template_kwargs": {"think": False}})).generate(
        requests(2, samples=3), SAMPLED
    )
    assert len(server.seen) == 6
    by_text = {answer_text(body): body for body in server.seen}
    assert [answer.text for answer in answers] == list(dict.fromkeys(answer.text for answer in answers))  # all differ
    for asked, answer in zip(requests(2, samples=3), answers, strict=True):
        body = by_text[answer.text]
        assert body["messages"] == asked.prompt.chat()
        assert (body["model"], body["temperature"], body["top_p"], body["max_tokens"]) == ("tiny", 0.7, 0.9, 32)
        assert body["stop"] == [";"] and body["logprobs"] is True and 0 <= body["seed"] < 2**31
        assert body["chat_template_kwargs"] == {"think": False}
        assert (answer.prompt_tokens, answer.completion_tokens, answer.finish_reason) == (7, 2, "stop")
        assert answer.log_probability == -0.75


def test_a_grammar_goes_to_a_server_that_is_said_to_know_it_and_to_no_other(server):
    held = [replace(request, grammar='start: "x"') for request in requests(1)]
    OpenAiBackend(served(server, structured_outputs="vllm")).generate(held, SAMPLED)
    assert server.seen[0]["structured_outputs"] == {"grammar": 'start: "x"'}
    with pytest.raises(GenerationError, match='state structured_outputs = "vllm"'):
        OpenAiBackend(served(server)).generate(held, SAMPLED)
    assert len(server.seen) == 1


def test_a_sample_has_its_seed_whatever_it_is_asked_with(server):
    eight = OpenAiBackend(served(server)).generate(requests(1, samples=8), SAMPLED)
    three = OpenAiBackend(served(server)).generate(requests(1, samples=3), SAMPLED)
    assert eight[:3] == three


def test_greedy_sends_no_seed_and_what_is_not_wanted_is_not_asked_for(server):
    answer = OpenAiBackend(served(server, log_probabilities=False)).generate(requests(1), Sampling())[0]
    assert server.seen[0].keys() == {"model", "messages", "temperature", "max_tokens"}
    assert answer.log_probability is None


def test_requests_go_out_together_but_not_more_than_allowed():
    with ModelServer(seconds=0.05) as server:
        ask(served(server, concurrency=4), prompts=16)
        assert server.busiest == 4


@pytest.mark.parametrize(
    "trouble",
    [
        refuse(429),
        refuse(500),
        refuse(503),
        drop,
        say(b"<html>busy</html>"),
        say(b'{"choices": []}'),
        say(b'{"choices": [{}]}'),
        say(b'{"choices": [{"message": {"content": "SELE', length=500),
        say(b'{"choices": [{"message": {"content": "cut"}, "finish_reason": "stop"}]}', length=500),
    ],
    ids=["429", "500", "503", "dropped", "html", "no choice", "no message", "cut off", "cut off but readable"],
)
def test_trouble_that_passes_costs_a_retry_and_nothing_else(server, trouble):
    expected = ask(served(server), prompts=3)
    server.seen.clear()
    server.misbehave(trouble, trouble)
    assert ask(served(server), prompts=3) == expected
    assert len(server.seen) == 5


def test_the_time_that_the_server_names_is_waited_for(server):
    server.misbehave(refuse(429, {"Retry-After": "0.4"}))
    ask(served(server))
    assert server.times[1] - server.times[0] >= 0.4
    server.misbehave(refuse(429, {"Retry-After": "3600"}))
    with pytest.raises(GenerationError, match=r"given up after 1 tries in 0 s: status 429: no"):
        ask(served(server))


@pytest.mark.parametrize("trouble", [hang(20), drip], ids=["silent", "dripping"])
def test_a_request_has_a_time_limit(server, trouble):
    server.misbehave(trouble)
    began = time.monotonic()
    assert ask(served(server, request_seconds=0.3))
    assert time.monotonic() - began < 10
    server.misbehave(always=trouble)
    with pytest.raises(GenerationError, match=r"given up after .* tries"):
        ask(served(server, request_seconds=0.2, retry_seconds=0.3))


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            refuse(400, said="maximum context length is 2048"),
            r"status 400: maximum context length is 2048 .*max_context",
        ),
        (refuse(401, said="who?"), r"status 401: who\? \(the key in no variable: state api_key_variable"),
        (refuse(422, said="bad field"), "status 422: bad field"),
        (refuse(302, {"Location": "http://elsewhere/v1"}), "redirects to http://elsewhere/v1"),
    ],
)
def test_what_cannot_get_better_is_an_error_at_once(server, trouble, said):
    server.misbehave(always=trouble)
    with pytest.raises(GenerationError, match=said):
        ask(served(server))
    assert len(server.seen) == 1


def test_a_model_that_the_server_does_not_have_is_named(server):
    with pytest.raises(GenerationError, match=r"/v1: status 404: The model `other` does not exist.*served_model"):
        ask(served(server, served_model="other"))


def test_an_unknown_end_of_an_answer_is_no_answer(server):
    server.misbehave(say(b'{"choices": [{"message": {"content": "x"}, "finish_reason": "tool_calls"}]}'))
    with pytest.raises(GenerationError, match="finish_reason 'tool_calls'"):
        ask(served(server))
    server.misbehave(say(b'{"choices": [{"message": {"content": null}, "finish_reason": "content_filter"}]}'))
    assert ask(served(server)) == [Completion("", "content_filter")]


def test_the_key_comes_from_the_environment_and_stays_there(monkeypatch, tmp_path):
    with ModelServer(key="s3cret") as server:
        config = served(server, api_key_variable="TINY_KEY")
        monkeypatch.delenv("TINY_KEY", raising=False)
        with pytest.raises(GenerationError, match="expected in the variable TINY_KEY"):
            ask(config)
        monkeypatch.setenv("TINY_KEY", "wr0ng")
        with pytest.raises(GenerationError, match="the key in TINY_KEY is not accepted") as refused:
            ask(config)
        assert "wr0ng" not in str(refused.value)
        monkeypatch.setenv("TINY_KEY", "s3cret")
        generator = open_generator(Policy("m", config), tmp_path)
        generator.complete(requests(2), SAMPLED)
        written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
        assert written and b"s3cret" not in written and "s3cret" not in repr(vars(generator.backend))


def test_a_server_that_dies_stops_the_run_and_the_next_run_goes_on(server, tmp_path):
    """100 questions are two batches of 64 and 36; the server dies in the second."""
    config = served(server, retry_seconds=0.2, concurrency=2)
    whole = open_generator(Policy("m", config), tmp_path / "other").complete(requests(100), SAMPLED)
    server.seen.clear()
    policy = Policy("m", config)
    server.misbehave(*[None] * 80, always=refuse(503, said="dying"))  # type: ignore[list-item]
    first = open_generator(policy, tmp_path / "data")
    with pytest.raises(BatchInterrupted, match=r"given up .*status 503: dying.*run again"):
        first.complete(requests(100), SAMPLED)
    assert first.stats.model_calls == 80
    server.misbehave()
    second = open_generator(policy, tmp_path / "data")
    assert second.plan(requests(100), SAMPLED).misses == 20
    assert second.complete(requests(100), SAMPLED) == whole
    assert second.stats.model_calls == 20


def test_nobody_there(tmp_path: Path):
    with ModelServer() as server:
        config = served(server, retry_seconds=0.1)
    generator = open_generator(Policy("m", config), tmp_path)
    plan = generator.plan(requests(3), SAMPLED)  # needs no server, but only a server can count tokens
    assert (plan.misses, plan.prompt_tokens) == (3, None)
    with pytest.raises(ServerError, match=r"no answer \(ConnectionRefusedError"):
        chat_server.ChatServer(config.base_url, retry_seconds=0.1).ask({}, threading.Event())
    with pytest.raises(GenerationError, match="given up"):
        generator.complete(requests(3), SAMPLED)
    assert not list((tmp_path / "stores").rglob("part-*"))


def test_one_failure_ends_the_waiting_of_the_others(server):
    """Others that would wait an hour for their turn give up when the first has."""
    server.misbehave(refuse(429, {"Retry-After": "3600"}), refuse(429, {"Retry-After": "3600"}), refuse(400))
    began = time.monotonic()
    with pytest.raises(BatchInterrupted, match="status 400"):
        ask(served(server, retry_seconds=10_000.0, concurrency=3), prompts=12)
    assert time.monotonic() - began < 30


def test_waits_double_and_vary():
    waits = [[backoff_seconds(failures) for _ in range(200)] for failures in (1, 2, 3, 40)]
    for whole, found in zip((0.01, 0.02, 0.04, chat_server.LONGEST_WAIT_SECONDS), waits, strict=True):
        assert whole / 2 <= min(found) < max(found) <= whole and len(set(found)) > 100


def test_prompts_that_are_too_long_are_known_where_the_tokenizer_is_at_hand(server, model_folder):
    prompt = requests(1)[0].prompt
    assert OpenAiBackend(served(server)).fits([prompt], Sampling(max_new_tokens=10**6)) == [True]
    counted = OpenAiBackend(served(server, path=str(model_folder), max_context=2048))
    from t2s_pipeline.generation.tokenizer import load_tokenizer
    from t2s_pipeline.prompts.render import token_ids

    room = 2048 - len(token_ids(prompt, load_tokenizer(model_folder)))
    assert counted.fits([prompt, prompt], Sampling(max_new_tokens=room)) == [True, True]
    assert counted.fits([prompt], Sampling(max_new_tokens=room + 1)) == [False]


def test_the_identity_is_what_is_served_and_not_how_it_is_asked(server, model_folder):
    config = served(server)
    same = [
        replace(config, concurrency=2),
        replace(config, retry_seconds=1.0, api_key_variable="K"),
        replace(config, path=str(model_folder), max_context=2048),
    ]
    other = [
        replace(config, served_model="other"),
        replace(config, base_url="http://127.0.0.1:1/v1"),
        replace(config, revision="2026-11"),
        replace(config, request_options={"top_k": 5}),
    ]
    assert {model_fingerprint(model) for model in same} == {model_fingerprint(config)}
    assert len({model_fingerprint(model) for model in [config, *other]}) == 5


def test_a_server_takes_no_adapter_of_ours(server, tmp_path):
    with pytest.raises(GenerationError, match="served_model of its own"):
        open_generator(Policy("m", served(server), tmp_path, "digest"), tmp_path)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": "SELECT 1", "reasoning_content": "One is 1."}, "<think>One is 1.</think>\nSELECT 1"),
        ({"content": "SELECT 1", "reasoning": "One is 1."}, "<think>One is 1.</think>\nSELECT 1"),
        ({"content": "SELECT 1", "reasoning_content": None, "reasoning": None}, "SELECT 1"),
        ({"content": "SELECT 1", "reasoning": ["a summary"]}, "SELECT 1"),
        ({"content": None, "reasoning_content": "One is"}, "<think>One is"),
        ({"content": None}, ""),
    ],
)
def test_reasoning_that_a_server_keeps_apart_is_a_thought_before_the_answer(server, message, text):
    payload = {"choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}]}
    server.misbehave(say(json.dumps(payload).encode()))
    assert [answer.text for answer in ask(served(server))] == [text]

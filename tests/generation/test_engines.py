"""Several engines at once: the answers of one, more of them only where one is full, and a death costs its own share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.files import store_parts
from t2s_pipeline.generation import engines as module
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.engines import Engines, engine_count
from t2s_pipeline.generation.hf import TokenRequest, load_model
from t2s_pipeline.generation.protocol import ENOUGH, MAX_BATCH, BatchInterrupted, GenerationRequest, Policy, Sampling
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.table_definitions import COMPLETIONS
from tests.generation.test_engine import spec

SAMPLED = Sampling(temperature=0.9, max_new_tokens=16)
LONG = [TokenRequest(tuple(range(3 + n % 7, 20 + n % 11)), n) for n in range(2 * MAX_BATCH)]
KILLER = """
import os, signal, sys, time
time.sleep(0.5)
os.kill(int(sys.argv[1]), signal.SIGKILL)
time.sleep(0.2)
os.kill(int(sys.argv[2]), signal.SIGCONT)
"""
SCHEMAS = ["Table t: a INTEGER, b TEXT", "Table singer: name TEXT, age INTEGER", "Table concert: year INTEGER"]


@pytest.fixture(scope="module")
def pair(model_folder: Path) -> Iterator[Engines]:
    with Engines(replace(spec(model_folder), engines=2)) as engines:
        yield engines


def all_answers(engines: Engines, requests, sampling):
    """As `CachedGenerator` asks: again and again, until all are there."""
    found = {}
    while left := [request for request in requests if request not in found]:
        answers = engines.generate(left, sampling)
        found |= {request: answer for request, answer in zip(left, answers, strict=True) if answer is not None}
    return [found[request] for request in requests]


def test_a_second_engine_starts_where_the_first_is_full(pair, model_folder):
    alone = load_model(spec(model_folder))
    assert all_answers(pair, LONG[:MAX_BATCH], SAMPLED) == alone.generate(LONG[:MAX_BATCH], SAMPLED)
    assert len(pair.pids) == 1
    assert all_answers(pair, LONG, SAMPLED) == alone.generate(LONG, SAMPLED)
    assert len(pair.pids) == 2
    greedy = Sampling(max_new_tokens=8)
    pair.generate(LONG, SAMPLED)  # of which a part is left under way
    assert all_answers(pair, LONG[:20], greedy) == alone.generate(LONG[:20], greedy)
    with pytest.raises(ValueError, match="at most 128"):
        pair.generate([*LONG, TokenRequest((5,), 0)], SAMPLED)


def test_the_death_of_one_keeps_what_the_other_answers(pair):
    expected = all_answers(pair, LONG, SAMPLED)
    first, second = pair.pids
    for pid in (first, second):  # so that the kill comes while both are asked, and before either has answered
        os.kill(pid, signal.SIGSTOP)
    killer = subprocess.Popen([sys.executable, "-c", KILLER, str(second), str(first)])
    with pytest.raises(BatchInterrupted, match=r"ended \(signal 9\) while generating .*tiny") as stop:
        pair.generate(LONG, SAMPLED)
    killer.wait()
    kept = [answer for answer in stop.value.completions if answer is not None]
    assert ENOUGH <= len(kept) <= MAX_BATCH
    assert all(answer in (None, whole) for answer, whole in zip(stop.value.completions, expected, strict=True))
    assert pair.pids == [first]
    assert all_answers(pair, LONG, SAMPLED) == expected
    assert len(pair.pids) == 2


def test_the_store_is_the_same_with_one_and_with_two(pair, model_folder, tmp_path):
    requests = [GenerationRequest(initial_prompt(SCHEMAS[n % 3], f"question {n}")) for n in range(MAX_BATCH + 16)]
    stored = []
    for count in (1, 2):
        policy = Policy("tiny", ModelConfig(path=str(model_folder), engines=count))
        backend = open_backend(policy, in_process=count == 1)
        assert backend.most_open == MAX_BATCH * count
        if count == 2:
            backend.engine = pair  # which have started already
        generator = CachedGenerator(backend, CompletionStore(tmp_path / str(count)))
        for sampling in (Sampling(max_new_tokens=12), SAMPLED):
            generator.complete(requests, sampling)
        generator.close()
        parts = [pq.read_table(part) for part in store_parts(tmp_path / str(count), COMPLETIONS)]
        assert all(part.num_rows <= MAX_BATCH for part in parts)
        volatile = {"created_at", "log_probability"}  # the second one's last digits depend on the batch
        rows = [row for part in parts for row in part.to_pylist()]
        stored.append(sorted(str({k: v for k, v in row.items() if k not in volatile}) for row in rows))
    assert len(stored[0]) == 2 * len(requests) and stored[0] == stored[1]


def test_as_many_as_stated_or_one_a_core_of_a_small_model(tmp_path, monkeypatch):
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"0" * 1000)
    monkeypatch.setattr(module, "available_cores", lambda: 6)
    monkeypatch.setattr(module, "free_memory", lambda: 4 * module.ENGINE_MEMORY)
    assert engine_count(ModelConfig(), tmp_path) == 3
    assert engine_count(ModelConfig(engines=9), tmp_path) == 9
    assert engine_count(ModelConfig(device="cuda"), tmp_path) == 1
    monkeypatch.setattr(module, "free_memory", lambda: None)
    assert engine_count(ModelConfig(), tmp_path) == 6
    monkeypatch.setattr(module, "free_memory", lambda: 0)
    assert engine_count(ModelConfig(), tmp_path) == 1
    os.truncate(weights, module.SMALL_WEIGHTS + 1)
    monkeypatch.setattr(module, "free_memory", lambda: 1 << 50)
    assert engine_count(ModelConfig(), tmp_path) == 1

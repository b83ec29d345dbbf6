"""An engine's child process: it answers, says why it cannot, comes back, and never outlives its owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.files import store_parts
from t2s_pipeline.generation.backend import open_backend, open_generator
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.child_process import EngineError
from t2s_pipeline.generation.engines import Engines
from t2s_pipeline.generation.hf import ModelSpec, TokenRequest, load_model
from t2s_pipeline.generation.protocol import ENOUGH, GenerationRequest, Policy, Sampling
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.table_definitions import COMPLETIONS

SAMPLED = Sampling(temperature=0.9, max_new_tokens=24)
REQUESTS = [TokenRequest(tuple(range(start, start + 15)), start) for start in range(5, 60, 5)]
QUESTIONS = 320
OWNER = """
import pathlib, sys
from tests.generation.test_engine import Logged, QUESTIONS, SAMPLED, policy, questions
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.store import CompletionStore
model, data, log = map(pathlib.Path, sys.argv[1:])
CachedGenerator(Logged(policy(model), log), CompletionStore(data)).complete(questions(), SAMPLED)
"""
FORKING_OWNER = """
import os, subprocess, sys, time
command = [sys.executable, "-m", "t2s_pipeline.generation", "--owner", str(os.getpid())]
engine = subprocess.Popen(command, stdin=subprocess.PIPE)
sibling = os.fork()
if sibling:
    print(engine.pid, sibling, flush=True)
time.sleep(60)
"""


def policy(model_folder: Path) -> Policy:
    return Policy("tiny", ModelConfig(path=str(model_folder), engines=1))


def questions() -> list[GenerationRequest]:
    schema = "Table t: a INTEGER, b TEXT"
    return [
        GenerationRequest(initial_prompt(schema, f"question {n}"), s) for n in range(QUESTIONS // 2) for s in (0, 1)
    ]


class Logged:
    """The real back end; writes down how many completions it is newly asked for before it is asked."""

    def __init__(self, of: Policy, log: Path, in_process: bool = False) -> None:
        self._backend = open_backend(of, in_process)
        self._log = log
        self._asked: set[tuple[str, int]] = set()
        self.identity = self._backend.identity
        self.token_ids = self._backend.token_ids
        self.most_open = self._backend.most_open
        self.fits, self.counts_tokens = self._backend.fits, self._backend.counts_tokens
        self.close = self._backend.close

    def generate(self, requests, sampling):
        asked = {(request.prompt.hash, request.sample) for request in requests}
        with open(self._log, "a") as log:
            log.write(f"{len(asked - self._asked)}\n")
        self._asked |= asked
        return self._backend.generate(requests, sampling)


def spec(model_folder: Path) -> ModelSpec:
    return ModelSpec(str(model_folder), None, "float32", "cpu", 2048, 64)


@pytest.fixture(scope="module")
def engine(model_folder: Path) -> Iterator[Engines]:
    with Engines(spec(model_folder)) as engines:
        yield engines


def wait_until(condition, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_child_answers_what_the_model_answers_here(engine, model_folder):
    assert engine.generate(REQUESTS, SAMPLED) == load_model(spec(model_folder)).generate(REQUESTS, SAMPLED)


def test_it_is_loaded_once_and_takes_a_batch_at_most(engine):
    engine.generate(REQUESTS, SAMPLED)
    pids = engine.pids
    engine.generate(REQUESTS, Sampling())
    assert engine.pids == pids and len(pids) == 1
    with pytest.raises(ValueError, match="at most 64"):
        engine.generate(REQUESTS * 6, SAMPLED)


def test_after_its_death_the_call_says_so_and_the_next_one_starts_another(engine):
    expected = engine.generate(REQUESTS, SAMPLED)
    [first] = engine.pids
    os.kill(first, signal.SIGSTOP)  # it cannot answer, so the kill comes while a batch is under way
    killer = subprocess.Popen([sys.executable, "-c", f"import os, time; time.sleep(0.3); os.kill({first}, 9)"])
    with pytest.raises(EngineError, match=r"ended \(signal 9\) while generating .*tiny"):
        engine.generate(REQUESTS, SAMPLED)
    killer.wait()
    assert engine.generate(REQUESTS, SAMPLED) == expected
    assert engine.pids != [first]
    os.kill(engine.pids[0], signal.SIGKILL)  # with nothing under way, nobody needs to know
    wait_until(lambda: not engine.pids)
    assert engine.generate(REQUESTS, SAMPLED) == expected


def test_what_it_cannot_load_is_an_error_with_its_own_words(model_folder, tmp_path):
    engine = Engines(replace(spec(model_folder), folder=str(tmp_path)))
    with pytest.raises(EngineError, match=r"exit code 1\) while loading [^$]*tokenizer.json: not there"):
        engine.generate(REQUESTS, SAMPLED)
    assert not engine.pids
    engine.close()


def test_completions_that_are_stored_start_no_child(model_folder, tmp_path):
    requests = questions()[:4]
    backend = open_backend(policy(model_folder), in_process=True)
    expected = CachedGenerator(backend, CompletionStore(tmp_path)).complete(requests, SAMPLED)
    generator = open_generator(policy(model_folder), tmp_path)
    assert generator.complete(requests, SAMPLED) == expected
    assert not generator.backend.engine.pids


def test_a_killed_run_costs_at_most_one_batch_and_leaves_no_process(model_folder, tmp_path):
    """kill -9 of the owner in mid-run: the engine goes too, and both runs together ask at most 64 too many."""
    data, log = tmp_path / "data", tmp_path / "log"
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(model_folder), str(data), str(log)])
    wait_until(lambda: len(store_parts(data, COMPLETIONS)) >= 2)
    children = Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()
    assert len(children) == 1
    owner.kill()
    owner.wait()
    wait_until(lambda: not alive(int(children[0])), 5)
    stored = sum(pq.read_metadata(part).num_rows for part in store_parts(data, COMPLETIONS))
    assert 2 * ENOUGH <= stored < QUESTIONS - 64  # it was in the middle

    answers = CachedGenerator(Logged(policy(model_folder), log, in_process=True), CompletionStore(data)).complete(
        questions(), SAMPLED
    )
    asked = sum(map(int, log.read_text().split()))
    assert QUESTIONS <= asked <= QUESTIONS + 64

    uninterrupted = CachedGenerator(
        open_backend(policy(model_folder), in_process=True), CompletionStore(tmp_path / "b")
    )
    assert uninterrupted.complete(questions(), SAMPLED) == answers
    assert uninterrupted.stats.model_calls == QUESTIONS


def test_it_ends_with_its_owner_even_where_another_process_holds_its_pipes():
    owner = subprocess.Popen([sys.executable, "-c", FORKING_OWNER], stdout=subprocess.PIPE, text=True)
    engine, sibling = map(int, owner.stdout.readline().split())
    try:
        time.sleep(1)  # as long as it has its owner, it waits for work
        assert alive(engine)
        owner.kill()
        owner.wait()
        wait_until(lambda: not alive(engine), 10)
    finally:
        os.kill(sibling, signal.SIGKILL)
        owner.stdout.close()

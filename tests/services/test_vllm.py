"""vLLM's real engine on a CPU, with the embedded model: its in-process engine behind the vllm back end, and its server
behind the openai one, both beside the hf back end, in float32.

`make test-vllm` makes vLLM's environment and names its interpreter by T2S_VLLM_PYTHON; without it these tests skip.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.hf import ModelSpec, load_model
from t2s_pipeline.generation.protocol import BatchInterrupted, Completion, GenerationRequest, Policy, Sampling
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.generation.vllm_engine import PYTHON_VARIABLE
from t2s_pipeline.nano import MODEL_DIR
from t2s_pipeline.nano.tokenizer import save_tokenizer
from t2s_pipeline.prompts.answer_grammar import answer_grammar
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.serialise import compact
from tests.generation.tiny_model import save_adapter

QUESTIONS, ADAPTED, HELD = 300, 48, 40
GREEDY = Sampling(max_new_tokens=64)
SAMPLED = Sampling(temperature=2.0, max_new_tokens=24)  # the embedded model is sure of itself
STARTS_WITHIN = 300.0  # seconds; 25 on a quiet machine
LEAST_SAME = 0.99


@pytest.fixture(scope="module", autouse=True)
def python() -> Iterator[str]:
    """vLLM's interpreter, and settings for a small CPU."""
    found = os.environ.get(PYTHON_VARIABLE) or (sys.executable if find_spec("vllm") else None)
    if not found:
        pytest.skip(f"no vllm here: `make test-vllm`, or name the interpreter that has it by {PYTHON_VARIABLE}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PYTHON_VARIABLE, found)
        patch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
        patch.setenv("VLLM_CPU_OMP_THREADS_BIND", "nobind")
        patch.setenv("OMP_NUM_THREADS", "1")  # the model is small, and threads that wait for each other cost more
        yield found


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> list[GenerationRequest]:
    """Dev questions of the embedded data set, all of its dev databases among them, each with the grammar of its schema."""
    folder = build_embedded(tmp_path_factory.mktemp("embedded") / "data")
    examples = json.loads((folder / SPLIT_FILES["dev"]).read_text(encoding="utf-8"))
    chosen = examples[:: len(examples) // QUESTIONS][:QUESTIONS]
    names = {example["db_id"] for example in chosen}
    schemas = {name: read_schema(folder / "database" / name / f"{name}.sqlite", name) for name in names}
    assert len(chosen) == QUESTIONS and len(names) >= 8
    return [
        GenerationRequest(initial_prompt(compact(schemas[name]), e["question"]), grammar=answer_grammar(schemas[name]))
        for e, name in ((e, e["db_id"]) for e in chosen)
    ]


@pytest.fixture(scope="module")
def requests(held: list[GenerationRequest]) -> list[GenerationRequest]:
    return [replace(request, grammar="") for request in held]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """The embedded model, its tokenizer saved as it is with a model that is exported today."""
    folder = tmp_path_factory.mktemp("model") / "nano"
    shutil.copytree(MODEL_DIR, folder)
    save_tokenizer(load_chat_tokenizer(MODEL_DIR), folder)
    return Policy("nano", ModelConfig(path=str(folder), dtype="float32"))


@pytest.fixture(scope="module")
def adapted(base, tmp_path_factory: pytest.TempPathFactory) -> Policy:
    folder = save_adapter(tmp_path_factory.mktemp("adapter") / "random", Path(base.config.path))
    return replace(base, adapter_path=folder, adapter_digest="ab" * 32)


@pytest.fixture(scope="module")
def by_hf(requests, base, adapted, tmp_path_factory) -> tuple[list[Completion], list[Completion]]:
    """What hf answers: with the adapter to the first questions, without it to the others."""
    return (
        complete(adapted, requests[:ADAPTED], tmp_path_factory.mktemp("hf_adapted"), in_process=True),
        complete(base, requests[ADAPTED:], tmp_path_factory.mktemp("hf_base"), in_process=True),
    )


def complete(policy: Policy, requests: list[GenerationRequest], data: Path, in_process: bool = False):
    generator = CachedGenerator(open_backend(policy, in_process), CompletionStore(data))
    answers = generator.complete(requests, GREEDY)
    generator.close()
    return answers


def on_vllm(policy: Policy) -> Policy:
    return replace(policy, config=replace(policy.config, backend="vllm", engine_options={"enforce_eager": True}))


def logit_gap(policy: Policy, request: GenerationRequest, theirs: str) -> tuple[str, float]:
    """Where hf's greedy answer leaves the other text, and how far its best two logits are apart there."""
    import torch

    adapter = None if policy.adapter_path is None else str(policy.adapter_path)
    model = load_model(ModelSpec(policy.config.path, adapter, "float32", "cpu", 1024, 64))
    ids = list(open_backend(policy).token_ids([request.prompt])[0])
    start = len(ids)
    with torch.inference_mode():
        while len(ids) - start < GREEDY.max_new_tokens:
            logits = model.model(torch.tensor([ids])).logits[0, -1]
            ids.append(int(logits.argmax()))
            text = model.tokenizer.decode(ids[start:])
            if ids[-1] in model.stop_ids or not theirs.startswith(text):
                break
        best = logits.topk(2).values
    return text, float(best[0] - best[1])


def test_greedy_answers_are_those_of_hf(requests, held, base, adapted, by_hf, tmp_path, capsys):
    """At least 99 % are the same tokens; the others are listed, and are ties but for rounding."""
    lead, rest = open_backend(on_vllm(adapted)), open_backend(on_vllm(base))
    mine = (
        CachedGenerator(lead, CompletionStore(tmp_path)).complete(requests[:ADAPTED], GREEDY),
        CachedGenerator(rest, CompletionStore(tmp_path)).complete(requests[ADAPTED:], GREEDY),
    )
    assert lead.engine.pid == rest.engine.pid  # the adapter comes by request, to the engine of its base
    differ = []
    for policy, part, theirs, ours in (
        (adapted, requests[:ADAPTED], by_hf[0], mine[0]),
        (base, requests[ADAPTED:], by_hf[1], mine[1]),
    ):
        for request, one, other in zip(part, theirs, ours, strict=True):
            if other == Completion(one.text, one.finish_reason, one.prompt_tokens, one.completion_tokens, other.key):
                assert other.log_probability == pytest.approx(one.log_probability, abs=0.02)
                continue
            where, gap = logit_gap(policy, request, other.text)
            differ.append({"hf": one.text, "vllm": other.text, "apart at": where, "logit_gap": gap})
    with capsys.disabled():
        print(f"\nvllm and hf: {QUESTIONS - len(differ)} of {QUESTIONS} greedy answers are the same tokens")
        print(*map(json.dumps, differ), sep="\n")
    assert len(differ) <= (1 - LEAST_SAME) * QUESTIONS
    assert all(one["logit_gap"] < 1e-3 for one in differ)
    _check_samples_and_stops(rest, by_hf[1], requests[ADAPTED:])
    _check_grammars(rest, complete(base, held[-HELD:], tmp_path / "c", in_process=True), held[-HELD:], by_hf[1][-HELD:])
    _check_a_death(CachedGenerator(rest, CompletionStore(tmp_path / "b")), requests, lambda: rest.engine.pid)
    lead.close()
    rest.close()


@pytest.fixture(scope="module")
def server(python, base, tmp_path_factory) -> Iterator[tuple[str, subprocess.Popen]]:
    """vLLM's own server of the embedded model: its address and its process, of a group of its own."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [python, "-m", "vllm.entrypoints.openai.api_server", "--model", base.config.path]
    command += ["--served-model-name", "nano", "--dtype", "float32", "--max-model-len", "1024", "--enforce-eager"]
    command += ["--generation-config", "vllm", "--host", "127.0.0.1", "--port", str(port)]
    quiet = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "TORCHDYNAMO_DISABLE": "1"}
    log = folder / "server.log"
    with open(log, "w") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | quiet, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}/v1", process
    finally:
        _kill(process)


def test_the_server_answers_as_hf_and_its_death_stops_the_run(requests, base, by_hf, server, tmp_path):
    address, process = server
    config = ModelConfig(
        backend="openai",
        base_url=address,
        served_model="nano",
        path=base.config.path,
        max_context=1024,
        retry_seconds=2.0,
    )
    backend = open_backend(Policy("served", config))
    asked, expected = requests[ADAPTED : ADAPTED + 64], by_hf[1][:64]
    answers = backend.generate(asked, GREEDY)
    differ = [(one, other) for one, other in zip(expected, answers, strict=True) if _counted(one) != _counted(other)]
    assert len(differ) <= 1, differ
    for one, other in zip(expected, answers, strict=True):
        if _counted(one) == _counted(other):
            assert other.log_probability == pytest.approx(one.log_probability, abs=0.02)
    _check_samples_and_stops(backend, by_hf[1], requests[ADAPTED:])
    _check_a_death(CachedGenerator(backend, CompletionStore(tmp_path)), requests, lambda: process.pid, group=True)


def _counted(completion: Completion) -> tuple:
    return completion.text, completion.finish_reason, completion.prompt_tokens, completion.completion_tokens


def _check_grammars(backend, expected: list[Completion], held: list[GenerationRequest], free: list[Completion]) -> None:
    """Held to the schema, greedy answers are hf's too, and some are others than free ones."""
    assert sum(one.text != other.text for one, other in zip(expected, free, strict=False)) > HELD // 20
    same = [
        _counted(one) == _counted(other) for one, other in zip(expected, backend.generate(held, GREEDY), strict=True)
    ]
    assert sum(same) >= HELD - 1


def _check_samples_and_stops(backend, by_hf: list[Completion], requests: list[GenerationRequest]) -> None:
    """Samples come from their seeds; an answer ends at a stop text, or at the limit of tokens."""
    samples = [GenerationRequest(requests[0].prompt, sample) for sample in range(8)]
    first = backend.generate(samples, SAMPLED)
    assert len({answer.text for answer in first}) > 4
    assert [answer.text for answer in backend.generate(samples[::-1], SAMPLED)] == [a.text for a in first[::-1]]
    assert all(answer.log_probability < 0 for answer in first)

    cut = backend.generate(requests[:8], Sampling(max_new_tokens=64, stop=(" FROM", "nothing like this")))
    for whole, answer in zip(by_hf, cut, strict=False):
        assert answer.finish_reason == "stop"
        assert answer.text == whole.text.partition(" FROM")[0]
        assert answer.completion_tokens <= whole.completion_tokens
    short = backend.generate(requests[:4], Sampling(max_new_tokens=3))
    assert {(answer.finish_reason, answer.completion_tokens) for answer in short} == {("length", 3)}


def _check_a_death(generator: CachedGenerator, requests: list[GenerationRequest], pid_of, group: bool = False) -> None:
    """Killed in the middle of the second batch: the run stops, and what was answered is in the store."""

    def kill() -> None:
        (os.killpg if group else os.kill)(pid_of(), signal.SIGKILL)

    def progress(answered: int, _: int) -> None:
        if answered == 64:
            threading.Timer(0.2, kill).start()

    asked = requests[: 64 + 64]
    with pytest.raises(BatchInterrupted):
        generator.complete(asked, Sampling(max_new_tokens=63), progress)
    kept = len(asked) - generator.plan(asked, Sampling(max_new_tokens=63)).misses
    assert 64 <= kept < len(asked)
    assert generator.stats.model_calls == kept


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"no answer within {STARTS_WITHIN} s: {log.read_text()[-3000:]}")


def _kill(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()

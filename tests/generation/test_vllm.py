"""The owner's side of the vllm back end: its child's answers, ends and refusals; adapters, engines that are shared.

Here a small program speaks for vLLM's process, in its words; the engine itself is tested by `make test-vllm`.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.child_process import EngineError
from t2s_pipeline.generation.hf import TokenRequest
from t2s_pipeline.generation.protocol import (
    BatchInterrupted,
    Completion,
    GenerationError,
    GenerationRequest,
    Policy,
    Sampling,
)
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.generation.vllm_adapter import Lora, read_lora
from t2s_pipeline.generation.vllm_engine import PYTHON_VARIABLE, VllmEngine, VllmSpec, check_vllm
from t2s_pipeline.generation.vllm_policy import VllmPolicy, format_name
from t2s_pipeline.prompts.render import initial_prompt

DIGEST = "ab" * 32
REQUESTS = [TokenRequest((1, 2, n % 3), n) for n in range(8)]
# Answers in reverse, each with what it was told of the job, and ends after as many answers as the spec says.
CHILD = """
import json, os, signal, sys
def say(**message): print(json.dumps(message), flush=True)
spec = json.loads(sys.stdin.readline())
if "refuse" in spec["options"]:
    say(error=spec["options"]["refuse"]); sys.exit()
say(ready=True)
left = spec["options"].get("answers", 10**6)
for line in sys.stdin:
    batch = json.loads(line)
    for number, (place, seed, rule) in reversed(list(enumerate(batch["jobs"]))):
        if not left:
            print("the last words", file=sys.stderr, flush=True); os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        text = json.dumps([batch["prompts"][place], seed, batch["lora"], spec["max_lora_rank"], os.getpid()])
        say(number=number, completion=[text, "stop", 3, 5, None, -1.5])
    say(done=True)
"""


@pytest.fixture
def speak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., VllmSpec]:
    """Have the program speak for vLLM; gives the spec of a model with these options."""
    (tmp_path / "child.txt").write_text(CHILD)
    interpreter = tmp_path / "python"
    interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{tmp_path / "child.txt"}"\n')
    interpreter.chmod(interpreter.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(PYTHON_VARIABLE, str(interpreter))
    return lambda **options: VllmSpec("a/model", "float32", 200, options)


def told(completion: Completion) -> list:
    return json.loads(completion.text)


def test_answers_come_back_in_the_order_of_the_requests(speak):
    engine = VllmEngine(speak())
    answers = engine.generate(REQUESTS, Sampling(max_new_tokens=9))
    assert [told(answer)[:2] for answer in answers] == [[list(r.token_ids), r.seed] for r in REQUESTS]
    assert answers[0].log_probability == -1.5 and answers[0].completion_tokens == 5
    assert told(engine.generate(REQUESTS[:1], Sampling())[0])[-1] == told(answers[0])[-1] == engine.pid
    with pytest.raises(GenerationError, match="a prompt of 3 tokens and 198 new ones exceed the context of 200"):
        engine.generate(REQUESTS[:1], Sampling(max_new_tokens=198))
    engine.close()
    assert engine.pid is None


def test_a_child_that_dies_takes_only_what_was_not_answered(speak):
    engine = VllmEngine(speak(answers=5))
    with pytest.raises(BatchInterrupted, match=r"ended \(signal 9\).* 5 of 8 answers .* kept: the last words") as end:
        engine.generate(REQUESTS, Sampling())
    assert [completion is None for completion in end.value.completions] == [True] * 3 + [False] * 5
    assert len(engine.generate(REQUESTS[:5], Sampling())) == 5  # by another child
    engine.close()


def test_what_was_answered_before_a_death_is_in_the_store(speak, model_folder, tmp_path):
    requests = [GenerationRequest(initial_prompt("Table t: a", f"question {n}"), 0) for n in range(8)]

    def generator(answers: int) -> CachedGenerator:
        config = ModelConfig(backend="vllm", path=str(model_folder), engine_options={"answers": answers})
        return CachedGenerator(open_backend(Policy("tiny", config)), CompletionStore(tmp_path / "data"))

    first = generator(5)
    with pytest.raises(BatchInterrupted):
        first.complete(requests, Sampling())
    assert first.plan(requests, Sampling()).misses == 3
    first.close()
    assert len(first.complete(requests, Sampling())) == 8
    assert first.stats.model_calls == 8
    first.close()


def test_what_the_child_refuses_is_said(speak):
    with pytest.raises(EngineError, match="a/model: no such option"):
        VllmEngine(speak(refuse="no such option")).generate(REQUESTS, Sampling())


def test_an_interpreter_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv(PYTHON_VARIABLE, "/nowhere/python")
    with pytest.raises(EngineError, match=f"{PYTHON_VARIABLE}=/nowhere/python: No such file.*name vLLM's interpreter"):
        VllmEngine(VllmSpec("a/model", "float32", 200)).generate(REQUESTS, Sampling())
    with pytest.raises(GenerationError, match=f"{PYTHON_VARIABLE}=/nowhere/python: No such file"):
        check_vllm()


@pytest.mark.skipif(find_spec("vllm") is not None, reason="vllm is installed beside the project")
def test_an_environment_without_vllm_is_an_error_with_the_remedy(model_folder, tmp_path, monkeypatch):
    monkeypatch.delenv(PYTHON_VARIABLE, raising=False)
    backend = open_backend(Policy("tiny", ModelConfig(backend="vllm", path=str(model_folder))))
    with pytest.raises(EngineError, match=f"has no vllm: put it into an environment of its own.*{PYTHON_VARIABLE}"):
        backend.generate([GenerationRequest(initial_prompt("Table t: a", "how many?"))], Sampling())
    with pytest.raises(GenerationError, match="has no vllm"):
        check_vllm()
    bare = tmp_path / "python"  # an interpreter without an environment, which is asked itself
    bare.symlink_to(os.path.realpath(sys.executable))
    monkeypatch.setenv(PYTHON_VARIABLE, str(bare))
    with pytest.raises(GenerationError, match=f"^{bare} has no vllm"):
        check_vllm()


def test_policies_on_one_model_share_its_engine_until_the_last_is_closed(speak):
    spec = speak()
    base, adapted = VllmPolicy(spec, None, True), VllmPolicy(spec, Lora(DIGEST, "an/adapter", 12), True)
    assert told(base.generate(REQUESTS, Sampling())[0])[2:4] == [None, 0]
    first = base.pid
    lora = told(adapted.generate(REQUESTS, Sampling())[0])
    assert lora[2:4] == [[DIGEST, Lora(DIGEST, "", 1).request_id, "an/adapter"], 16]  # the next rank that vLLM has
    assert adapted.pid == base.pid != first  # the first child had no room for adapters
    base.close()
    third = VllmPolicy(spec, Lora("cd" * 32, "another", 8), True)
    assert told(third.generate(REQUESTS, Sampling())[0])[4] == adapted.pid
    adapted.close()
    third.close()
    third.close()
    assert third.pid is adapted.pid is None
    assert len(third.generate(REQUESTS, Sampling())) == 8  # it holds an engine again
    os.kill(third.pid, signal.SIGKILL)
    third.close()


def test_an_adapter_is_read_with_its_rank_and_a_number_that_stays(model_folder, adapter_folder):
    lora = read_lora(adapter_folder, DIGEST, model_folder)
    assert (lora.rank, lora.folder) == (4, str(adapter_folder))
    assert lora.request_id == Lora(DIGEST, "elsewhere", 8).request_id != Lora("ab" * 31 + "00", "", 8).request_id - 1
    assert all(0 < Lora(f"{n:016x}" + "0" * 48, "", 1).request_id < 2**31 for n in (0, 2**31 - 2, 2**31, 2**64 - 1))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"r": 8}, "does not fit .*: 12 weights are missing, have no place or are of another shape"),
        ({"target_modules": ["q_proj", "v_proj"]}, "does not fit .* 4 weights .*mlp.down_proj.lora_A"),
        ({"target_modules": ["q_proj", "v_proj", "down_proj", "up_proj"]}, "does not fit .* 4 weights .*mlp.up_proj"),
        ({"use_dora": True}, "vLLM would not apply use_dora as it was trained: ask hf"),
        ({"alpha_pattern": {"q_proj": 2}}, "vLLM would not apply alpha_pattern"),
        ({"peft_type": "IA3"}, "vLLM would not apply this kind of adapter"),
    ],
)
def test_an_adapter_that_vllm_would_apply_otherwise_is_refused(model_folder, adapter_folder, tmp_path, settings, said):
    stated = json.loads((adapter_folder / "adapter_config.json").read_text())
    (tmp_path / "adapter_config.json").write_text(json.dumps(stated | settings))
    os.link(adapter_folder / "adapter_model.safetensors", tmp_path / "adapter_model.safetensors")
    with pytest.raises(GenerationError, match=said):
        read_lora(tmp_path, DIGEST, model_folder)


def test_weights_that_are_no_safetensors_file_are_named(model_folder, adapter_folder, tmp_path):
    (tmp_path / "adapter_config.json").write_text((adapter_folder / "adapter_config.json").read_text())
    for content in (None, b"", b"\xff" * 20):
        if content is not None:
            (tmp_path / "adapter_model.safetensors").write_bytes(content)
        with pytest.raises(GenerationError, match="adapter_model.safetensors: not a safetensors file"):
            read_lora(tmp_path, DIGEST, model_folder)


def test_only_options_that_change_answers_are_part_of_the_identity(model_folder):
    assert format_name("float32", {"gpu_memory_utilization": 0.5, "tensor_parallel_size": 2}) == "float32"
    assert format_name("bfloat16", {"quantization": "fp8", "enforce_eager": True}) == 'bfloat16 {"quantization": "fp8"}'
    config = ModelConfig(backend="vllm", path=str(model_folder))
    mine, theirs = (
        open_backend(Policy("tiny", config)),
        open_backend(Policy("tiny", ModelConfig(path=str(model_folder)))),
    )
    assert (mine.identity.backend, mine.identity.dtype) == ("vllm", theirs.identity.dtype)
    assert mine.identity.model_fingerprint == theirs.identity.model_fingerprint

"""vLLM's engine in a process of its own, held by its owner: token ids in, completions out.

    engine = VllmEngine(VllmSpec(folder, dtype, max_context, options))
    engine.generate([TokenRequest(ids, seed)], Sampling(), lora=read_lora(folder, digest, base), log_probabilities=True)

vLLM may be in another environment than the project: `T2S_VLLM_PYTHON` names its interpreter, which needs nothing else
of ours (`vllm_child.py`). One child serves the base model and each of its adapters, by request; it is started again
only where an adapter needs more room than those before. Every completion comes as soon as it is done: a child that ends
in the middle of a batch takes with it only what was not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from t2s_pipeline.generation.child_process import ChildEnded, ChildProcess, EngineError
from t2s_pipeline.generation.hf import TokenRequest
from t2s_pipeline.generation.protocol import BatchInterrupted, Completion, GenerationError, Sampling
from t2s_pipeline.generation.vllm_adapter import Lora
from t2s_pipeline.generation.vllm_child import no_vllm

PYTHON_VARIABLE = "T2S_VLLM_PYTHON"
_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""The room for an adapter's rank that vLLM 0.30 can be told to make (`vllm/config/lora.py`)."""
_PACKAGE = Path(__file__).parents[1] / "__init__.py"
_BOOT = """
import importlib.util, sys
init, owner = sys.argv[1:]
folder = init.rpartition("/")[0]
spec = importlib.util.spec_from_file_location("t2s_pipeline", init, submodule_search_locations=[folder])
sys.modules["t2s_pipeline"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from t2s_pipeline.generation.vllm_child import main
main(int(owner))
"""
"""Gives the child this package alone: a folder on its path would bring every package beside ours as well."""

_HAS_VLLM = "import importlib.util, sys; sys.exit(importlib.util.find_spec('vllm') is None)"


@dataclass(frozen=True)
class VllmSpec:
    """What is loaded, and how. `max_context` is prompt and answer together, tokens; `options` are vLLM's own."""

    folder: str
    dtype: str
    max_context: int
    options: Mapping[str, Any] = field(default_factory=dict)


def check_vllm() -> None:
    """Raises GenerationError where the interpreter that is to run vLLM is not there, or has none. Nothing is loaded."""
    python = _interpreter()
    if python == sys.executable:
        found = find_spec("vllm") is not None
    else:
        try:
            found = subprocess.run([python, "-c", _HAS_VLLM], env=_environment(), check=False).returncode == 0
        except OSError as error:
            raise GenerationError(_no_interpreter(python, error)) from error
    if not found:
        raise GenerationError(no_vllm(python))


class VllmEngine:
    """One base model and the adapters that are asked for. Not for several threads at once."""

    def __init__(self, spec: VllmSpec) -> None:
        self.spec = spec
        self._child: ChildProcess | None = None
        self._room = 0  # for an adapter's rank, in the child that is running; 0: it takes none

    @property
    def pid(self) -> int | None:
        """Process id of the child that is running; None where none is."""
        return None if self._child is None else self._child.pid

    def generate(
        self,
        requests: Sequence[TokenRequest],
        sampling: Sampling,
        lora: Lora | None = None,
        log_probabilities: bool = True,
    ) -> list[Completion]:
        """Completions in the order of the requests.

        Raises GenerationError where the model cannot be loaded or a prompt is too long, and BatchInterrupted, with the
        completions that came, where the child gives up or ends in the middle of the batch.
        """
        for request in requests:
            if len(request.token_ids) + sampling.max_new_tokens > self.spec.max_context:
                raise GenerationError(
                    f"{self.spec.folder}: a prompt of {len(request.token_ids)} tokens and {sampling.max_new_tokens} "
                    f"new ones exceed the context of {self.spec.max_context}"
                )
        self._make_room(lora)
        prompts = list(dict.fromkeys(request.token_ids for request in requests))
        grammars = list(dict.fromkeys(request.grammar for request in requests))
        place = {thing: index for things in (prompts, grammars) for index, thing in enumerate(things)}
        message = {
            "prompts": prompts,
            "grammars": grammars,
            "jobs": [[place[request.token_ids], request.seed, place[request.grammar]] for request in requests],
            "sampling": asdict(sampling),
            "lora": None if lora is None else [lora.digest, lora.request_id, lora.folder],
            "log_probabilities": log_probabilities,
        }
        completions: list[Completion | None] = [None] * len(requests)
        try:
            self._child.send(message)
            while "done" not in (answer := self._child.receive()):
                if "error" in answer:
                    self.close()
                    raise BatchInterrupted(f"{self.spec.folder}: {answer['error']}", completions)
                completions[answer["number"]] = Completion(*answer["completion"])
        except ChildEnded as end:
            policy = self.spec.folder + (f" with adapter {lora.folder}" if lora else "")
            done = sum(completion is not None for completion in completions)
            raise BatchInterrupted(
                f"vLLM's process ended ({end.how}) while generating with {policy}; "
                f"{done} of {len(requests)} answers were there and are kept: {end.words}",
                completions,
            ) from end
        return [completion for completion in completions if completion is not None]

    def close(self) -> None:
        """End the child. A later `generate` starts a new one."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def _make_room(self, lora: Lora | None) -> None:
        """Have a child that takes this adapter."""
        needed = 0 if lora is None else next((rank for rank in _RANKS if rank >= lora.rank), 0)
        if lora is not None and not needed:
            raise GenerationError(f"{lora.folder}: rank {lora.rank}; vLLM takes adapters up to {_RANKS[-1]}: ask hf")
        if self.pid is None or needed > self._room:
            self._room = max(needed, self._room)
            self._start()

    def _start(self) -> None:
        self.close()
        python = _interpreter()
        command = [python, "-c", _BOOT, str(_PACKAGE), str(os.getpid())]
        try:
            self._child = ChildProcess(command, _environment())
        except OSError as error:
            raise EngineError(_no_interpreter(python, error)) from error
        try:
            self._child.send(asdict(self.spec) | {"max_lora_rank": self._room})
            answer = self._child.receive()
        except ChildEnded as end:
            raise EngineError(
                f"vLLM's process ended ({end.how}) while loading {self.spec.folder}: {end.words}"
            ) from end
        if "error" in answer:
            self.close()
            raise EngineError(f"{self.spec.folder}: {answer['error']}")


def _interpreter() -> str:
    return os.environ.get(PYTHON_VARIABLE) or sys.executable


def _no_interpreter(python: str, error: OSError) -> str:
    return f"{PYTHON_VARIABLE}={python}: {error.strerror}: name vLLM's interpreter"


def _environment() -> dict[str, str]:
    """The owner's environment for a child that may be of another one: no path of ours, nothing sent to anybody."""
    ours = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return {
        "VLLM_LOGGING_LEVEL": "WARNING",
        **ours,
        "PYTHONSAFEPATH": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # the child is the engine's process; another one would outlive a kill
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
    }

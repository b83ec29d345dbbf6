"""The generation engine: one loaded model in a child process that its owner holds.

    with EngineProcess(spec) as engine:
        engine.generate([TokenRequest(ids, seed)], Sampling())

The child (`python -m t2s_pipeline.generation`) starts with the first batch, so that a run whose completions are all
in the store loads nothing; it loads the policy once and answers batch after batch, one JSON line each way. It ends
when it is closed and when its owner ends, by SIGKILL too. Whatever goes wrong in it ends it: the call that
was under way raises an EngineError with the child's last words, and the next call starts a new one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from t2s_pipeline.generation.child_process import ChildEnded, ChildProcess, EngineError
from t2s_pipeline.generation.hf import ModelSpec, TokenRequest
from t2s_pipeline.generation.protocol import MAX_BATCH, Completion, Sampling


class EngineProcess:
    """Answers like `HfModel.answer`, from a process of its own. Not for several threads at once."""

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self._child: ChildProcess | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child that is running; None where none is."""
        return None if self._child is None else self._child.pid

    def generate(self, requests: Sequence[TokenRequest], sampling: Sampling) -> list[Completion | None]:
        """At most MAX_BATCH completions, in the order of the requests, ENOUGH of them at least. Raises EngineError."""
        if len(requests) > MAX_BATCH:
            raise ValueError(f"{len(requests)} requests in one batch; the engine takes at most {MAX_BATCH}")
        if self.pid is None:
            self._start()
        prompts = list(dict.fromkeys(request.token_ids for request in requests))
        grammars = list(dict.fromkeys(request.grammar for request in requests))
        place = {thing: index for things in (prompts, grammars) for index, thing in enumerate(things)}
        jobs = [[place[request.token_ids], request.seed, place[request.grammar]] for request in requests]
        message = {"prompts": prompts, "grammars": grammars, "jobs": jobs, "sampling": asdict(sampling)}
        answer = self._ask(message, "generating")
        return [None if fields is None else Completion(*fields) for fields in answer["completions"]]

    def close(self) -> None:
        """End the child, at once if it does not end by itself. A later `generate` starts a new one."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def __enter__(self) -> EngineProcess:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _start(self) -> None:
        self.close()
        paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
        self._child = ChildProcess(
            [sys.executable, "-m", "t2s_pipeline.generation", "--owner", str(os.getpid())],
            {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "TOKENIZERS_PARALLELISM": "false"},
        )
        self._ask(asdict(self.spec), "loading")

    def _ask(self, message: dict[str, Any], doing: str) -> dict[str, Any]:
        """One line there, one line back; no line back means that the child has ended."""
        try:
            self._child.send(message)
            return self._child.receive()
        except ChildEnded as end:
            policy = self.spec.folder + (f" with adapter {self.spec.adapter}" if self.spec.adapter else "")
            raise EngineError(f"the generation engine ended ({end.how}) while {doing} {policy}: {end.words}") from end

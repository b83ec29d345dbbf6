"""The generation engine: one loaded model in a child process that its owner holds.

    with EngineProcess(spec) as engine:
        engine.generate([TokenRequest(ids, seed)], Sampling())

The child (`python -m t2s_pipeline.generation`) starts with the first batch, so that a run whose completions are all
in the store loads nothing; it loads the policy once and answers batch after batch, one JSON line each way. It ends
when it is closed and when its owner ends, by SIGKILL too. Whatever goes wrong in it ends it: the call that
was under way raises an EngineError with the child's last words, and the next call starts a new one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from t2s_pipeline.generation.hf import ModelSpec, TokenRequest
from t2s_pipeline.generation.protocol import MAX_BATCH, Completion, GenerationError, Sampling

_LAST_WORDS = 2000
_CLOSE_SECONDS = 5


class EngineError(GenerationError):
    """The engine's process could not load its policy, or ended in the middle of a batch."""


class EngineProcess:
    """Answers like `HfModel`, from a process of its own. Not for several threads at once."""

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child that is running; None where none is."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running else None

    def generate(self, requests: Sequence[TokenRequest], sampling: Sampling) -> list[Completion]:
        """At most MAX_BATCH completions, in the order of the requests. Raises EngineError."""
        if len(requests) > MAX_BATCH:
            raise ValueError(f"{len(requests)} requests in one batch; the engine takes at most {MAX_BATCH}")
        if self.pid is None:
            self._start()
        prompts = list(dict.fromkeys(request.token_ids for request in requests))
        place = {prompt: index for index, prompt in enumerate(prompts)}
        jobs = [[place[request.token_ids], request.seed] for request in requests]
        answer = self._ask({"prompts": prompts, "jobs": jobs, "sampling": asdict(sampling)}, "generating")
        return [Completion(*fields) for fields in answer["completions"]]

    def close(self) -> None:
        """End the child, at once if it does not end by itself. A later `generate` starts a new one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.stdin.close()
        try:
            process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        self._log.close()

    def __enter__(self) -> EngineProcess:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _start(self) -> None:
        self.close()
        package_root = str(Path(__file__).parents[2])
        paths = [package_root, os.environ.get("PYTHONPATH", "")]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the child runs
        self._process = subprocess.Popen(
            [sys.executable, "-m", "t2s_pipeline.generation", "--owner", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "TOKENIZERS_PARALLELISM": "false"},
        )
        self._ask(asdict(self.spec), "loading")

    def _ask(self, message: dict[str, Any], doing: str) -> dict[str, Any]:
        """One line there, one line back; no line back means that the child has ended."""
        process = self._process
        try:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        except BaseException:  # interrupted between question and answer: the next answer would be the wrong one
            process.kill()
            raise
        if line.endswith("\n"):
            return json.loads(line)
        code = process.wait()
        policy = self.spec.folder + (f" with adapter {self.spec.adapter}" if self.spec.adapter else "")
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise EngineError(f"the generation engine ended ({how}) while {doing} {policy}: {self._last_words()}")

    def _last_words(self) -> str:
        """The end of what the child wrote to stderr; read in place, because the child shares the file's offset."""
        descriptor = self._log.fileno()
        size = os.fstat(descriptor).st_size
        text = os.pread(descriptor, _LAST_WORDS, max(0, size - _LAST_WORDS)).decode("utf-8", "replace").strip()
        return text or "it said nothing (out of memory?)"

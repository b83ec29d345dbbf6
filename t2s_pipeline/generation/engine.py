"""A generation engine: one loaded model in a child process that its owner holds.

    engine = EngineProcess(spec)
    engine.start()
    engine.receive()                                    # "ready" from now on
    engine.ask([TokenRequest(ids, seed)], Sampling())
    engine.receive()                                    # {that request: its completion}

`engines.py` holds one or several of them and waits for them together (`multiprocessing.connection.wait`). The child
(`python -m t2s_pipeline.generation`) loads the policy once and answers batch after batch, one JSON line each way. It
ends when it is closed and when its owner ends, by SIGKILL too. Whatever goes wrong in it ends it: the call that notices
raises an EngineError with the child's last words, and it can be started again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from t2s_pipeline.generation.child_process import ChildEnded, ChildProcess, EngineError
from t2s_pipeline.generation.hf import ModelSpec, TokenRequest
from t2s_pipeline.generation.protocol import MAX_BATCH, Completion, Sampling

Answers = dict[TokenRequest, Completion]


class EngineProcess:
    """Answers like `HfModel.answer`, from a process of its own. Not for several threads at once.

    `open` are the requests it has been given and has not answered. `device` is where its model is, "" before it is
    loaded.
    """

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.open: list[TokenRequest] = []
        self.device = ""
        self._asked: list[TokenRequest] = []
        self._child: ChildProcess | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child that is running; None where none is."""
        return None if self._child is None else self._child.pid

    @property
    def started(self) -> bool:
        """Whether there is a child, one included that has ended and nobody has noticed yet."""
        return self._child is not None

    @property
    def at_work(self) -> bool:
        """Whether something is to be received from it: that it is loaded, or answers."""
        return self.started and (not self.device or bool(self._asked))

    def start(self) -> None:
        """Begin to load the policy. Raises EngineError."""
        paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
        self._child = ChildProcess(
            [sys.executable, "-m", "t2s_pipeline.generation", "--owner", str(os.getpid())],
            {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "TOKENIZERS_PARALLELISM": "false"},
        )
        try:
            self._child.send(asdict(self.spec))
        except ChildEnded as end:
            raise self._ended(end) from end

    def fileno(self) -> int:
        """To be waited for: readable once `receive` would not wait."""
        return self._child.fileno()

    def ask(self, requests: Sequence[TokenRequest], sampling: Sampling) -> None:
        """Give it these, at most MAX_BATCH, in place of what is open. Raises EngineError."""
        if len(requests) > MAX_BATCH:
            raise ValueError(f"{len(requests)} requests in one batch; the engine takes at most {MAX_BATCH}")
        prompts = list(dict.fromkeys(request.token_ids for request in requests))
        grammars = list(dict.fromkeys(request.grammar for request in requests))
        place = {thing: index for things in (prompts, grammars) for index, thing in enumerate(things)}
        jobs = [[place[request.token_ids], request.seed, place[request.grammar]] for request in requests]
        try:
            self._child.send({"prompts": prompts, "grammars": grammars, "jobs": jobs, "sampling": asdict(sampling)})
        except ChildEnded as end:
            raise self._ended(end) from end
        self.open = self._asked = list(requests)

    def receive(self) -> Answers:
        """Wait for what it says next: answers to some of what is open, ENOUGH where it has so many; none where it is
        that the policy is loaded. Raises EngineError."""
        try:
            message = self._child.receive()
        except ChildEnded as end:
            raise self._ended(end) from end
        if not self.device:
            self.device = message["device"]
            return {}
        answers = {
            request: Completion(*fields)
            for request, fields in zip(self._asked, message["completions"], strict=True)
            if fields is not None
        }
        self._asked = []
        self.open = [request for request in self.open if request not in answers]
        return answers

    def close(self) -> None:
        """End the child, at once where it is at work, and forget what is open. It may be started again."""
        at_work, child, self._child = self.at_work, self._child, None
        self.open, self._asked, self.device = [], [], ""
        if child is not None:
            child.close(at_once=at_work)

    def _ended(self, end: ChildEnded) -> EngineError:
        """What to raise now that the child has ended; everything of it is let go of."""
        doing = "generating" if self.device else "loading"
        policy = self.spec.folder + (f" with adapter {self.spec.adapter}" if self.spec.adapter else "")
        self.close()
        return EngineError(f"the generation engine ended ({end.how}) while {doing} {policy}: {end.words}")

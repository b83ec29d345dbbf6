"""The engines of a policy on this machine: several processes that each compute on their own share of the cores.

    with Engines(spec) as engines:                     # spec.engines of them at most
        engines.generate([TokenRequest(ids, seed)], Sampling())

A step of a small model is made of many short operations, which a second thread makes no faster; a second process does.
An answer does not depend on which engine gives it (see `decoding.py` for how far that goes). Requests are handed out in
their order, neighbours to the same engine, so that prompts of one schema are read together; an engine that has answered
takes the next ones while the others are at work. One more is started where those that run are full: few requests are
not worth the seconds of another start. On a GPU there is one.

What an engine has open, at most MAX_BATCH, is what its death costs. What the others had answered or answer in the batch
under way is kept (BatchInterrupted).
"""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.connection import wait
from pathlib import Path

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.child_process import EngineError
from t2s_pipeline.generation.engine import Answers, EngineProcess
from t2s_pipeline.generation.hf import ModelSpec, TokenRequest
from t2s_pipeline.generation.hub import WEIGHT_FILES
from t2s_pipeline.generation.protocol import MAX_BATCH, BatchInterrupted, Completion, Sampling
from t2s_pipeline.machine import available_cores, free_memory

SMALL_WEIGHTS = 256 << 20
"""A model of larger weights, bytes on disk, is one that all cores together read and multiply: it has one engine."""
ENGINE_MEMORY = 1 << 30
"""What an engine of a small model takes beside its weights: libraries, keys and values, activations."""
WEIGHT_COPIES = 4
"""What its weights take, times their size on disk: widened from 16 bits, and once more while they are loaded."""


def engine_count(config: ModelConfig, folder: Path) -> int:
    """How many engines a model has where it runs on a CPU: as stated, or one a core where its weights are small and
    the memory that is free takes so many."""
    if config.engines:
        return config.engines
    weights = sum(file.stat().st_size for pattern in WEIGHT_FILES for file in folder.glob(pattern))
    if config.device == "cuda" or weights > SMALL_WEIGHTS:
        return 1
    cores, free = available_cores(), free_memory()
    return cores if free is None else max(1, min(cores, free // (ENGINE_MEMORY + WEIGHT_COPIES * weights)))


class Engines:
    """Answers like `HfModel.answer`, from processes of its own. Not for several threads at once."""

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self._engines = [EngineProcess(spec) for _ in range(spec.engines)]
        self._sampling: Sampling | None = None

    @property
    def most_open(self) -> int:
        """How many requests it takes at once."""
        return MAX_BATCH * len(self._engines)

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that are running."""
        return [engine.pid for engine in self._engines if engine.pid is not None]

    @property
    def loaded(self) -> int:
        """How many engines are ready for work."""
        return sum(bool(engine.device) for engine in self._engines)

    def generate(self, requests: Sequence[TokenRequest], sampling: Sampling) -> list[Completion | None]:
        """Completions in the order of the requests, at most `most_open`; None for one that is not done.

        Comes back with what the first engine that has some hands over; the others go on, and so it does with what is
        None where that is asked for again. Raises EngineError where an engine ended and nothing was done,
        BatchInterrupted where something was.
        """
        if len(requests) > self.most_open:
            raise ValueError(f"{len(requests)} requests in one batch; the engines take at most {self.most_open}")
        answers: Answers = {}
        try:
            self._tidy(sampling)
            while requests and not any(request in answers for request in requests):
                self._start(len(requests))
                self._hand_out(requests, sampling)
                for engine in wait([engine for engine in self._engines if engine.at_work]):
                    answers |= engine.receive()
        except EngineError as error:
            answers |= self._last_answers()
            found = [answers.get(request) for request in requests]
            if not any(found):
                raise
            raise BatchInterrupted(str(error), found) from error
        except BaseException:  # interrupted: what is under way would be taken for the answer to another question
            self.close()
            raise
        return [answers.get(request) for request in requests]

    def close(self) -> None:
        """End the children. A later `generate` starts new ones."""
        for engine in self._engines:
            engine.close()

    def __enter__(self) -> Engines:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _tidy(self, sampling: Sampling) -> None:
        """Let go of engines that ended while they had nothing to do, and wait for what was asked otherwise."""
        for engine in self._engines:
            if engine.started and not engine.at_work and engine.pid is None:
                engine.close()
            elif engine.at_work and sampling != self._sampling:
                engine.receive()
        self._sampling = sampling

    def _start(self, requests: int) -> None:
        """Start engines where those that run are full; others than the first where that one is on a CPU."""
        started = sum(engine.started for engine in self._engines)
        several = any(engine.device == "cpu" for engine in self._engines)
        for engine in self._engines:
            if not engine.started and (started == 0 or several) and requests > MAX_BATCH * started:
                engine.start()
                started += 1

    def _hand_out(self, requests: Sequence[TokenRequest], sampling: Sampling) -> None:
        """Give each engine that waits for work what it has open and its share of what nobody has."""
        wanted = dict.fromkeys(requests)
        started = [engine for engine in self._engines if engine.started]
        taken = {request for engine in started for request in engine.open}
        left = [request for request in wanted if request not in taken]
        share = min(MAX_BATCH, -(-len(wanted) // len(started)))
        for engine in started:
            if engine.at_work:
                continue
            own = [request for request in engine.open if request in wanted]
            more = left[: max(0, share - len(own))]
            del left[: len(more)]
            if own or more:
                engine.ask([*own, *more], sampling)

    def _last_answers(self) -> Answers:
        """What the engines that are left answer in the batch under way; those that end too are let go of."""
        answers: Answers = {}
        for engine in self._engines:
            try:
                if engine.at_work:
                    answers |= engine.receive()
            except EngineError:  # it is not the first one, which is raised
                continue
        return answers

"""The engine's child process, started by `engine.EngineProcess` and of no use by hand.

Reads a ModelSpec, then batches, one JSON line each, from stdin, and answers each with one line. Ends with its input,
and within a second of its owner's death even in the middle of a batch.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from dataclasses import astuple
from typing import TextIO

WATCH_SECONDS = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m t2s_pipeline.generation", description=__doc__)
    parser.add_argument("--owner", type=int, required=True, help="process id of the owner")
    owner = parser.parse_args().owner
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to handle; this process follows it
    threading.Thread(target=_end_with, args=(owner,), daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not come between the answers
    try:
        _serve(sys.stdin, answers)
    except BrokenPipeError:  # the owner has gone
        os._exit(0)


def _serve(questions: TextIO, answers: TextIO) -> None:
    from t2s_pipeline.generation.hf import ModelSpec, TokenRequest, load_model
    from t2s_pipeline.generation.protocol import Sampling

    first = questions.readline()
    if not first:
        return
    model = load_model(ModelSpec(**json.loads(first)))
    _answer(answers, {"ready": True})
    for line in questions:
        message = json.loads(line)
        prompts = [tuple(prompt) for prompt in message["prompts"]]
        requests = [TokenRequest(prompts[place], seed) for place, seed in message["jobs"]]
        sampling = message["sampling"]
        completions = model.generate(requests, Sampling(**sampling | {"stop": tuple(sampling["stop"])}))
        _answer(answers, {"completions": [astuple(completion) for completion in completions]})


def _answer(answers: TextIO, message: dict[str, object]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _end_with(owner: int) -> None:
    """End this process when its parent is no longer the owner: pipes alone are not noticed during a batch."""
    while os.getppid() == owner:
        time.sleep(WATCH_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main()

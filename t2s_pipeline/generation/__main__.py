"""The engine's child process, started by `engine.EngineProcess` and of no use by hand.

Reads a ModelSpec, then batches, one JSON line each, from stdin, and answers each with one line: where the model is,
then completions. One of several on a CPU computes on its share of the cores. Ends with its input, and within a second
of its owner's death even in the middle of a batch.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import astuple
from typing import TextIO

from t2s_pipeline.generation.child_process import pipes_of_owner, send_line


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m t2s_pipeline.generation", description=__doc__)
    parser.add_argument("--owner", type=int, required=True, help="process id of the owner")
    try:
        _serve(*pipes_of_owner(parser.parse_args().owner))
    except BrokenPipeError:  # the owner has gone
        os._exit(0)


def _serve(questions: TextIO, answers: TextIO) -> None:
    import torch

    from t2s_pipeline.generation.hf import ModelSpec, TokenRequest, load_model
    from t2s_pipeline.generation.protocol import ENOUGH, Sampling
    from t2s_pipeline.machine import available_cores

    first = questions.readline()
    if not first:
        return
    model = load_model(ModelSpec(**json.loads(first)))
    device = model.model.device.type
    if device == "cpu" and model.spec.engines > 1:
        torch.set_num_threads(max(1, available_cores() // model.spec.engines))
    send_line(answers, {"device": device})
    for line in questions:
        message = json.loads(line)
        prompts = [tuple(prompt) for prompt in message["prompts"]]
        grammars = message["grammars"]
        requests = [TokenRequest(prompts[place], seed, grammars[rule]) for place, seed, rule in message["jobs"]]
        sampling = message["sampling"]
        completions = model.answer(requests, Sampling(**sampling | {"stop": tuple(sampling["stop"])}), ENOUGH)
        send_line(answers, {"completions": [None if c is None else astuple(c) for c in completions]})


if __name__ == "__main__":
    main()

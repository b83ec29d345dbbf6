"""Pre-train the embedded model from nothing, on a CPU, in as many sittings as it takes.

    python -m t2s_pipeline.nano.pretrain train --run runs/nano --tokens 60_000_000
    python -m t2s_pipeline.nano.pretrain mistakes --run runs/nano --groups 1200
    python -m t2s_pipeline.nano.pretrain cooldown --run runs/nano --to runs/nano_cooled --tokens 8_000_000

`train` goes on from the run's last checkpoint, however it was stopped; one renamed into place every few minutes. The
learning rate rises over the first tokens and then stays, so a run has no planned end: `--tokens` is where this sitting
stops, and a larger one goes on. `mistakes` lets the last checkpoint answer questions, for repairs of its own wrong
answers (`mistakes.py`). `cooldown` takes any checkpoint, of a run that goes on too, and trains from it with a
rate that falls to nothing; its run is the one to export (`python -m t2s_pipeline.nano.export`). It is resumed by the
same command.

Hidden matrices are trained by Muon, the rest by AdamW. Seed, shape and threads are settled when a run begins and kept
in its checkpoint; the same command on the same machine makes the same weights bit by bit, stopped in between or not.
`log.jsonl` has a line a report. Malloc gives large tensors back to the system and asks for them anew at every step
unless told not to, which costs a third of the time; `main` starts itself again with that set.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from t2s_pipeline.nano.mistakes import write_mistakes
from t2s_pipeline.nano.run import Run, Settings, cool_down, read_checkpoint

_ENVIRONMENT = {
    "MALLOC_MMAP_THRESHOLD_": "100000000000",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
    "MALLOC_TOP_PAD_": "268435456",
    # Threads that wait by spinning cost most of a core each when other work shares it.
    "OMP_WAIT_POLICY": "PASSIVE",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="begin a run or go on with it")
    train.add_argument("--run", type=Path, required=True, help="folder of the run")
    train.add_argument("--tokens", type=int, required=True, help="train up to so many tokens, earlier ones included")
    train.add_argument("--threads", type=int, default=2)
    train.add_argument("--seed", type=int, default=7)
    mistakes = commands.add_parser("mistakes", help="write down what a run's checkpoint gets wrong, for its cool-down")
    mistakes.add_argument("--run", type=Path, required=True, help="the run whose last checkpoint answers")
    mistakes.add_argument("--groups", type=int, required=True, help="how many schemas, of about seven questions each")
    cooldown = commands.add_parser("cooldown", help="finish from a run's checkpoint, with a falling learning rate")
    cooldown.add_argument("--run", type=Path, required=True, help="the run whose last checkpoint to start from")
    cooldown.add_argument("--to", type=Path, required=True, help="folder of the cooled run")
    cooldown.add_argument("--tokens", type=int, required=True, help="length of the cool-down")
    arguments = parser.parse_args()
    if any(os.environ.get(name) != value for name, value in _ENVIRONMENT.items()):
        command = [sys.executable, "-m", "t2s_pipeline.nano.pretrain", *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | _ENVIRONMENT)
    if arguments.command == "mistakes":
        read_checkpoint(arguments.run)
        run = Run(arguments.run)
        write_mistakes(run.model, run.tokenizer, arguments.run, run.settings.seed, arguments.groups)
    elif arguments.command == "cooldown":
        cool_down(arguments.run, arguments.to, arguments.tokens)
        run = Run(arguments.to)
        run.train(run.progress.cooldown_from + run.progress.cooldown_tokens)
    else:
        Run(arguments.run, Settings(arguments.seed, arguments.threads)).train(arguments.tokens)


if __name__ == "__main__":
    main()

"""One of the processes of a training on several GPUs, started by `accelerate launch` (see launch.py).

The first prints progress, a line each, to stdout; all print errors to stderr and then exit with 1.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from t2s_pipeline.training.environment import prepare_environment
from t2s_pipeline.training.job import read_job
from t2s_pipeline.training.rows import TrainingError


def main() -> int:
    prepare_environment()
    try:
        job = read_job(Path(sys.argv[1]))
        from t2s_pipeline.training.run import train_here

        train_here(job, _print if os.environ.get("RANK") == "0" else _silent)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _print(line: str) -> None:
    print(line, flush=True)


def _silent(line: str) -> None:
    """Only the first process reports."""


if __name__ == "__main__":
    sys.exit(main())

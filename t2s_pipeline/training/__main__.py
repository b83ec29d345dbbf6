"""One training in a process of its own: `python -m t2s_pipeline.training JOB.json`.

Started by Dagster (Pipes), progress goes to the run's log and to stderr, which is the terminal of `t2s run`, and the
summary back to the step; started by hand, all goes to stdout.
Exits with 1 and a message where the training fails.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.errors import T2sError
from t2s_pipeline.training.environment import prepare_environment, show_one_gpu
from t2s_pipeline.training.job import read_job


@dataclass(frozen=True)
class Channel:
    """Where progress lines and the final summary go."""

    progress: Callable[[str], None]
    summary: Callable[[dict[str, Any]], None]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m t2s_pipeline.training", description=__doc__)
    parser.add_argument("job", type=Path, help="file written by prepare_job")
    file = parser.parse_args().job
    prepare_environment()
    try:
        with _channel() as channel:
            _run(file, channel)
    except T2sError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _run(file: Path, channel: Channel) -> None:
    job = read_job(file)
    if job.settings.processes == 1:
        show_one_gpu()
    channel.progress(f"{job.adapter}: {job.settings.method} on {job.base.public_name}, loading")
    from t2s_pipeline.training.run import run_job

    outcome = run_job(job, channel.progress)
    losses = [entry["loss"] for entry in outcome.history if "loss" in entry]
    channel.summary(
        {
            "rows": outcome.training_rows,
            "evaluation_rows": outcome.evaluation_rows,
            "skipped_rows": len(outcome.skipped),
            "steps": len(losses),
            "kept_step": outcome.kept_step,
            "first_loss": losses[0],
            "last_loss": losses[-1],
            "train_seconds": round(outcome.train_seconds, 1),
            "tokens_per_second": round(outcome.tokens / outcome.train_seconds),
            "precision": outcome.precision,
            "packed": outcome.packed,
        }
    )


@contextmanager
def _channel() -> Iterator[Channel]:
    # dagster_pipes' own fallback outside Dagster is a mock with a warning: the variable decides here instead.
    if "DAGSTER_PIPES_CONTEXT" not in os.environ:
        yield Channel(_print, lambda facts: _print(", ".join(f"{name} {value}" for name, value in facts.items())))
        return
    from dagster_pipes import open_dagster_pipes

    with open_dagster_pipes() as pipes:

        def progress(line: str) -> None:
            pipes.log.info(line)
            print(line, file=sys.stderr, flush=True)

        yield Channel(progress, pipes.report_custom_message)


def _print(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())

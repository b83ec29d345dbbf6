"""A training on several GPUs: the same job, by `accelerate launch`, in as many processes as its settings say.

Plain data parallelism: each process holds the whole base model. FSDP and DeepSpeed are not covered. Without a GPU the
processes share the CPU by gloo, which is for tests.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from t2s_pipeline.training.job import TrainingJob
from t2s_pipeline.training.rows import TrainingError

WORKER = "t2s_pipeline.training.worker"


def launch_options(processes: int) -> list[str]:
    """What `accelerate launch` is told; all of it is stated, so that no default of the machine's decides."""
    stated = {"num_processes": processes, "num_machines": 1, "main_process_port": 0}
    formats = {"mixed_precision": "no", "dynamo_backend": "no"}  # the job's arguments say bf16 or not
    return ["--multi_gpu", *(text for key, value in (stated | formats).items() for text in (f"--{key}", str(value)))]


def shown_command(processes: int) -> str:
    """The command as a person would type it, for plans."""
    return f"accelerate launch {' '.join(launch_options(processes))} --module {WORKER} job.json"


def worker_command(job_file: Path, processes: int) -> list[str]:
    """The command that trains the job of this file."""
    launcher = [sys.executable, "-m", "accelerate.commands.launch"]
    return [*launcher, *launch_options(processes), "--module", WORKER, str(job_file)]


def launch_workers(job: TrainingJob, lock: int, report: Callable[[str], None]) -> None:
    """Run the job's processes to their end; what the first of them prints is reported, errors go to stderr.

    They inherit `lock`, the descriptor that holds the job's folder: where this process is killed, they keep it.
    Raises TrainingError.
    """
    command = worker_command(job.file, job.settings.processes)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, pass_fds=[lock]) as launched:
        assert launched.stdout is not None
        for line in launched.stdout:
            report(line.rstrip("\n"))
    if launched.returncode:
        raise TrainingError(
            f"adapter {job.adapter}: a process of {job.settings.processes} ended with code {launched.returncode}; its "
            "message stands above"
        )

"""Seconds, processor seconds and memory of a verifier's work, its worker processes included.

    with GoldVerifier(workers=2) as verifier:
        measured = measure(verifier, candidates)
        measured.pairs_per_second

Worker figures come from /proc, so they are there on Linux only; elsewhere they are left out.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Measured:
    """One call of `verify`: candidates, wall seconds, processor seconds of parent and workers, and the verdicts."""

    pairs: int
    seconds: float
    cpu_seconds: float
    verdicts: list[Verdict]

    @property
    def pairs_per_second(self) -> float:
        return self.pairs / self.seconds

    def as_dict(self) -> dict[str, Any]:
        return {
            "pairs": self.pairs,
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "pairs_per_second": round(self.pairs_per_second),
        }


def measure(verifier: GoldVerifier, items: Sequence[Candidate]) -> Measured:
    """Judge `items` and say what it took. Workers that are not running yet start within it."""
    before = cpu_seconds(verifier)
    started = time.perf_counter()
    verdicts = verifier.verify(items)
    seconds = time.perf_counter() - started
    return Measured(len(items), seconds, cpu_seconds(verifier) - before, verdicts)


def peak_megabytes(verifier: GoldVerifier) -> float:
    """The greatest resident memory so far of this process and of each worker, in sum."""
    processes = [os.getpid(), *verifier.worker_pids()]
    return sum(_peak_bytes(pid) for pid in processes) / MEGABYTE


def machine() -> dict[str, Any]:
    """What is worth knowing of the machine, and nothing that names it."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def cpu_seconds(verifier: GoldVerifier) -> float:
    """Processor seconds so far of this process and of each worker."""
    return time.process_time() + sum(map(process_cpu_seconds, verifier.worker_pids()))


def process_cpu_seconds(pid: int) -> float:
    """Processor seconds so far of a process that runs; 0 where that is not known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())

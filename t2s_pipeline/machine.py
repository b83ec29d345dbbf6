"""What this process may use of the machine: processor cores and memory, a container's limits counted in.

    available_cores(), free_memory()

A container's limits are read from the unified control group of Linux; elsewhere they are not known. GPUs are torch's
business (generation/memory.py).
"""

from __future__ import annotations

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def available_cores() -> int:
    """The processor cores this process may use, at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = (_CGROUP / "cpu.max").read_text().split()
        return max(1, min(cores, int(quota) // int(period)))
    except (OSError, ValueError):  # no such group, or "max"
        return cores


def free_memory() -> int | None:
    """Bytes that the system can give without swapping, and a container's limit leaves; None outside Linux."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    free = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        left = limit - int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):  # no such group, or "max"
        return free
    return left if free is None else min(free, left)

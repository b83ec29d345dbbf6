"""Runs lines of the test budget one after another, each as one pytest run with a time limit.

    python tests/budget.py house=60 unit=360      # as the Makefile calls it: line=seconds

A line that fails or takes longer than its budget fails the whole; the later lines run all the same. Which test
belongs to which line: `tests/conftest.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Line:
    """One line of the budget: a marker expression for pytest and the seconds it may take."""

    name: str
    markers: str
    seconds: int


MARKERS = {
    "house": "house",
    "unit": "not house and not spider and not graph and not services and not vllm",
    "spider": "spider",
    "graph": "graph and not spider",
    "services": "services",
    "vllm": "vllm",
}
APART = ("tests/house", "tests/graph", "tests/services")
FILES = {
    "unit": [f"--ignore={folder}" for folder in APART],
    "graph": ["tests/graph"],
    "services": ["tests/services"],
    "vllm": ["tests/services"],
}
"""Where a line's tests are; each of its processes reads them before it begins. Where nothing is said, all of tests/: the
first line, house, is one process and leaves them compiled for the others."""
PROCESSES = {"unit": 2, "graph": 2}
"""Most of these tests use little more than one core each."""


def run(line: Line) -> tuple[str, float]:
    """Run one line. Returns how it ended (`passed`, `failed` or `over its budget`) and its seconds."""
    print(f"== tests: {line.name} (budget {line.seconds} s)", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-m", line.markers, *FILES.get(line.name, [])]
    if line.name in PROCESSES:
        command += ["-n", str(PROCESSES[line.name]), "--dist", "worksteal"]
    # A session of its own, so that what a test started ends with it.
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    outcome = "over its budget"
    try:
        outcome = "passed" if process.wait(timeout=line.seconds) == 0 else "failed"
    except subprocess.TimeoutExpired:
        pass
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return outcome, time.monotonic() - started


def main(words: list[str]) -> int:
    lines = []
    for word in words:
        name, _, seconds = word.partition("=")
        if name not in MARKERS or not seconds.isdigit():
            print(f"error: {word!r}: expected line=seconds with a line of {', '.join(MARKERS)}", file=sys.stderr)
            return 2
        lines.append(Line(name, MARKERS[name], int(seconds)))
    if not lines:
        print(f"error: no test line of that name; there are: {', '.join(MARKERS)}", file=sys.stderr)
        return 2
    results = [(line, *run(line)) for line in lines]
    print("== summary")
    for line, outcome, seconds in results:
        print(f"{line.name:<10} {outcome:<16} {seconds:6.1f} s of {line.seconds} s")
    return int(any(outcome != "passed" for _, outcome, _ in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

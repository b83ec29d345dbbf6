"""A process that has done its imports is as one's own otherwise: environment, folder, streams and end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.graph.ready_processes import Done, run_ready


def _say_and_end(code: int) -> None:
    print("late", file=sys.stderr)
    print(os.getcwd(), dict(os.environ), "assets.graph" in sys.modules)
    sys.exit(code)


def test_each_call_is_a_process_of_its_own(tmp_path: Path) -> None:
    for code, environment in ((3, {"NAMED": "x"}), (0, {})):
        done = run_ready(_say_and_end, code, environment=environment, folder=tmp_path)
        assert done == Done(code, f"{tmp_path} {environment} True\nlate\n")

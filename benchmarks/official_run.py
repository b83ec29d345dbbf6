"""The official evaluator as a process beside us: `official_driver.py` in the checkout's interpreter, on copies.

    with OfficialRun(checkout, interpreter) as official:
        answer = official.judge([(database_path, gold, prediction), ...])
        answer.outcomes      # 1, 0, or the error that stops the official run

Databases are copied to a temporary folder on first use, because the evaluator opens them for writing: a predicted
DROP TABLE sticks. A copy that a batch has changed is made afresh before the next.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DRIVER = Path(__file__).with_name("official_driver.py")
CASE_SECONDS = 60.0
Case = tuple[str, str, str]


@dataclass(frozen=True)
class OfficialAnswer:
    """Outcomes of one batch, in order, and the seconds that the official evaluator took for them."""

    outcomes: tuple[int | str, ...]
    seconds: float
    cpu_seconds: float
    sqlite_version: str
    python_version: str


class OfficialRun:
    """One driver process. `checkout` is the folder with `exec_eval.py`; `interpreter` knows sqlparse and tqdm."""

    def __init__(self, checkout: Path, interpreter: str, case_seconds: float = CASE_SECONDS) -> None:
        if not (checkout / "exec_eval.py").is_file():
            raise SystemExit(
                f"{checkout} has no exec_eval.py: give --official the folder of a test-suite-sql-eval clone"
            )
        self._folder = tempfile.TemporaryDirectory(prefix="t2s-official-")
        self._copies: dict[str, tuple[Path, tuple[int, int]]] = {}
        self._process = subprocess.Popen(
            [interpreter, "-W", "ignore", str(DRIVER), str(checkout.resolve()), str(case_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=self._folder.name,
        )

    def __enter__(self) -> OfficialRun:
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()

    def judge(self, cases: Sequence[Case]) -> OfficialAnswer:
        """The official outcomes. Ends the program with the remedy where the driver can't run."""
        assert self._process.stdin is not None and self._process.stdout is not None
        batch = [(str(self._copy(path)), gold, prediction) for path, gold, prediction in cases]
        try:
            self._process.stdin.write(json.dumps(batch) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            sys.exit("the official evaluator did not answer: does --python have its requirements (sqlparse, tqdm)?")
        answer = json.loads(line)
        return OfficialAnswer(**{**answer, "outcomes": tuple(answer["outcomes"])})

    def _copy(self, path: str) -> Path:
        """A private copy, alone in a folder: the evaluator runs every database that it finds beside one."""
        known = self._copies.get(path)
        if known is not None and _stamp(known[0]) == known[1]:
            return known[0]
        folder = Path(self._folder.name, str(len(self._copies)) if known is None else known[0].parent.name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        copy = folder / Path(path).name
        shutil.copyfile(path, copy)
        self._copies[path] = (copy, _stamp(copy))
        return copy


def _stamp(path: Path) -> tuple[int, int]:
    """Tells a file that a batch has changed, or put a neighbour to, from one that it has not."""
    neighbours = len(list(path.parent.iterdir()))
    return (path.stat().st_mtime_ns if path.exists() else 0, neighbours)

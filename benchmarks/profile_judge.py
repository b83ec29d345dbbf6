"""Where our time goes: a worker's task in this process, under cProfile, on the pairs of the workload."""

from __future__ import annotations

import cProfile
import io
import pstats
import tempfile
import time

from workload import Workload

from t2s_pipeline.evaluation.judge import Judge
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.progress import ProgressPage

SHOWN = 30


def profile(work: Workload) -> str:
    """Functions by their own time, in a worker and in the parent, as text."""
    pairs = work.pairs
    items = sorted(dict.fromkeys(("verify", (c.database_path,), c.gold_sql, c.sql, False) for c in pairs))
    with tempfile.TemporaryFile() as file:
        file.truncate(ProgressPage.SIZE)
        judge = Judge(SandboxPolicy(), ProgressPage(file.fileno()))
        for gold in work.golds:
            judge(("verify", (gold.database_path,), gold.gold_sql, gold.sql, False))
        worker = cProfile.Profile()
        started = time.process_time()
        worker.runcall(lambda: [judge(item) for item in items])
        seconds = time.process_time() - started
    with GoldVerifier(workers=1) as verifier:
        verifier.verify(work.golds)
        parent = cProfile.Profile()
        parent.runcall(verifier.verify, pairs)
    head = f"worker: {len(items)} different candidates of {len(pairs)}, {seconds:.2f} s under the profiler"
    return f"{head}\n{_table(worker)}\nparent: {len(pairs)} candidates\n{_table(parent)}"


def _table(measured: cProfile.Profile) -> str:
    text = io.StringIO()
    pstats.Stats(measured, stream=text).strip_dirs().sort_stats("tottime").print_stats(SHOWN)
    return "\n".join(line for line in text.getvalue().splitlines()[4:] if line.strip())

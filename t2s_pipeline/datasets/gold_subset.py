"""The examples of a score with what the gold audit says of them, so that there is a figure on audited golds alone.

    examples = with_audit(examples, verifier)
    [example.audited for example in examples]

What `audited` means, `evaluation/gold_audit.py` says. A gold that does not run is not audited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.evaluation.gold_audit import audit_flags
from t2s_pipeline.evaluation.judged import ScoredExample
from t2s_pipeline.evaluation.scoring import Progress
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.sandbox.policy import SandboxPolicy


def with_audit(
    examples: Sequence[ScoredExample], verifier: GoldVerifier, progress: Progress | None = None
) -> list[ScoredExample]:
    """The same examples, in order, with `audited` set. Runs each gold several times, under the verifier's limits."""
    items = [Candidate(e.database_id, e.database_path, e.gold, e.gold) for e in examples]
    rows = [
        {
            "example_id": example.example_id,
            "split": "",
            "source_file": "",
            "source_row": number,
            "database_id": example.database_id,
            "gold": example.gold,
            "gold_row_count": run.row_count,
            "gold_vacuous": run.vacuous,
        }
        for number, (example, run) in enumerate(zip(examples, verifier.audit_gold(items), strict=True))
        if run.runs and not run.truncated
    ]
    paths = {example.database_id: Path(example.database_path) for example in examples}
    audited = {
        row["source_row"] for row in audit_flags(rows, [], paths, _limits(verifier.policy), progress) if row["audited"]
    }
    return [replace(example, audited=number in audited) for number, example in enumerate(examples)]


def _limits(policy: SandboxPolicy) -> SandboxConfig:
    return SandboxConfig(
        timeout_seconds=policy.timeout_seconds,
        max_rows=policy.max_rows,
        max_bytes=policy.max_bytes,
        memory_mb=policy.memory_mb,
    )

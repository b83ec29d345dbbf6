"""One teacher's pass over the train split.

asked = ask_teacher("r1", examples, texts, paths, generator, verifier, settings, keep_incorrect=False)
asked.rows, asked.figures
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.generation.protocol import Generator
from t2s_pipeline.reasoning.traces import teachable, trace_figures, trace_rows
from t2s_pipeline.rollouts.judging import Executor
from t2s_pipeline.rollouts.loop import Progress
from t2s_pipeline.rollouts.run import run_rollouts


@dataclass(frozen=True)
class Traces:
    """`rows` of `teacher_traces` without `experiment`; `figures` are JSON-able, for metadata, with times."""

    rows: list[dict[str, Any]]
    figures: dict[str, Any]


def ask_teacher(
    teacher: str,
    examples: Sequence[Mapping[str, Any]],
    schema_texts: Mapping[str, str],
    paths: Mapping[str, Path],
    generator: Generator,
    executor: Executor,
    settings: RolloutConfig,
    *,
    keep_incorrect: bool,
    progress: Progress | None = None,
) -> Traces:
    """Ask every one of `examples` (rows of that table) that can teach. Raises as `run_rollouts`."""
    asked = teachable(examples)
    passed = run_rollouts(asked, schema_texts, paths, generator, executor, settings, rollout=teacher, progress=progress)
    rows = trace_rows(teacher, passed.attempts, generator.identity, keep_incorrect=keep_incorrect)
    times = {name: value for name, value in passed.stats.items() if name.startswith("generation") or "seconds" in name}
    return Traces(rows, {"examples": len(examples), "asked": len(asked), **trace_figures(rows), **times})

"""Reasoning traces: what a teacher answered to the questions of the train split, and whether it may be learnt from.

    settings = teacher_rollout(config.teachers["r1"], config.train.rollouts)
    passed = run_rollouts(teachable(examples), texts, paths, generator, verifier, settings, rollout="r1")
    rows = trace_rows("r1", passed.attempts, generator.identity, keep_incorrect=False)

A teacher is asked as any policy is, once a question and attempt, and judged by the same verifier; so a killed pass goes
on from the store of completions. Every attempt is a row of `teacher_traces`: kept, or removed and by what. What is
right is train-side truth (`evaluation/train_truth.py`): the rules `official` and `strict` agree. Questions that can
teach nothing, because their gold is excluded or vacuous, are not asked.

Not here: who teaches (`plan_teacher.py`, the back ends of generation), what the writer is trained on
(`training/writer_rows.py`), and what comes of the traces in the shared store (`store.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_teachers import TeacherConfig
from t2s_pipeline.generation.protocol import Identity
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.prompts.extract import extract_thought
from t2s_pipeline.prompts.render import completion_text
from t2s_pipeline.rewards.completion import parse_completion
from t2s_pipeline.rollouts.rows import PROMPT_TOO_LONG

TRACES_CODE_VERSION = "2"

TRAIN_SPLIT = "train"

_SHOWN = ("retrieval_mode", "top_k_tables", "fk_hops", "schema_style", "max_prompt_tokens")
"""A teacher sees the schema that the writer sees."""

Row = Mapping[str, Any]


class TraceRemoval(StrEnum):
    """Why a trace is not kept, in the order in which it is asked."""

    PROMPT_TOO_LONG = "prompt_too_long"
    UNCLOSED_THOUGHT = "unclosed_thought"
    NO_SQL = "no_sql"
    NO_THOUGHT = "no_thought"
    ILL_FORMED = "ill_formed"
    WRONG = "wrong"
    UNDECIDED = "undecided"
    REPEATED = "repeated"


def teacher_rollout(teacher: TeacherConfig, writer: RolloutConfig) -> RolloutConfig:
    """How a teacher is asked; `writer` are the train rollouts, whose schemas it is shown."""
    return RolloutConfig(
        num_samples=teacher.attempts,
        temperature=teacher.temperature,
        top_p=teacher.top_p,
        max_new_tokens=teacher.max_new_tokens,
        seed=teacher.seed,
        prompt_style=teacher.prompt_style,
        **{name: getattr(writer, name) for name in _SHOWN},
    )


def teachable(examples: Sequence[Row]) -> list[Row]:
    """The rows of `examples` on which an answer can be told to be right. Raises InvariantError for one that is not of
    the train split: what a teacher writes is learnt from."""
    for row in examples:
        if row["split"] != TRAIN_SPLIT:
            raise InvariantError(f"{row['example_id']} is of split {row['split']}: teachers are asked train alone")
    return [row for row in examples if row["excluded_reason"] is None and not row["gold_vacuous"]]


def trace_rows(teacher: str, attempts: Iterable[Row], identity: Identity, *, keep_incorrect: bool) -> list[dict]:
    """Rows of `teacher_traces` (without `experiment`), one an attempt of the pass, in its order.

    With `keep_incorrect`, SQL that is wrong or of which nothing is known stays; what has no thought or no SQL never
    does.
    """
    rows: list[dict[str, Any]] = []
    known: set[str] = set()
    for attempt in attempts:
        thought = extract_thought(attempt["raw_text"])
        text = thought.text if thought and thought.closed else None
        whole = bool(text) and attempt["sql"] is not None
        trace_id = _trace_id(identity, attempt["example_id"], text, attempt["sql"]) if whole else None
        removal = _removal(attempt, thought is not None and not thought.closed, text, keep_incorrect)
        if removal is None and trace_id in known:
            removal = TraceRemoval.REPEATED
        elif trace_id is not None:
            known.add(trace_id)
        rows.append(
            {
                "teacher": teacher,
                "example_id": attempt["example_id"],
                "attempt": attempt["sample"],
                "database_id": attempt["database_id"],
                "trace_id": trace_id,
                "teacher_fingerprint": identity.model_fingerprint,
                # A plan answers no prompt: nothing was asked.
                "prompt_id": attempt["prompt_id"] if attempt["completion_key"] else None,
                "completion_key": attempt["completion_key"],
                "thought": text,
                "removed_by": removal and removal.value,
                **{name: attempt[name] for name in _AS_IN_ATTEMPTS},
            }
        )
    return rows


_AS_IN_ATTEMPTS = ("sql", "status", "error", "correct_official", "correct_strict", "train_correct")


def trace_figures(rows: Iterable[Row]) -> dict[str, int]:
    """How many attempts were kept, were right, and were removed by what; for metadata."""
    rows = list(rows)
    removed = Counter(row["removed_by"] for row in rows)
    return {
        "attempts": len(rows),
        "kept": removed.pop(None, 0),
        "right": sum(row["train_correct"] is True for row in rows),
        "examples with a kept trace": len({row["example_id"] for row in rows if row["removed_by"] is None}),
        **{f"removed: {reason}": removed[reason] for reason in TraceRemoval if removed[reason]},
    }


def _removal(attempt: Row, unclosed: bool, thought: str | None, keep_incorrect: bool) -> TraceRemoval | None:
    if attempt["status"] == PROMPT_TOO_LONG:
        return TraceRemoval.PROMPT_TOO_LONG
    if unclosed:
        return TraceRemoval.UNCLOSED_THOUGHT
    if attempt["sql"] is None:
        return TraceRemoval.NO_SQL
    if not thought:
        return TraceRemoval.NO_THOUGHT
    if not parse_completion(completion_text(attempt["sql"], thought)).well_formed:
        return TraceRemoval.ILL_FORMED
    if attempt["train_correct"] or keep_incorrect:
        return None
    return TraceRemoval.UNDECIDED if attempt["train_correct"] is None else TraceRemoval.WRONG


def _trace_id(identity: Identity, example_id: str, thought: str | None, sql: str) -> str:
    """32 hex characters over who wrote what on which example."""
    parts = [identity.model_fingerprint, identity.adapter_digest, example_id, thought, sql]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

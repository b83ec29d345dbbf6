"""Rollouts: a policy is asked every question, its SQL is judged, and what is wrong goes back for repair.

    result = run_rollouts(examples, schema_texts, paths, generator, verifier, settings, rollout="train")
    result.attempts, result.trajectories        # rows of the tables of these names, without `experiment`

Turns are batches: all prompts of a turn are asked together, and what is answered is judged while the model writes on.
With one turn the gold decides nothing: answers are chosen by vote (`selection.py`). With more, a decider (`decide.py`)
says what is repaired and when to stop:

* scope `verified`: the gold, or a user's rule; what it accepts stands;
* scope `online`: what did not run is repaired, and nothing else;
* scope `online_guarded`: what shows any signal of `evaluation/guards.py` is.

The online scopes are gold-free: stop, repair and answer go by what the executor shows, a repair can break what was
right, and that is counted (`regressed`). The feedback tells of the gold in the mode `oracle_rows` alone.

A file of predictions goes through the same loop, without prompts and with one turn. Nothing depends on timing
but verdicts of SQL near its time limit.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_parsing import GOLD_VERIFIER
from t2s_pipeline.generation.protocol import GenerationPlan, GenerationStats, Generator
from t2s_pipeline.prompts.feedback import feedback_templates
from t2s_pipeline.prompts.render import initial_prompt, question_text
from t2s_pipeline.prompts.templates import initial_templates, repair_templates
from t2s_pipeline.rollouts.complete import check_complete
from t2s_pipeline.rollouts.decide import Decider, decider_of
from t2s_pipeline.rollouts.judging import Executor
from t2s_pipeline.rollouts.loop import (
    OpenTrajectory,
    Progress,
    Row,
    TurnLoop,
    requests_of,
    sampling_of,
    split_by_room,
)
from t2s_pipeline.rollouts.rows import PROMPT_TOO_LONG, UNCLOSED_THOUGHT, TrajectoryStatus, trajectory_row

ROLLOUTS_CODE_VERSION = "8"


@dataclass(frozen=True)
class RolloutRows:
    """Rows in the order of the examples, then by turn and sample; `stats` are figures for metadata, with times."""

    attempts: list[Row]
    trajectories: list[Row]
    stats: dict[str, Any]


def templates_used(settings: RolloutConfig) -> tuple[str, ...]:
    """Names of the prompt templates that a rollout of a model can use: with one turn, none of a repair."""
    initial = initial_templates(settings.prompt_style)
    if settings.max_turns == 1:
        return initial
    reasons = settings.verifier != GOLD_VERIFIER
    feedback = feedback_templates(settings.feedback_mode, settings.feedback_detail, reasons)
    return (*initial, *repair_templates(settings.feedback_detail, settings.prompt_style), *feedback)


def plan_first_turn(
    examples: Sequence[Mapping[str, Any]],
    schema_texts: Mapping[str, str],
    generator: Generator,
    settings: RolloutConfig,
    grammars: Mapping[str, str] | None = None,
) -> GenerationPlan:
    """What turn 1 would ask of the model; later turns depend on its answers. Raises as `run_rollouts`."""
    trajectories = _open(examples, schema_texts, generator, settings, grammars=grammars)
    fitting, _ = split_by_room(trajectories, generator, settings)
    return generator.plan(requests_of(fitting, settings), sampling_of(settings))


def run_rollouts(
    examples: Sequence[Mapping[str, Any]],
    schema_texts: Mapping[str, str],
    paths: Mapping[str, Path],
    generator: Generator,
    executor: Executor,
    settings: RolloutConfig,
    *,
    rollout: str,
    decider: Decider | None = None,
    shown_tables: Mapping[str, Sequence[str]] | None = None,
    grammars: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> RolloutRows:
    """Ask all `examples` (rows of `examples`); `schema_texts` are by example_id, `paths` of databases by database_id.

    `decider` is what `decider_of` makes of the settings; it may be left out where they name no user's rule.
    `shown_tables`, by example_id, are the tables that a schema text shows: feedback names no others. `grammars`, by
    example_id, are what answers are held to where the settings have a constraint. A file of
    predictions needs no schema texts. Raises ValueError where an example comes twice or lacks its schema text or
    database, where a file of predictions is to be repaired, and where `decider` is another; RuleError where a user's
    rule fails.
    """
    decider = decider or decider_of(settings)
    if decider.name != settings.verifier:
        raise ValueError(f"{rollout}: verifier = {settings.verifier!r}, but {decider.name!r} was given")
    started, before = time.perf_counter(), generator.stats
    if generator.answers_are_sql and settings.max_turns != 1:
        raise ValueError(f"{rollout}: a file of predictions has no repairs; set max_turns = 1")
    for example in examples:
        if example["database_id"] not in paths:
            raise ValueError(f"{example['example_id']}: no file of database {example['database_id']} was given")
    trajectories = _open(examples, schema_texts, generator, settings, shown_tables, grammars)
    used = sorted({example["database_id"] for example in examples})
    catalogues = dict(zip(used, executor.catalogues([str(paths[name]) for name in used]), strict=True))
    loop = TurnLoop(rollout, trajectories, paths, generator, executor, catalogues, settings, decider, progress)
    for turn in range(1, settings.max_turns + 1):
        if any(trajectory.stop_reason is None for trajectory in trajectories):
            loop.take_turn(turn)
    attempts = [row for trajectory in trajectories for row in trajectory.attempts]
    rows = [trajectory_row(rollout, t.example, t.attempts, t.answers, t.stop_reason, settings) for t in trajectories]
    check_complete(examples, attempts, rows)
    times = {
        "generation_seconds": loop.generation_seconds,
        "verification_seconds": loop.verification_seconds,
        "verification_seconds_after_generation": loop.waiting_seconds,
        "seconds": time.perf_counter() - started,
    }
    stats = _counts(attempts, rows) | _generated(before, generator.stats) | _rounded(times, len(attempts))
    return RolloutRows(attempts, rows, stats)


def _open(
    examples: Sequence[Mapping[str, Any]],
    schema_texts: Mapping[str, str],
    generator: Generator,
    settings: RolloutConfig,
    shown_tables: Mapping[str, Sequence[str]] | None = None,
    grammars: Mapping[str, str] | None = None,
) -> list[OpenTrajectory]:
    """The examples before turn 1, with their prompts where a model is asked."""
    repeated = [name for name, count in Counter(e["example_id"] for e in examples).items() if count > 1]
    if repeated:
        raise ValueError(f"example {repeated[0]} was given twice; read every file of `examples` once")
    if generator.answers_are_sql:
        return [OpenTrajectory(example, "", None) for example in examples]
    held = settings.constraint != "none"
    if held and any(example["example_id"] not in (grammars or {}) for example in examples):
        raise ValueError(f"constraint = {settings.constraint!r} needs a grammar for each example")
    missing = [e["example_id"] for e in examples if e["example_id"] not in schema_texts]
    if missing:
        raise ValueError(
            f"{len(missing)} examples have no schema text, e.g. {missing[0]}: "
            "`retrieved_schemas` lacks the rollout's retrieval mode and style"
        )
    return [
        OpenTrajectory(
            example,
            text := schema_texts[example["example_id"]],
            initial_prompt(text, question_text(example), settings.prompt_style),
            (shown_tables or {}).get(example["example_id"]),
            (grammars or {}).get(example["example_id"], ""),
        )
        for example in examples
    ]


def _counts(attempts: Sequence[Row], trajectories: Sequence[Row]) -> dict[str, Any]:
    statuses = Counter(row["status"] for row in trajectories)
    judged = [row for row in attempts if row["status"] != PROMPT_TOO_LONG]
    return {
        "examples": len(trajectories),
        "attempts": len(attempts),
        **{status.value: statuses[status.value] for status in TrajectoryStatus},
        "duplicate_attempts": sum(row["duplicate_of"] is not None for row in judged),
        "answers_without_sql": sum(row["sql"] is None for row in judged),
        "unclosed_thoughts": sum(row["status"] == UNCLOSED_THOUGHT for row in judged),
        "prompts_too_long": len(attempts) - len(judged),
        **_decided(judged),
        "official_and_strict_disagree": sum(row["correct_official"] is not row["correct_strict"] for row in judged),
        "without_train_truth": sum(row["train_correct"] is None for row in judged),
        "sandbox_differences": sum(row["sandbox_difference"] is not None for row in judged),
    }


def _decided(judged: Sequence[Row]) -> dict[str, int]:
    """How a verifier's answers compare with the gold's verdict; nothing where none was asked, or it is the gold."""
    if not any(row["verifier_reason"] is not None for row in judged):
        return {}
    return {
        "verifier_accepted_right": sum(row["accepted"] is True and row["correct"] for row in judged),
        "verifier_accepted_wrong": sum(row["accepted"] is True and not row["correct"] for row in judged),
        "verifier_rejected_right": sum(row["accepted"] is False and row["correct"] for row in judged),
        "verifier_rejected_wrong": sum(row["accepted"] is False and not row["correct"] for row in judged),
        "verifier_cannot_tell": sum(row["accepted"] is None for row in judged),
    }


def _generated(before: GenerationStats, after: GenerationStats) -> dict[str, float]:
    """What the generator did in between; the tokens a second are those that the model wrote while it was asked."""
    names = ("hits", "misses", "model_calls", "batches", "prompt_tokens", "completion_tokens")
    counts = {f"generation_{name}": getattr(after, name) - getattr(before, name) for name in names}
    seconds, tokens = after.seconds - before.seconds, counts["generation_completion_tokens"]
    speed = {"generation_tokens_per_second": round(tokens / seconds, 1)} if seconds else {}
    return counts | {"generation_model_seconds": round(seconds, 3)} | speed


def _rounded(times: Mapping[str, float], attempts: int) -> dict[str, float]:
    beyond_generation = times["seconds"] - times["generation_seconds"]
    return {
        **{name: round(seconds, 3) for name, seconds in times.items()},
        "ms_per_attempt_beyond_generation": round(1000 * beyond_generation / attempts, 3) if attempts else 0.0,
    }

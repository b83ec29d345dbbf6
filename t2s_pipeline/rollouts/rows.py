"""Rows of `attempts` and `trajectories`, from verdicts.

An answer without SQL is judged as the empty text (`missing_candidate`); where it ended within its thought, the status
says so (`unclosed_thought`). Where the model had no room for the prompt there is no answer (`prompt_too_long`). All
count as wrong, but the last says nothing of the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.error_class import ErrorClass, classify
from t2s_pipeline.evaluation.guards import Inspection
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.train_truth import train_truth
from t2s_pipeline.generation.keys import prompt_id
from t2s_pipeline.generation.protocol import Completion
from t2s_pipeline.prompts.extract import Thought
from t2s_pipeline.prompts.render import Prompt
from t2s_pipeline.rewards.cost import cost_reward, plan_counts
from t2s_pipeline.rewards.rule import rule_reward
from t2s_pipeline.rollouts.judging import Judged
from t2s_pipeline.rollouts.selection import standing

Row = dict[str, Any]
Example = Mapping[str, Any]

PROMPT_TOO_LONG = "prompt_too_long"
"""`status` of an attempt that the model was never asked for."""

UNCLOSED_THOUGHT = "unclosed_thought"
"""`status` of an attempt that is all thought: the model's tokens, or its patience, ended before its SQL."""

_PLAIN = (
    "row_count",
    "column_count",
    "truncated",
    "result_digest",
    "executable",
    "syntax_valid",
    "schema_valid",
    "quoted_identifier_as_literal",
    *(rule.field for rule in MatchRule),
    "elapsed_ms",
)
"""Columns that are a verdict's field of the same name."""

_OF_AN_ANSWER = (
    "completion_key",
    "thought_characters",
    "sql",
    "duplicate_of",
    "train_correct",
    "sandbox_difference",
    "accepted",
    "verifier_reason",
    "feedback",
    "signals",
    "plan_scans",
    "plan_searches",
    "plan_temp_b_trees",
    "plan_accesses",
    "cost_reward",
    "reward_with_cost",
    "prompt_tokens",
    "completion_tokens",
    "log_probability",
)
"""Columns that are null where there was no answer."""


class StopReason(StrEnum):
    """Why a trajectory ended. A pass of one turn ends by `max_turns` whatever the verdict.

    `correct` is the gold's word, `accepted` and `undecided` a user's rule's: it lets the answer stand, or cannot tell.
    `nothing_to_repair` is the scope's, without a verifier: the executor shows nothing that it repairs.
    """

    CORRECT = "correct"
    ACCEPTED = "accepted"
    UNDECIDED = "undecided"
    NOTHING_TO_REPAIR = "nothing_to_repair"
    MAX_TURNS = "max_turns"
    PROMPT_TOO_LONG = "prompt_too_long"


class TrajectoryStatus(StrEnum):
    """What became of an example; `regressed`: right at first, and repaired into a wrong answer."""

    CORRECT_FIRST_TURN = "correct_first_turn"
    REPAIRED = "repaired"
    REGRESSED = "regressed"
    FAILED = "failed"


def attempt_row(
    *,
    rollout: str,
    example: Example,
    turn: int,
    sample: int,
    prompt: Prompt | None,
    completion: Completion,
    sql: str | None,
    thought: Thought | None,
    duplicate_of: int | None,
    judged: Judged,
    settings: RolloutConfig,
) -> Row:
    """A row of `attempts`. An undecided verdict counts as wrong; `sandbox_difference` tells it apart.

    `accepted` and `verifier_reason` are filled in where somebody decides (`decide.py`).
    """
    verdict = judged.verdict
    correct = bool(verdict.correct(settings.match_rule))
    difference = verdict.sandbox_difference
    unclosed = thought is not None and not thought.closed
    # The verdict's own class is the official rule's; here it is that of the rollout's rule.
    error_class = classify(
        verdict.sql, verdict.status, verdict.error, verdict.row_count, verdict.gold_row_count, correct
    )
    return {
        **_identity(rollout, example, turn, sample),
        **{name: getattr(verdict, name) for name in _PLAIN},
        "prompt_id": prompt and prompt_id(prompt),
        "completion_key": completion.key,
        "raw_text": completion.text,
        "thought_characters": thought and len(thought.text),
        "sql": sql,
        "duplicate_of": duplicate_of,
        "status": UNCLOSED_THOUGHT if unclosed else verdict.status.value,
        "error": "the answer ended within its thought" if unclosed else verdict.error,
        "error_class": error_class.value,
        "correct": correct,
        "train_correct": train_truth(verdict, gold_vacuous=example["gold_vacuous"]),
        "sandbox_difference": difference and difference.value,
        **_reward_terms(_reward(correct, verdict.executable, turn, settings), judged.inspection),
        "accepted": None,
        "verifier_reason": None,
        "feedback": None,
        "prompt_tokens": completion.prompt_tokens,
        "completion_tokens": completion.completion_tokens,
        "log_probability": completion.log_probability,
    }


def prompt_too_long_row(
    rollout: str, example: Example, turn: int, sample: int, prompt: Prompt, settings: RolloutConfig
) -> Row:
    """A row of `attempts` for a prompt that the model had no room for: no answer, no train-side truth."""
    return {
        **_identity(rollout, example, turn, sample),
        **dict.fromkeys((*_PLAIN, *_OF_AN_ANSWER)),
        **dict.fromkeys(("truncated", "executable", "syntax_valid", "schema_valid"), False),
        "quoted_identifier_as_literal": False,
        "prompt_id": prompt_id(prompt),
        "raw_text": "",
        "status": PROMPT_TOO_LONG,
        "error_class": ErrorClass.MISSING_CANDIDATE.value,
        "error": "the prompt leaves the model no room for an answer",
        **{rule.field: False for rule in MatchRule},
        "correct": False,
        "reward": _reward(False, False, turn, settings),
    }


def _reward_terms(reward: float, inspection: Inspection) -> Row:
    """The rewards, and the counts that the cost term is made of."""
    counts = None if inspection.plan is None else plan_counts(inspection.plan)
    cost = cost_reward(counts, cartesian=bool(inspection.products))
    return {
        "signals": [str(signal) for signal in inspection.signals],
        "plan_scans": counts and counts.scans,
        "plan_searches": counts and counts.searches,
        "plan_temp_b_trees": counts and counts.temp_b_trees,
        "plan_accesses": counts and counts.accesses,
        "reward": reward,
        "cost_reward": cost,
        "reward_with_cost": round(reward + cost, 6),
    }


def trajectory_row(
    rollout: str,
    example: Example,
    attempts: Sequence[Row],
    answers: Sequence[Row],
    stop_reason: StopReason,
    settings: RolloutConfig,
) -> Row:
    """A row of `trajectories`. `answers` has one attempt a turn, at least one, in order."""
    first, final = answers[0], standing(answers, settings)
    status = _STATUSES[first["correct"], final["correct"]]
    return {
        "rollout": rollout,
        "example_id": example["example_id"],
        "database_id": example["database_id"],
        "status": status.value,
        "stop_reason": stop_reason.value,
        "turns": attempts[-1]["turn"],
        "first_sql": first["sql"],
        "first_error_class": first["error_class"],
        "first_correct": first["correct"],
        "final_turn": final["turn"],
        "final_sample": final["sample"],
        "final_sql": final["sql"],
        "final_error_class": final["error_class"],
        "final_correct": final["correct"],
        "any_correct": any(attempt["correct"] for attempt in attempts),
        "excluded_reason": example["excluded_reason"],
    }


_STATUSES = {
    (True, True): TrajectoryStatus.CORRECT_FIRST_TURN,
    (False, True): TrajectoryStatus.REPAIRED,
    (True, False): TrajectoryStatus.REGRESSED,
    (False, False): TrajectoryStatus.FAILED,
}


def _identity(rollout: str, example: Example, turn: int, sample: int) -> Row:
    return {
        "rollout": rollout,
        "example_id": example["example_id"],
        "database_id": example["database_id"],
        "turn": turn,
        "sample": sample,
    }


def _reward(correct: bool, executable: bool, turn: int, settings: RolloutConfig) -> float:
    return rule_reward(correct=correct, executable=executable, turn=turn, max_turns=settings.max_turns)

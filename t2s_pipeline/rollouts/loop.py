"""One turn of a rollout for many examples at once: ask, extract, judge, and prepare what is to be repaired.

`TurnLoop` holds the examples on their way and takes a turn at a time. Which inputs it is given, and what
becomes of its rows, is `run.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.custom_verifier import Answer
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, Verifier
from t2s_pipeline.generation.protocol import Completion, GenerationRequest, Generator, Sampling
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.feedback import FeedbackFacts, render_feedback
from t2s_pipeline.prompts.render import Prompt, repair_prompt
from t2s_pipeline.rollouts.decide import Case, Decider
from t2s_pipeline.rollouts.rows import StopReason, attempt_row, prompt_too_long_row
from t2s_pipeline.rollouts.selection import choice_of

VERIFIED_AT_ONCE = 2_000
"""Candidates between two reports of progress: about a second of SQL."""

Row = dict[str, Any]
Progress = Callable[[int, int, str], None]
"""Called with (done, total, what is counted)."""


@dataclass
class OpenTrajectory:
    """One example on its way.

    `prompt` is what to ask next, None for a file of predictions; `feedback` is what it says of the last
    answer. `attempts` has every row so far, `answers` the answer of each turn; the last answer stands.
    """

    example: Mapping[str, Any]
    schema_text: str
    prompt: Prompt | None
    feedback: str | None = None
    attempts: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    stop_reason: StopReason | None = None


@dataclass(frozen=True)
class _Answer:
    """One completion on its way to a row."""

    trajectory: OpenTrajectory
    sample: int
    completion: Completion
    sql: str | None
    duplicate_of: int | None


@dataclass
class TurnLoop:
    """The examples of one rollout. The seconds add up over the turns."""

    rollout: str
    trajectories: Sequence[OpenTrajectory]
    paths: Mapping[str, Path]
    generator: Generator
    verifier: Verifier
    settings: RolloutConfig
    decider: Decider
    progress: Progress | None = None
    generation_seconds: float = 0.0
    verification_seconds: float = 0.0

    def take_turn(self, turn: int) -> None:
        """Ask and judge every example that is still open, then close it or prepare its repair."""
        open_now = [trajectory for trajectory in self.trajectories if trajectory.stop_reason is None]
        fitting, too_long = split_by_room(open_now, self.generator, self.settings)
        for trajectory in too_long:
            self._close_unasked(turn, trajectory)
        answers = self._ask(turn, fitting)
        verdicts = self._judge(turn, answers)
        rows = []
        for answer, verdict in zip(answers, verdicts, strict=True):
            row = attempt_row(
                rollout=self.rollout,
                example=answer.trajectory.example,
                turn=turn,
                sample=answer.sample,
                prompt=answer.trajectory.prompt,
                completion=answer.completion,
                sql=answer.sql,
                duplicate_of=answer.duplicate_of,
                verdict=verdict,
                settings=self.settings,
            )
            answer.trajectory.attempts.append(row)
            rows.append(row)
        if self.settings.max_turns > 1:
            self._decide(answers, rows, verdicts)
        for trajectory in fitting:
            self._conclude(turn, trajectory)

    def _close_unasked(self, turn: int, trajectory: OpenTrajectory) -> None:
        rows = [
            prompt_too_long_row(self.rollout, trajectory.example, turn, sample, trajectory.prompt, self.settings)
            for sample in range(self.settings.num_samples)
        ]
        trajectory.attempts += rows
        # A repair that was never asked leaves the answer before it standing.
        trajectory.answers = trajectory.answers or [rows[0]]
        trajectory.stop_reason = StopReason.PROMPT_TOO_LONG

    def _ask(self, turn: int, trajectories: Sequence[OpenTrajectory]) -> list[_Answer]:
        """All samples of all prompts; within a prompt, which answers repeat an earlier one."""
        started = time.perf_counter()
        completions = self.generator.complete(
            requests_of(trajectories, self.settings), sampling_of(self.settings), self._reporter(turn, "answers")
        )
        self.generation_seconds += time.perf_counter() - started
        answers, supply = [], iter(completions)
        for trajectory in trajectories:
            if turn > 1:
                trajectory.answers[-1]["feedback"] = trajectory.feedback
            seen: dict[str, int] = {}
            for sample in range(self.settings.num_samples):
                completion = next(supply)
                text = completion.text
                sql = (text.strip() or None) if self.generator.answers_are_sql else extract_sql(text)
                duplicate_of = seen.get(sql) if sql else None
                answers.append(_Answer(trajectory, sample, completion, sql, duplicate_of))
                if sql and duplicate_of is None:
                    seen[sql] = sample
        return answers

    def _judge(self, turn: int, answers: Sequence[_Answer]) -> list[Verdict]:
        """A verdict an answer, in order; a repeated answer has the verdict of the first."""
        started = time.perf_counter()
        new = [answer for answer in answers if answer.duplicate_of is None]
        report = self._reporter(turn, "verdicts")
        verdicts: dict[tuple[str, int], Verdict] = {}
        for start in range(0, len(new), VERIFIED_AT_ONCE):
            batch = new[start : start + VERIFIED_AT_ONCE]
            judged = self.verifier.verify([self._candidate(answer) for answer in batch])
            for answer, verdict in zip(batch, judged, strict=True):
                verdicts[answer.trajectory.example["example_id"], answer.sample] = verdict
            report(min(start + VERIFIED_AT_ONCE, len(new)), len(new))
        self.verification_seconds += time.perf_counter() - started
        firsts = [a.sample if a.duplicate_of is None else a.duplicate_of for a in answers]
        return [
            verdicts[answer.trajectory.example["example_id"], first]
            for answer, first in zip(answers, firsts, strict=True)
        ]

    def _candidate(self, answer: _Answer) -> Candidate:
        example = answer.trajectory.example
        database_id = example["database_id"]
        path = str(self.paths[database_id])
        plug_value = self.settings.match_rule == MatchRule.PLUG_VALUE
        return Candidate(database_id, path, example["gold"], answer.sql or "", plug_value)

    def _decide(self, answers: Sequence[_Answer], rows: Sequence[Row], verdicts: Sequence[Verdict]) -> None:
        """Put into each row what the decider says of it; a repeated answer has the judgement of the first."""
        started = time.perf_counter()
        cases = {}
        for answer, row, verdict in zip(answers, rows, verdicts, strict=True):
            asked = answer.trajectory
            if answer.duplicate_of is None:
                cases[row["example_id"], row["sample"]] = Case(asked.example, row, verdict, asked.schema_text)
        judgements = dict(zip(cases, self.decider.decide(list(cases.values())), strict=True))
        for row in rows:
            first = row["sample"] if row["duplicate_of"] is None else row["duplicate_of"]
            judgement = judgements[row["example_id"], first]
            row["accepted"] = None if judgement.answer is Answer.CANNOT_TELL else judgement.answer is Answer.ACCEPTED
            row["verifier_reason"] = judgement.reason
        self.verification_seconds += time.perf_counter() - started

    def _conclude(self, turn: int, trajectory: OpenTrajectory) -> None:
        """Choose the turn's answer; then stop, or say what is wrong with it and ask for a repair."""
        rows = [row for row in trajectory.attempts if row["turn"] == turn]
        answer = choice_of(self.settings)(rows)
        trajectory.answers.append(answer)
        several = self.settings.max_turns > 1
        if several and answer["accepted"]:
            trajectory.stop_reason = self.decider.accepted
        elif several and answer["accepted"] is None:
            trajectory.stop_reason = StopReason.UNDECIDED  # a repair needs a rejection: there is nothing to mend
        elif turn == self.settings.max_turns:
            trajectory.stop_reason = StopReason.MAX_TURNS
        else:
            self._prepare_repair(turn, trajectory, answer)

    def _prepare_repair(self, turn: int, trajectory: OpenTrajectory, answer: Row) -> None:
        """The repair prompt, from what the executor saw and the rule said. The verdict's gold side stays out of it."""
        facts = facts_of(answer)
        trajectory.feedback = render_feedback(facts, self.settings.feedback_mode, self.settings.feedback_detail)
        trajectory.prompt = repair_prompt(
            trajectory.schema_text,
            trajectory.example["question"],
            answer["sql"],
            trajectory.feedback,
            turn,
            self.settings.feedback_detail,
            self.settings.prompt_style,
        )

    def _reporter(self, turn: int, what: str) -> Callable[[int, int], None]:
        label = f"{what} of turn {turn}"
        return lambda done, total: self.progress(done, total, label) if self.progress else None


def facts_of(attempt: Mapping[str, Any]) -> FeedbackFacts:
    """What the feedback may know of a row of `attempts`. A failure without a message is told by its status."""
    error = attempt["error"] or attempt["status"].replace("_", " ")
    has_query = attempt["sql"] is not None
    return FeedbackFacts(attempt["executable"], error, attempt["row_count"], has_query, attempt["verifier_reason"])


def sampling_of(settings: RolloutConfig) -> Sampling:
    return Sampling(settings.temperature, settings.top_p, settings.max_new_tokens, settings.seed, settings.stop)


def requests_of(trajectories: Sequence[OpenTrajectory], settings: RolloutConfig) -> list[GenerationRequest]:
    """Every sample of every prompt, prompt by prompt."""
    return [
        GenerationRequest(trajectory.prompt, sample, trajectory.example["example_id"])
        for trajectory in trajectories
        for sample in range(settings.num_samples)
    ]


def split_by_room(
    trajectories: Sequence[OpenTrajectory], generator: Generator, settings: RolloutConfig
) -> tuple[list[OpenTrajectory], list[OpenTrajectory]]:
    """Those whose prompt leaves room for an answer, and the others."""
    if generator.answers_are_sql:
        return list(trajectories), []
    fits = generator.fits([trajectory.prompt for trajectory in trajectories], sampling_of(settings))
    pairs = list(zip(trajectories, fits, strict=True))
    return [t for t, fit in pairs if fit], [t for t, fit in pairs if not fit]

"""One turn of a rollout for many examples at once: ask, extract, judge, and prepare what is to be repaired.

`TurnLoop` holds the examples on their way and takes a turn at a time. Answers are judged while others are still being
written (`judging.py`). Which inputs it is given, and what becomes of its rows, is `run.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.custom_verifier import Answer
from t2s_pipeline.evaluation.guards import Catalogues
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.generation.protocol import Completion, GenerationRequest, Generator, Sampling
from t2s_pipeline.prompts.extract import Thought, extract_sql, extract_thought
from t2s_pipeline.prompts.feedback import OracleFacts
from t2s_pipeline.prompts.render import Prompt
from t2s_pipeline.rollouts.decide import Case, Decider
from t2s_pipeline.rollouts.judging import Executor, Judged, Judging
from t2s_pipeline.rollouts.repairs import feedback_on, oracle_facts, prompt_of_repair, shows_gold
from t2s_pipeline.rollouts.rows import StopReason, attempt_row, prompt_too_long_row
from t2s_pipeline.rollouts.selection import answer_of, reads_keys

Row = dict[str, Any]
Progress = Callable[[int, int, str], None]
"""Called with (done, total, what is counted)."""


@dataclass
class OpenTrajectory:
    """One example on its way.

    `prompt` is what to ask next, None for a file of predictions; `feedback` is what it says of the last
    answer. `shown` are the tables that its schema text shows, None where that is not known. `grammar` is what answers
    are held to, "" for nothing. `attempts` has every row so far, `answers` the answer of each turn.
    """

    example: Mapping[str, Any]
    schema_text: str
    prompt: Prompt | None
    shown: Sequence[str] | None = None
    grammar: str = ""
    feedback: str | None = None
    attempts: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    stop_reason: StopReason | None = None
    oracle: OracleFacts | None = None


@dataclass(frozen=True)
class _Answer:
    """One completion on its way to a row."""

    trajectory: OpenTrajectory
    sample: int
    completion: Completion
    sql: str | None
    thought: Thought | None

    @property
    def key(self) -> tuple[str, str | None]:
        """What is judged once in a turn."""
        return self.trajectory.example["example_id"], self.sql


@dataclass
class TurnLoop:
    """The examples of one rollout. The seconds add up over the turns: `generation` is the time in the generator,
    `verification` that of the judging thread, `waiting` what of it came after the last answer."""

    rollout: str
    trajectories: Sequence[OpenTrajectory]
    paths: Mapping[str, Path]
    generator: Generator
    executor: Executor
    catalogues: Catalogues
    settings: RolloutConfig
    decider: Decider
    progress: Progress | None = None
    generation_seconds: float = 0.0
    verification_seconds: float = 0.0
    waiting_seconds: float = 0.0

    def take_turn(self, turn: int) -> None:
        """Ask and judge every example that is still open, then close it or prepare its repair."""
        open_now = [trajectory for trajectory in self.trajectories if trajectory.stop_reason is None]
        started = time.perf_counter()
        fitting, too_long = split_by_room(open_now, self.generator, self.settings)
        self.generation_seconds += time.perf_counter() - started
        for trajectory in too_long:
            self._close_unasked(turn, trajectory)
        answers, judged = self._ask(turn, fitting)
        rows = self._rows(turn, answers, judged)
        if self.settings.max_turns > 1:
            self._decide(answers, rows, judged)
        to_repair = [trajectory for trajectory in fitting if not self._concludes(turn, trajectory, judged)]
        self._prepare_repairs(to_repair, judged)

    def _close_unasked(self, turn: int, trajectory: OpenTrajectory) -> None:
        rows = [
            prompt_too_long_row(self.rollout, trajectory.example, turn, sample, trajectory.prompt, self.settings)
            for sample in range(self.settings.num_samples)
        ]
        trajectory.attempts += rows
        # A repair that was never asked leaves the answer before it standing.
        trajectory.answers = trajectory.answers or [rows[0]]
        trajectory.stop_reason = StopReason.PROMPT_TOO_LONG

    def _ask(
        self, turn: int, trajectories: Sequence[OpenTrajectory]
    ) -> tuple[list[_Answer], dict[tuple[str, str | None], Judged]]:
        """All samples of all prompts, judged as they come."""
        requests = requests_of(trajectories, self.settings)
        asked = [(t, sample) for t in trajectories for sample in range(self.settings.num_samples)]
        answers: list[_Answer | None] = [None] * len(requests)
        started, judging_here = time.perf_counter(), 0.0
        with Judging(self.executor, self.catalogues, reads_keys(self.settings)) as judging:

            def take(numbers: Sequence[int], completions: Sequence[Completion]) -> None:
                nonlocal judging_here
                begun = time.perf_counter()
                for number, completion in zip(numbers, completions, strict=True):
                    trajectory, sample = asked[number]
                    answers[number] = self._answer(trajectory, sample, completion)
                judging.submit({answers[n].key: self._candidate(answers[n]) for n in sorted(numbers)})
                judging_here += time.perf_counter() - begun

            self.generator.complete(requests, sampling_of(self.settings), self._reporter(turn, "answers"), take)
            asked_by = time.perf_counter()
            judged = judging.result()
        self.generation_seconds += asked_by - started - judging_here
        self.waiting_seconds += time.perf_counter() - asked_by
        self.verification_seconds += judging.seconds
        self._reporter(turn, "verdicts")(len(judged), len(judged))
        return [answer for answer in answers if answer is not None], judged

    def _answer(self, trajectory: OpenTrajectory, sample: int, completion: Completion) -> _Answer:
        text = completion.text
        if self.generator.answers_are_sql:
            return _Answer(trajectory, sample, completion, text.strip() or None, None)
        return _Answer(trajectory, sample, completion, extract_sql(text), extract_thought(text))

    def _candidate(self, answer: _Answer) -> Candidate:
        example = answer.trajectory.example
        plug_value = self.settings.match_rule == MatchRule.PLUG_VALUE
        return self._of_database(example, answer.sql or "", example["gold"], plug_value)

    def _of_database(self, example: Mapping[str, Any], sql: str, gold: str | None, plug_value: bool) -> Candidate:
        database_id = example["database_id"]
        return Candidate(database_id, str(self.paths[database_id]), gold, sql, plug_value)

    def _rows(
        self, turn: int, answers: Sequence[_Answer], judged: Mapping[tuple[str, str | None], Judged]
    ) -> list[Row]:
        """A row an answer, in order, which its trajectory gets too; which answers repeat an earlier one is in it."""
        firsts: dict[tuple[str, str | None], int] = {}
        rows = []
        for answer in answers:
            trajectory = answer.trajectory
            if turn > 1 and answer.sample == 0:
                trajectory.answers[-1]["feedback"] = trajectory.feedback
            first = firsts.setdefault(answer.key, answer.sample) if answer.sql else answer.sample
            row = attempt_row(
                rollout=self.rollout,
                example=trajectory.example,
                turn=turn,
                sample=answer.sample,
                prompt=trajectory.prompt,
                completion=answer.completion,
                sql=answer.sql,
                thought=answer.thought,
                duplicate_of=first if first != answer.sample else None,
                judged=judged[answer.key],
                settings=self.settings,
            )
            trajectory.attempts.append(row)
            rows.append(row)
        return rows

    def _decide(
        self, answers: Sequence[_Answer], rows: Sequence[Row], judged: Mapping[tuple[str, str | None], Judged]
    ) -> None:
        """Put into each row what the decider says of it; a repeated answer has the judgement of the first."""
        started = time.perf_counter()
        cases = {}
        for answer, row in zip(answers, rows, strict=True):
            if row["duplicate_of"] is None:
                asked = answer.trajectory
                case = Case(asked.example, row, judged[answer.key].verdict, asked.schema_text)
                cases[row["example_id"], row["sample"]] = case
        judgements = dict(zip(cases, self.decider.decide(list(cases.values())), strict=True))
        for row in rows:
            first = row["sample"] if row["duplicate_of"] is None else row["duplicate_of"]
            judgement = judgements[row["example_id"], first]
            row["accepted"] = None if judgement.answer is Answer.CANNOT_TELL else judgement.answer is Answer.ACCEPTED
            row["verifier_reason"] = judgement.reason
        self.verification_seconds += time.perf_counter() - started

    def _concludes(
        self, turn: int, trajectory: OpenTrajectory, judged: Mapping[tuple[str, str | None], Judged]
    ) -> bool:
        """Choose the turn's answer; whether the trajectory then stops."""
        rows = [row for row in trajectory.attempts if row["turn"] == turn]
        keys = {}
        if reads_keys(self.settings):
            keys = {row["sql"]: judged[row["example_id"], row["sql"]].key for row in rows}
        answer = answer_of(rows, self.settings, keys)
        trajectory.answers.append(answer)
        several = self.settings.max_turns > 1
        if several and answer["accepted"]:
            trajectory.stop_reason = self.decider.accepted
        elif several and answer["accepted"] is None:
            trajectory.stop_reason = StopReason.UNDECIDED  # a repair needs a rejection: there is nothing to mend
        elif turn == self.settings.max_turns:
            trajectory.stop_reason = StopReason.MAX_TURNS
        return trajectory.stop_reason is not None

    def _prepare_repairs(
        self, trajectories: Sequence[OpenTrajectory], judged: Mapping[tuple[str, str | None], Judged]
    ) -> None:
        """The repair prompts of these. The verdict's gold side stays out of them."""
        if shows_gold(self.settings):
            unseen = [trajectory for trajectory in trajectories if trajectory.oracle is None]
            golds = [self._of_database(t.example, t.example["gold"], None, False) for t in unseen]
            for trajectory, facts in zip(unseen, oracle_facts(self.executor, golds), strict=True):
                trajectory.oracle = facts
        for trajectory in trajectories:
            example, answer = trajectory.example, trajectory.answers[-1]
            trajectory.feedback = feedback_on(
                answer,
                judged[example["example_id"], answer["sql"]],
                self.catalogues,
                trajectory.shown,
                trajectory.oracle,
                self.settings,
            )
            trajectory.prompt = prompt_of_repair(
                example, trajectory.schema_text, answer, trajectory.feedback, self.settings
            )

    def _reporter(self, turn: int, what: str) -> Callable[[int, int], None]:
        label = f"{what} of turn {turn}"
        return lambda done, total: self.progress(done, total, label) if self.progress else None


def sampling_of(settings: RolloutConfig) -> Sampling:
    return Sampling(settings.temperature, settings.top_p, settings.max_new_tokens, settings.seed, settings.stop)


def requests_of(trajectories: Sequence[OpenTrajectory], settings: RolloutConfig) -> list[GenerationRequest]:
    """Every sample of every prompt, prompt by prompt."""
    return [
        GenerationRequest(trajectory.prompt, sample, trajectory.example["example_id"], trajectory.grammar)
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

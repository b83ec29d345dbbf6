"""Rewards of a batch of completions, as GRPO asks for them: every completion of a step verified at once.

    with open_scorer(config.sandbox, RewardConfig()) as scorer:
        terms = scorer.score_completions(rows, completions, step=7)      # one RewardTerms a completion, in order

`rows` has the row of each completion, so a row of 32 generations stands there 32 times. Only what is of the form is
verified; equal SQL runs once; operations of golds and answers are kept. With a memory the thoughts of a batch are first
all compared with it as it was, and then those of right answers are taken in, so that the order of a group's completions
makes no difference to their rewards.

Right means right as training counts it (`evaluation/train_truth.py`). A reward is never made of a failure that is not
the completion's: a sandbox whose workers cannot start, an embedder that does not answer and a gold that fails all
raise. A timeout of the SQL is the SQL's: it does not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.config_rewards import RewardConfig
from t2s_pipeline.errors import T2sError
from t2s_pipeline.evaluation.train_truth import train_truth
from t2s_pipeline.evaluation.verdict import SandboxDifference, Verdict
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier, open_verifier
from t2s_pipeline.rewards.atomic import best_overlap
from t2s_pipeline.rewards.atoms_reference import reference_atoms
from t2s_pipeline.rewards.completion import ParsedCompletion, parse_completion
from t2s_pipeline.rewards.memory import ReasoningMemory, Trace
from t2s_pipeline.rewards.terms import CORRECT, NOT_OF_THE_FORM, RewardTerms, execution_reward, reward_terms
from t2s_pipeline.rewards.trace_quality import worth_remembering
from t2s_pipeline.sql.atoms import Atoms, atoms
from t2s_pipeline.sql.catalogue import Catalogue

REWARDS_CODE_VERSION = "4"
"""Bump it when the same completion of the same row gets other terms: form, operations, shapes, memory, verdicts."""
KEPT_ATOMS = 50_000
"""Sets of operations kept before they are made anew; some 2 kB each."""


class RewardError(T2sError, ValueError):
    """A training row that no completion can be rewarded on; names it and says what to do."""


@dataclass(frozen=True)
class RewardRow:
    """What rewards need of a training row. `golds`: the gold query, then verified variants of it (`gold_variants.py`),
    which count for the atomic term alone. `gold_vacuous`: its database is without rows, or it returns none (the last is
    seen also where it is not said)."""

    example_id: str
    database_id: str
    database_path: str
    golds: tuple[str, ...]
    gold_vacuous: bool = False


class RewardVerifier(Protocol):
    """What judges SQL and knows the databases' tables: `GoldVerifier`."""

    def verify(self, items: Sequence[Candidate]) -> list[Verdict]: ...

    def catalogues(self, paths: Sequence[str]) -> list[Catalogue]: ...

    def close(self) -> None: ...


class CompletionScorer:
    """Scores completions with one verifier, and one memory or none. Closing it closes the verifier."""

    def __init__(self, verifier: RewardVerifier, settings: RewardConfig, memory: ReasoningMemory | None = None) -> None:
        self.settings = settings
        self.memory = memory
        self._verifier = verifier
        self._catalogues: dict[str, Catalogue] = {}
        self._atoms: dict[tuple[str, str], Atoms] = {}

    def __enter__(self) -> CompletionScorer:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._verifier.close()

    def score_completions(
        self, rows: Sequence[RewardRow], completions: Sequence[str], step: int | None = 0
    ) -> list[RewardTerms]:
        """The terms of each completion, in order; `step` is written beside what the memory takes in, which is nothing
        where it is None.

        Raises ValueError where there is not one row a completion, RewardError where a gold does not run, SandboxError
        where the workers cannot work, and what the embedder raises.
        """
        if len(rows) != len(completions):
            raise ValueError(f"{len(completions)} completions, but {len(rows)} rows")
        least = self.settings.min_thought_characters
        parsed = [parse_completion(completion, least) for completion in completions]
        asked = [
            (place, row, answer)
            for place, (row, answer) in enumerate(zip(rows, parsed, strict=True))
            if answer.well_formed
        ]
        terms = [NOT_OF_THE_FORM] * len(completions)
        if asked:
            judged = self._judged([row for _, row, _ in asked], [answer for _, _, answer in asked], step)
            for (place, _, _), found in zip(asked, judged, strict=True):
                terms[place] = found
        return terms

    def _judged(
        self, rows: Sequence[RewardRow], answers: Sequence[ParsedCompletion], step: int | None
    ) -> list[RewardTerms]:
        """Terms of completions that are of the form."""
        verdicts = self._verifier.verify(
            [
                Candidate(row.database_id, row.database_path, row.golds[0], answer.sql)
                for row, answer in zip(rows, answers, strict=True)
            ]
        )
        for row, verdict in zip(rows, verdicts, strict=True):
            _require_gold(row, verdict)
        self._describe(row.database_path for row in rows)
        truths = [
            train_truth(verdict, gold_vacuous=row.gold_vacuous or verdict.gold_row_count == 0)
            for row, verdict in zip(rows, verdicts, strict=True)
        ]
        right = [
            execution_reward(executable=verdict.executable, correct=truth) == CORRECT
            for verdict, truth in zip(verdicts, truths, strict=True)
        ]
        closeness, remembered = self._recalled(rows, answers, right, step)
        return [
            reward_terms(
                well_formed=True,
                executable=verdict.executable,
                correct=truth,
                overlap=None if is_right or not self.settings.atomic else self._overlap(row, answer.sql),
                closeness=close,
                settings=self.settings,
                remembered=kept,
            )
            for row, answer, verdict, truth, is_right, close, kept in zip(
                rows, answers, verdicts, truths, right, closeness, remembered, strict=True
            )
        ]

    def _recalled(
        self, rows: Sequence[RewardRow], answers: Sequence[ParsedCompletion], right: Sequence[bool], step: int | None
    ) -> tuple[list[float | None], list[bool]]:
        """Each thought's closeness to the memory (None without one), and whether it was taken in afterwards."""
        remembered = [False] * len(rows)
        if self.memory is None:
            return [None] * len(rows), remembered
        worth = [
            step is not None
            and is_right
            and worth_remembering(answer.thought, self._columns(row), self.memory.settings)
            for row, answer, is_right in zip(rows, answers, right, strict=True)
        ]
        wanted = [place for place in range(len(rows)) if worth[place] or not right[place]]
        vectors = self.memory.vectors([answers[place].thought for place in wanted])
        found = self.memory.closeness(vectors, [rows[place].database_id for place in wanted])
        closeness: list[float | None] = [1.0] * len(rows)
        for place, close in zip(wanted, found, strict=True):
            closeness[place] = close
        kept = [number for number, place in enumerate(wanted) if worth[place]]
        traces = [Trace(rows[wanted[n]].database_id, answers[wanted[n]].thought) for n in kept]
        for number, new in zip(kept, self.memory.remember(traces, vectors[kept], step or 0), strict=True):
            remembered[wanted[number]] = new
        return closeness, remembered

    def _overlap(self, row: RewardRow, sql: str) -> float:
        golds = [self._atoms_of(row.database_path, gold) for gold in row.golds]
        return best_overlap(self._atoms_of(row.database_path, sql), golds)

    def _atoms_of(self, path: str, sql: str) -> Atoms:
        key = (path, sql)
        found = self._atoms.get(key)
        if found is None:
            if len(self._atoms) >= KEPT_ATOMS:
                self._atoms.clear()
            found = self._atoms[key] = self._operations(path, sql)
        return found

    def _operations(self, path: str, sql: str) -> Atoms:
        if self.settings.atoms == "reference":
            return reference_atoms(sql)
        return atoms(sql, self._catalogues[path], self.settings.fold_case)

    def _columns(self, row: RewardRow) -> list[str]:
        tables = self._catalogues[row.database_path].tables.values()
        return [column for table in tables for column in table.columns]

    def _describe(self, paths: Iterable[str]) -> None:
        new = [path for path in dict.fromkeys(paths) if path not in self._catalogues]
        self._catalogues |= zip(new, self._verifier.catalogues(new), strict=True)


def open_scorer(
    limits: SandboxConfig, settings: RewardConfig, memory: ReasoningMemory | None = None
) -> CompletionScorer:
    """A scorer with a verifier of its own, under a configuration's `[sandbox]`."""
    verifier: GoldVerifier = open_verifier(limits)
    return CompletionScorer(verifier, settings, memory)


def _require_gold(row: RewardRow, verdict: Verdict) -> None:
    if verdict.gold_error is not None or verdict.sandbox_difference is SandboxDifference.GOLD_FAILED:
        raise RewardError(
            f"{row.example_id}: its gold does not run ({verdict.gold_error or 'no rows to compare with'}), so that no "
            "answer can be rewarded: leave out of training what the gold audit flags, or raise [sandbox]'s limits"
        )

"""What a worker does with one candidate: run it as written, run what each rule makes of it, compare with gold.

Runs inside the sandbox's workers and knows only plain tuples; `verifier.py` is its other end. Gold results are
kept, one run a (file, text). With several database files the first is the one that the facts describe, and a rule's
answer is true only where it is on all. Imports nothing heavy: every worker pays for it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from t2s_pipeline.evaluation import official_text as text
from t2s_pipeline.evaluation.plug_value import PLUG_VALUE_TRIES, plugged_texts, ways_to_plug
from t2s_pipeline.evaluation.reference_rules import ReferenceGold, guided_text
from t2s_pipeline.evaluation.rule_verdict import RuleVerdict, compare, on_both
from t2s_pipeline.evaluation.verdict import SandboxDifference, preview, result_digest
from t2s_pipeline.sandbox.execute import DatabaseFileError, Execution, Runner, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.progress import ProgressPage
from t2s_pipeline.sandbox.tasks import packed_execution

JUDGE_TASK = "t2s_pipeline.evaluation.judge:Judge"
KEPT_GOLDS = 4_000
KEPT_GOLD_CELLS = 2_000_000
PLUG_VALUE_TIMEOUTS = 4  # all tries of a candidate may take as long as so many executions


class Phase(IntEnum):
    """What a worker was at when it died: whose fault it is."""

    AS_WRITTEN = 0
    GOLD = 1
    RULE = 2
    COMPARE = 3
    PLUG_VALUE = 4


@dataclass(frozen=True)
class _KeptGold:
    execution: Execution
    reference: ReferenceGold


class Judge:
    """A worker's task. Items: `("verify", paths, gold or None, sql, plug_value)`,
    `("execute", path, sql)`,
    `("audit", path, gold)`, `("has_rows", path)`, `("reads", path, sql)`.
    """

    def __init__(self, policy: SandboxPolicy, page: ProgressPage) -> None:
        self._runner = Runner(policy)
        self._page = page
        self._golds: OrderedDict[tuple[Any, ...], _KeptGold] = OrderedDict()
        self._gold_cells = 0
        self._kinds = {
            "verify": self._verify,
            "execute": self._execute,
            "audit": self._audit,
            "has_rows": self._has_rows,
            "reads": self._reads,
        }

    def __call__(self, item: tuple[str, ...]) -> list[Any]:
        kind, *arguments = item
        return self._kinds[kind](*arguments)

    def _verify(self, paths: Sequence[str], gold: str | None, sql: str, plug_value: bool) -> list[Any]:
        """Fields of a verdict that need the database, in the order of `verifier.JUDGED_FIELDS`."""
        self._page.begin_phase(Phase.AS_WRITTEN)
        written = self._runner.run(paths[0], sql, find_quoted_literals=True)
        answers, plugged = _NO_ANSWERS, _NO_ANSWER
        gold_rows, gold_error = None, None
        if gold is not None:
            gold_run = self._gold(paths[0], text.strict_text(gold)).execution
            gold_rows = len(gold_run.rows) if gold_run.status is Status.OK else None
            gold_error = gold_run.error
            answers = self._answers(paths[0], gold, sql, {sql: written})
            for path in paths[1:]:
                if not any(answer.correct is not False for answer in answers):
                    break
                answers = list(map(on_both, answers, self._answers(path, gold, sql, {})))
            if plug_value:
                plugged = answers[0] if answers[0].correct else self._plug_value(paths, gold, sql)
        self._page.begin_phase(Phase.COMPARE)
        ok = written.status is Status.OK
        return [
            written.status,
            written.error,
            len(written.rows) if ok else None,
            len(written.columns) if ok else None,
            written.columns,
            written.truncated,
            result_digest(written),
            preview(written),
            written.quoted_identifier_as_literal,
            *[answer.correct for answer in answers],
            plugged.correct,
            answers[0].difference or plugged.difference,
            gold_rows,
            gold_error,
            round(written.elapsed_ms, 3),
        ]

    def _answers(self, path: str, gold: str, sql: str, runs: dict[str, Execution]) -> list[RuleVerdict]:
        """On one file, in the order of `verifier.ANSWERS`. `runs` holds what has been run there."""
        return [
            self._official(path, gold, sql, runs),
            self._strict(path, gold, sql, runs),
            *[RuleVerdict(correct, None) for correct in self._references(path, gold, sql, runs)],
        ]

    def _official(self, path: str, gold: str, sql: str, runs: dict[str, Execution]) -> RuleVerdict:
        gold_text, sql_text = text.official_gold(gold), text.official_prediction(sql)
        if gold_text is None:
            return RuleVerdict(None, SandboxDifference.GOLD_FAILED)
        if sql_text is None:
            return RuleVerdict(False, None)
        return self._judge(path, gold_text, sql_text, runs)

    def _strict(self, path: str, gold: str, sql: str, runs: dict[str, Execution]) -> RuleVerdict:
        if not sql.strip():
            return RuleVerdict(False, None)
        return self._judge(path, text.strict_text(gold), text.strict_text(sql), runs)

    def _references(self, path: str, gold: str, sql: str, runs: dict[str, Execution]) -> tuple[bool | None, ...]:
        if not sql.strip():
            return (False, False, False)
        kept = self._gold(path, gold)
        guided = guided_text(sql)
        executions = [None if t is None else self._run(path, t, gold, kept.execution, runs) for t in (sql, guided)]
        self._page.begin_phase(Phase.COMPARE)
        return kept.reference.answers(executions[0], executions[1])

    def _judge(self, path: str, gold_text: str, sql_text: str, runs: dict[str, Execution]) -> RuleVerdict:
        gold = self._gold(path, gold_text).execution
        candidate = self._run(path, sql_text, gold_text, gold, runs)
        self._page.begin_phase(Phase.COMPARE)
        return compare(gold, candidate, text.order_matters(gold_text))

    def _plug_value(self, paths: Sequence[str], gold: str, sql: str) -> RuleVerdict:
        """The official rule on the texts with gold's values filled in, the prediction itself having failed it."""
        gold_text = text.official_gold(gold)
        if gold_text is None:
            return RuleVerdict(None, SandboxDifference.GOLD_FAILED)
        unknown: SandboxDifference | None = None
        ends = time.monotonic() + PLUG_VALUE_TIMEOUTS * self._runner.policy.timeout_seconds
        for sql_text in plugged_texts(gold, sql):
            answer = self._on_every_file(paths, gold_text, sql_text)
            if answer.correct or answer.difference is SandboxDifference.GOLD_FAILED:
                return answer
            if answer.difference not in _DECIDED:
                unknown = answer.difference
            if time.monotonic() > ends:
                return RuleVerdict(None, SandboxDifference.TIMEOUT)
        if unknown is None and ways_to_plug(gold, sql) > PLUG_VALUE_TRIES:
            unknown = SandboxDifference.UNDECIDED_VALUES
        return RuleVerdict(None if unknown else False, unknown)

    def _on_every_file(self, paths: Sequence[str], gold_text: str, sql_text: str) -> RuleVerdict:
        answer = RuleVerdict(True, None)
        for path in paths:
            gold = self._gold(path, gold_text).execution
            self._page.begin_phase(Phase.PLUG_VALUE)
            candidate = self._runner.run(path, sql_text)
            answer = on_both(answer, compare(gold, candidate, text.order_matters(gold_text)))
            if not answer.correct:
                break
        return answer

    def _run(self, path: str, sql_text: str, gold_text: str, gold: Execution, runs: dict[str, Execution]) -> Execution:
        """A rule's text, unless its result is known: from `runs`, or because it is gold's own."""
        if sql_text == gold_text:
            runs[sql_text] = gold
        elif sql_text not in runs:
            self._page.begin_phase(Phase.RULE)
            runs[sql_text] = self._runner.run(path, sql_text)
        return runs[sql_text]

    def _gold(self, path: str, gold_text: str) -> _KeptGold:
        """Gold's result, from the shelf or run now; the least recently used make room."""
        key = (*self._runner.file_stamp(path), gold_text)
        if key in self._golds:
            self._golds.move_to_end(key)
            return self._golds[key]
        self._page.begin_phase(Phase.GOLD)
        execution = self._runner.run(path, gold_text)
        kept = self._golds[key] = _KeptGold(execution, ReferenceGold(gold_text, execution))
        self._gold_cells += _cells(execution)
        while len(self._golds) > KEPT_GOLDS or (self._gold_cells > KEPT_GOLD_CELLS and len(self._golds) > 1):
            self._gold_cells -= _cells(self._golds.popitem(last=False)[1].execution)
        return kept

    def _execute(self, path: str, sql: str) -> list[Any]:
        self._page.begin_phase(Phase.AS_WRITTEN)
        return packed_execution(self._runner.run(path, sql, find_quoted_literals=True))

    def _reads(self, path: str, sql: str) -> list[Any]:
        """[tables, columns] of a `QueryReads`, or [] where the text is no query that may run."""
        self._page.begin_phase(Phase.AS_WRITTEN)
        reads = self._runner.reads(path, sql)
        return [reads.tables, reads.columns] if reads is not None else []

    def _has_rows(self, path: str) -> list[Any]:
        """[does any table of the database have a row]; True, too, where there is no telling."""
        self._page.begin_phase(Phase.GOLD)
        try:
            tables = [row[0] for row in self._runner.run(path, _TABLES_SQL).rows]
            return [any(self._runner.run(path, _ANY_ROW_SQL % _quoted(t)).rows for t in tables)]
        except DatabaseFileError:
            return [True]

    def _audit(self, path: str, gold: str) -> list[Any]:
        """[runs, row count, error, truncated] of a gold query as the strict rule runs it.

        An unusable database file is an error like any other here: finding it is what an audit is for.
        """
        self._page.begin_phase(Phase.GOLD)
        try:
            execution = self._runner.run(path, text.strict_text(gold))
        except DatabaseFileError as error:
            return [False, None, str(error), False]
        ok = execution.status is Status.OK
        return [ok, len(execution.rows) if ok else None, execution.error, execution.truncated]


def _quoted(name: object) -> str:
    """A table's name as SQL can always spell it."""
    return '"' + str(name).replace('"', '""') + '"'


def _cells(execution: Execution) -> int:
    return 1 + len(execution.rows) * len(execution.columns)


_DECIDED = (
    None,
    SandboxDifference.FIXED_CLOCK,
    SandboxDifference.DENIED_STATEMENT,
    SandboxDifference.DENIED_FUNCTION,
)
_NO_ANSWER = RuleVerdict(None, None)
_NO_ANSWERS = [_NO_ANSWER] * 5
_TABLES_SQL = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_ANY_ROW_SQL = "SELECT 1 FROM %s LIMIT 1"

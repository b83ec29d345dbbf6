"""What a worker does with one candidate: run it as written, run what each rule makes of it, compare with gold.

Runs inside the sandbox's workers and knows only plain tuples; `verifier.py` is its other end. Gold results are
kept (`gold_shelf.py`). An item that runs out of memory is judged once more with nothing kept, so that no verdict
depends on what was judged before. With several database files the first is the one that the facts describe, and a
rule's answer is true only where it is on all. Imports nothing heavy: every worker pays for it.
"""

from __future__ import annotations

import marshal
import os
import time
from collections.abc import Sequence
from enum import IntEnum
from operator import or_
from typing import Any

from t2s_pipeline.evaluation import official_text as text
from t2s_pipeline.evaluation.gold_shelf import GoldRun, GoldShelf
from t2s_pipeline.evaluation.plug_value import PLUG_VALUE_TRIES, plugged_texts, ways_to_plug
from t2s_pipeline.evaluation.reference_rules import guided_text
from t2s_pipeline.evaluation.rule_verdict import RuleVerdict, compare, on_both, same_rows
from t2s_pipeline.evaluation.same_query import query_key
from t2s_pipeline.evaluation.shelf import Shelf
from t2s_pipeline.evaluation.verdict import SandboxDifference, preview, result_digest
from t2s_pipeline.evaluation.voting_keys import result_key
from t2s_pipeline.sandbox.execute import DatabaseFileError, Execution, Runner, Status
from t2s_pipeline.sandbox.file_stamp import FileStamp, file_stamp
from t2s_pipeline.sandbox.policy import MEGABYTE, SandboxPolicy
from t2s_pipeline.sandbox.progress import ProgressPage
from t2s_pipeline.sandbox.tasks import packed_execution

JUDGE_TASK = "t2s_pipeline.evaluation.judge:Judge"
KEPT_OUTCOMES = 10_000
KEPT_COLUMNS = 20  # wider outcomes are not kept
OUTCOME_BYTES = 1_500  # of one without names and rows
KEPT_SHARE = 16  # of a worker's memory, golds and outcomes may each take one in so many parts
PLUG_VALUE_TIMEOUTS = 4  # all tries of a candidate may take as long as so many executions


class Phase(IntEnum):
    """What a worker was at when it died: whose fault it is."""

    AS_WRITTEN = 0
    GOLD = 1
    RULE = 2
    COMPARE = 3
    PLUG_VALUE = 4


class Judge:
    """A worker's task. Items: `("verify", paths, gold or None, sql, plug_value)`,
    `("execute", path, sql)`,
    `("audit", path, gold)`, `("has_rows", path)`, `("reads", path, sql)`, `("plan", path, sql)`,
    `("result_key", path, sql)`, `("described", path)`.
    """

    def __init__(self, policy: SandboxPolicy, page: ProgressPage) -> None:
        self._runner = Runner(policy)
        self._page = page
        self._stamps: dict[str, FileStamp] = {}  # of the files of the item at hand
        self._phase = Phase.AS_WRITTEN
        most_bytes = policy.memory_mb * MEGABYTE // KEPT_SHARE
        self._outcomes: Shelf[list[Any]] = Shelf(KEPT_OUTCOMES, most_bytes)
        self._golds = GoldShelf(self._run_gold, self._stamp, most_bytes)
        self._keeps = False  # did anything lie on the shelves when the item began?
        self._kinds = {
            "verify": self._verify,
            "execute": self._execute,
            "audit": self._audit,
            "has_rows": self._has_rows,
            "reads": self._reads,
            "plan": self._plan,
            "result_key": self._result_key,
            "described": self._described,
        }

    def __call__(self, item: tuple[str, ...]) -> list[Any]:
        kind, *arguments = item
        self._stamps.clear()
        self._keeps = bool(len(self._golds) or len(self._outcomes))
        try:
            return self._kinds[kind](*arguments)
        except MemoryError:
            if not self._keeps:
                raise
        self._golds.clear()  # only here, where the exception holds no rows any more
        self._outcomes.clear()
        self._runner.close()
        self._keeps = False
        return self._kinds[kind](*arguments)

    def _verify(self, paths: Sequence[str], gold: str | None, sql: str, plug_value: bool) -> list[Any]:
        """Fields of a verdict that need the database, in the order of `verifier.JUDGED_FIELDS`.

        A query that was judged before in other words, blanks and case apart, is not judged again.
        """
        query = None if plug_value else query_key(sql)  # filled-in values depend on the blanks
        if query is None:
            return self._judged(paths, gold, sql, plug_value)[0]
        key = (*map(self._stamp, paths), gold, query)
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome, shareable = self._judged(paths, gold, sql, plug_value)
            if shareable:
                self._outcomes.put(key, outcome, OUTCOME_BYTES + len(gold or "") + len(sql) + _shown_bytes(outcome))
        return outcome

    def _judged(self, paths: Sequence[str], gold: str | None, sql: str, plug_value: bool) -> tuple[list[Any], bool]:
        """The outcome, and whether it is the same for every way to write the query."""
        self._begin(Phase.AS_WRITTEN)
        written = self._executed(paths[0], sql, find_quoted_literals=True)
        answers, plugged, digest = _NO_ANSWERS, _NO_ANSWER, None
        gold_rows, gold_error = None, None
        if gold is not None:
            kept = self._golds.get(paths[0], gold)
            gold_run = kept.strict.execution
            gold_rows = len(gold_run.rows) if gold_run.status is Status.OK else None
            gold_error = gold_run.error
            answers = self._answers(paths[0], gold, sql, {sql: written})
            if len(paths) > 1:
                answers, gold_error = self._on_further_files(paths, gold, sql, answers, gold_error)
            if plug_value:
                decided = answers[0].correct or answers[0].difference is SandboxDifference.GOLD_FAILED
                plugged = answers[0] if decided else self._plug_value(paths, gold, sql)
            if len(written.columns) == len(gold_run.columns) and same_rows(gold_run, written):
                digest = kept.strict_digest
        self._begin(Phase.COMPARE)
        ok = written.status is Status.OK
        difference = answers[0].difference or plugged.difference
        shareable = ok and len(written.columns) <= KEPT_COLUMNS and gold_error is None and difference is None
        outcome = [
            written.status,
            written.error,
            len(written.rows) if ok else None,
            len(written.columns) if ok else None,
            written.columns,
            written.truncated,
            digest if digest and not written.truncated else result_digest(written),
            preview(written),
            written.quoted_identifier_as_literal,
            *[answer.correct for answer in answers],
            plugged.correct,
            difference,
            gold_rows,
            gold_error,
            round(written.elapsed_ms, 3),
        ]
        return outcome, shareable

    def _answers(self, path: str, gold_sql: str, sql: str, runs: dict[str, Execution]) -> list[RuleVerdict]:
        """On one file, in the order of `verifier.ANSWERS`. `runs` holds what has been run there."""
        gold = self._golds.get(path, gold_sql)
        official_text, strict_text = text.official_prediction(sql), text.strict_text(sql)
        if gold.official is None:
            official = _GOLD_FAILED
        elif official_text is None:
            official = RuleVerdict(False, None)
        else:
            official = self._judge(path, gold.official, official_text, runs)
        if not sql.strip():
            return [official, *[RuleVerdict(False, None)] * 4]
        if gold.strict is gold.official and strict_text == official_text:
            strict = official
        else:
            strict = self._judge(path, gold.strict, strict_text, runs)
        guided = guided_text(sql)
        written = self._run(path, sql, runs)
        guided_run = written if guided == sql else guided and self._run(path, guided, runs)
        self._begin(Phase.COMPARE)
        return [official, strict, *[_ANSWER_OF[a] for a in gold.references.answers(written, guided_run or None)]]

    def _on_further_files(
        self, paths: Sequence[str], gold: str, sql: str, answers: list[RuleVerdict], gold_error: str | None
    ) -> tuple[list[RuleVerdict], str | None]:
        """The answers on all files, and gold's first error. A wrong candidate does not run on the rest, gold does:
        where it fails on any file the official evaluator stops, whichever file it takes first."""
        failed = self._golds.get(paths[0], gold).failed
        for path in paths[1:]:
            if any(answer.correct is not False for answer in answers):
                answers = list(map(on_both, answers, self._answers(path, gold, sql, {})))
            further = self._golds.get(path, gold)
            failed = tuple(map(or_, failed, further.failed))
            error = further.strict.execution.error
            if gold_error is None and error is not None:
                gold_error = f"{os.path.basename(path)}: {error}"
        return [_GOLD_FAILED if f else answer for f, answer in zip(failed, answers, strict=True)], gold_error

    def _judge(self, path: str, gold: GoldRun, sql_text: str, runs: dict[str, Execution]) -> RuleVerdict:
        candidate = gold.execution if sql_text == gold.text else self._run(path, sql_text, runs)
        self._begin(Phase.COMPARE)
        return compare(gold.execution, candidate, gold.order_matters)

    def _run(self, path: str, sql_text: str, runs: dict[str, Execution]) -> Execution:
        """A rule's text, unless it was run."""
        if sql_text not in runs:
            self._begin(Phase.RULE)
            runs[sql_text] = self._executed(path, sql_text)
        return runs[sql_text]

    def _plug_value(self, paths: Sequence[str], gold: str, sql: str) -> RuleVerdict:
        """The official rule on the texts with gold's values filled in, the prediction itself having failed it."""
        unknown: SandboxDifference | None = None
        ends = time.monotonic() + PLUG_VALUE_TIMEOUTS * self._runner.policy.timeout_seconds
        for sql_text in plugged_texts(gold, sql):
            answer = self._on_every_file(paths, gold, sql_text)
            if answer.correct:
                return answer
            if answer.difference not in _DECIDED:
                unknown = answer.difference
            if time.monotonic() > ends:
                return RuleVerdict(None, SandboxDifference.TIMEOUT)
        if unknown is None and ways_to_plug(gold, sql) > PLUG_VALUE_TRIES:
            unknown = SandboxDifference.UNDECIDED_VALUES
        return RuleVerdict(None if unknown else False, unknown)

    def _on_every_file(self, paths: Sequence[str], gold_sql: str, sql_text: str) -> RuleVerdict:
        answer = RuleVerdict(True, None)
        for path in paths:
            gold = self._golds.get(path, gold_sql).official
            assert gold is not None
            self._begin(Phase.PLUG_VALUE)
            candidate = self._executed(path, sql_text)
            answer = on_both(answer, compare(gold.execution, candidate, gold.order_matters))
            if not answer.correct:
                break
        return answer

    def _run_gold(self, path: str, sql_text: str) -> Execution:
        self._begin(Phase.GOLD)
        return self._executed(path, sql_text)

    def _executed(self, path: str, sql_text: str, find_quoted_literals: bool = False) -> Execution:
        """Run a text. Raises MemoryError where it ran out of memory beside what is kept of other items."""
        stamp = self._stamp(path)
        execution = self._runner.run(path, sql_text, find_quoted_literals=find_quoted_literals, stamp=stamp)
        if self._keeps and execution.status is Status.RESOURCE_LIMIT and "out of memory" in (execution.error or ""):
            raise MemoryError
        return execution

    def _stamp(self, path: str) -> FileStamp:
        """The state of a file, looked at once an item."""
        stamp = self._stamps.get(path)
        if stamp is None:
            stamp = self._stamps[path] = file_stamp(path)
        return stamp

    def _begin(self, phase: Phase) -> None:
        """Tell the parent, but not that comparing goes on."""
        if phase is not Phase.COMPARE or self._phase is not phase:
            self._page.begin_phase(phase)
        self._phase = phase

    def _execute(self, path: str, sql: str) -> list[Any]:
        self._begin(Phase.AS_WRITTEN)
        return packed_execution(self._executed(path, sql, find_quoted_literals=True))

    def _reads(self, path: str, sql: str) -> list[Any]:
        """[tables, columns] of a `QueryReads`, or [] where the text is no query that may run."""
        self._begin(Phase.AS_WRITTEN)
        reads = self._runner.reads(path, sql)
        return [reads.tables, reads.columns] if reads is not None else []

    def _plan(self, path: str, sql: str) -> list[Any]:
        """[the lines of SQLite's plan], or [] where there is none."""
        self._begin(Phase.AS_WRITTEN)
        lines = self._runner.plan(path, sql)
        return [lines] if lines is not None else []

    def _result_key(self, path: str, sql: str) -> list[Any]:
        """The fields of a `ResultKey`, or [] where there is none. The rows stay here."""
        self._begin(Phase.AS_WRITTEN)
        key = result_key(self._executed(path, sql))
        return [key.digest, key.kind, key.reference] if key is not None else []

    def _described(self, path: str) -> list[Any]:
        """[name, columns, keys] of every table."""
        return [[table.name, table.columns, table.keys] for table in self._runner.described(path)]

    def _has_rows(self, path: str) -> list[Any]:
        """[does any table of the database have a row]; True, too, where there is no telling."""
        self._begin(Phase.GOLD)
        try:
            tables = [row[0] for row in self._runner.run(path, _TABLES_SQL).rows]
            return [any(self._runner.run(path, _ANY_ROW_SQL % _quoted(t)).rows for t in tables)]
        except DatabaseFileError:
            return [True]

    def _audit(self, path: str, gold: str) -> list[Any]:
        """[runs, row count, error, truncated] of a gold query as the strict rule runs it.

        An unusable database file is an error like any other here: finding it is what an audit is for.
        """
        self._begin(Phase.GOLD)
        try:
            execution = self._executed(path, text.strict_text(gold))
        except DatabaseFileError as error:
            return [False, None, str(error), False]
        ok = execution.status is Status.OK
        return [ok, len(execution.rows) if ok else None, execution.error, execution.truncated]


def _shown_bytes(outcome: list[Any]) -> int:
    return len(marshal.dumps((outcome[_COLUMN_NAMES], outcome[_PREVIEW])))


def _quoted(name: object) -> str:
    """A table's name as SQL can always spell it."""
    return '"' + str(name).replace('"', '""') + '"'


_COLUMN_NAMES, _PREVIEW = 4, 7  # places in an outcome
_DECIDED = (
    None,
    SandboxDifference.FIXED_CLOCK,
    SandboxDifference.DENIED_STATEMENT,
    SandboxDifference.DENIED_FUNCTION,
)
_GOLD_FAILED = RuleVerdict(None, SandboxDifference.GOLD_FAILED)
_NO_ANSWER = RuleVerdict(None, None)
_NO_ANSWERS = [_NO_ANSWER] * 5
_ANSWER_OF = {answer: RuleVerdict(answer, None) for answer in (True, False, None)}
_TABLES_SQL = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_ANY_ROW_SQL = "SELECT 1 FROM %s LIMIT 1"

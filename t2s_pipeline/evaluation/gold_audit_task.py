"""What a worker does with one gold query for the audit. `gold_audit.py` is its other end, and says what it means.

Items are `(path, gold)`; the answer is a list in the order of `ANSWER_FIELDS`. Whatever cannot be told is None.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import apsw
from sqlglot import exp

from t2s_pipeline.evaluation.database_facts import DatabaseFacts
from t2s_pipeline.evaluation.official_text import official_gold, order_matters, strict_text
from t2s_pipeline.sandbox.execute import DatabaseFileError, Execution, Row, Runner, Status
from t2s_pipeline.sandbox.file_stamp import file_stamp
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.progress import ProgressPage
from t2s_pipeline.sql.limit_cuts import limit_probes
from t2s_pipeline.sql.parse import parse_query
from t2s_pipeline.sql.row_order import VariantGroup, order_variants
from t2s_pipeline.sql.text_numbers import as_numbers, compared_columns

AUDIT_TASK = "t2s_pipeline.evaluation.gold_audit_task:AuditTask"
ANSWER_FIELDS = (
    "database_without_rows",
    "limit_cuts_tie",
    "depends_on_row_order",
    "sorts_text_numbers",
    "text_sort_decides",
    "reads_non_utf8",
    "detail",
)
KEPT_DATABASES = 8

Finding = tuple[bool | None, str | None]
"""A flag (None: cannot be told), and in words what it rests on."""


class AuditTask:
    """A worker's task."""

    def __init__(self, policy: SandboxPolicy, page: ProgressPage) -> None:
        own = replace(policy, warm_connections=KEPT_DATABASES)
        self._policy = own
        self._runner = Runner(own)
        self._reversed = Runner(replace(own, reverse_scans=True))
        self._page = page
        self._facts: OrderedDict[tuple[Any, ...], DatabaseFacts] = OrderedDict()
        self._path = ""

    def __call__(self, item: tuple[str, str]) -> list[Any]:
        self._path, gold = item
        self._page.begin_phase(0)
        try:
            facts = self._database()
        except DatabaseFileError as error:
            return [*[None] * (len(ANSWER_FIELDS) - 1), [str(error)]]
        written = strict_text(gold)
        # The official rule drops DISTINCT: there are two texts whose verdicts stand on the gold.
        texts = dict.fromkeys(filter(None, (written, official_gold(gold))))
        depends = _any([self._depends(text) for text in texts])
        cuts = self._cuts(written)
        sorts, decides = self._text_numbers(facts, written)
        undecodable = self._undecodable(facts, written)
        findings = (cuts, depends, sorts, decides, undecodable)
        details = [words for flag, words in findings if words and flag is not False]
        return [not facts.has_rows, *(flag for flag, _ in findings), details]

    def _database(self) -> DatabaseFacts:
        stamp = file_stamp(self._path)
        if stamp not in self._facts:
            while len(self._facts) >= KEPT_DATABASES:
                self._facts.popitem(last=False)[1].close()
            self._facts[stamp] = DatabaseFacts(self._path, self._policy)
        self._facts.move_to_end(stamp)
        return self._facts[stamp]

    def _run(self, sql: str, *, backwards: bool = False) -> Execution | None:
        """A complete result, or None."""
        self._page.begin_phase(0)
        execution = (self._reversed if backwards else self._runner).run(self._path, sql)
        return execution if execution.status is Status.OK and not execution.truncated else None

    def _depends(self, text: str) -> Finding:
        base = self._run(text)
        if base is None:
            return None, "row order: the query has no complete result"
        ordered = order_matters(text)
        backwards = self._run(text, backwards=True)
        if backwards is not None and not _same(base, backwards, ordered):
            return True, "row order: tables read backwards give another result"
        root = _parsed(text)
        if root is None:
            return None, "row order: the query cannot be parsed"
        variants = order_variants(root, len(base.columns), ordered)
        if variants.groups:
            plain = self._run(variants.plain)
            if plain is None or not _same(base, plain, ordered):
                return None, "row order: the query written again is another one"
        found = [self._group(group, base, ordered) for group in variants.groups]
        found += [(None, f"row order: {point}") for point in variants.open_points]
        return _any(found)

    def _group(self, group: VariantGroup, base: Execution, ordered: bool) -> Finding:
        first, *others = [self._run(text) for text in group.texts]
        if first is None or None in others:
            return None, f"row order: {group.what}, settled otherwise, do not run"
        if not all(_same(first, other, ordered) for other in others):
            return (True if group.decisive else None), f"row order: {group.what}"
        return (False, None) if _same(base, first, ordered) else (None, f"row order: {group.what}")

    def _cuts(self, text: str) -> Finding:
        root = _parsed(text)
        if root is None:
            return None, "ties: the query cannot be parsed"
        found: list[Finding] = []
        for probe in limit_probes(root):
            execution = self._run(probe.sql) if probe else None
            if execution is None:
                found.append((None, "ties: a LIMIT that cannot be asked by itself"))
            else:
                found.append((probe.cuts(execution.rows), f"LIMIT {probe.kept} cuts a tie"))
        return _any(found)

    def _text_numbers(self, facts: DatabaseFacts, text: str) -> tuple[Finding, Finding]:
        """Whether the query sorts numbers kept as text, and whether its result would be another one with numbers."""
        root = _parsed(text)
        if root is None:
            unknown = (None, "text numbers: the query cannot be parsed")
            return unknown, unknown
        self._page.begin_phase(0)
        try:
            columns = [o for o in compared_columns(root, facts.catalogue) if facts.text_numbers(*o)]
        except apsw.Error as error:
            unknown = (None, f"text numbers: {error}")
            return unknown, unknown
        if not columns:
            return (False, None), (False, None)
        names = ", ".join(".".join(origin) for origin in columns)
        base = self._run(text)
        numeric = self._run(as_numbers(root, facts.catalogue, lambda origin: facts.text_numbers(*origin)))
        if base is None or numeric is None:
            return (True, f"text numbers: {names}"), (None, "text numbers: the query with numbers does not run")
        other = not _same(_as_numbers(base), _as_numbers(numeric), order_matters(text))
        return (True, f"text numbers: {names}"), (other, "text numbers: sorted as numbers the result is another")

    def _undecodable(self, facts: DatabaseFacts, text: str) -> Finding:
        self._page.begin_phase(0)
        read = self._runner.reads(self._path, text)
        if read is None:
            return None, "text that is not UTF-8: the query does not compile"
        try:
            found = [f"{table}.{column}" for table, column in read.columns if facts.is_undecodable(table, column)]
        except apsw.Error as error:
            return None, f"text that is not UTF-8: {error}"
        return bool(found), f"text that is not UTF-8: {', '.join(found)}"


@lru_cache(8)
def _parsed(text: str) -> exp.Query | None:
    """The query's tree, which nobody here changes: a gold's texts are asked about one after the other."""
    return parse_query(text)


def _any(findings: Sequence[Finding]) -> Finding:
    """True where one is true, else None where one is None, else False; with the words of the one that decides."""
    for wanted in (True, None):
        for flag, words in findings:
            if flag is wanted:
                return flag, words
    return False, None


def _same(one: Execution, other: Execution, ordered: bool) -> bool:
    if ordered or len(one.rows) != len(other.rows):
        return one.rows == other.rows
    return one.rows == other.rows or Counter(one.rows) == Counter(other.rows)


def _as_numbers(execution: Execution) -> Execution:
    """The result with text that reads as a number as that number, so that a cast alone makes no difference."""
    rows: tuple[Row, ...] = tuple(tuple(map(_number, row)) for row in execution.rows)
    return replace(execution, rows=rows)


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value

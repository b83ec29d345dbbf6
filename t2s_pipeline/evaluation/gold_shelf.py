"""Gold results, kept for the candidates to come: each rule's text of a gold query runs once a file.

    shelf = GoldShelf(run, stamp, most_bytes=32 << 20)
    shelf.get("/data/shop.sqlite", "SELECT DISTINCT name FROM item").official.execution

The least recently used make room, by number and by bytes of their rows. What the rules derive of the rows is not
counted: some three times as much. Not thread-safe: one shelf a worker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from t2s_pipeline.evaluation import official_text as text
from t2s_pipeline.evaluation.reference_rules import ReferenceGold
from t2s_pipeline.evaluation.rule_verdict import gives_rows
from t2s_pipeline.evaluation.shelf import Shelf
from t2s_pipeline.evaluation.verdict import result_digest
from t2s_pipeline.sandbox.capped_rows import at_most_bytes
from t2s_pipeline.sandbox.execute import Execution
from t2s_pipeline.sandbox.file_stamp import FileStamp

KEPT_GOLDS = 4_000
GOLD_BYTES = 2_000  # of a gold without rows


@dataclass(frozen=True)
class GoldRun:
    """One text of a gold query, run."""

    text: str
    execution: Execution
    order_matters: bool


@dataclass(frozen=True)
class Gold:
    """What each rule runs of a gold query on one file; equal texts are one run. `official`: None for no statement."""

    official: GoldRun | None
    strict: GoldRun
    references: ReferenceGold
    size: int  # in bytes, roughly

    @cached_property
    def failed(self) -> tuple[bool, ...]:
        """Has each rule no rows of gold to compare with? In the order of `verifier.ANSWERS`."""
        official = self.official is None or not gives_rows(self.official.execution)
        return (official, not gives_rows(self.strict.execution), *[not self.references.readable] * 3)

    @cached_property
    def strict_digest(self) -> str | None:
        return result_digest(self.strict.execution)


class GoldShelf:
    """`run` executes a text on the file at a path; `stamp` tells one state of that file from another."""

    def __init__(
        self, run: Callable[[str, str], Execution], stamp: Callable[[str], FileStamp], most_bytes: int
    ) -> None:
        self._run = run
        self._stamp = stamp
        self._golds: Shelf[Gold] = Shelf(KEPT_GOLDS, most_bytes)

    def __len__(self) -> int:
        return len(self._golds)

    def clear(self) -> None:
        self._golds.clear()

    def get(self, path: str, sql: str) -> Gold:
        """Gold's results, from the shelf or run now."""
        key = (self._stamp(path), sql)
        gold = self._golds.get(key)
        if gold is None:
            gold = self._results(path, sql)
            self._golds.put(key, gold, gold.size)
        return gold

    def _results(self, path: str, sql: str) -> Gold:
        runs: dict[str, GoldRun] = {}
        official_text, strict_text = text.official_gold(sql), text.strict_text(sql)
        for gold_text in dict.fromkeys((official_text, strict_text, sql)):
            if gold_text is not None:
                runs[gold_text] = GoldRun(gold_text, self._run(path, gold_text), text.order_matters(gold_text))
        return Gold(
            official=None if official_text is None else runs[official_text],
            strict=runs[strict_text],
            references=ReferenceGold(sql, runs[sql].execution),
            size=GOLD_BYTES + 2 * len(sql) + sum(_size(run) for run in runs.values()),
        )


def _size(run: GoldRun) -> int:
    names = sum(map(len, run.execution.columns))
    return len(run.text) + len(run.execution.error or "") + names + at_most_bytes(run.execution.rows)

"""Gold results, kept for the candidates to come: each rule's text of a gold query runs once a file.

    shelf = GoldShelf(run, stamp)
    shelf.get("/data/shop.sqlite", "SELECT DISTINCT name FROM item").official.execution

The least recently used make room, by number and by cells. Not thread-safe: one shelf a worker.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from t2s_pipeline.evaluation import official_text as text
from t2s_pipeline.evaluation.reference_rules import ReferenceGold
from t2s_pipeline.evaluation.verdict import result_digest
from t2s_pipeline.sandbox.execute import Execution
from t2s_pipeline.sandbox.file_stamp import FileStamp

KEPT_GOLDS = 4_000
KEPT_GOLD_CELLS = 2_000_000


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
    cells: int

    @cached_property
    def strict_digest(self) -> str | None:
        return result_digest(self.strict.execution)


class GoldShelf:
    """`run` executes a text on the file at a path; `stamp` tells one state of that file from another."""

    def __init__(self, run: Callable[[str, str], Execution], stamp: Callable[[str], FileStamp]) -> None:
        self._run = run
        self._stamp = stamp
        self._golds: OrderedDict[tuple[FileStamp, str], Gold] = OrderedDict()
        self._cells = 0

    def get(self, path: str, sql: str) -> Gold:
        """Gold's results, from the shelf or run now."""
        key = (self._stamp(path), sql)
        if key in self._golds:
            self._golds.move_to_end(key)
            return self._golds[key]
        gold = self._golds[key] = self._results(path, sql)
        self._cells += gold.cells
        while len(self._golds) > KEPT_GOLDS or (self._cells > KEPT_GOLD_CELLS and len(self._golds) > 1):
            self._cells -= self._golds.popitem(last=False)[1].cells
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
            cells=sum(_cells(run.execution) for run in runs.values()),
        )


def _cells(execution: Execution) -> int:
    return 1 + len(execution.rows) * len(execution.columns)

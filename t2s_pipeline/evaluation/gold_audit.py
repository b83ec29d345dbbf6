"""The gold audit: what there is to say against a gold query, and on which golds a verdict can be relied on.

    rows = audit_flags(examples, rejected, paths, config.sandbox)       # rows of table `gold_audit`
    {row["example_id"] for row in rows if row["audited"]}

`examples` and `rejected` are rows of the tables of these names; rejected rows without a gold are left out. A flag is
None where it cannot be told. What `examples` says of a gold (its rows, vacuous or not) is taken from there.

* `fails`: the gold does not run, or returns more than the sandbox's caps allow. The row is in `rejected_examples`.
* `empty`: it returns no rows. Any wrong query that returns none is judged right.
* `database_without_rows`: no table of its database has a row.
* `vacuous`: one of these two.
* `limit_cuts_tie`: of an ORDER BY ... LIMIT k in it, row k + 1 has the same order keys as row k.
* `depends_on_row_order`: its result, as the official rule compares it (in order where `order by` occurs in its text),
  is not determined by the data: it differs where SQLite reads the tables backwards, or where ties of an ORDER BY, a
  LIMIT without one, a value subquery of several rows, `group_concat` or a column beside an aggregate are settled
  another way (`sql/row_order.py`). Looked at with DISTINCT and without it, as `official` drops it. A tie that is cut
  between rows that look the same does not count.
* `sorts_text_numbers`: it sorts or compares (ORDER BY, MIN, MAX, <, >, BETWEEN) a column of text affinity that holds
  numbers and nothing else but NULL and words for a missing number (`database_facts.NO_NUMBER`).
* `text_sort_decides`: and with these columns cast to numbers its result would be another one. Years of four digits,
  for one, sort alike both ways.
* `reads_non_utf8`: a column that it reads, by SQLite's own account, holds text that is not UTF-8.

`audited`: it is known that none of these makes the verdict unreliable: it runs, is not vacuous (an empty result says
nothing), does not depend on row order (a right query may be judged wrong, and by another SQLite otherwise), the order
of text does not decide (a query that sorts numbers as numbers would be judged wrong), and it reads no broken text
(drivers differ in what they make of it, or fail). `limit_cuts_tie` and `sorts_text_numbers` by themselves are no
reason. What cannot be told is not audited.

Not covered: a gold that runs soundly but answers another question; further database files of a test suite (the audit
looks at the database's own file); the last bits of a sum of fractions, which under an SQLite before 3.43 depend on the
order of the rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.evaluation.gold_audit_task import ANSWER_FIELDS, AUDIT_TASK
from t2s_pipeline.evaluation.verifier import policy_of
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.sandbox.pool import Death, Pool

GOLD_AUDIT_CODE_VERSION = "1"
BATCH = 500
"""Golds between two reports of progress."""

FLAGS = (
    "fails",
    "empty",
    "database_without_rows",
    "vacuous",
    "limit_cuts_tie",
    "depends_on_row_order",
    "sorts_text_numbers",
    "text_sort_decides",
    "reads_non_utf8",
)
DISQUALIFYING = ("fails", "vacuous", "depends_on_row_order", "text_sort_decides", "reads_non_utf8")
"""Flags that must be known to be False for a gold to be `audited`."""

Row = dict[str, Any]


def audit_flags(
    examples: Sequence[Mapping[str, Any]],
    rejected: Sequence[Mapping[str, Any]],
    paths: Mapping[str, Path],
    limits: SandboxConfig,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Row]:
    """A row of `gold_audit` (without `experiment`) for every example, then for every rejected row with a gold.

    `paths` are the examples' databases by database_id. Raises InvariantError where `examples` calls vacuous what is
    not, or the other way round: it was made from other databases.
    """
    answers = _answers([(os.path.abspath(paths[e["database_id"]]), e["gold"]) for e in examples], limits, progress)
    rows = [_example_row(example, answer) for example, answer in zip(examples, answers, strict=True)]
    return rows + [_rejected_row(row) for row in rejected if row["gold"] is not None]


def _answers(
    items: Sequence[tuple[str, str]], limits: SandboxConfig, progress: Callable[[int, int, str], None] | None
) -> list[Row]:
    distinct = sorted(set(items))
    found: dict[tuple[str, str], Row] = {}
    with Pool(AUDIT_TASK, policy_of(limits), limits.workers or None) as pool:
        for start in range(0, len(distinct), BATCH):
            batch = distinct[start : start + BATCH]
            outcomes = pool.run(batch, [path for path, _ in batch])
            found |= {item: _answer(outcome) for item, outcome in zip(batch, outcomes, strict=True)}
            if progress:
                progress(start + len(batch), len(distinct), "golds audited")
    return [found[item] for item in items]


def _answer(outcome: list[Any] | Death) -> Row:
    if isinstance(outcome, Death):
        return dict.fromkeys(ANSWER_FIELDS) | {"detail": ["the audit's queries exceeded the sandbox's limits"]}
    return dict(zip(ANSWER_FIELDS, outcome, strict=True))


def _example_row(example: Mapping[str, Any], answer: Row) -> Row:
    empty, without_rows = example["gold_row_count"] == 0, answer["database_without_rows"]
    if without_rows is not None and example["gold_vacuous"] is not (empty or without_rows):
        raise InvariantError(
            f"{example['example_id']}: gold_vacuous is {example['gold_vacuous']} in `examples`, but the gold returned "
            f"{example['gold_row_count']} rows and its database has {'no' if without_rows else 'some'}: "
            "load the split again"
        )
    row = {
        "example_id": example["example_id"],
        **_source(example),
        "fails": False,
        "empty": empty,
        "vacuous": example["gold_vacuous"],
        **answer,
    }
    return row | {"audited": all(row[flag] is False for flag in DISQUALIFYING)}


def _rejected_row(rejected: Mapping[str, Any]) -> Row:
    """A gold that is no example: it fails, or there is nothing to run it on."""
    fails = True if rejected["reason"] == "gold_fails" else None
    return {
        "example_id": None,
        **_source(rejected),
        **dict.fromkeys(FLAGS),
        "fails": fails,
        "detail": [f"{rejected['reason']}: {rejected['detail']}"],
        "audited": False,
    }


def _source(row: Mapping[str, Any]) -> Row:
    return {name: row[name] for name in ("split", "source_file", "source_row", "database_id", "gold")}

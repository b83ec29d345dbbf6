"""The cost term of the execution-guided reference: what SQLite's plan of a query says of its cost.

    counts = plan_counts(("SCAN T2", "SEARCH T1 USING INTEGER PRIMARY KEY (rowid=?)"))
    cost_reward(counts, cartesian=False)        # -0.06 + 0.025 = -0.035

It stands apart from the rule reward: pairs and repairs compare that one, `reward_with_cost` is the sum of both. The
Cartesian product is told by the query's joins (`evaluation/guards.py`), because SQLite's plan never names one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SCAN = -0.06
SEARCH = 0.025
TEMP_B_TREE = -0.04
CARTESIAN = -0.10
ACCESS_FREE = 2
ACCESS = -0.015
ACCESS_MOST = -0.06
LOWEST, HIGHEST = -0.25, 0.10
UNKNOWN = -0.10
"""Of a query that did not run, or has no plan."""

_INDEXED = re.compile(r" USING (?:(?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?INDEX|INTEGER PRIMARY KEY|PRIMARY KEY)\b")


@dataclass(frozen=True)
class PlanCounts:
    """Lines of a plan: tables read whole by no index, looked up by one, sorts and DISTINCTs kept in a temporary B-tree,
    and all accesses to tables."""

    scans: int
    searches: int
    temp_b_trees: int
    accesses: int


def plan_counts(plan: Iterable[str]) -> PlanCounts:
    """Counts of the lines of EXPLAIN QUERY PLAN."""
    lines = list(plan)
    scans = [line for line in lines if line.startswith("SCAN ") and line != "SCAN CONSTANT ROW"]
    searches = [line for line in lines if line.startswith("SEARCH ")]
    return PlanCounts(
        scans=sum(not _INDEXED.search(line) for line in scans),
        searches=sum(bool(_INDEXED.search(line)) for line in searches),
        temp_b_trees=sum("TEMP B-TREE" in line for line in lines),
        accesses=len(scans) + len(searches),
    )


def cost_reward(counts: PlanCounts | None, *, cartesian: bool) -> float:
    """The cost term, -0.25 to 0.1; `counts` None for a query that did not run or has no plan."""
    if counts is None:
        return UNKNOWN
    cost = SCAN * counts.scans + SEARCH * counts.searches + TEMP_B_TREE * counts.temp_b_trees
    cost += CARTESIAN * cartesian
    cost += max(ACCESS_MOST, ACCESS * max(0, counts.accesses - ACCESS_FREE))
    return round(min(HIGHEST, max(LOWEST, cost)), 6)

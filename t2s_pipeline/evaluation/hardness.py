"""Hardness of a gold query as the official Spider evaluator counts it: easy, medium, hard or extra.

    hardness("SELECT count(*) FROM singer", {"singer": ["singer_id", "name"]}).level   # Hardness.EASY

The counts look at the outermost query only, and keep the official faults: a NOT condition and every `and` or
`or` in HAVING count as aggregates. A query outside the official grammar has no level, and a reason instead;
the official evaluator aborts on such a gold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from t2s_pipeline.evaluation.hardness_grammar import Condition, Conditions, NotInGrammar, Select, parse
from t2s_pipeline.evaluation.hardness_tokens import UnevenQuotes, hardness_tokens


class Hardness(StrEnum):
    """In the order of reports. `simple`, `moderate` and `challenging` are BIRD's, which its authors gave by hand and
    which are never counted here; `unknown`: the query is outside the official grammar, or nobody said."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    EXTRA = "extra"
    SIMPLE = "simple"
    MODERATE = "moderate"
    CHALLENGING = "challenging"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class HardnessOf:
    """A level, with the three counts it comes from; or `unknown`, with the reason."""

    level: Hardness
    counts: tuple[int, int, int] | None = None
    reason: str | None = None


def hardness(sql: str, tables: Mapping[str, Sequence[str]]) -> HardnessOf:
    """The hardness of `sql` over a schema: table name to its column names, in any case."""
    try:
        query = parse(hardness_tokens(sql), tables)
    except (NotInGrammar, UnevenQuotes) as error:
        return HardnessOf(Hardness.UNKNOWN, reason=str(error))
    counts = (_components(query), _nested(query), _others(query))
    return HardnessOf(_level(*counts), counts)


def _level(c1: int, c2: int, c3: int) -> Hardness:
    if c1 <= 1 and c2 == 0 and c3 == 0:
        return Hardness.EASY
    if c2 == 0 and ((c1 <= 1 and c3 <= 2) or (c1 <= 2 and c3 < 2)):
        return Hardness.MEDIUM
    if (c2 == 0 and c1 <= 2 and c3 > 2) or (c2 == 0 and c1 == 3 and c3 <= 2) or (c1 <= 1 and c3 == 0 and c2 <= 1):
        return Hardness.HARD
    return Hardness.EXTRA


def _components(query: Select) -> int:
    clauses = bool(query.where) + bool(query.group) + bool(query.order) + query.limit
    lists = (query.on, query.where, query.having)
    ors = sum(word == "or" for conditions in lists for word in conditions[1::2])
    likes = sum(c.operator == "like" for conditions in lists for c in _every_other(conditions))
    return clauses + max(query.from_units - 1, 0) + ors + likes


def _nested(query: Select) -> int:
    lists = (query.on, query.where, query.having)
    subqueries = sum(c.subqueries for conditions in lists for c in _every_other(conditions))
    return subqueries + (query.set_operation is not None)


def _others(query: Select) -> int:
    aggregates = (
        sum(item.aggregated for item in query.items)
        + sum(c.negated for c in _every_other(query.where))
        + sum(unit.aggregated for unit in query.group)
        + sum(u.aggregated for unit in query.order for u in (unit.first, unit.second) if u is not None)
        + sum(c.negated if isinstance(c, Condition) else True for c in query.having)
    )
    return (aggregates > 1) + (len(query.items) > 1) + (len(query.where) > 1) + (len(query.group) > 1)


def _every_other(conditions: Conditions) -> list[Condition]:
    """What the official code takes for the conditions: the elements at even positions."""
    return [c for c in conditions[::2] if isinstance(c, Condition)]

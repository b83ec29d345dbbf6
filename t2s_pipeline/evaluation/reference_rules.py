"""The rules `execution_guided`, `bird` and `star` on executions; see `match_rules.py` for what they are.

    gold = ReferenceGold(gold_execution)
    gold.answers(written, guided)        # {MatchRule.EXECUTION_GUIDED: True, MatchRule.BIRD: ..., MatchRule.STAR: ...}

Gold's rows are kept in the form that each rule compares, made when first needed: a gold meets many candidates. Most
right candidates equal gold in every respect, most wrong ones differ in their first row: both are told at once.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.result_match import Row
from t2s_pipeline.evaluation.rule_verdict import same_rows
from t2s_pipeline.sandbox.execute import Execution, Status

REFERENCE_RULES = (MatchRule.EXECUTION_GUIDED, MatchRule.BIRD, MatchRule.STAR)
STAR_ROWS = 50_000
_STAR_NULL = "\0"
_GUIDED_NULL = "<NULL>"
_GUIDED_PLACES = 6


def guided_text(sql: str) -> str | None:
    """The text that `execution_guided` runs for a candidate; None where it refuses to.

    The text as written where blanks alone differ and mean nothing, so that one run will do.
    """
    text = " ".join(sql.split())
    if not _is_query(text):
        return None
    return sql if text == sql or _blanks_mean_nothing(sql) else text


class ReferenceGold:
    """A gold query's execution, as written, to compare with."""

    def __init__(self, gold: str, execution: Execution) -> None:
        self.rows = execution.rows
        self._execution = execution
        self.readable = _readable(execution)
        self._truncated = execution.truncated
        self._is_query = _is_query(gold)

    def answers(self, written: Execution, guided: Execution | None) -> tuple[bool | None, ...]:
        """The answers of `REFERENCE_RULES`: on a candidate run as written, and as `guided_text` says."""
        if not self.readable:
            return (None, None, None)
        if guided is written and self._is_the_same(written):
            return (True if self._is_query else None, True, True)
        bird = self._bird(written)
        star = True if bird and self._equal_is_the_same(written) else self._star(written)
        return (self._execution_guided(guided), bird, star)

    def _execution_guided(self, candidate: Execution | None) -> bool | None:
        if not self._is_query or self._truncated:
            return None
        if candidate is None or not _readable(candidate):
            return False
        if candidate.truncated:  # it has more rows than were fetched
            return None if len(candidate.rows) < len(self.rows) else False
        return self._same_sorted_rows(candidate)

    def _bird(self, candidate: Execution) -> bool | None:
        if self._truncated:
            return None
        if not _readable(candidate):
            return False
        rows = candidate.rows
        if candidate.truncated:  # what was not fetched may repeat these rows, or add others
            return None if set(rows) <= self._set else False
        if not rows or not self.rows:
            return not rows and not self.rows
        return rows[0] in self._set and set(rows) == self._set

    def _star(self, candidate: Execution) -> bool | None:
        if self._truncated and len(self.rows) < STAR_ROWS:
            return None
        if not _readable(candidate):
            return False
        rows = candidate.rows
        if candidate.truncated and len(rows) < STAR_ROWS:
            return None
        if not rows or not self.rows:
            return not rows and not self.rows
        if len(rows[0]) != len(self.rows[0]):
            return False
        found = set()
        for row in rows[:STAR_ROWS]:
            plain = _star_row(row)
            if plain not in self._star_set:
                return False
            found.add(plain)
        return len(found) == len(self._star_set)

    def _is_the_same(self, candidate: Execution) -> bool:
        """Are rows, their order and types the same, and all there? Then every rule says that they match."""
        if self._truncated or candidate.truncated or not _readable(candidate):
            return False
        return same_rows(self._execution, candidate)

    def _equal_is_the_same(self, candidate: Execution) -> bool:
        """Are values that are equal the same for every rule (no 1 and 1.0, 0.0 and -0.0), and none left out?"""
        floats = self._execution.holds_floats or candidate.holds_floats
        return not floats and max(len(self.rows), len(candidate.rows)) <= STAR_ROWS

    def _same_sorted_rows(self, candidate: Execution) -> bool:
        """Equal lists of normalised rows, sorted by their JSON text."""
        predicted = candidate.rows
        if len(self.rows) != len(predicted):
            return False
        if not predicted:
            return True
        if predicted[0] in self._set and self._equal_is_the_same(candidate) and _counts(predicted) == self._counts:
            return True
        if _guided_row(predicted[0]) not in self._guided_counts:
            return False
        theirs = list(map(_guided_row, predicted))
        if _counts(theirs) != self._guided_counts:
            return False
        # Equal multisets sort apart only where equal values have unequal texts: 1 and 1.0, 0.0 and -0.0.
        if not (self._execution.holds_floats or candidate.holds_floats):
            return True
        return sorted(theirs, key=json.dumps) == sorted(map(_guided_row, self.rows), key=json.dumps)

    @cached_property
    def _set(self) -> set[Row]:
        return set(self.rows)

    @cached_property
    def _counts(self) -> dict[Row, int]:
        return _counts(self.rows)

    @cached_property
    def _star_set(self) -> set[tuple[str, ...]]:
        return set(map(_star_row, self.rows[:STAR_ROWS]))

    @cached_property
    def _guided_counts(self) -> dict[Row, int]:
        return _counts(map(_guided_row, self.rows))


def _counts(rows: Iterable[Row]) -> dict[Row, int]:
    """How often each row occurs; as a dict, since a Counter's own comparison is several times slower."""
    return dict(Counter(rows))


def _readable(execution: Execution) -> bool:
    """Did it give rows that these references can read? Comments alone give none; text must be UTF-8."""
    return (execution.status is Status.OK and not execution.undecodable_text) or execution.no_statement


def _is_query(text: str) -> bool:
    return _QUERY.match(text) is not None


def _blanks_mean_nothing(sql: str) -> bool:
    """Are runs of blanks in no literal, name or comment? Not asked of texts with blanks that SQLite does not know."""
    if _CAREFUL.search(sql):
        return False
    return all(" ".join(quoted.split()) == quoted for quoted in _QUOTED.findall(sql))


def _star_row(row: Row) -> tuple[str, ...]:
    return tuple(sorted([_STAR_NULL if value is None else str(value).lower().strip() for value in row]))


def _guided_row(row: Row) -> Row:
    return tuple([_guided_value(value) for value in row])


def _guided_value(value: Any) -> Any:
    if value is None:
        return _GUIDED_NULL
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, float) and value - value == 0:  # finite
        return round(value, _GUIDED_PLACES)
    return value


_QUERY = re.compile(r"[\s(]*(?:select|with)", re.IGNORECASE)
_CAREFUL = re.compile(r"--|/\*|[\x0b\x1c-\x1f\x80-\U0010ffff]")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]""")

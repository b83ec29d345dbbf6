"""An edit of a query's text, and what the makers of edits share.

    Edit.of(EditKind.WRONG_AGGREGATION, 7, 10, "max").apply("SELECT avg(age) FROM singer")

An edit is one mistake; it may touch several places, as a table's name and the columns that are qualified by it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from t2s_pipeline.preferences.pair_types import EditKind

Splice = tuple[int, int, str]
"""Replace the characters from the first number up to the second (not included) by the text."""


@dataclass(frozen=True, order=True)
class Edit:
    """`splices` are in the order of the text and do not overlap."""

    kind: EditKind
    splices: tuple[Splice, ...]

    @classmethod
    def of(cls, kind: EditKind, start: int, stop: int, text: str) -> Edit:
        return cls(kind, ((start, stop, text),))

    def apply(self, sql: str) -> str:
        for start, stop, text in reversed(self.splices):
            sql = sql[:start] + text + sql[stop:]
        return sql


def in_join(node: exp.Expression) -> bool:
    """Inside a join's own condition, and not in a subquery of it."""
    return isinstance(node.find_ancestor(exp.Join, exp.Select), exp.Join)


def like(original: str, text: str) -> str:
    """`text` in the case that `original` is written in."""
    return text.lower() if original.islower() else text

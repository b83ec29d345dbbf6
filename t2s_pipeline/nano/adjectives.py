"""Adjectives that stand for a column without naming it: the oldest by age, by birth date or by year of foundation.

One adjective fits many columns and one column many adjectives (`superlatives.txt`: "attribute | most | least |
more than | less than", alternatives parted by ;), so which column is meant, and which way, only the schema tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from t2s_pipeline.nano.random_schema import Attribute
from t2s_pipeline.nano.vocabulary import rows


@dataclass(frozen=True)
class Adjectives:
    """What is said of the most and the least of a column; `more` and `less` end in than and the like, or are empty."""

    most: tuple[str, ...]
    least: tuple[str, ...]
    more: tuple[str, ...]
    less: tuple[str, ...]


@cache
def _listed() -> dict[str, Adjectives]:
    return {
        attribute: Adjectives(*(tuple(f.strip() for f in field.split(";") if f.strip()) for field in fields))
        for attribute, *fields in rows("superlatives")
    }


def adjectives_of(attribute: Attribute) -> Adjectives | None:
    """Those of the column's last two words, else of its last, else of its first where that says what it is of."""
    listed, parts = _listed(), attribute.words
    return (
        listed.get("_".join(parts[-2:])) or listed.get(parts[-1]) or (listed.get("birth") if "birth" in parts else None)
    )

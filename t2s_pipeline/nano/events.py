"""What happened on the date or in the year that a column holds: hire_date is when somebody was hired.

`events.txt`: "word of the column | participle | base, where the subject itself does it | active, where only it does":
a member joins and is not joined, a shop opens or is opened, a book is only published.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from t2s_pipeline.nano.random_schema import Attribute
from t2s_pipeline.nano.vocabulary import rows


@dataclass(frozen=True)
class Event:
    """`participle` stands after a noun ("hired in 2019"); `base` is empty where the subject only suffers it."""

    participle: str
    base: str
    active: bool

    def finite(self, rng: Random, be: str) -> str:
        """The past with `be` (was, were) where it is passive: "was opened" or "opened"."""
        if self.active or (self.base and rng.random() < 0.5):
            return self.participle
        return f"{be} {self.participle}"

    def asked_when(self, rng: Random, whom: str) -> str:
        """ "When was X hired?" or "When did X join?", the question mark left out."""
        if self.active or (self.base and rng.random() < 0.5):
            return f"When did {whom} {self.base}"
        return f"When was {whom} {self.participle}"


@cache
def _events() -> dict[str, Event]:
    return {word: Event(participle, base, mark == "active") for word, participle, base, mark in rows("events")}


def event_of(attribute: Attribute) -> Event | None:
    """What happened then; None where the column's words do not say."""
    return next((_events()[word] for word in attribute.words if word in _events()), None)


@cache
def participles() -> frozenset[str]:
    return frozenset(event.participle for event in _events().values())

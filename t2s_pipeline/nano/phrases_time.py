"""Conditions on dates and years: in 2019, from one day to another, before, after and since, hired or born then."""

from __future__ import annotations

from functools import cache
from random import Random

from t2s_pipeline.nano.phrases import Piece, quoted
from t2s_pipeline.nano.random_schema import Attribute
from t2s_pipeline.nano.vocabulary import rows, say


@cache
def _events() -> dict[str, str]:
    return {word: participle for word, participle in rows("events")}


def events() -> frozenset[str]:
    """Every word for what happened: "hired", "born"."""
    return frozenset(_events().values())


def event_of(attribute: Attribute) -> str:
    """What happened then: "hired" for hire_date; empty where the column's words do not say."""
    return next((_events()[word] for word in attribute.words if word in _events()), "")


def date_filter(rng: Random, attribute: Attribute, name: str, col: str) -> Piece:
    """A condition on a column of dates, `name` in English and `col` in SQL."""
    value, event, roll = rng.choice(attribute.values), event_of(attribute), rng.random()
    year = value[:4]
    if roll < 0.24:
        places = ("date_within_year", "event_in_year", "event_in_year") if event else ("date_within_year",)
        english = say(rng, *places, name=name, value=year, event=event)
        return Piece(english, f"{col} BETWEEN '{year}-01-01' AND '{year}-12-31'")
    if roll < 0.30:
        return Piece(say(rng, "date_starts_with_year", name=name, value=year), f"{col} LIKE '{year}%'")
    if roll < 0.48:
        low, high = sorted((value, rng.choice(attribute.values)))
        places = ("date_between", "event_between") if event else ("date_between",)
        english = say(rng, *places, name=name, event=event, low=quoted(rng, low), high=quoted(rng, high))
        return Piece(english, f"{col} BETWEEN '{low}' AND '{high}'")
    if roll < 0.57:
        places = ("date_is_on", "event_on") if event else ("date_is_on",)
        return Piece(say(rng, *places, name=name, event=event, value=quoted(rng, value)), f"{col} = '{value}'")
    places = ("date_is", "event_when") if event else ("date_is",)
    if roll < 0.78:  # a bare year against whole dates
        when, sign, edge = rng.choice(
            (("before", "<", "-01-01"), ("after", ">", "-12-31"), ("since", ">=", "-01-01"), ("until", "<=", "-12-31"))
        )
        return Piece(say(rng, *places, name=name, event=event, when=when, value=year), f"{col} {sign} '{year}{edge}'")
    more = rng.random() < 0.5
    when = rng.choice(("after", "after", "later than")) if more else rng.choice(("before", "before", "earlier than"))
    english = say(rng, *places, name=name, event=event, when=when, value=quoted(rng, value))
    return Piece(english, f"{col} {'>' if more else '<'} '{value}'")


def year_comparison(rng: Random, attribute: Attribute, name: str, value: str, more: bool) -> list[str]:
    """Ways to say that a year is after, or before, `value`."""
    when, event = "after" if more else "before", event_of(attribute)
    forms = [say(rng, "date_is", name=name, when=when, value=value), f"{when} {value}"]
    return [*forms, *[say(rng, "event_when", event=event, when=when, value=value)] * 3] if event else forms

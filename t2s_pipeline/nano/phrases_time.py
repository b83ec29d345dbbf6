"""Conditions on dates and years: in 2019, from one day to another, before, after and since, hired or born then."""

from __future__ import annotations

from random import Random

from t2s_pipeline.nano.events import event_of
from t2s_pipeline.nano.phrases import Piece, quoted
from t2s_pipeline.nano.random_schema import Attribute
from t2s_pipeline.nano.vocabulary import say


def date_filter(rng: Random, attribute: Attribute, name: str, col: str) -> Piece:
    """A condition on a column of dates, `name` in English and `col` in SQL."""
    value, roll, happened = rng.choice(attribute.values), rng.random(), event_of(attribute)
    event = happened.participle if happened else ""
    parts = {"name": name, "event": event, "were": happened.finite(rng, "were") if happened else ""}
    year = value[:4]
    if roll < 0.24:
        places = ("date_within_year", "event_in_year", "event_in_year") if event else ("date_within_year",)
        english = say(rng, *places, value=year, **parts)
        return Piece(english, f"{col} BETWEEN '{year}-01-01' AND '{year}-12-31'")
    if roll < 0.30:
        return Piece(say(rng, "date_starts_with_year", name=name, value=year), f"{col} LIKE '{year}%'")
    if roll < 0.48:
        low, high = sorted((value, rng.choice([v for v in attribute.values if v != value] or [value])))
        places = ("date_between", "event_between") if event else ("date_between",)
        english = say(rng, *places, **parts, low=quoted(rng, low), high=quoted(rng, high))
        return Piece(english, f"{col} BETWEEN '{low}' AND '{high}'")
    if roll < 0.57:
        places = ("date_is_on", "event_on") if event else ("date_is_on",)
        return Piece(say(rng, *places, **parts, value=quoted(rng, value)), f"{col} = '{value}'")
    places = ("date_is", "event_when") if event else ("date_is",)
    if roll < 0.78:  # a bare year against whole dates
        when, sign, edge = rng.choice(
            (("before", "<", "-01-01"), ("after", ">", "-12-31"), ("since", ">=", "-01-01"), ("until", "<=", "-12-31"))
        )
        return Piece(say(rng, *places, **parts, when=when, value=year), f"{col} {sign} '{year}{edge}'")
    more = rng.random() < 0.5
    when = rng.choice(("after", "after", "later than")) if more else rng.choice(("before", "before", "earlier than"))
    english = say(rng, *places, **parts, when=when, value=quoted(rng, value))
    return Piece(english, f"{col} {'>' if more else '<'} '{value}'")


def year_comparison(rng: Random, attribute: Attribute, name: str, value: str, more: bool) -> list[str]:
    """Ways to say that a year is after, or before, `value`."""
    when, happened = "after" if more else "before", event_of(attribute)
    forms = [say(rng, "date_is", name=name, when=when, value=value), f"{when} {value}"]
    if happened is None:
        return forms
    event, were = happened.participle, happened.finite(rng, "were")
    return [*forms, *[say(rng, "event_when", event=event, were=were, when=when, value=value)] * 3]

"""Questions about when things happened: opened first, born before 1980, "When was X founded?", "in which city".

They need a year or a date column whose words say what happened (`events.event_of`). World patterns.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from t2s_pipeline.nano.events import Event, event_of
from t2s_pipeline.nano.grammar_single import Question, most_textual, plural_name, table
from t2s_pipeline.nano.grammar_verbs import asked_of, named
from t2s_pipeline.nano.phrases import column, noun, nouns, said
from t2s_pipeline.nano.random_schema import Attribute, Entity, World
from t2s_pipeline.nano.vocabulary import say


def _happened(rng: Random, world: World) -> tuple[Entity, Attribute, Event] | None:
    found = [(e, c, event) for e in world.entities for c in e.of_kind("year", "date") if (event := event_of(c))]
    return rng.choice(found) if found else None


def happened_first(rng: Random, world: World) -> Question | None:
    """The first or the last to which it happened: "Which line opened first? Show its name and the year."."""
    pair = _happened(rng, world)
    if pair is None:
        return None
    entity, when, event = pair
    what, then = asked_of(rng, entity, None)
    if not what.sql:
        return None
    first = rng.random() < 0.55
    text = say(rng, "happened_first" if first else "happened_last", one=noun(entity), happened=event.finite(rng, "was"))
    select = what.sql
    if then and column(when) not in what.sql and rng.random() < 0.5:
        also = rng.choice((said(when, entity, rng), "year" if when.kind == "year" else "date"))
        then, select = f"{then.rstrip('.')} and the {also}.", f"{select}, {column(when)}"
    source = f"FROM {table(entity)} ORDER BY {column(when)} {'ASC' if first else 'DESC'} LIMIT 1"
    return Question(text + then, f"SELECT {select} {source}")


def when_was(rng: Random, world: World) -> Question | None:
    """When it happened to one that is named, at times with another column."""
    pair = _happened(rng, world)
    label = most_textual(pair[0]) if pair else None
    if pair is None or label is None:
        return None
    entity, when, event = pair
    value = rng.choice(label.values)
    asked = event.asked_when(rng, named(rng, entity, value))
    text = say(rng, "when_was", When=asked)
    others = [c for c in entity.columns if not c.key and c not in (when, label)]
    select = column(when)
    if others and rng.random() < 0.25:
        other = rng.choice(others)
        text, select = f"{text.rstrip('?.')}, and with what {said(other, entity, rng)}?", f"{select}, {column(other)}"
    return Question(text, f"SELECT {select} FROM {table(entity)} WHERE {column(label)} = '{value}'")


def where_it_happened(rng: Random, world: World) -> Question | None:
    """Another column of those to which it happened before, after or in a year: "In which cities were banks opened"."""
    pair = _happened(rng, world)
    keys = pair[0].of_kind("category") if pair else []
    if pair is None or not keys:
        return None
    entity, when, event = pair
    key, year = rng.choice(keys), rng.choice(when.values)[:4]
    word, sign, edge = rng.choice((("before", "<", "-01-01"), ("after", ">", "-12-31"), ("since", ">=", "-01-01")))
    whole = when.kind == "date"
    condition = f"{column(when)} {sign} '{year}{edge}'" if whole else f"{column(when)} {sign} {year}"
    if rng.random() < 0.4:
        word, between = "in", f"BETWEEN '{year}-01-01' AND '{year}-12-31'"
        condition = f"{column(when)} {between if whole else f'= {year}'}"
    name = said(key, entity, rng)
    text = say(rng, "where_it_happened", names=plural_name(name), name=name, many=nouns(entity),
               event=event.participle, were=event.finite(rng, "were"), when=f"{word} {year}")  # fmt: skip
    source, roll = f"FROM {table(entity)} WHERE {condition}", rng.random()
    if roll < 0.3:
        text = say(
            rng,
            "happened_by",
            name=name,
            many=nouns(entity),
            event=event.participle,
            were=event.finite(rng, "were"),
            when=f"{word} {year}",
        )
        return Question(text, f"SELECT {column(key)}, count(*) {source} GROUP BY {column(key)}")
    if roll < 0.5:
        text = say(
            rng,
            "happened_count",
            many=nouns(entity),
            event=event.participle,
            were=event.finite(rng, "were"),
            when=f"{word} {year}",
        )
        return Question(text, f"SELECT count(*) {source}")
    return Question(text, f"SELECT {column(key)} {source}")


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (12, happened_first),
    (10, when_was),
    (14, where_it_happened),
)
"""(weight, pattern)."""

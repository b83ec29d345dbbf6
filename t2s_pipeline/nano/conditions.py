"""Conditions on rows: what a question says of them and what the query's WHERE holds, drawn together."""

from __future__ import annotations

from random import Random

from t2s_pipeline.nano.adjectives import adjectives_of
from t2s_pipeline.nano.events import event_of, participles
from t2s_pipeline.nano.phrases import NUMERIC, TEXTUAL, Piece, a_column, column, number_value, quoted, said
from t2s_pipeline.nano.phrases_time import date_filter, year_comparison
from t2s_pipeline.nano.random_schema import Attribute, Entity
from t2s_pipeline.nano.vocabulary import say

_IN_PLACE = ("city", "country", "state", "region", "county", "continent", "location", "town", "district")
_FROM_PLACE = ("country", "nationality", "hometown", "origin", "birthplace", "city", "state", "affiliation")


def filter_piece(rng: Random, entity: Entity, alias: str | None = None) -> Piece | None:
    """One condition on a column of `entity`, or None where it has no column to filter by."""
    options = entity.of_kind(*TEXTUAL, *NUMERIC, "date", "bool")
    if not options:
        return None
    attribute = rng.choice(options)
    if attribute.kind in TEXTUAL:
        return _text_filter(rng, attribute, entity, alias)
    if attribute.kind == "bool":
        yes = rng.random() < 0.6
        is_it = said(attribute, entity, rng)
        return Piece(f"that are {'' if yes else 'not '}{is_it}", f"{column(attribute, alias)} = {int(yes)}")
    if attribute.kind == "date":
        return date_filter(rng, attribute, said(attribute, entity, rng), column(attribute, alias))
    return _number_filter(rng, attribute, entity, alias)


def _text_filter(rng: Random, attribute: Attribute, entity: Entity, alias: str | None) -> Piece:
    name, value = said(attribute, entity, rng), rng.choice(attribute.values)
    col, shown = column(attribute, alias), quoted(rng, value)
    roll = rng.random()
    if roll < 0.62:
        places = ["text_is"]
        if attribute.words[-1] in _IN_PLACE:
            places.append("text_in_place")
        if attribute.words[-1] in _FROM_PLACE:
            places.append("text_from_place")
        if attribute.kind == "name":
            places.append("text_named")
        return Piece(say(rng, *places, name=name, a_name=a_column(name), value=shown), f"{col} = '{value}'")
    if roll < 0.76:
        return Piece(say(rng, "text_is_not", name=name, value=shown), f"{col} != '{value}'")
    part = value if "'" in value else rng.choice((value, value[:1], value[:3].strip(), value.split()[0]))
    shown = quoted(rng, part)
    if roll < 0.88:
        return Piece(say(rng, "text_contains", name=name, value=shown), f"{col} LIKE '%{part}%'")
    if roll < 0.95:
        return Piece(say(rng, "text_starts", name=name, value=shown), f"{col} LIKE '{part}%'")
    return Piece(say(rng, "text_ends", name=name, value=shown), f"{col} LIKE '%{part}'")


def _number_filter(rng: Random, attribute: Attribute, entity: Entity, alias: str | None) -> Piece:
    name, value = said(attribute, entity, rng), number_value(rng, attribute)
    col, year = column(attribute, alias), attribute.kind == "year"
    roll = rng.random()
    low, high = sorted((value, number_value(rng, attribute)), key=float)
    if roll < 0.12 and low != high:
        return Piece(say(rng, "number_between", name=name, low=low, high=high), f"{col} BETWEEN {low} AND {high}")
    if roll < 0.26:
        event = event_of(attribute) if year else None
        parts = {"event": event.participle, "were": event.finite(rng, "were")} if event else {}
        places = ("number_is", *(["number_in_year"] if year else []), *(["event_in_year"] if event else []))
        return Piece(say(rng, *places, name=name, a_name=a_column(name), value=value, **parts), f"{col} = {value}")
    for limit, place, sign in (
        (0.34, "number_at_least", ">="),
        (0.42, "number_at_most", "<="),
        (0.46, "number_is_not", "!="),
    ):
        if roll < limit:
            return Piece(say(rng, place, name=name, value=value), f"{col} {sign} {value}")
    return _comparison(rng, attribute, name, value, col, more=roll < 0.74)


def _comparison(rng: Random, attribute: Attribute, name: str, value: str, col: str, more: bool) -> Piece:
    """More than or less than, in the words of numbers, of years, or of the attribute itself ("older than")."""
    leads = (f"whose {name} is", f"with {name}", f"with {a_column(name)}")
    forms = [f"{lead} {say(rng, 'more' if more else 'less')} {value}" for lead in leads]
    if attribute.kind == "int":
        forms.append(f"with {'more' if more else rng.choice(('less', 'fewer'))} than {value} {name}")
    if attribute.kind == "year":
        forms = [*forms[:1], *year_comparison(rng, attribute, name, value, more)]
    adjectives = adjectives_of(attribute)
    than = (adjectives.more if more else adjectives.less) if adjectives else ()
    if than and attribute.kind != "year":
        forms += [f"{than[0]} {value}", f"that are {than[0]} {value}"] * 2
    return Piece(rng.choice(forms), f"{col} {'>' if more else '<'} {value}")


def filters(rng: Random, entity: Entity, alias: str | None = None, both: float = 0.2) -> Piece | None:
    """One condition, or, with probability `both`, two joined by AND or OR."""
    first = filter_piece(rng, entity, alias)
    if first is None or rng.random() > both:
        return first
    second = filter_piece(rng, entity, alias)
    if second is None or second.sql.split()[0] == first.sql.split()[0]:
        return first
    if rng.random() < 0.7:
        return Piece(f"{first.english} and {second.english}", f"{first.sql} AND {second.sql}")
    return Piece(f"{first.english} or {second.english}", f"{first.sql} OR {second.sql}")


def predicate(english: str) -> str:
    """A condition as what the plural subject does: "with price 5" -> "have price 5"; empty where none can be made."""
    if english.startswith("that "):
        return english.removeprefix("that ")
    for lead in ("with ", "having "):
        if english.startswith(lead):
            return "have " + english.removeprefix(lead)
    if english.startswith("from "):
        return ("are " if " to " in english else "come ") + english
    if english.split()[0] in participles():
        return ("" if english.startswith(("joined", "entered", "arrived", "departed")) else "were ") + english
    if english.startswith("who "):
        return english.removeprefix("who ")
    if english.startswith(("whose ", "where ", "excluding ", "not ", "of ", "before ", "after ", "in the year")):
        return ""
    return "are " + english

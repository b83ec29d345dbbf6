"""Pieces of questions with the SQL they stand for: columns, filters, orders, aggregates.

A piece is drawn at random and has both sides from the start, so a question and its query cannot disagree.
Everything is drawn from the `Random` it is given: equal seeds give equal corpora.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.random_schema import Attribute, Entity
from t2s_pipeline.nano.vocabulary import plural, say, superlatives, synonyms
from t2s_pipeline.schema.serialise import quote_identifier

NUMERIC = ("int", "real", "year")
TEXTUAL = ("name", "category", "code", "text")

_IN_PLACE = ("city", "country", "state", "region", "county", "continent", "location", "town", "district")
_FROM_PLACE = ("country", "nationality", "hometown", "origin", "birthplace", "city", "state", "affiliation")


@dataclass(frozen=True)
class Piece:
    """`english` as it stands in a question, `sql` as it stands in the query."""

    english: str
    sql: str


def column(attribute: Attribute, alias: str | None = None) -> str:
    """The column as the query writes it, with its alias where there is one."""
    name = quote_identifier(attribute.name)
    return f"{alias}.{name}" if alias else name


def said(attribute: Attribute, entity: Entity, rng: Random) -> str:
    """The column in English: its words, mostly without the table's own noun before them; at times its name."""
    if rng.random() < 0.08:
        return attribute.name
    parts = attribute.words
    others = synonyms().get("_".join(parts)) or synonyms().get(parts[-1])
    if others and rng.random() < 0.12:
        return " ".join((*parts[:-1], rng.choice(others))) if "_".join(parts) not in synonyms() else rng.choice(others)
    if len(parts) > 1 and parts[0] == entity.words[-1] and rng.random() < 0.6:
        parts = parts[1:]
    if parts[0] == "number" and len(parts) > 2 and rng.random() < 0.3:
        parts = parts[2:]
    return " ".join(parts)


def nouns(entity: Entity) -> str:
    """The entity's plural: "order items"."""
    return " ".join((*entity.words[:-1], plural(entity.words[-1])))


def noun(entity: Entity) -> str:
    """The entity's singular: "order item"."""
    return " ".join(entity.words)


def article(word: str) -> str:
    """`word` with a or an before it."""
    return ("an " if word[:1] in "aeiou" else "a ") + word


def ask(rng: Random, body: str) -> str:
    """A request for `body` (which starts with "the"): verb, body, and a mark or none."""
    verb = say(rng, "ask")
    asks = verb.split()[0] in ("What", "Which", "Can")
    mark = "?" if asks else rng.choice((".", ".", "", "?"))
    return f"{verb} {body}{' ' if mark == '?' and rng.random() < 0.15 else ''}{mark}"


def number_value(rng: Random, attribute: Attribute) -> str:
    """A number of the column's own size as both sides write it, not always one that a row holds."""
    value = rng.choice(attribute.values)
    if attribute.kind == "year" or rng.random() < 0.5:
        return value
    number = max(round(float(value)), 1)
    size = 10 ** max(len(str(number)) - 1, 0)
    return str(max(number // size * size, 1))


def quoted(rng: Random, value: str) -> str:
    """A text value as the question cites it: bare, or in one of two kinds of quotes."""
    roll = rng.random()
    return value if roll < 0.6 else f"'{value}'" if roll < 0.8 else f'"{value}"'


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
        return _date_filter(rng, attribute, entity, alias)
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
        return Piece(say(rng, *places, name=name, a_name=article(name), value=shown), f"{col} = '{value}'")
    if roll < 0.76:
        return Piece(say(rng, "text_is_not", name=name, value=shown), f"{col} != '{value}'")
    part = rng.choice((value, value[:1], value[:3]))
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
    if roll < 0.12:
        low, high = sorted((number_value(rng, attribute), number_value(rng, attribute)), key=float)
        return Piece(say(rng, "number_between", name=name, low=low, high=high), f"{col} BETWEEN {low} AND {high}")
    if roll < 0.26:
        places = ("number_is", "number_in_year") if year else ("number_is",)
        return Piece(say(rng, *places, name=name, a_name=article(name), value=value), f"{col} = {value}")
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
    leads = (f"whose {name} is", f"with {name}", f"with {article(name)}")
    forms = [f"{lead} {say(rng, 'more' if more else 'less')} {value}" for lead in leads]
    if attribute.kind == "int":
        forms.append(f"with {'more' if more else rng.choice(('less', 'fewer'))} than {value} {name}")
    if attribute.kind == "year":
        when = "after" if more else "before"
        forms += [f"{when} {value}", f"with {name} {when} {value}"]
    if attribute.words[-1] in superlatives():
        than = superlatives()[attribute.words[-1]][2 if more else 3]
        forms += [f"{than} {value}", f"that are {than} {value}"]
    return Piece(rng.choice(forms), f"{col} {'>' if more else '<'} {value}")


def _date_filter(rng: Random, attribute: Attribute, entity: Entity, alias: str | None) -> Piece:
    name, value, col = said(attribute, entity, rng), rng.choice(attribute.values), column(attribute, alias)
    roll = rng.random()
    if roll < 0.22:
        year = value[:4]
        return Piece(say(rng, "date_in_year", name=name, value=year), f"{col} LIKE '{year}%'")
    if roll < 0.34:
        low, high = sorted((value, rng.choice(attribute.values)))
        english = say(rng, "number_between", name=name, low=quoted(rng, low), high=quoted(rng, high))
        return Piece(english, f"{col} BETWEEN '{low}' AND '{high}'")
    if roll < 0.46:
        return Piece(say(rng, "date_is_on", name=name, value=quoted(rng, value)), f"{col} = '{value}'")
    more = roll < 0.73
    when = rng.choice(("after", "later than")) if more else rng.choice(("before", "earlier than"))
    english = say(rng, "date_is", name=name, when=when, value=quoted(rng, value))
    return Piece(english, f"{col} {'>' if more else '<'} '{value}'")


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


def aggregate(rng: Random, attribute: Attribute, entity: Entity, alias: str | None = None) -> Piece:
    """An aggregate of a numeric column: "average age" / avg(age)."""
    name = said(attribute, entity, rng)
    function = rng.choice(("avg", "max", "min", "sum"))
    if function == "sum" and attribute.kind == "year":  # nobody adds years up
        return Piece(f"{say(rng, 'latest')} {name}", f"max({column(attribute, alias)})")
    return Piece(f"{say(rng, function)} {name}", f"{function}({column(attribute, alias)})")


def order(rng: Random, attribute: Attribute, entity: Entity, alias: str | None = None) -> Piece:
    """A sort: "sorted by age in descending order" / age DESC."""
    name, down = said(attribute, entity, rng), rng.random() < 0.5
    by = say(rng, "order_by")
    if down:
        return Piece(say(rng, "descending", by=by, name=name), f"{column(attribute, alias)} DESC")
    places = ("ascending", "alphabetical") if attribute.kind in TEXTUAL else ("ascending",)
    return Piece(say(rng, *places, by=by, name=name), f"{column(attribute, alias)} ASC")


def extreme(rng: Random, attribute: Attribute, entity: Entity, alias: str | None = None) -> Piece:
    """The end of a sort: "oldest" or "with the highest age" / age DESC. English is (adjective) or "with ..."."""
    name, most = said(attribute, entity, rng), rng.random() < 0.55
    adjectives = superlatives().get(attribute.words[-1])
    sql = f"{column(attribute, alias)} {'DESC' if most else 'ASC'}"
    if adjectives and rng.random() < 0.5:
        return Piece(adjectives[0 if most else 1], sql)
    return Piece(f"with the {say(rng, 'extreme_most' if most else 'extreme_least')} {name}", sql)

"""Pieces of questions with the SQL they stand for: columns, values, orders, aggregates (conditions: `conditions`).

A piece is drawn at random and has both sides from the start, so a question and its query cannot disagree.
Everything is drawn from the `Random` it is given: equal seeds give equal corpora.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.adjectives import adjectives_of
from t2s_pipeline.nano.random_schema import Attribute, Entity
from t2s_pipeline.nano.random_values import spoken
from t2s_pipeline.nano.vocabulary import plural, say, synonyms
from t2s_pipeline.schema.serialise import quote_identifier

NUMERIC = ("int", "real", "year")
TEXTUAL = ("name", "category", "code", "text")


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


def a_column(name: str) -> str:
    """A column's English after "with": "an age", but "seats"."""
    return name if name.endswith("s") and not name.endswith("ss") else article(name)


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
    roll, said_so = rng.random(), spoken(value)
    return said_so if roll < 0.6 else f"'{said_so}'" if roll < 0.8 else f'"{said_so}"'


def aggregate(rng: Random, attribute: Attribute, entity: Entity, alias: str | None = None) -> Piece:
    """An aggregate of a numeric column: "average age" / avg(age)."""
    name = said(attribute, entity, rng)
    function = rng.choice(("avg", "max", "min", "sum"))
    if function == "sum" and attribute.kind == "year":  # nobody adds years up
        return Piece(f"{say(rng, 'latest')} {name}", f"max({column(attribute, alias)})")
    return Piece(f"{say(rng, function)} {name}", f"{function}({column(attribute, alias)})")


def order(rng: Random, attribute: Attribute, entity: Entity, alias: str | None = None) -> Piece:
    """A sort: "sorted by age in descending order" / age DESC, at times by adjectives ("oldest first")."""
    name, down = said(attribute, entity, rng), rng.random() < 0.5
    by, adjectives = say(rng, "order_by"), adjectives_of(attribute)
    col = column(attribute, alias)
    if adjectives and rng.random() < 0.5:
        first, last = rng.choice(adjectives.most), rng.choice(adjectives.least)
        first, last = (first, last) if down else (last, first)
        return Piece(say(rng, "adjective_order", first=first, last=last), f"{col} {'DESC' if down else 'ASC'}")
    if attribute.kind == "date" and rng.random() < 0.4:
        return Piece(say(rng, "latest_first" if down else "earliest_first"), f"{col} {'DESC' if down else 'ASC'}")
    if down:
        return Piece(say(rng, "descending", by=by, name=name), f"{col} DESC")
    places = ("ascending", "alphabetical") if attribute.kind in TEXTUAL else ("ascending",)
    return Piece(say(rng, *places, by=by, name=name), f"{col} ASC")


def extreme(rng: Random, attribute: Attribute, entity: Entity, alias: str | None = None) -> Piece:
    """The end of a sort: "oldest" or "with the highest age" / age DESC. English is (adjective) or "with ..."."""
    name, most = said(attribute, entity, rng), rng.random() < 0.55
    adjectives = adjectives_of(attribute)
    sql = f"{column(attribute, alias)} {'DESC' if most else 'ASC'}"
    if adjectives and rng.random() < 0.65:
        return Piece(rng.choice(adjectives.most if most else adjectives.least), sql)
    if attribute.kind == "int" and attribute.words[-1].endswith("s") and rng.random() < 0.5:
        return Piece(f"with the {'most' if most else rng.choice(('fewest', 'least'))} {name}", sql)
    return Piece(f"with the {say(rng, 'extreme_most' if most else 'extreme_least')} {name}", sql)

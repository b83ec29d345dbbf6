"""Questions that say no more than they must: a value without its column, a list without "the name of", a hint after.

"Which Drama films are longer than 125 minutes?", "the trips of the Night Owl line", "List employees with their job",
"How many pets are on record?". World patterns, as in `grammar_joins`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from t2s_pipeline.nano.adjectives import adjectives_of
from t2s_pipeline.nano.conditions import filter_piece, predicate
from t2s_pipeline.nano.grammar_joins import join_of, linked_pair
from t2s_pipeline.nano.grammar_single import Question, most_textual, plural_name, shown, table
from t2s_pipeline.nano.grammar_verbs import asked_of
from t2s_pipeline.nano.phrases import (
    NUMERIC,
    Piece,
    aggregate,
    article,
    ask,
    column,
    extreme,
    noun,
    nouns,
    number_value,
    order,
    quoted,
    said,
)
from t2s_pipeline.nano.random_schema import Attribute, Entity, World
from t2s_pipeline.nano.vocabulary import interrogatives, say

_NUMBER_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 10: "ten"}


def idle_count(rng: Random, world: World) -> Question | None:
    """How many rows a table has, or how many a condition holds for, with a verb that means nothing."""
    entity = rng.choice(world.entities)
    where = filter_piece(rng, entity) if rng.random() < 0.6 else None
    if where is None:
        return Question(say(rng, "idle_count", many=nouns(entity)), f"SELECT count(*) FROM {table(entity)}")
    does = predicate(where.english)
    if does and rng.random() < 0.6:
        text = f"How many {nouns(entity)} {does}?"
    else:
        text = say(rng, "idle_count_of", many=nouns(entity), tail=where.english)
    return Question(text, f"SELECT count(*) FROM {table(entity)} WHERE {where.sql}")


def with_their(rng: Random, world: World) -> Question | None:
    """The name of each row and one or two columns: "List the products with their prices"."""
    entity = rng.choice(world.entities)
    label = most_textual(entity)
    others = [c for c in entity.columns if not c.key and c is not label]
    if label is None or not others:
        return None
    chosen = rng.sample(others, min(len(others), rng.choice((1, 1, 2))))
    what = " and ".join(said(c, entity, rng) for c in chosen)
    if len(chosen) == 1 and rng.random() < 0.4:
        what = plural_name(what)
    where = filter_piece(rng, entity) if rng.random() < 0.3 else None
    many = f"{nouns(entity)} {where.english}" if where else nouns(entity)
    text = say(rng, "with_their", many=many, what=what)
    sql = f"SELECT {', '.join(column(c) for c in (label, *chosen))} FROM {table(entity)}"
    sql += f" WHERE {where.sql}" if where else ""
    if rng.random() < 0.25:
        by = order(rng, rng.choice((label, *chosen)), entity)
        text, sql = f"{text.rstrip('.?')}, {by.english}.", f"{sql} ORDER BY {by.sql}"
    return Question(text, sql)


def short_list(rng: Random, world: World) -> Question | None:
    """Two or three columns without an article, of some rows, at times in an order: "Show title and year of ..."."""
    entity = rng.choice(world.entities)
    what = shown(rng, entity)
    if what is None:
        return None
    where = filter_piece(rng, entity) if rng.random() < 0.7 else None
    many = f"{nouns(entity)} {where.english}" if where else nouns(entity)
    text = say(rng, "short_list", what=what.english, many=many)
    sql = f"SELECT {what.sql} FROM {table(entity)}" + (f" WHERE {where.sql}" if where else "")
    sortable = [c for c in entity.columns if not c.key and c.kind != "bool"]
    if sortable and rng.random() < 0.35:
        by = order(rng, rng.choice(sortable), entity)
        text, sql = f"{text}, {by.english}", f"{sql} ORDER BY {by.sql}"
    return Question(text + rng.choice((".", ".", "")), sql)


def each_once(rng: Random, world: World) -> Question | None:
    """The different values of a column: "Which plans do members have? Show each plan once."."""
    entity = rng.choice(world.entities)
    keys = entity.of_kind("category", "category", "year", "name", "code")
    if not keys:
        return None
    key = rng.choice(keys)
    name = said(key, entity, rng)
    text = say(rng, "each_once", name=name, names=plural_name(name), many=nouns(entity), one=noun(entity))
    return Question(text, f"SELECT DISTINCT {column(key)} FROM {table(entity)}")


def kind_value(rng: Random, entity: Entity) -> tuple[Attribute, str] | None:
    """A category and one of its values, if one stands well before a noun."""
    keys = [c for c in entity.of_kind("category") if len(c.values) > 1]
    if not keys:
        return None
    key = rng.choice(keys)
    plain = [value for value in key.values if "'" not in value]
    return (key, rng.choice(plain)) if plain else None


def kind_of_rows(rng: Random, world: World) -> Question | None:
    """Rows of one category by the bare value before the noun, at times with a hint at the end."""
    entity = rng.choice(world.entities)
    pair = kind_value(rng, entity)
    what, then = asked_of(rng, entity, None)
    if pair is None or not what.sql:
        return None
    key, value = pair
    kind = f"{column(key)} = '{value}'"
    low = value.lower() if rng.random() < 0.5 else value
    hint = say(rng, "hint", name=said(key, entity, rng), value=value) if low != value or rng.random() < 0.25 else ""
    low = low if value in hint else value  # a hint that does not spell the value leaves it as it is
    who = say(rng, "kind_of_rows", value=low if hint else quoted(rng, value), many=nouns(entity))
    where = filter_piece(rng, entity) if rng.random() < 0.35 else None
    if where and where.sql.split()[0] != column(key):
        kind, tail, does = f"{kind} AND {where.sql}", f" {where.english}", predicate(where.english)
    else:
        tail, does = "", "are there"
    roll = rng.random()
    source = f"FROM {table(entity)} WHERE {kind}"
    if roll < 0.3:
        text = say(rng, "idle_count_of", many=who, tail=tail.strip()).replace(" ?", "?").replace(" .", ".")
        return Question(" ".join(f"{text} {hint}".split()), f"SELECT count(*) {source}")
    numbers = entity.of_kind(*NUMERIC)
    if roll < 0.42 and numbers:
        figure = aggregate(rng, rng.choice(numbers), entity)
        text = ask(rng, f"the {figure.english} of {rng.choice(('', 'the ', 'all '))}{who}{tail}")
        return Question(f"{text} {hint}".strip(), f"SELECT {figure.sql} {source}")
    if does and roll < 0.7:
        return Question(f"Which {who} {does}?{then} {hint}".strip(), f"SELECT {what.sql} {source}")
    text = ask(rng, f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{who}{tail}")
    if hint and text[-1] not in ".?":
        text += "."
    return Question(f"{text} {hint}".strip(), f"SELECT {what.sql} {source}")


def children_of_named(rng: Random, world: World) -> Question | None:
    """Children of one parent, said by its bare name: "the trips of the Night Owl line", "dishes at Blue Door"."""
    link = linked_pair(rng, world)
    label = most_textual(link.parent) if link else None
    if link is None or label is None:
        return None
    value = rng.choice(label.values)
    whom = say(rng, "bare_parent", value=quoted(rng, value), one=noun(link.parent), name=said(label, link.parent, rng))
    child, condition = link.child, f"{column(label, 'T2')} = '{value}'"
    tail = f"{say(rng, 'bare_tie')} {whom}"
    own = filter_piece(rng, child, "T1") if rng.random() < 0.2 else None
    if own:
        tail, condition = f"{tail} {own.english}", f"{condition} AND {own.sql}"
    source = f"FROM {join_of(child, link)} WHERE {condition}"
    roll, numbers = rng.random(), child.of_kind(*NUMERIC)
    if roll < 0.3:
        return Question(say(rng, "idle_count_of", many=nouns(child), tail=tail), f"SELECT count(*) {source}")
    if roll < 0.5 and numbers:
        figure = aggregate(rng, rng.choice(numbers), child, "T1")
        return Question(ask(rng, f"the {figure.english} of {nouns(child)} {tail}"), f"SELECT {figure.sql} {source}")
    what, then = asked_of(rng, child, "T1")
    if not what.sql:
        return None
    if roll < 0.65:
        return Question(f"Which {nouns(child)} are {tail}?{then}", f"SELECT {what.sql} {source}")
    text = say(rng, "short_list", what=what.english, many=f"{nouns(child)} {tail}") + "."
    return Question(text if roll < 0.85 else ask(rng, f"the {what.english} of {nouns(child)} {tail}"),
                    f"SELECT {what.sql} {source}")  # fmt: skip


def which_is_first(rng: Random, world: World) -> Question | None:
    """The first of an order in two sentences: "Who are the three best paid players? Show name and salary."."""
    entity = rng.choice(world.entities)
    options = entity.of_kind(*NUMERIC, "date")
    what, then = asked_of(rng, entity, None)
    if not options or not what.sql:
        return None
    by_adjective = [c for c in options if adjectives_of(c)]
    end = extreme(rng, rng.choice(by_adjective or options), entity)
    top = rng.choice((2, 3, 3, 5, 10)) if rng.random() < 0.3 else 1
    count = f"{top if rng.random() < 0.4 else _NUMBER_WORDS[top]} " if top > 1 else ""
    one = nouns(entity) if top > 1 else noun(entity)
    where = filter_piece(rng, entity) if rng.random() < 0.15 else None
    tail = f" {where.english}" if where else ""
    sql = (
        f"SELECT {what.sql} FROM {table(entity)}{f' WHERE {where.sql}' if where else ''} ORDER BY {end.sql} LIMIT {top}"
    )
    be, which = (
        ("are", rng.choice(("Which", "Who", "What"))) if top > 1 else ("is", rng.choice(("Which", "Who", "What")))
    )
    if end.english.startswith("with"):
        who = f"{count}{one} {end.english}{tail}"
        text = f"Which {count}{one} {'have' if top > 1 else 'has'} {end.english.removeprefix('with ')}{tail}?"
    else:
        who = f"{count}{end.english} {one}{tail}"
        text = f"Which {count}{one}{tail} {be} the {end.english}?"
    if rng.random() < 0.5:
        text = f"{which} {be} the {who}?"
    return Question(text + then, sql)


def in_range(rng: Random, world: World) -> Question | None:
    """Columns for a range of one of them, the rows left out: "Show street and price for prices from 5 to 9"."""
    entity = rng.choice(world.entities)
    options = entity.of_kind("int", "real", "year", "date")
    what = shown(rng, entity)
    if not options or what is None:
        return None
    asked = rng.choice(options)
    if asked.kind == "date":
        low, high = sorted((rng.choice(asked.values), rng.choice(asked.values)))
        condition = f"BETWEEN '{low}' AND '{high}'"
    else:
        low, high = sorted((number_value(rng, asked), number_value(rng, asked)), key=float)
        condition = f"BETWEEN {low} AND {high}"
    if low == high:
        return None
    name = said(asked, entity, rng)
    text = say(
        rng, "in_range", what=what.english, many=nouns(entity), names=plural_name(name), name=name, low=low, high=high
    )
    return Question(text, f"SELECT {what.sql} FROM {table(entity)} WHERE {column(asked)} {condition}")


def plain_extremes(rng: Random, world: World) -> Question | None:
    """Aggregates of a column as people ask for them: "the lowest and highest fee for a photo"."""
    entity = rng.choice(world.entities)
    numbers = entity.of_kind("int", "real")
    if not numbers:
        return None
    number = rng.choice(numbers)
    name, col = said(number, entity, rng), column(number)
    figures = {"min": Piece(say(rng, "min"), f"min({col})"), "max": Piece(say(rng, "max"), f"max({col})")}
    figures |= {"avg": Piece(say(rng, "avg"), f"avg({col})")}
    chosen = [
        figures[k] for k in rng.choice((("min", "max"), ("max", "min"), ("avg",), ("avg",), ("max",), ("avg", "max")))
    ]
    if len(chosen) == 1:
        place = "on_average" if chosen[0].sql.startswith("avg") else "at_most"
        text = say(rng, place, name=name, one=noun(entity), many=nouns(entity), a_one=article(noun(entity)))
        asked = interrogatives().get(number.words[-1])
        if asked and place == "on_average" and rng.random() < 0.6:
            text = rng.choice(asked).format(whom=nouns(entity), be="are", do="do", name=name).rstrip("?")
            text += " on average?"
    else:
        words = " and ".join(p.english for p in chosen)
        text = say(rng, "plain_extremes", words=words, name=name, many=nouns(entity), a_one=article(noun(entity)))
    return Question(text, f"SELECT {', '.join(p.sql for p in chosen)} FROM {table(entity)}")


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (14, idle_count),
    (9, with_their),
    (12, short_list),
    (8, each_once),
    (18, kind_of_rows),
    (18, children_of_named),
    (14, which_is_first),
    (6, in_range),
    (9, plain_extremes),
)
"""(weight, pattern)."""

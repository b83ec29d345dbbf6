"""Question patterns over one table. Each takes a random generator and an entity, and gives a `Question` or None."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.conditions import filter_piece, filters
from t2s_pipeline.nano.phrases import (
    NUMERIC,
    TEXTUAL,
    Piece,
    a_column,
    aggregate,
    ask,
    column,
    extreme,
    noun,
    nouns,
    order,
    quoted,
    said,
)
from t2s_pipeline.nano.random_schema import Attribute, Entity
from t2s_pipeline.nano.vocabulary import plural, say
from t2s_pipeline.schema.serialise import quote_identifier


@dataclass(frozen=True)
class Question:
    text: str
    sql: str


Pattern = Callable[[Random, Entity], Question | None]

_NUMBER_WORDS = {2: "two", 3: "three", 5: "five", 10: "ten"}


def shown(rng: Random, entity: Entity, most: int = 3, alias: str | None = None) -> Piece | None:
    """What is asked for: one to `most` columns, "name and age" / name, age."""
    options = [c for c in entity.columns if not c.key]
    if not options:
        return None
    count = min(rng.choices((1, 2, 3), (70, 23, 7))[0], most, len(options))
    chosen = rng.sample(options, count)
    names = [said(c, entity, rng) for c in chosen]
    if rng.random() < (0.4 if count == 1 else 0.25):
        names = [plural_name(name) for name in names]
    english = names[0] if count == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return Piece(english, ", ".join(column(c, alias) for c in chosen))


def plural_name(name: str) -> str:
    """A column's English in the plural, where its last word takes one."""
    head, of, rest = name.partition(" of ")
    if of:
        return f"{plural_name(head)} of {rest}"
    head, _, last = name.rpartition(" ")
    return name if last.endswith("s") else f"{head} {plural(last)}".strip()


def the_entities(rng: Random, entity: Entity) -> str:
    """ "all singers", "the singers", "each singer"."""
    return say(rng, "the_entities", many=nouns(entity), one=noun(entity))


def table(entity: Entity) -> str:
    return quote_identifier(entity.name)


def listing(rng: Random, entity: Entity) -> Question | None:
    """Columns, with filters or an order or neither; at times DISTINCT."""
    what = shown(rng, entity)
    if what is None:
        return None
    distinct = rng.random() < 0.18
    english = ("different " if rng.random() < 0.5 else "distinct ") + what.english if distinct else what.english
    where = filters(rng, entity, both=0.3) if rng.random() < 0.6 else None
    of = rng.choice(("of", "of", "of", "for"))
    whom = the_entities(rng, entity) if where is None else say(rng, "some_entities", many=nouns(entity))
    text = f"the {english} {of} {whom}"
    sql = f"SELECT {'DISTINCT ' if distinct else ''}{what.sql} FROM {table(entity)}"
    if where:
        text, sql = f"{text} {where.english}", f"{sql} WHERE {where.sql}"
    sortable = [c for c in entity.columns if not c.key and c.kind != "bool"]
    if sortable and not distinct and rng.random() < 0.3:
        by = order(rng, rng.choice(sortable), entity)
        text, sql = f"{text}{rng.choice((' ', ', '))}{by.english}", f"{sql} ORDER BY {by.sql}"
    if where and rng.random() < 0.25 and " ORDER BY " not in sql:
        verb = rng.choice(("Give", "Show", "List"))
        return Question(f"Which {nouns(entity)} are there {where.english}? {verb} the {english}.", sql)
    return Question(ask(rng, text), sql)


def counting(rng: Random, entity: Entity) -> Question | None:
    """How many rows, with filters or without."""
    where = filters(rng, entity, both=0.25) if rng.random() < 0.65 else None
    text = say(rng, "counting", many=nouns(entity), tail=f" {where.english}" if where else "")
    return Question(text, f"SELECT count(*) FROM {table(entity)}" + (f" WHERE {where.sql}" if where else ""))


def counting_distinct(rng: Random, entity: Entity) -> Question | None:
    options = entity.of_kind("category", "year", "name", "code")
    if not options:
        return None
    attribute = rng.choice(options)
    text = say(rng, "counting_distinct", name=plural_name(said(attribute, entity, rng)), many=nouns(entity))
    return Question(text, f"SELECT count(DISTINCT {column(attribute)}) FROM {table(entity)}")


def aggregating(rng: Random, entity: Entity) -> Question | None:
    """One to three aggregates, of one column or several, with a filter or none."""
    options = entity.of_kind(*NUMERIC)
    if not options:
        return None
    pieces = [aggregate(rng, rng.choice(options), entity)]
    if rng.random() < 0.35:
        second = aggregate(rng, rng.choice(options), entity)
        pieces += [second] if second.sql != pieces[0].sql else []
    elif rng.random() < 0.15:
        attribute = rng.choice(options)
        name, col = said(attribute, entity, rng), column(attribute)
        first, last = (
            rng.choice((("average", "avg"), ("minimum", "min"))),
            rng.choice((("maximum", "max"), ("total", "sum"))),
        )
        pieces = [Piece(first[0], f"{first[1]}({col})"), Piece(f"{last[0]} {name}", f"{last[1]}({col})")]
    where = filters(rng, entity, both=0.15) if rng.random() < 0.5 else None
    text = f"the {' and '.join(p.english for p in pieces)} of {rng.choice(('', 'all ', 'the '))}{nouns(entity)}"
    text += f" {where.english}" if where else ""
    sql = f"SELECT {', '.join(p.sql for p in pieces)} FROM {table(entity)}"
    return Question(ask(rng, text), sql + (f" WHERE {where.sql}" if where else ""))


def superlative(rng: Random, entity: Entity) -> Question | None:
    """The first one, or first few, of an order."""
    what, options = shown(rng, entity, most=2), entity.of_kind(*NUMERIC, "date")
    if what is None or not options:
        return None
    end = extreme(rng, rng.choice(options), entity)
    where = filter_piece(rng, entity) if rng.random() < 0.12 else None
    top = rng.choice((2, 3, 3, 5, 10)) if rng.random() < 0.25 else 1
    one = nouns(entity) if top > 1 else noun(entity)
    count = f"{top if rng.random() < 0.5 else _NUMBER_WORDS[top]} " if top > 1 else ""
    adjective = not end.english.startswith("with")
    who = f"{count}{end.english} {one}" if adjective else f"{count}{one} {end.english}"
    sql = f"SELECT {what.sql} FROM {table(entity)}" + (f" WHERE {where.sql}" if where else "")
    sql += f" ORDER BY {end.sql} LIMIT {top}"
    if top == 1 and not where and rng.random() < 0.3:
        if rng.random() < 0.5:
            which = f"Which {one} is the {'' if adjective else 'one '}{end.english}?"
            return Question(f"{which} Give the {what.english}.", sql)
        return Question(f"For the {who}, what is the {what.english}?", sql)
    return Question(ask(rng, f"the {what.english} of the {who}" + (f" {where.english}" if where else "")), sql)


def grouping(rng: Random, entity: Entity) -> Question | None:
    """A figure for each value of a column, at times ordered by it or held to some groups by HAVING."""
    keys, numbers = entity.of_kind("category", "year"), entity.of_kind(*NUMERIC)
    if not keys:
        return None
    key: Attribute = rng.choice(keys)
    numbers = [n for n in numbers if n is not key]
    name, col, many = said(key, entity, rng), column(key), nouns(entity)
    figure = Piece("number", "count(*)")
    if numbers and rng.random() < 0.5:
        figure = aggregate(rng, rng.choice(numbers), entity)
    figure = Piece(f"{figure.english} of {many}", figure.sql)
    each = say(rng, "for_each")
    select = rng.choice((f"{col}, {figure.sql}", f"{figure.sql}, {col}"))
    body = f"the {figure.english} {each} {name}"
    if select.startswith(col) and rng.random() < 0.6:
        body = rng.choice((f"each {name} and the {figure.english}", f"the {name} and {body}"))
    elif figure.sql == "count(*)" and rng.random() < 0.3:
        text = f"How many {many} are there {rng.choice(('for each', 'in each', 'of each'))} {name}?"
        return Question(text, f"SELECT {col}, count(*) FROM {table(entity)} GROUP BY {col}")
    elif not select.startswith(col):
        body += f" and the {name}" if rng.random() < 0.8 else f", together with the {name}"
    where = filter_piece(rng, entity) if rng.random() < 0.12 else None
    body += f" {where.english}" if where else ""
    sql = f"SELECT {select} FROM {table(entity)}{' WHERE ' + where.sql if where else ''} GROUP BY {col}"
    if rng.random() < 0.15:
        low = rng.randint(2, 9)
        body += rng.choice((f" with more than {low} {many}", f" that has more than {low} {many}"))
        sql += f" HAVING count(*) > {low}"
    return Question(ask(rng, body), sql)


def most_common(rng: Random, entity: Entity) -> Question | None:
    """The value that most, or fewest, rows share."""
    keys = entity.of_kind("category", "year", "name")
    if not keys:
        return None
    key = rng.choice(keys)
    name, col, many = said(key, entity, rng), column(key), nouns(entity)
    most = rng.random() < 0.75
    with_count = rng.random() < 0.15
    body = say(rng, "most_common" if most else "least_common", name=name, many=many)
    if rng.random() < 0.3 and not with_count:
        text = say(rng, "which_has", name=name, many=many, most="most" if most else "fewest")
    else:
        text = ask(rng, body + (f" and the number of {many}" if with_count else ""))
    select = f"{col}, count(*)" if with_count else col
    direction = "DESC" if most else "ASC"
    return Question(text, f"SELECT {select} FROM {table(entity)} GROUP BY {col} ORDER BY count(*) {direction} LIMIT 1")


def how_many(rng: Random, most: int) -> Piece:
    """A bound on a count, 2 to `most`: "more than 3" / > 3."""
    low = rng.randint(2, most)
    forms = {
        f"more than {low}": f"> {low}",
        f"at least {low}": f">= {low}",
        f"fewer than {low}": f"< {low}",
        f"{low} or more": f">= {low}",
        f"exactly {low}": f"= {low}",
    }
    return Piece(*rng.choice(list(forms.items())))


def having(rng: Random, entity: Entity) -> Question | None:
    """The values that enough rows share, or whose figure is high enough."""
    keys, numbers = entity.of_kind("category", "year", "name"), entity.of_kind(*NUMERIC)
    if not keys:
        return None
    key = rng.choice(keys)
    name, col, many = said(key, entity, rng), column(key), nouns(entity)
    bound = how_many(rng, 20)
    sql = f"SELECT {col} FROM {table(entity)} GROUP BY {col} HAVING "
    if numbers and rng.random() < 0.25:
        figure = aggregate(rng, rng.choice(numbers), entity)
        value = rng.randint(10, 5000)
        body = f"the {plural_name(name)} of {many} whose {figure.english} is above {value}"
        return Question(ask(rng, body), f"{sql}{figure.sql} > {value}")
    body = say(rng, "having", name=name, names=plural_name(name), so_many=bound.english, many=many)
    if rng.random() < 0.7:
        return Question(ask(rng, body), f"{sql}count(*) {bound.sql}")
    return Question(f"Which {plural_name(name)} have {bound.english} {many}?", f"{sql}count(*) {bound.sql}")


def against_aggregate(rng: Random, entity: Entity) -> Question | None:
    """Rows above the average, at the maximum, or beyond every row of one kind."""
    what, options = shown(rng, entity, most=2), entity.of_kind(*NUMERIC)
    if what is None or not options:
        return None
    attribute = rng.choice(options)
    name, col, many, t = said(attribute, entity, rng), column(attribute), nouns(entity), table(entity)
    roll = rng.random()
    counting_them = rng.random() < 0.2
    if roll < 0.55:
        more = rng.random() < 0.6
        adverb = say(rng, "above" if more else "below")
        tail = say(rng, "above_average", name=name, a_name=a_column(name), adverb=adverb, many=many)
        condition = f"{col} {'>' if more else '<'} (SELECT avg({col}) FROM {t})"
    elif roll < 0.75:
        most = rng.random() < 0.5
        tail = f"whose {name} equals the {'maximum' if most else 'minimum'} {name}"
        condition = f"{col} = (SELECT {'max' if most else 'min'}({col}) FROM {t})"
    else:
        keys = entity.of_kind("category")
        if not keys:
            return None
        key = rng.choice(keys)
        value = rng.choice(key.values)
        any_one = rng.random() < 0.5
        above = rng.choice(("above", "higher than"))
        kind = f"{many} with {said(key, entity, rng)} {quoted(rng, value)}"
        tail = f"with {name} {above} that of {'any' if any_one else 'all'} {kind}"
        function = "min" if any_one else "max"
        condition = f"{col} > (SELECT {function}({col}) FROM {t} WHERE {column(key)} = '{value}')"
    if counting_them:
        return Question(f"How many {many} are there {tail}?", f"SELECT count(*) FROM {t} WHERE {condition}")
    return Question(ask(rng, f"the {what.english} of {many} {tail}"), f"SELECT {what.sql} FROM {t} WHERE {condition}")


def set_operation(rng: Random, entity: Entity) -> Question | None:
    """Values shared by two kinds of rows (INTERSECT), of either (UNION), of one but not the other (EXCEPT)."""
    keys = entity.of_kind("category", "name", "year")
    if not keys:
        return None
    key = rng.choice(keys)
    first, second = filter_piece(rng, entity), filter_piece(rng, entity)
    col, t = column(key), table(entity)
    if (
        first is None
        or second is None
        or first.sql == second.sql
        or col in (first.sql.split()[0], second.sql.split()[0])
    ):
        return None
    names, many = plural_name(said(key, entity, rng)), nouns(entity)
    roll = rng.random()
    if roll < 0.8:
        word, place = ("INTERSECT", "shared_by_both") if roll < 0.5 else ("EXCEPT", "of_one_only")
        body = say(rng, place, names=names, many=many, first=first.english, second=second.english)
    else:
        word = "UNION"
        body = f"the {names} of {many} {first.english} together with those of {many} {second.english}"
    arm = f"SELECT {col} FROM {t} WHERE"
    return Question(ask(rng, body), f"{arm} {first.sql} {word} {arm} {second.sql}")


def most_textual(entity: Entity) -> Attribute | None:
    """The column by which people would name a row: its name, else any text."""
    options = entity.of_kind("name") or entity.of_kind(*TEXTUAL)
    return options[0] if options else None


PATTERNS: tuple[tuple[int, Pattern], ...] = (
    (26, listing),
    (13, counting),
    (5, counting_distinct),
    (11, aggregating),
    (13, superlative),
    (10, grouping),
    (6, most_common),
    (6, having),
    (7, against_aggregate),
    (5, set_operation),
)
"""(weight, pattern)."""

"""Questions that leave out what a reader knows: which column names a row, where a value stands, what "how old" asks.

"Which boats are red?" wants the boats' names, and "the price of Boiler" is the price where the name is Boiler.
World patterns, as in `grammar_joins`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from t2s_pipeline.nano.conditions import filter_piece, filters
from t2s_pipeline.nano.grammar_joins import join_of, linked_pair
from t2s_pipeline.nano.grammar_single import Question, how_many, most_textual, shown, table
from t2s_pipeline.nano.phrases import NUMERIC, ask, column, extreme, noun, nouns, order, quoted, said
from t2s_pipeline.nano.random_schema import Attribute, Entity, World
from t2s_pipeline.nano.vocabulary import interrogatives, say
from t2s_pipeline.schema.serialise import quote_identifier


def _labelled(rng: Random, world: World) -> tuple[Entity, Attribute] | None:
    found = [(e, label) for e in world.entities if (label := most_textual(e)) is not None]
    return rng.choice(found) if found else None


def which_ones(rng: Random, world: World) -> Question | None:
    """The names of the rows that a condition holds for, asked without the word name."""
    pair = _labelled(rng, world)
    where = filters(rng, pair[0], both=0.25) if pair else None
    if pair is None or where is None:
        return None
    entity, label = pair
    text = say(rng, "which_ones", many=nouns(entity), tail=where.english)
    sql = f"SELECT {column(label)} FROM {table(entity)} WHERE {where.sql}"
    options = [c for c in entity.columns if not c.key and c.kind != "bool"]
    if options and rng.random() < 0.15:
        by = order(rng, rng.choice(options), entity)
        text, sql = (
            f"{text.rstrip('.?')}, {by.english}{text[-1:] if text[-1:] in '.?' else ''}",
            f"{sql} ORDER BY {by.sql}",
        )
    return Question(text, sql)


def which_one(rng: Random, world: World) -> Question | None:
    """The name of the first row of an order."""
    pair = _labelled(rng, world)
    options = pair[0].of_kind(*NUMERIC, "date") if pair else []
    if pair is None or not options:
        return None
    entity, label = pair
    end = extreme(rng, rng.choice(options), entity)
    one = noun(entity)
    where = filter_piece(rng, entity) if rng.random() < 0.2 else None
    who = f"{one} {end.english}" if end.english.startswith("with") else f"{end.english} {one}"
    if where:
        who += f" {where.english}"
    text = say(rng, "which_one", who=who)
    sql = f"SELECT {column(label)} FROM {table(entity)}{f' WHERE {where.sql}' if where else ''}"
    return Question(text, f"{sql} ORDER BY {end.sql} LIMIT 1")


def of_named(rng: Random, world: World) -> Question | None:
    """Columns of the row of a stated name; the question says the value alone."""
    pair = _labelled(rng, world)
    if pair is None:
        return None
    entity, label = pair
    options = [c for c in entity.columns if not c.key and c is not label]
    if not options:
        return None
    value = rng.choice(label.values)
    cited = quoted(rng, value)
    whom = rng.choice(
        (cited, cited, f"{noun(entity)} {cited}", f"the {noun(entity)} {cited}", f"{cited} (a {noun(entity)})")
    )
    asked = rng.choice(options)
    where = f"FROM {table(entity)} WHERE {column(label)} = '{value}'"
    forms = _interrogatives(asked)
    if forms and rng.random() < 0.5:
        text = rng.choice(forms).format(whom=whom, be="is", do="does", name=said(asked, entity, rng))
        return Question(
            text.replace("does", "did", 1) if rng.random() < 0.2 else text, f"SELECT {column(asked)} {where}"
        )
    names, columns = said(asked, entity, rng), column(asked)
    if len(options) > 1 and rng.random() < 0.3:
        other = rng.choice([c for c in options if c is not asked])
        names, columns = f"{names} and {said(other, entity, rng)}", f"{columns}, {column(other)}"
    return Question(say(rng, "of_named", name=names, whom=whom, Ask=say(rng, "ask")), f"SELECT {columns} {where}")


def _interrogatives(attribute: Attribute) -> list[str]:
    return interrogatives().get("_".join(attribute.words)) or interrogatives().get(attribute.words[-1]) or []


def how_are(rng: Random, world: World) -> Question | None:
    """ "How old is each singer": a column asked for without its name."""
    entity = rng.choice(world.entities)
    options = [c for c in entity.columns if not c.key and _interrogatives(c)]
    if not options:
        return None
    asked = rng.choice(options)
    where = filters(rng, entity, both=0.15) if rng.random() < 0.6 else None
    one = where is None and rng.random() < 0.4
    whom = f"each {noun(entity)}" if one else rng.choice(("", "the ", "all ")) + nouns(entity)
    be, do = ("is", "does") if one else ("are", "do")
    whom += f" {where.english}" if where else ""
    text = rng.choice(_interrogatives(asked)).format(whom=whom, be=be, do=do, name=said(asked, entity, rng))
    return Question(text, f"SELECT {column(asked)} FROM {table(entity)}{f' WHERE {where.sql}' if where else ''}")


def how_many_of(rng: Random, world: World) -> Question | None:
    """How many children one parent, named or described, has; and the other way round its parent."""
    pair = linked_pair(rng, world)
    label = most_textual(pair.parent) if pair else None
    if pair is None or label is None:
        return None
    parent, child = pair.parent, pair.child
    if rng.random() < 0.7:
        value = rng.choice(label.values)
        whom = rng.choice(("", f"the {noun(parent)} ", f"{noun(parent)} ")) + quoted(rng, value)
        condition = f"T2.{quote_identifier(label.name)} = '{value}'"
    else:
        where = filter_piece(rng, parent, "T2")
        if where is None:
            return None
        whom, condition = f"the {noun(parent)} {where.english}", where.sql
    joined = f"FROM {join_of(child, pair)} WHERE {condition}"
    numbers = child.of_kind(*NUMERIC)
    roll = rng.random()
    if roll < 0.5 or not numbers:
        what = shown(rng, child, 2, "T1")
        if what is None or rng.random() < 0.55:
            return Question(say(rng, "how_many_of", many=nouns(child), whom=whom), f"SELECT count(*) {joined}")
        text = f"the {what.english} of {rng.choice(('the ', '', 'all '))}{nouns(child)} {say(rng, 'belongs')} {whom}"
        return Question(ask(rng, text), f"SELECT {what.sql} {joined}")
    number = rng.choice(numbers)
    function, word = rng.choice((("avg", "average"), ("sum", "total"), ("max", "highest"), ("min", "lowest")))
    text = f"the {word} {said(number, child, rng)} of {nouns(child)} {say(rng, 'belongs')} {whom}"
    return Question(ask(rng, text), f"SELECT {function}({column(number, 'T1')}) {joined}")


def which_have(rng: Random, world: World) -> Question | None:
    """The names of the parents that have some, enough, or the most children, asked without the word name."""
    pair = linked_pair(rng, world)
    label = most_textual(pair.parent) if pair else None
    if pair is None or label is None:
        return None
    parents, children, col = nouns(pair.parent), nouns(pair.child), column(label, "T1")
    source = f"SELECT {col} FROM {join_of(pair.parent, pair)}"
    group = f"GROUP BY T1.{quote_identifier(pair.parent_column)}"
    roll = rng.random()
    verb = say(rng, "own")
    if roll < 0.35:
        most = rng.random() < 0.8
        words = say(rng, "most_children" if most else "fewest_children")
        text = say(rng, "which_has_most", one=noun(pair.parent), verb=say(rng, "owns"), most=words, many=children)
        return Question(text, f"{source} {group} ORDER BY count(*) {'DESC' if most else 'ASC'} LIMIT 1")
    if roll < 0.65:
        bound = how_many(rng, 8)
        return Question(f"{rng.choice(('Which', 'What'))} {parents} {verb} {bound.english} {children}?",
                        f"{source} {group} HAVING count(*) {bound.sql}")  # fmt: skip
    where = filter_piece(rng, pair.child, "T2")
    if where is None:
        return None
    distinct = "DISTINCT " if rng.random() < 0.4 else ""
    any_word = "different " if distinct else ""
    text = f"{rng.choice(('Which', 'What'))} {any_word}{parents} {verb} {rng.choice(('', 'any ', 'some '))}{children} {where.english}?"
    return Question(text, f"SELECT {distinct}{col} FROM {join_of(pair.parent, pair)} WHERE {where.sql}")


def parent_of(rng: Random, world: World) -> Question | None:
    """A column of the parent of one named child."""
    pair = linked_pair(rng, world)
    label = most_textual(pair.child) if pair else None
    if pair is None or label is None:
        return None
    what = shown(rng, pair.parent, 2, "T1")
    if what is None:
        return None
    value = rng.choice(label.values)
    text = say(
        rng, "parent_of", one=noun(pair.parent), child=noun(pair.child), value=quoted(rng, value), name=what.english
    )
    return Question(
        ask(rng, text),
        f"SELECT {what.sql} FROM {join_of(pair.parent, pair)} WHERE T2.{quote_identifier(label.name)} = '{value}'",
    )


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (14, which_ones),
    (9, which_one),
    (11, of_named),
    (8, how_are),
    (14, how_many_of),
    (12, which_have),
    (6, parent_of),
)
"""(weight, pattern)."""

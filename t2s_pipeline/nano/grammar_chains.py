"""Joins with a condition and something more: the first of some, figures of some, parents in a role by their name.

"the cheapest property in Dayton", "Which teams in Canada have an average salary above 80000?", "members whose home
club is Iron Harbor". World patterns, as in `grammar_joins`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from t2s_pipeline.nano.conditions import filter_piece
from t2s_pipeline.nano.grammar_joins import join_of, linked_pair
from t2s_pipeline.nano.grammar_paths import fork
from t2s_pipeline.nano.grammar_single import Question, most_textual, shown
from t2s_pipeline.nano.grammar_verbs import asked_of, named
from t2s_pipeline.nano.phrases import (
    NUMERIC,
    Piece,
    a_column,
    ask,
    column,
    extreme,
    noun,
    nouns,
    number_value,
    quoted,
    said,
)
from t2s_pipeline.nano.random_schema import Attribute, Entity, World
from t2s_pipeline.nano.vocabulary import say
from t2s_pipeline.schema.serialise import quote_identifier

_NUMBER_WORDS = {2: "two", 3: "three", 5: "five"}


def _whose(rng: Random, parent: Entity, label: Attribute | None, alias: str) -> Piece | None:
    """Which parent, by its bare name or by a condition: "of Hull", "in the cities from France"."""
    if label is not None and rng.random() < 0.5:
        value = rng.choice(label.values)
        return Piece(f"{say(rng, 'bare_tie')} {named(rng, parent, value)}", f"{column(label, alias)} = '{value}'")
    where = filter_piece(rng, parent, alias)
    if where is None:
        return None
    whom = rng.choice((f"{nouns(parent)}", f"the {nouns(parent)}", f"any {noun(parent)}"))
    return Piece(f"{say(rng, 'bare_tie')} {whom} {where.english}", where.sql)


def first_of_some(rng: Random, world: World) -> Question | None:
    """The first of an order among the children of some parent, at times with a column of the parent."""
    link = linked_pair(rng, world)
    options = link.child.of_kind(*NUMERIC, "date") if link else []
    whose = _whose(rng, link.parent, most_textual(link.parent), "T2") if link else None
    if link is None or not options or whose is None:
        return None
    child, top = link.child, rng.choice((2, 3, 5)) if rng.random() < 0.2 else 1
    what, then = asked_of(rng, child, "T1")
    end = extreme(rng, rng.choice(options), child, "T1")
    if not what.sql:
        return None
    count = f"{_NUMBER_WORDS[top]} " if top > 1 else ""
    one = nouns(child) if top > 1 else noun(child)
    who = (
        f"{one} {end.english} {whose.english}"
        if end.english.startswith("with")
        else f"{end.english} {one} {whose.english}"
    )
    select, english = what.sql, what.english
    other = shown(rng, link.parent, 1, "T2") if rng.random() < 0.2 else None
    if other:
        select, english = f"{select}, {other.sql}", f"{english} and {noun(link.parent)} {other.english}"
    if rng.random() < 0.4 and not other:
        text = f"{rng.choice(('Which', 'What'))} {'are' if top > 1 else 'is'} the {count}{who}?{then}"
    else:
        text = ask(rng, f"the {english} of the {count}{who}")
    return Question(
        text, f"SELECT {select} FROM {join_of(child, link)} WHERE {whose.sql} ORDER BY {end.sql} LIMIT {top}"
    )


def figures_of_some(rng: Random, world: World) -> Question | None:
    """Rows by their parent and by a figure of their children: a bound on it, the highest, or each one's."""
    links = [link for link in world.links if not link.role]
    pairs = [(a, b) for a in links for b in links if a.child is b.parent and a.parent not in (a.child, b.child)]
    if not pairs:
        return None
    up, down = rng.choice(pairs)
    middle, parent, child = up.child, up.parent, down.child
    label = most_textual(middle)
    whose = _whose(rng, parent, most_textual(parent), "T3")
    if child is middle or label is None or whose is None:
        return None
    numbers = [c for c in child.of_kind("int", "real")]
    figure, short = "count(*)", "number"
    name = f"number of {nouns(child)}"
    number = rng.choice(numbers) if numbers and rng.random() < 0.65 else None
    if number:
        function, word = rng.choice((("avg", "average"), ("sum", "total"), ("avg", "mean"), ("max", "highest")))
        figure = f"{function}({column(number, 'T2')})"
        short = f"{word} {said(number, child, rng)}"
        name = f"{short} of their {nouns(child)}"
    source = fork(middle, down, up)
    group = f"FROM {source} WHERE {whose.sql} GROUP BY T1.{quote_identifier(down.parent_column)}"
    col, many = column(label, "T1"), f"{nouns(middle)} {whose.english}"
    then = " " + say(rng, "then_show", what=f"{said(label, middle, rng)} and the {short}", one=noun(middle))
    select, then = (f"{col}, {figure}", then) if rng.random() < 0.4 else (col, "")
    roll = rng.random()
    if roll < 0.4:
        value = number_value(rng, number) if number else str(rng.randint(1, 9))
        more = rng.random() < 0.7
        beyond = say(rng, "more" if more else "less")
        text = f"Which {many} have {a_column(short)}{name[len(short) :]} {beyond} {value}?{then}"
        return Question(text, f"SELECT {select} {group} HAVING {figure} {'>' if more else '<'} {value}")
    if roll < 0.75:
        most = rng.random() < 0.75
        end = rng.choice(("highest", "largest", "greatest") if most else ("lowest", "smallest"))
        text = f"Which of the {many} has the {end} {name.replace('their', 'its')}?{then}"
        return Question(text, f"SELECT {select} {group} ORDER BY {figure} {'DESC' if most else 'ASC'} LIMIT 1")
    text = rng.choice((f"For each of the {many}, show the {said(label, middle, rng)} and the {name.replace('their', 'its')}.",
                       f"Give {said(label, middle, rng)} and {name} for {many}."))  # fmt: skip
    return Question(text, f"SELECT {col}, {figure} {group}")


def in_named_role(rng: Random, world: World) -> Question | None:
    """Children by the bare name of a parent in a role: "members whose home club is Iron Harbor"."""
    links = [link for link in world.links if link.role and most_textual(link.parent)]
    if not links:
        return None
    link = rng.choice(links)
    label = most_textual(link.parent)
    what, then = asked_of(rng, link.child, "T1")
    if label is None or not what.sql:
        return None
    value = rng.choice(label.values)
    role = f"{link.role} {noun(link.parent)}"
    tail = say(rng, "in_named_role", role=role, value=quoted(rng, value))
    source = f"FROM {join_of(link.child, link)} WHERE {column(label, 'T2')} = '{value}'"
    if rng.random() < 0.3:
        return Question(say(rng, "idle_count_of", many=nouns(link.child), tail=tail), f"SELECT count(*) {source}")
    if rng.random() < 0.4:
        return Question(
            f"Which {nouns(link.child)} have {quoted(rng, value)} as their {role}?{then}", f"SELECT {what.sql} {source}"
        )
    text = f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{nouns(link.child)} {tail}"
    return Question(ask(rng, text), f"SELECT {what.sql} {source}")


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (14, first_of_some),
    (12, figures_of_some),
    (6, in_named_role),
)
"""(weight, pattern)."""

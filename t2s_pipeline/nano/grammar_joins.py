"""Question patterns over two or three linked tables. Each takes a random generator and a `World`.

In a join, T1 is always the table of the first column asked for, so the aliases are settled before the first
column is written.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from t2s_pipeline.nano.conditions import filter_piece, filters
from t2s_pipeline.nano.grammar_single import Question, how_many, most_textual, plural_name, shown, table
from t2s_pipeline.nano.phrases import NUMERIC, Piece, aggregate, ask, column, extreme, noun, nouns, order, said
from t2s_pipeline.nano.random_schema import Entity, Link, World
from t2s_pipeline.nano.vocabulary import say
from t2s_pipeline.schema.serialise import quote_identifier

WorldPattern = Callable[[Random, World], Question | None]


def join_of(first: Entity, link: Link) -> str:
    """`first AS T1 JOIN other AS T2 ON ...` in the order of the aliases."""
    if first is link.child:
        other, left, right = link.parent, link.child_column, link.parent_column
    else:
        other, left, right = link.child, link.parent_column, link.child_column
    return (
        f"{table(first)} AS T1 JOIN {table(other)} AS T2 ON T1.{quote_identifier(left)} = T2.{quote_identifier(right)}"
    )


def linked_pair(rng: Random, world: World) -> Link | None:
    """A link between two tables, or None where there is none; one of several in roles would be ambiguous."""
    links = [link for link in world.links if link.child is not link.parent and not link.role]
    return rng.choice(links) if links else None


def _tie(rng: Random, first_is_child: bool, other: Entity, where: Piece | None) -> str:
    """How the second entity hangs on the first in English."""
    tail = f" {where.english}" if where else ""
    if first_is_child:
        if where is None:
            return f"{say(rng, 'belongs')} {rng.choice(('the ', 'any ', ''))}{noun(other)}"
        return (
            f"{say(rng, 'belongs')} {rng.choice(('the ', 'the ', ''))}{rng.choice((noun(other), nouns(other)))}{tail}"
        )
    if where is None:
        return f"that have {rng.choice(('any ', 'some ', ''))}{nouns(other)}"
    return f"{say(rng, 'has')} {rng.choice((nouns(other), noun(other)))}{tail}"


def filter_other(rng: Random, world: World) -> Question | None:
    """Columns of one table by a condition on the other; or how many of them."""
    link = linked_pair(rng, world)
    if link is None:
        return None
    child_first = rng.random() < 0.55
    first, other = (link.child, link.parent) if child_first else (link.parent, link.child)
    where = filters(rng, other, "T2", both=0.1)
    what = shown(rng, first, alias="T1")
    if where is None or what is None:
        return None
    tie = _tie(rng, child_first, other, where)
    if child_first and rng.random() < 0.2:
        text = say(rng, "counting_linked", many=nouns(first), tie=tie)
        return Question(text, f"SELECT count(*) FROM {join_of(first, link)} WHERE {where.sql}")
    if rng.random() < 0.2 and first.of_kind(*NUMERIC):
        figure = aggregate(rng, rng.choice(first.of_kind(*NUMERIC)), first, "T1")
        return Question(ask(rng, f"the {figure.english} of {nouns(first)} {tie}"),
                        f"SELECT {figure.sql} FROM {join_of(first, link)} WHERE {where.sql}")  # fmt: skip
    distinct = rng.random() < 0.15
    sql = f"SELECT {'DISTINCT ' if distinct else ''}{what.sql} FROM {join_of(first, link)} WHERE {where.sql}"
    different = rng.choice(("different ", "distinct ")) if distinct else ""
    text = f"the {different}{what.english} of {rng.choice(('', 'the ', 'all '))}{nouns(first)} {tie}"
    if not distinct and rng.random() < 0.12:
        options = [c for c in first.columns if not c.key and c.kind != "bool"]
        by = order(rng, rng.choice(options), first, "T1")
        text, sql = f"{text} {by.english}", f"{sql} ORDER BY {by.sql}"
    return Question(ask(rng, text), sql)


def both_tables(rng: Random, world: World) -> Question | None:
    """Columns of both tables, with a condition, an order, the first of an order, or nothing."""
    link = linked_pair(rng, world)
    if link is None:
        return None
    child_first = rng.random() < 0.5
    first, other = (link.child, link.parent) if child_first else (link.parent, link.child)
    left, right = shown(rng, first, 2, "T1"), shown(rng, other, 1, "T2")
    if left is None or right is None:
        return None
    tie = rng.choice(("their", "its", "the corresponding")) if rng.random() < 0.3 else "the"
    each = rng.choice((f"each {noun(first)}", f"all {nouns(first)}", nouns(first)))
    english = say(
        rng,
        "both_tables",
        left=left.english,
        right=right.english,
        each=each,
        tie=tie,
        many=nouns(first),
        one=noun(first),
        whose="the" if child_first else "their",
        other=noun(other),
    )
    sql = f"SELECT {left.sql}, {right.sql} FROM {join_of(first, link)}"
    roll = rng.random()
    if roll < 0.3:
        where = filter_piece(rng, first, "T1")
        if where and not english.startswith("for each"):
            return Question(ask(rng, f"{english} for {nouns(first)} {where.english}"), f"{sql} WHERE {where.sql}")
    elif roll < 0.45:
        options = [c for c in first.columns if not c.key and c.kind != "bool"]
        by = order(rng, rng.choice(options), first, "T1")
        return Question(ask(rng, f"{english}, {by.english}"), f"{sql} ORDER BY {by.sql}")
    return Question(ask(rng, english), sql)


def superlative_other(rng: Random, world: World) -> Question | None:
    """Columns of one table for the first row of the other's order."""
    link = linked_pair(rng, world)
    if link is None:
        return None
    child_first = rng.random() < 0.6
    first, other = (link.child, link.parent) if child_first else (link.parent, link.child)
    what, options = shown(rng, first, 2, "T1"), other.of_kind(*NUMERIC, "date")
    if what is None or not options:
        return None
    end = extreme(rng, rng.choice(options), other, "T2")
    who = f"{noun(other)} {end.english}" if end.english.startswith("with") else f"{end.english} {noun(other)}"
    tie = f"{say(rng, 'belongs')} the {who}" if child_first else f"{say(rng, 'with_the')} the {who}"
    return Question(ask(rng, f"the {what.english} of the {noun(first)} {tie}"),
                    f"SELECT {what.sql} FROM {join_of(first, link)} ORDER BY {end.sql} LIMIT 1")  # fmt: skip


def count_children(rng: Random, world: World) -> Question | None:
    """How many children each parent has; or another figure of them."""
    link = linked_pair(rng, world)
    label = most_textual(link.parent) if link else None
    if link is None or label is None:
        return None
    parent, child, col = link.parent, link.child, column(label, "T1")
    name = said(label, parent, rng)
    numbers = child.of_kind(*NUMERIC)
    if numbers and rng.random() < 0.3:
        figure = aggregate(rng, rng.choice(numbers), child, "T2")
        english = f"{figure.english} of {rng.choice(('its ', 'their ', ''))}{nouns(child)}"
    else:
        figure, english = Piece("", "count(*)"), f"number of {nouns(child)}"
    one, show = noun(parent), ("show", "give", "find", "return", "list")
    forms = (
        ask(rng, f"the {name} of each {one} and the {english}"),
        ask(rng, f"the {english} for each {one} {name}"),
        f"For each {one}, {rng.choice(show)} the {name} and the {english}.",
        f"What is the {english} of each {one}? Show the {name} too.",
    )
    text = rng.choice(forms)
    if figure.sql == "count(*)" and rng.random() < 0.3:
        verb = rng.choice(("List", "Give", "Show"))
        text = f"How many {nouns(child)} does each {one} have? {verb} the {one} {name} and the number."
    key = quote_identifier(link.parent_column)
    return Question(text, f"SELECT {col}, {figure.sql} FROM {join_of(parent, link)} GROUP BY T1.{key}")


def most_children(rng: Random, world: World) -> Question | None:
    """The parent with the most, or fewest, children."""
    link = linked_pair(rng, world)
    what = shown(rng, link.parent, 2, "T1") if link else None
    if link is None or what is None:
        return None
    parent, children, most = link.parent, nouns(link.child), rng.random() < 0.8
    many = say(rng, "most_children" if most else "fewest_children")
    body = f"the {what.english} of the {noun(parent)} {say(rng, 'who_has')} {many} {children}"
    if rng.random() < 0.75:
        text = ask(rng, body)
    else:
        text = f"Which {noun(parent)} has {many} {children}? Give the {what.english}."
    source = f"FROM {join_of(parent, link)} GROUP BY T1.{quote_identifier(link.parent_column)}"
    return Question(text, f"SELECT {what.sql} {source} ORDER BY count(*) {'DESC' if most else 'ASC'} LIMIT 1")


def enough_children(rng: Random, world: World) -> Question | None:
    """The parents with more, or fewer, than so many children."""
    link = linked_pair(rng, world)
    what = shown(rng, link.parent, 2, "T1") if link else None
    if link is None or what is None:
        return None
    bound = how_many(rng, 10)
    parents = rng.choice(("", "the ", "all ")) + nouns(link.parent)
    body = f"the {what.english} of {parents} {say(rng, 'who_have')} {bound.english} {nouns(link.child)}"
    source = f"FROM {join_of(link.parent, link)} GROUP BY T1.{quote_identifier(link.parent_column)}"
    return Question(ask(rng, body), f"SELECT {what.sql} {source} HAVING count(*) {bound.sql}")


def without_children(rng: Random, world: World) -> Question | None:
    """Parents with no child, or with none of a kind (NOT IN); how many, or some of their columns."""
    link = linked_pair(rng, world)
    what = shown(rng, link.parent, 2) if link else None
    if link is None or what is None:
        return None
    where = filter_piece(rng, link.child) if rng.random() < 0.3 else None
    tail = f" {where.english}" if where else ""
    parents = nouns(link.parent)
    lack = say(rng, "lacking", many=nouns(link.child), tail=tail)
    key, child_key = quote_identifier(link.parent_column), quote_identifier(link.child_column)
    condition = f"{key} NOT IN (SELECT {child_key} FROM {table(link.child)}{' WHERE ' + where.sql if where else ''})"
    source = f"FROM {table(link.parent)} WHERE {condition}"
    if rng.random() < 0.3:
        return Question(say(rng, "counting_lacking", many=parents, lack=lack), f"SELECT count(*) {source}")
    body = f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{parents} {lack}"
    return Question(ask(rng, body), f"SELECT {what.sql} {source}")


def both_kinds(rng: Random, world: World) -> Question | None:
    """Parents that have children of both of two kinds (INTERSECT), or of one and not the other (EXCEPT)."""
    link = linked_pair(rng, world)
    label = most_textual(link.parent) if link else None
    if link is None or label is None:
        return None
    first, second = filter_piece(rng, link.child, "T2"), filter_piece(rng, link.child, "T2")
    if first is None or second is None or first.sql == second.sql:
        return None
    names, parents, children = plural_name(said(label, link.parent, rng)), nouns(link.parent), nouns(link.child)
    both = rng.random() < 0.6
    if both:
        body = f"the {names} of {parents} that have both {children} {first.english} and {children} {second.english}"
    else:
        body = f"the {names} of {parents} that have {children} {first.english} but no {children} {second.english}"
    arm = f"SELECT {column(label, 'T1')} FROM {join_of(link.parent, link)} WHERE"
    return Question(ask(rng, body), f"{arm} {first.sql} {'INTERSECT' if both else 'EXCEPT'} {arm} {second.sql}")


def over_bridge(rng: Random, world: World) -> Question | None:
    """Columns of one table by a condition on another, over the table that links both."""
    links = [link for link in world.links if not link.role]
    pairs = [(a, b) for a in links for b in links if a is not b and a.child is b.child and a.parent is not b.parent]
    chains = [(a, b) for a in links for b in links if a.parent is b.child and a.child is not b.parent]
    if not pairs and not chains:
        return None
    if pairs and (not chains or rng.random() < 0.65):
        near, far = rng.choice(pairs)
        first, middle, last = near.parent, near.child, far.parent
        on = (f"T1.{quote_identifier(near.parent_column)} = T2.{quote_identifier(near.child_column)}",
              f"T2.{quote_identifier(far.child_column)} = T3.{quote_identifier(far.parent_column)}")  # fmt: skip
    else:
        near, far = rng.choice(chains)
        first, middle, last = near.child, near.parent, far.parent
        on = (f"T1.{quote_identifier(near.child_column)} = T2.{quote_identifier(near.parent_column)}",
              f"T2.{quote_identifier(far.child_column)} = T3.{quote_identifier(far.parent_column)}")  # fmt: skip
    what, where = shown(rng, first, 2, "T1"), filter_piece(rng, last, "T3")
    if what is None or where is None:
        return None
    source = f"FROM {table(first)} AS T1 JOIN {table(middle)} AS T2 ON {on[0]} JOIN {table(last)} AS T3 ON {on[1]}"
    by = say(rng, "over_bridge", middle=nouns(middle))
    near_side = rng.choice(("", "the ", "all ")) + nouns(first)
    far_side = rng.choice(("", "the ", "any ")) + rng.choice((noun(last), nouns(last)))
    body = f"the {what.english} of {near_side} {by} {far_side} {where.english}"
    return Question(ask(rng, body), f"SELECT {what.sql} {source} WHERE {where.sql}")


PATTERNS: tuple[tuple[int, WorldPattern], ...] = (
    (26, filter_other),
    (14, both_tables),
    (8, superlative_other),
    (12, count_children),
    (10, most_children),
    (7, enough_children),
    (10, without_children),
    (5, both_kinds),
    (8, over_bridge),
)
"""(weight, pattern)."""

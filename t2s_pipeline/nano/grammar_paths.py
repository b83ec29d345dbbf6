"""Questions over two to four tables that foreign keys join in a row, and over keys in roles.

A path is walked at random over the links, so chains, stars and linking tables all come about. The aliases T1,
T2 ... follow the path; the first table is the one asked about. World patterns, as in `grammar_joins`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.conditions import filter_piece
from t2s_pipeline.nano.grammar_single import Question, how_many, most_textual, shown, table
from t2s_pipeline.nano.phrases import NUMERIC, aggregate, ask, column, extreme, noun, nouns, order, said
from t2s_pipeline.nano.random_schema import Entity, Link, World
from t2s_pipeline.nano.vocabulary import say
from t2s_pipeline.schema.serialise import quote_identifier


@dataclass(frozen=True)
class Path:
    """Tables in the order of their aliases and the links between neighbours."""

    entities: tuple[Entity, ...]
    links: tuple[Link, ...]

    @property
    def sql(self) -> str:
        parts = [f"{table(self.entities[0])} AS T1"]
        for place, link in enumerate(self.links, start=1):
            left, right = self.entities[place - 1], self.entities[place]
            near, far = (
                (link.child_column, link.parent_column)
                if left is link.child
                else (link.parent_column, link.child_column)
            )
            on = f"T{place}.{quote_identifier(near)} = T{place + 1}.{quote_identifier(far)}"
            parts.append(f"JOIN {table(right)} AS T{place + 1} ON {on}")
        return " ".join(parts)

    @property
    def end(self) -> str:
        return f"T{len(self.entities)}"

    def tie(self, rng: Random) -> str:
        """How the last table hangs on the first in English, by way of those between, or leaving them out."""
        between = [nouns(e) for e in self.entities[1:-1]]
        if not between:
            return say(rng, "belongs" if self.entities[0] is self.links[0].child else "has")
        if rng.random() < 0.5:
            return say(rng, "far_tie")
        return say(rng, "over_bridge", middle=" and ".join(between))


def fork(middle: Entity, first: Link, second: Link) -> str:
    """`middle` as T1 joined to the other ends of its two links, as T2 and T3."""
    near, far = (
        Path((middle, k.parent if k.child is middle else k.child), (k,)).sql.partition(" JOIN ")
        for k in (first, second)
    )
    table_far, alias, on = far[2].rpartition(" AS T2 ON ")
    return f"{near[0]} JOIN {near[2]} JOIN {table_far}{alias.replace('T2', 'T3')}{on.replace(' = T2.', ' = T3.')}"


def random_path(rng: Random, world: World, length: int) -> Path | None:
    """A path of `length` different tables, or None where the draw runs into a dead end."""
    links = [link for link in world.links if link.child is not link.parent and not link.role]
    if not links:
        return None
    entities, used = [rng.choice(world.entities)], []
    while len(entities) < length:
        steps = [k for k in links if (k.child is entities[-1]) != (k.parent is entities[-1])]
        steps = [k for k in steps if not (k.child in entities and k.parent in entities)]
        if not steps:
            return None
        link = rng.choice(steps)
        used.append(link)
        entities.append(link.parent if link.child is entities[-1] else link.child)
    return Path(tuple(entities), tuple(used))


def _any_path(rng: Random, world: World) -> Path | None:
    return random_path(rng, world, rng.choices((2, 3, 4), (25, 55, 20))[0])


def filter_far(rng: Random, world: World) -> Question | None:
    """Columns, a count, or a figure of the first table by a condition on the last, at times one on the first too."""
    path = _any_path(rng, world)
    if path is None:
        return None
    first, last = path.entities[0], path.entities[-1]
    what, where = shown(rng, first, 2, "T1"), filter_piece(rng, last, path.end)
    if what is None or where is None:
        return None
    tail = f"{path.tie(rng)} {rng.choice(('', 'the ', 'any '))}{rng.choice((noun(last), nouns(last)))} {where.english}"
    condition, own = where.sql, filter_piece(rng, first, "T1") if rng.random() < 0.25 else None
    if own:
        tail, condition = f"{own.english} {tail}", f"{own.sql} AND {condition}"
    roll = rng.random()
    if roll < 0.2:
        different = rng.random() < 0.4 and most_textual(first) is not None
        label = most_textual(first)
        counted = f"count(DISTINCT {column(label, 'T1')})" if different and label else "count(*)"
        many = f"different {nouns(first)}" if different else nouns(first)
        return Question(
            say(rng, "counting_linked", many=many, tie=tail), f"SELECT {counted} FROM {path.sql} WHERE {condition}"
        )
    numbers = first.of_kind(*NUMERIC)
    if roll < 0.35 and numbers:
        figure = aggregate(rng, rng.choice(numbers), first, "T1")
        return Question(
            ask(rng, f"the {figure.english} of {nouns(first)} {tail}"),
            f"SELECT {figure.sql} FROM {path.sql} WHERE {condition}",
        )
    distinct = rng.random() < 0.3
    english = f"the {say(rng, 'different') + ' ' if distinct else ''}{what.english} of {rng.choice(('', 'the ', 'all '))}{nouns(first)} {tail}"
    sql = f"SELECT {'DISTINCT ' if distinct else ''}{what.sql} FROM {path.sql} WHERE {condition}"
    options = [c for c in first.columns if not c.key and c.kind != "bool"]
    if not distinct and rng.random() < 0.12 and options:
        by = order(rng, rng.choice(options), first, "T1")
        english, sql = f"{english}, {by.english}", f"{sql} ORDER BY {by.sql}"
    return Question(ask(rng, english), sql)


def two_ends(rng: Random, world: World) -> Question | None:
    """Columns of the first and of the last table side by side, with an order or a condition."""
    path = _any_path(rng, world)
    if path is None:
        return None
    first, last = path.entities[0], path.entities[-1]
    left, right = shown(rng, first, 2, "T1"), shown(rng, last, 1, path.end)
    if left is None or right is None:
        return None
    text = say(rng, "two_ends", left=left.english, right=right.english, many=nouns(first), one=noun(first),
               other=noun(last), others=nouns(last))  # fmt: skip
    sql = f"SELECT {left.sql}, {right.sql} FROM {path.sql}"
    roll = rng.random()
    if roll < 0.25:
        entity, alias = rng.choice(((first, "T1"), (last, path.end)))
        where = filter_piece(rng, entity, alias)
        if where:
            text, sql = f"{text}, only for {nouns(entity)} {where.english}", f"{sql} WHERE {where.sql}"
    elif roll < 0.45:
        options = [c for c in first.columns if not c.key and c.kind != "bool"]
        by = order(rng, rng.choice(options), first, "T1")
        text, sql = f"{text}, {by.english}", f"{sql} ORDER BY {by.sql}"
    elif roll < 0.6 and last.of_kind(*NUMERIC):
        end = extreme(rng, rng.choice(last.of_kind(*NUMERIC)), last, path.end)
        who = f"{noun(last)} {end.english}" if end.english.startswith("with") else f"{end.english} {noun(last)}"
        text, sql = f"{text}, for the {who} only", f"{sql} ORDER BY {end.sql} LIMIT 1"
    return Question(ask(rng, text), sql)


def group_far(rng: Random, world: World) -> Question | None:
    """For each row or value of the first table a figure of the last; with HAVING, an order, or the top of it."""
    path = _any_path(rng, world)
    key = None if path is None else most_textual(path.entities[0])
    if path is None or key is None:
        return None
    first, last = path.entities[0], path.entities[-1]
    categories = first.of_kind("category", "year")
    by_value = bool(categories) and rng.random() < 0.35
    key = rng.choice(categories) if by_value else key
    col, name = column(key, "T1"), said(key, first, rng)
    own = first.primary_key
    group = col if by_value or own is None or rng.random() < 0.2 else column(own, "T1")
    numbers = last.of_kind(*NUMERIC)
    figure, english = "count(*)", f"number of {nouns(last)}"
    if numbers and rng.random() < 0.4:
        piece = aggregate(rng, rng.choice(numbers), last, path.end)
        figure, english = piece.sql, f"{piece.english} of {rng.choice(('its ', 'the ', ''))}{nouns(last)}"
    where = filter_piece(rng, last, path.end) if rng.random() < 0.15 else None
    english += f" {where.english}" if where else ""
    source = f"FROM {path.sql}{f' WHERE {where.sql}' if where else ''} GROUP BY {group}"
    each = f"{name} of {nouns(first)}" if by_value else noun(first)
    roll = rng.random()
    if roll < 0.35:
        text = say(rng, "figure_each", each=each, figure=english, name=name)
        return Question(text, f"SELECT {col}, {figure} {source}")
    if roll < 0.7:
        most = rng.random() < 0.75
        extreme_word = say(rng, "extreme_most" if most else "extreme_least")
        top = rng.choice((2, 3, 5)) if rng.random() < 0.2 else 1
        shown_too = rng.random() < 0.25
        who = f"the {top} {name}s" if top > 1 else f"the {name}"
        body = f"{who} of the {noun(first)} with the {extreme_word} {english}"
        body += f" and the {english}" if shown_too else ""
        select = f"{col}, {figure}" if shown_too else col
        return Question(
            ask(rng, body), f"SELECT {select} {source} ORDER BY {figure} {'DESC' if most else 'ASC'} LIMIT {top}"
        )
    if roll < 0.85:
        bound = how_many(rng, 9)
        body = f"the {name} of {nouns(first)} whose {english} is {bound.english}"
        return Question(ask(rng, body), f"SELECT {col} {source} HAVING {figure} {bound.sql}")
    down = rng.random() < 0.6
    body = f"the {name} and {english} for each {each}, {say(rng, 'by_figure_down' if down else 'by_figure_up')}"
    return Question(ask(rng, body), f"SELECT {col}, {figure} {source} ORDER BY {figure} {'DESC' if down else 'ASC'}")


def in_role(rng: Random, world: World) -> Question | None:
    """A condition on the parent that a key in a role refers to, or that column of both."""
    links = [link for link in world.links if link.role and link.child is not link.parent]
    if not links:
        return None
    link = rng.choice(links)
    path = Path((link.child, link.parent), (link,))
    what, where = shown(rng, link.child, 2, "T1"), filter_piece(rng, link.parent, "T2")
    if what is None or where is None:
        return None
    parent = f"{link.role} {noun(link.parent)}"
    if rng.random() < 0.3:
        text = f"How many {nouns(link.child)} have a {parent} {where.english}?"
        return Question(text, f"SELECT count(*) FROM {path.sql} WHERE {where.sql}")
    text = f"the {what.english} of {nouns(link.child)} {rng.choice(('with a', 'that have a', 'having a', 'whose entry has a'))} {parent} {where.english}"
    return Question(ask(rng, text), f"SELECT {what.sql} FROM {path.sql} WHERE {where.sql}")


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (30, filter_far),
    (16, two_ends),
    (24, group_far),
    (4, in_role),
)
"""(weight, pattern)."""

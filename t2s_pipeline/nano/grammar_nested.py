"""Questions whose queries hold a query: IN and NOT IN over joins, scalar comparisons, set operations over groups.

World patterns, as in `grammar_joins`; a set operation's arms are queries that stand on their own elsewhere in the
grammar too.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from t2s_pipeline.nano.conditions import filter_piece
from t2s_pipeline.nano.grammar_joins import join_of, linked_pair
from t2s_pipeline.nano.grammar_paths import Path, random_path
from t2s_pipeline.nano.grammar_single import Question, how_many, most_textual, plural_name, shown, table
from t2s_pipeline.nano.phrases import NUMERIC, ask, column, extreme, noun, nouns, quoted, said
from t2s_pipeline.nano.random_schema import World
from t2s_pipeline.nano.vocabulary import say
from t2s_pipeline.schema.serialise import quote_identifier


def in_children(rng: Random, world: World) -> Question | None:
    """Rows whose key is, or is not, among those of the other table that a condition holds for."""
    link = linked_pair(rng, world)
    if link is None:
        return None
    parent_first = rng.random() < 0.65
    first, other = (link.parent, link.child) if parent_first else (link.child, link.parent)
    near, far = (link.parent_column, link.child_column) if parent_first else (link.child_column, link.parent_column)
    where, what = filter_piece(rng, other), shown(rng, first, 2)
    if where is None or what is None:
        return None
    inside = rng.random() < 0.15
    key, inner = quote_identifier(near), f"SELECT {quote_identifier(far)} FROM {table(other)} WHERE {where.sql}"
    condition = f"{key} {'IN' if inside else 'NOT IN'} ({inner})"
    if inside:
        tie = say(rng, "has" if parent_first else "belongs")
        tail = f"{tie} {rng.choice((nouns(other), noun(other)))} {where.english}"
    elif parent_first:
        tail = say(rng, "lacking", many=nouns(other), tail=f" {where.english}")
    else:
        tail = f"{say(rng, 'not_belonging')} {rng.choice(('a', 'any'))} {noun(other)} {where.english}"
    own = filter_piece(rng, first) if rng.random() < 0.15 else None
    if own:
        tail, condition = f"{own.english} and {tail}", f"{own.sql} AND {condition}"
    if rng.random() < 0.25:
        return Question(
            say(rng, "counting_lacking", many=nouns(first), lack=tail),
            f"SELECT count(*) FROM {table(first)} WHERE {condition}",
        )
    text = f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{nouns(first)} {tail}"
    return Question(ask(rng, text), f"SELECT {what.sql} FROM {table(first)} WHERE {condition}")


def not_far(rng: Random, world: World) -> Question | None:
    """Rows with nothing at the end of a path over a third table (NOT IN over a join)."""
    path = random_path(rng, world, 3)
    if path is None or path.links[0].parent is not path.entities[0]:
        return None
    first, last = path.entities[0], path.entities[-1]
    rest, near = Path(path.entities[1:], path.links[1:]), path.links[0]
    where, what = filter_piece(rng, last, "T2"), shown(rng, first, 2)
    if where is None or what is None:
        return None
    inner = f"SELECT T1.{quote_identifier(near.child_column)} FROM {rest.sql} WHERE {where.sql}"
    text = f"the {what.english} of {nouns(first)} {say(rng, 'never')} {nouns(last)} {where.english}"
    return Question(
        ask(rng, text),
        f"SELECT {what.sql} FROM {table(first)} WHERE {quote_identifier(near.parent_column)} NOT IN ({inner})",
    )


def against_one(rng: Random, world: World) -> Question | None:
    """Rows beyond the figure of one named row, or beyond an aggregate of a part of the table."""
    entity = rng.choice(world.entities)
    label, options = most_textual(entity), entity.of_kind(*NUMERIC)
    what = shown(rng, entity, 2)
    if label is None or not options or what is None:
        return None
    number, value = rng.choice(options), rng.choice(label.values)
    name, col, t, more = said(number, entity, rng), column(number), table(entity), rng.random() < 0.6
    beyond = say(rng, "above" if more else "below")
    sign = ">" if more else "<"
    if rng.random() < 0.6:
        tail = rng.choice(
            (
                f"with {name} {beyond} that of {quoted(rng, value)}",
                f"whose {name} is {beyond} the {name} of {quoted(rng, value)}",
            )
        )
        inner = f"SELECT {col} FROM {t} WHERE {column(label)} = '{value}'"
    else:
        where = filter_piece(rng, entity)
        if where is None:
            return None
        tail = f"whose {name} is {beyond} the average {name} of {nouns(entity)} {where.english}"
        inner = f"SELECT avg({col}) FROM {t} WHERE {where.sql}"
    condition = f"{col} {sign} ({inner})"
    if rng.random() < 0.2:
        return Question(f"How many {nouns(entity)} are there {tail}?", f"SELECT count(*) FROM {t} WHERE {condition}")
    return Question(
        ask(rng, f"the {what.english} of {nouns(entity)} {tail}"), f"SELECT {what.sql} FROM {t} WHERE {condition}"
    )


def of_extreme(rng: Random, world: World) -> Question | None:
    """Rows that belong to the first of the other table's order, by a nested query in place of a join."""
    link = linked_pair(rng, world)
    if link is None:
        return None
    numbers, what = link.parent.of_kind(*NUMERIC, "date"), shown(rng, link.child, 2)
    if not numbers or what is None:
        return None
    end = extreme(rng, rng.choice(numbers), link.parent)
    who = (
        f"{noun(link.parent)} {end.english}" if end.english.startswith("with") else f"{end.english} {noun(link.parent)}"
    )
    inner = f"SELECT {quote_identifier(link.parent_column)} FROM {table(link.parent)} ORDER BY {end.sql} LIMIT 1"
    many = rng.choice(("all ", "all the ", "every one of the ")) + nouns(link.child)
    text = f"the {what.english} of {many} {say(rng, 'belongs')} the {who}"
    return Question(
        ask(rng, text),
        f"SELECT {what.sql} FROM {table(link.child)} WHERE {quote_identifier(link.child_column)} = ({inner})",
    )


def values_not_in(rng: Random, world: World) -> Question | None:
    """Values of a column without those of rows that a condition holds for (EXCEPT), over one table or a join."""
    link = linked_pair(rng, world)
    label = most_textual(link.parent) if link else None
    if link is None or label is None:
        return None
    where = filter_piece(rng, link.child, "T2")
    if where is None:
        return None
    names, parents, children = plural_name(said(label, link.parent, rng)), nouns(link.parent), nouns(link.child)
    tail = say(rng, "lacking", many=children, tail=f" {where.english}")
    everything = f"SELECT {column(label)} FROM {table(link.parent)}"
    sql = f"{everything} EXCEPT SELECT {column(label, 'T1')} FROM {join_of(link.parent, link)} WHERE {where.sql}"
    return Question(ask(rng, f"the {names} of {rng.choice(('', 'all ', 'the '))}{parents} {tail}"), sql)


def either_of(rng: Random, world: World) -> Question | None:
    """Rows that have enough children, or that a condition holds for (UNION); both (INTERSECT); or one alone (EXCEPT)."""
    link = linked_pair(rng, world)
    label = most_textual(link.parent) if link else None
    if link is None or label is None:
        return None
    where = filter_piece(rng, link.parent)
    if where is None:
        return None
    bound, name = how_many(rng, 6), said(label, link.parent, rng)
    parents, children = nouns(link.parent), nouns(link.child)
    group = f"GROUP BY T1.{quote_identifier(link.parent_column)} HAVING count(*) {bound.sql}"
    many = f"SELECT {column(label, 'T1')} FROM {join_of(link.parent, link)} {group}"
    own = f"SELECT {column(label)} FROM {table(link.parent)} WHERE {where.sql}"
    word, joint = rng.choice(
        (("UNION", "or"), ("UNION", "or that are"), ("INTERSECT", "and also"), ("EXCEPT", "but not"))
    )
    lead = f"the {plural_name(name)} of {parents} {say(rng, 'who_have')} {bound.english} {children}"
    return Question(ask(rng, f"{lead} {joint} {where.english}"), f"{many} {word} {own}")


def pairs_of_values(rng: Random, world: World) -> Question | None:
    """A count for each pair of values (GROUP BY two columns), or the distinct pairs."""
    entity = rng.choice(world.entities)
    keys = entity.of_kind("category", "year", "bool")
    if len(keys) < 2:
        return None
    first, second = rng.sample(keys, 2)
    names = f"{said(first, entity, rng)} and {said(second, entity, rng)}"
    columns = f"{column(first)}, {column(second)}"
    if rng.random() < 0.35:
        text = f"the {say(rng, 'different')} combinations of {names} among {nouns(entity)}"
        return Question(ask(rng, text), f"SELECT DISTINCT {columns} FROM {table(entity)}")
    text = f"the number of {nouns(entity)} {say(rng, 'for_each')} {rng.choice(('', 'combination of '))}{names}"
    return Question(ask(rng, text), f"SELECT {columns}, count(*) FROM {table(entity)} GROUP BY {columns}")


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (22, in_children),
    (7, not_far),
    (13, against_one),
    (8, of_extreme),
    (3, values_not_in),
    (8, either_of),
    (6, pairs_of_values),
)
"""(weight, pattern)."""

"""Sets compared: values that two tables share, one alone has, or either has; rows beyond the average or another row.

"Which countries have players but no coach?", "the first names of agents or owners", "films longer than average",
"products that cost more than Headphones". World patterns, as in `grammar_joins`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from t2s_pipeline.nano.adjectives import adjectives_of
from t2s_pipeline.nano.conditions import filter_piece, predicate
from t2s_pipeline.nano.grammar_joins import join_of, linked_pair
from t2s_pipeline.nano.grammar_single import Question, most_textual, plural_name, table
from t2s_pipeline.nano.grammar_verbs import asked_of, named
from t2s_pipeline.nano.phrases import NUMERIC, Piece, a_column, article, ask, column, noun, nouns, quoted, said
from t2s_pipeline.nano.random_schema import Attribute, Entity, World
from t2s_pipeline.nano.vocabulary import say

_WORDS = (("EXCEPT", "of_first_only"), ("INTERSECT", "of_both_tables"), ("UNION", "of_either_table"))


def _shared_columns(world: World) -> list[tuple[Entity, Attribute, Entity, Attribute]]:
    """Pairs of tables with the columns of equal words and kind that both have."""
    kinds = ("category", "name", "year", "code")
    return [
        (left, a, right, b)
        for left in world.entities
        for right in world.entities
        if left is not right
        for a in left.of_kind(*kinds)
        for b in right.of_kind(*kinds)
        if a.words == b.words and a.kind == b.kind
    ]


def over_two_tables(rng: Random, world: World) -> Question | None:
    """Values of the column that two tables share: of one and not the other, of both, of either."""
    shared = _shared_columns(world)
    if not shared:
        return None
    left, a, right, b = rng.choice(shared)
    word, place = rng.choice(_WORDS)
    name = said(a, left, rng)
    own = filter_piece(rng, left) if rng.random() < 0.15 else None
    first = f"{nouns(left)} {own.english}" if own else nouns(left)
    text = say(rng, place, names=plural_name(name), name=name, first=first, second=nouns(right), other=noun(right),
               a_other=article(noun(right)))  # fmt: skip
    arm = f"SELECT {column(a)} FROM {table(left)}{f' WHERE {own.sql}' if own else ''}"
    return Question(text, f"{arm} {word} SELECT {column(b)} FROM {table(right)}")


def both_values(rng: Random, world: World) -> Question | None:
    """Parents, or values of a column, that have rows of one value and of another: from England and from Italy."""
    link = linked_pair(rng, world)
    label = most_textual(link.parent) if link else None
    if link is None or label is None:
        return None
    keys = [c for c in link.child.of_kind("category", "name", "year") if len(c.values) > 1]
    if not keys:
        return None
    key = rng.choice(keys)
    quote = "" if key.kind == "year" else "'"
    values = rng.sample(key.values, 2)
    first, second = (quoted(rng, v) if quote else v for v in values)
    neither_way = rng.random() < 0.3
    text = say(rng, "one_value_only" if neither_way else "both_values", first=first, second=second,
               kind=said(key, link.child, rng), a_one=article(noun(link.child)), many=nouns(link.child),
               parents=nouns(link.parent), name=said(label, link.parent, rng))  # fmt: skip
    arm = f"SELECT {column(label, 'T1')} FROM {join_of(link.parent, link)} WHERE {column(key, 'T2')} ="
    word = "EXCEPT" if neither_way else "INTERSECT"
    return Question(text, f"{arm} {quote}{values[0]}{quote} {word} {arm} {quote}{values[1]}{quote}")


def either_value(rng: Random, world: World) -> Question | None:
    """Rows of one value or another of one column: "players from England or Italy" (OR)."""
    entity = rng.choice(world.entities)
    keys = [c for c in entity.of_kind("category", "name", "year", "code") if len(c.values) > 1]
    what, then = asked_of(rng, entity, None)
    if not keys or not what.sql:
        return None
    key = rng.choice(keys)
    values = rng.sample(key.values, 2)
    quote = "" if key.kind == "year" else "'"
    first, second = (quoted(rng, v) if quote else v for v in values)
    name, col = said(key, entity, rng), column(key)
    tail = say(rng, "either_value", name=name, first=first, second=second)
    condition = f"{col} = {quote}{values[0]}{quote} OR {col} = {quote}{values[1]}{quote}"
    roll, does = rng.random(), predicate(tail)
    if roll < 0.3:
        return Question(say(rng, "idle_count_of", many=nouns(entity), tail=tail),
                        f"SELECT count(*) FROM {table(entity)} WHERE {condition}")  # fmt: skip
    if does and roll < 0.65:
        text = f"Which {nouns(entity)} {does}?{then}"
    else:
        text = ask(rng, f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{nouns(entity)} {tail}")
    return Question(text, f"SELECT {what.sql} FROM {table(entity)} WHERE {condition}")


def beyond_average(rng: Random, world: World) -> Question | None:
    """Rows above or below the average of their table, by adjective or by the column; at times of one kind only."""
    entity = rng.choice(world.entities)
    options = entity.of_kind(*NUMERIC)
    what, then = asked_of(rng, entity, None)
    if not options or not what.sql:
        return None
    number, more = rng.choice(options), rng.random() < 0.6
    tail = _beyond(rng, number, entity, more, "beyond_average", "the average")
    own = filter_piece(rng, entity) if rng.random() < 0.25 else None
    if own and own.sql.split()[0] == column(number):
        own = None
    condition = f"{column(number)} {'>' if more else '<'} (SELECT avg({column(number)}) FROM {table(entity)})"
    return _rows(rng, entity, tail, condition, own, what, then)


def beyond_row(rng: Random, world: World) -> Question | None:
    """Rows beyond the figure of one row that is named: "more than the product Headphones costs"."""
    entity = rng.choice(world.entities)
    label, options = most_textual(entity), entity.of_kind(*NUMERIC)
    what, then = asked_of(rng, entity, None)
    if label is None or not options or not what.sql:
        return None
    number, value, more = rng.choice(options), rng.choice(label.values), rng.random() < 0.6
    tail = _beyond(rng, number, entity, more, "beyond_row", named(rng, entity, value))
    inner = f"SELECT {column(number)} FROM {table(entity)} WHERE {column(label)} = '{value}'"
    own = filter_piece(rng, entity) if rng.random() < 0.15 else None
    if own and own.sql.split()[0] == column(number):
        own = None
    return _rows(rng, entity, tail, f"{column(number)} {'>' if more else '<'} ({inner})", own, what, then)


def _beyond(rng: Random, number: Attribute, entity: Entity, more: bool, place: str, whom: str) -> str:
    name, adjectives = said(number, entity, rng), adjectives_of(number)
    than = (adjectives.more if more else adjectives.less) if adjectives else ()
    fits = [t for t in than if t.endswith(" than") and not t.startswith("paid")]
    if fits and rng.random() < 0.6:
        whom = rng.choice(("average", "the average", "the average one")) if whom == "the average" else whom
        return f"{rng.choice(('', 'that are '))}{rng.choice(fits)} {whom}"
    return say(rng, place, name=name, a_name=a_column(name), beyond=say(rng, "above" if more else "below"), whom=whom,
               many=nouns(entity), one=noun(entity))  # fmt: skip


def _rows(
    rng: Random, entity: Entity, tail: str, condition: str, own: Piece | None, what: Piece, then: str
) -> Question:
    """The rows that the condition (and `own`, if any) holds for, counted or shown."""
    many, source = nouns(entity), f"FROM {table(entity)} WHERE "
    if own:
        many, source = f"{many} {own.english}", f"{source}{own.sql} AND "
        tail = tail if tail.startswith("that ") else f"and {tail}"
    roll, does = rng.random(), "" if own else predicate(tail)
    if roll < 0.25:
        return Question(say(rng, "idle_count_of", many=many, tail=tail), f"SELECT count(*) {source}{condition}")
    if does and roll < 0.65:
        return Question(f"Which {many} {does}?{then}", f"SELECT {what.sql} {source}{condition}")
    text = ask(rng, f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{many} {tail}")
    return Question(text, f"SELECT {what.sql} {source}{condition}")


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (28, over_two_tables),
    (20, both_values),
    (18, either_value),
    (18, beyond_average),
    (16, beyond_row),
)
"""(weight, pattern)."""

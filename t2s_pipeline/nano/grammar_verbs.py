"""Questions in which a verb ties two tables: "Which authors wrote no book?", "How many books has Ada Lang written?".

The queries are those of `grammar_joins`; what is new is that the question says neither "have" nor "of". World patterns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.conditions import filter_piece
from t2s_pipeline.nano.grammar_joins import join_of, linked_pair
from t2s_pipeline.nano.grammar_single import Question, how_many, most_textual, shown, table
from t2s_pipeline.nano.phrases import NUMERIC, Piece, article, ask, column, noun, nouns, quoted, said
from t2s_pipeline.nano.random_schema import Attribute, Entity, Link, World
from t2s_pipeline.nano.verbs import Verb, active, deed, fits_some, none_of, tie
from t2s_pipeline.nano.vocabulary import say
from t2s_pipeline.schema.serialise import quote_identifier

_LABEL_SHARE = 0.6
_FITTING_SHARE = 0.7
"""How often a pair of tables that some verb is made for is preferred to any pair."""
_NUMBER_WORDS = {2: "two", 3: "three", 4: "four", 5: "five"}


@dataclass(frozen=True)
class Bond:
    """A link with the column that names its parent and a verb that says it."""

    link: Link
    label: Attribute
    verb: Verb

    @property
    def parent(self) -> Entity:
        return self.link.parent

    @property
    def child(self) -> Entity:
        return self.link.child

    @property
    def of_parent(self) -> str:
        """The parent as T1 joined to its children as T2."""
        return join_of(self.parent, self.link)

    @property
    def of_child(self) -> str:
        return join_of(self.child, self.link)

    @property
    def group(self) -> str:
        return f"GROUP BY T1.{quote_identifier(self.link.parent_column)}"


def bond_of(rng: Random, world: World, by_child: bool = False) -> Bond | None:
    """A random link whose parent has a name; its verb is the parent's deed, or, `by_child`, the child's tie."""
    link = linked_pair(rng, world)
    if rng.random() < _FITTING_SHARE:
        fitting = [k for k in world.links if not k.role and fits_some(k.child if by_child else k.parent,
                                                                      k.parent if by_child else k.child)]  # fmt: skip
        link = rng.choice(fitting) if fitting else link
    label = most_textual(link.parent) if link else None
    if link is None or label is None:
        return None
    verb = tie(rng, link.child, link.parent) if by_child else deed(rng, link.parent, link.child)
    return Bond(link, label, verb)


def named(rng: Random, entity: Entity, value: str) -> str:
    """One row by its name: "Ada Lang", "the author Ada Lang", "the Night Owl line"."""
    cited = quoted(rng, value)
    return rng.choice(
        (cited, cited, cited, f"the {noun(entity)} {cited}", f"the {cited} {noun(entity)}", f"{noun(entity)} {cited}")
    )


def asked_of(rng: Random, entity: Entity, alias: str | None) -> tuple[Piece, str]:
    """What is asked for of an entity, and how a second sentence asks for it (empty where the name goes without saying)."""
    label = most_textual(entity)
    name = Piece(said(label, entity, rng), column(label, alias)) if label else None
    what = name if name and rng.random() < _LABEL_SHARE else shown(rng, entity, 2, alias) or name
    if what is None:
        return Piece("", ""), ""
    if what is name and rng.random() < 0.6:
        return what, ""
    return what, " " + say(rng, "then_show", what=what.english, one=noun(entity))


def asked_bond(rng: Random, world: World) -> tuple[Bond, Piece, str] | None:
    """Parents that do something to children, and what is asked for of them as `asked_of` has it."""
    bond = bond_of(rng, world)
    if bond is None:
        return None
    what, then = asked_of(rng, bond.parent, "T1")
    return (bond, what, then) if what.sql else None


def deed_filter(rng: Random, world: World) -> Question | None:
    """Parents by a condition on what they did it to; different ones, or one line a child."""
    bond = bond_of(rng, world)
    where = filter_piece(rng, bond.child, "T2") if bond else None
    if bond is None or where is None:
        return None
    verb, parents = bond.verb, nouns(bond.parent)
    children = rng.choice((nouns(bond.child), f"any {nouns(bond.child)}", article(noun(bond.child)), noun(bond.child)))
    what, then = asked_of(rng, bond.parent, "T1")
    if not what.sql:
        return None
    distinct = rng.random() < 0.4
    different = say(rng, "different") + " " if distinct else ""
    did = f"{active(rng, verb, many=True)} {children} {where.english}"
    if rng.random() < 0.6:
        text = f"Which {different}{parents} {did}?{then}"
    else:
        text = ask(rng, f"the {different}{what.english} of {rng.choice(('', 'the ', 'all '))}{parents} that {did}")
    return Question(text, f"SELECT {'DISTINCT ' if distinct else ''}{what.sql} FROM {bond.of_parent} WHERE {where.sql}")


def deed_none(rng: Random, world: World) -> Question | None:
    """Parents that did it to no child, or to none of a kind (NOT IN); or how many of them there are."""
    bond = bond_of(rng, world)
    if bond is None:
        return None
    where = filter_piece(rng, bond.child) if rng.random() < 0.25 else None
    what, then = asked_of(rng, bond.parent, None)
    if not what.sql:
        return None
    parents, tail = nouns(bond.parent), f" {where.english}" if where else ""
    one, many, hint = noun(bond.child), nouns(bond.child), ""
    kinds = bond.child.of_kind("category")
    if where is None and kinds and rng.random() < 0.25:  # a bare value before the noun
        kind = rng.choice(kinds)
        value = rng.choice(kind.values)
        cited = quoted(rng, value)
        where = Piece("", f"{column(kind)} = '{value}'")
        one, many = (f"{cited} {one}", f"{cited} {many}") if rng.random() < 0.7 else (cited, cited)
        hint = f" The {noun(bond.child)} {said(kind, bond.child, rng)} is {cited}." if rng.random() < 0.5 else ""
    did = none_of(rng, bond.verb, one, many, tail)
    inner = f"SELECT {quote_identifier(bond.link.child_column)} FROM {table(bond.child)}"
    inner += f" WHERE {where.sql}" if where else ""
    source = f"FROM {table(bond.parent)} WHERE {quote_identifier(bond.link.parent_column)} NOT IN ({inner})"
    roll = rng.random()
    if roll < 0.2:
        text = rng.choice((f"How many {parents} {did}?", f"Count the {parents} that {did}."))
        return Question(text + hint, f"SELECT count(*) {source}")
    if roll < 0.65 or hint:
        text = f"Which {parents} {did}?{then}{hint}"
    else:
        text = ask(
            rng,
            f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{parents} {rng.choice(('that', 'who'))} {did}",
        )
    return Question(text, f"SELECT {what.sql} {source}")


def deed_passive_none(rng: Random, world: World) -> Question | None:
    """Parents to which nothing was done by a child: "pets that were never brought in", "films without an award"."""
    link = linked_pair(rng, world)
    if link is None:
        return None
    verb = deed(rng, link.child, link.parent)
    what, then = asked_of(rng, link.parent, None)
    if not what.sql:
        return None
    parents, child = nouns(link.parent), noun(link.child)
    did = say(
        rng, "passive_none", participle=verb.participle, child=child, a_child=article(child), children=nouns(link.child)
    )
    text = (
        f"Which {parents} {did}?{then}"
        if rng.random() < 0.5
        else ask(rng, f"the {what.english} of {parents} that {did}")
    )
    inner = f"SELECT {quote_identifier(link.child_column)} FROM {table(link.child)}"
    near = quote_identifier(link.parent_column)
    return Question(text, f"SELECT {what.sql} FROM {table(link.parent)} WHERE {near} NOT IN ({inner})")


def deed_most(rng: Random, world: World) -> Question | None:
    """The parent, or the few, that did it most or least often."""
    asked = asked_bond(rng, world)
    if asked is None:
        return None
    bond, what, then = asked
    most, top = rng.random() < 0.8, rng.choice((2, 3, 3, 5)) if rng.random() < 0.12 else 1
    many = say(rng, "most_children" if most else "fewest_children")
    did = active(rng, bond.verb, many=top > 1)
    parent, children = noun(bond.parent), nouns(bond.child)
    select = what.sql
    if top > 1:
        text = f"Which {_NUMBER_WORDS[top]} {nouns(bond.parent)} {did} {many} {children}?{then}"
    elif rng.random() < 0.65:
        text = f"{rng.choice(('Which', 'Which', 'What'))} {parent} {did} {many} {children}?{then}"
        if then and rng.random() < 0.25:
            text, select = text.rstrip(".") + " and how many.", f"{select}, count(*)"
    else:
        text = ask(rng, f"the {what.english} of the {parent} {rng.choice(('that', 'who'))} {did} {many} {children}")
    order = f"ORDER BY count(*) {'DESC' if most else 'ASC'} LIMIT {top}"
    return Question(text, f"SELECT {select} FROM {bond.of_parent} {bond.group} {order}")


def deed_enough(rng: Random, world: World) -> Question | None:
    """Parents that did it so many times."""
    asked = asked_bond(rng, world)
    if asked is None:
        return None
    bond, what, then = asked
    bound, parents = how_many(rng, 9), nouns(bond.parent)
    did = f"{active(rng, bond.verb, many=True)} {bound.english} {nouns(bond.child)}"
    select = what.sql
    if rng.random() < 0.6:
        text = f"{rng.choice(('Which', 'What'))} {parents} {did}?{then}"
        if then and rng.random() < 0.3:
            text, select = text.rstrip(".") + f" and the number of {nouns(bond.child)}.", f"{select}, count(*)"
    else:
        text = ask(rng, f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{parents} that {did}")
    return Question(text, f"SELECT {select} FROM {bond.of_parent} {bond.group} HAVING count(*) {bound.sql}")


def deed_by_one(rng: Random, world: World) -> Question | None:
    """What one named or described parent did: how many, which of them, or a figure of them."""
    bond = bond_of(rng, world)
    if bond is None:
        return None
    verb, child, children = bond.verb, bond.child, nouns(bond.child)
    if rng.random() < 0.75:
        value = rng.choice(bond.label.values)
        whom, condition, does = named(rng, bond.parent, value), f"{column(bond.label, 'T2')} = '{value}'", "does"
    else:
        where = filter_piece(rng, bond.parent, "T2")
        if where is None:
            return None
        whom, condition, does = f"{nouns(bond.parent)} {where.english}", where.sql, "do"
    have = "has" if does == "does" else "have"
    parts = {"whom": whom, "does": does, "have": have, "children": children, "base": verb.base}
    parts |= {"participle": verb.participle, "past": verb.past}
    source = f"FROM {bond.of_child} WHERE {condition}"
    roll, numbers = rng.random(), child.of_kind(*NUMERIC)
    if roll < 0.35:
        return Question(say(rng, "deeds_counted", **parts), f"SELECT count(*) {source}")
    if roll < 0.5 and numbers:
        number = rng.choice(numbers)
        name = said(number, child, rng)
        if number.kind == "int" and name.endswith("s") and rng.random() < 0.5:
            text = say(rng, "numbers_of_deeds", number=name, **parts)
            return Question(text, f"SELECT sum({column(number, 'T1')}) {source}")
        function, word = rng.choice((("avg", "average"), ("sum", "total"), ("max", "highest"), ("min", "lowest")))
        tail = rng.choice((f"{verb.participle} by {whom}", f"that {whom} {verb.past}"))
        text = ask(rng, f"the {word} {name} of {rng.choice(('', 'the ', 'all '))}{children} {tail}")
        return Question(text, f"SELECT {function}({column(number, 'T1')}) {source}")
    what, then = asked_of(rng, child, "T1")
    if not what.sql:
        return None
    distinct = rng.random() < 0.12
    parts |= {"what": what.english, "different": say(rng, "different") + " " if distinct else ""}
    text = say(rng, "deeds_listed", **parts) + then if rng.random() < 0.55 else ask(rng, say(rng, "deeds_of", **parts))
    return Question(text, f"SELECT {'DISTINCT ' if distinct else ''}{what.sql} {source}")


def deed_counts(rng: Random, world: World) -> Question | None:
    """How often each parent did it."""
    bond = bond_of(rng, world)
    if bond is None:
        return None
    text = say(rng, "deeds_of_each", one=noun(bond.parent), children=nouns(bond.child), past=bond.verb.past,
               participle=bond.verb.participle, base=bond.verb.base, many=nouns(bond.parent),
               name=said(bond.label, bond.parent, rng))  # fmt: skip
    return Question(text, f"SELECT {column(bond.label, 'T1')}, count(*) FROM {bond.of_parent} {bond.group}")


def deed_both(rng: Random, world: World) -> Question | None:
    """Parents that did it to children of one value and of another of the same column (INTERSECT, EXCEPT, or OR)."""
    bond = bond_of(rng, world)
    keys = bond.child.of_kind("category", "name", "year") if bond else []
    if bond is None or not keys:
        return None
    key = rng.choice(keys)
    if len(key.values) < 2:
        return None
    first, second = rng.sample(key.values, 2)
    quote = "" if key.kind == "year" else "'"
    cited = (quoted(rng, first), quoted(rng, second)) if quote else (first, second)
    col, kind = column(key, "T2"), said(key, bond.child, rng)
    one, other = f"{col} = {quote}{first}{quote}", f"{col} = {quote}{second}{quote}"
    roll = rng.random()
    word, place = ("INTERSECT", "did_both") if roll < 0.6 else ("EXCEPT", "did_one_only")
    did = say(rng, place, did=active(rng, bond.verb, many=True), past=bond.verb.past, one=noun(bond.child),
              a_one=article(noun(bond.child)), many=nouns(bond.child), kind=kind, first=cited[0], second=cited[1])  # fmt: skip
    parents, label = nouns(bond.parent), said(bond.label, bond.parent, rng)
    text = (
        f"Which {parents} {did}?"
        if rng.random() < 0.6
        else ask(rng, f"the {label} of {rng.choice(('', 'the ', 'all '))}{parents} that {did}")
    )
    arm = f"SELECT {column(bond.label, 'T1')} FROM {bond.of_parent} WHERE"
    return Question(text, f"{arm} {one} {word} {arm} {other}")


def tied_to(rng: Random, world: World) -> Question | None:
    """Children by the parent they stand to: "Which players play for Hull?", "How many flights go to Oslo?"."""
    bond = bond_of(rng, world, by_child=True)
    if bond is None:
        return None
    verb, children = bond.verb, nouns(bond.child)
    if rng.random() < 0.6:
        value = rng.choice(bond.label.values)
        whom, condition = named(rng, bond.parent, value), f"{column(bond.label, 'T2')} = '{value}'"
    else:
        where = filter_piece(rng, bond.parent, "T2")
        if where is None:
            return None
        whom = rng.choice((f"{article(noun(bond.parent))} {where.english}", f"{nouns(bond.parent)} {where.english}"))
        condition = where.sql
    participle = rng.random() < 0.35
    does = (
        f"are {say(rng, 'tied_by')}"
        if participle
        else f"{rng.choice((verb.base, verb.base, verb.past))} {verb.preposition}"
    )
    source = f"FROM {bond.of_child} WHERE {condition}"
    if rng.random() < 0.3:
        text = rng.choice((f"How many {children} {does} {whom}?", f"Count the {children} that {does} {whom}."))
        return Question(text, f"SELECT count(*) {source}")
    what, then = asked_of(rng, bond.child, "T1")
    if not what.sql:
        return None
    relative = does.removeprefix("are ") if participle and rng.random() < 0.6 else f"that {does}"
    if rng.random() < 0.55:
        text = f"{rng.choice(('Which', 'Which', 'What'))} {children} {does} {whom}?{then}"
    else:
        text = ask(rng, f"the {what.english} of {rng.choice(('', 'the ', 'all '))}{children} {relative} {whom}")
    return Question(text, f"SELECT {what.sql} {source}")


def tied_groups(rng: Random, world: World) -> Question | None:
    """Parents by how many children stand to them: none, the most, so many, or each one's number."""
    bond = bond_of(rng, world, by_child=True)
    if bond is None:
        return None
    verb, link = bond.verb, bond.link
    name, col = said(bond.label, bond.parent, rng), column(bond.label, "T1")
    parts = {"one": noun(bond.parent), "many": nouns(bond.parent), "child": noun(bond.child), "name": name}
    parts |= {"children": nouns(bond.child), "base": verb.base, "third": verb.third, "prep": verb.preposition}
    roll, source = rng.random(), f"FROM {bond.of_parent} {bond.group}"
    if roll < 0.3:
        inner = f"SELECT {quote_identifier(link.child_column)} FROM {table(bond.child)}"
        near = f"{quote_identifier(link.parent_column)} NOT IN ({inner})"
        text = say(rng, "tied_none", Prep=verb.preposition.capitalize(), **parts)
        return Question(text, f"SELECT {column(bond.label)} FROM {table(bond.parent)} WHERE {near}")
    if roll < 0.55:
        most = rng.random() < 0.8
        text = say(
            rng, "tied_most", Prep=verb.preposition.capitalize(), most="the most" if most else "the fewest", **parts
        )
        return Question(text, f"SELECT {col} {source} ORDER BY count(*) {'DESC' if most else 'ASC'} LIMIT 1")
    if roll < 0.75:
        bound = how_many(rng, 9)
        text = say(rng, "tied_enough", Prep=verb.preposition.capitalize(), so_many=bound.english, **parts)
        return Question(text, f"SELECT {col} {source} HAVING count(*) {bound.sql}")
    return Question(say(rng, "tied_each", **parts), f"SELECT {col}, count(*) {source}")


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (11, deed_filter),
    (13, deed_none),
    (5, deed_passive_none),
    (13, deed_most),
    (8, deed_enough),
    (18, deed_by_one),
    (8, deed_counts),
    (8, deed_both),
    (12, tied_to),
    (10, tied_groups),
)
"""(weight, pattern)."""

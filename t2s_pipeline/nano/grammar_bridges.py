"""Questions over a table that links two others, or over two links of one table, said by a verb and bare names.

"Which students joined both the Chess Club and the Robotics Team?", "the employees who speak Spanish. It is a skill.",
"Which pets of owners from Cork had a visit with reason Check-up?". World patterns, as in `grammar_joins`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.conditions import filter_piece
from t2s_pipeline.nano.grammar_joins import join_of, linked_pair
from t2s_pipeline.nano.grammar_paths import Path, fork
from t2s_pipeline.nano.grammar_single import Question, most_textual, shown
from t2s_pipeline.nano.grammar_verbs import asked_of, bond_of, named
from t2s_pipeline.nano.phrases import NUMERIC, ask, column, extreme, noun, nouns, quoted, said
from t2s_pipeline.nano.random_schema import Attribute, World
from t2s_pipeline.nano.verbs import active, deed
from t2s_pipeline.nano.vocabulary import say


@dataclass(frozen=True)
class Bridge:
    """A path of three tables of which the middle one belongs to both ends; `label` names a row of the far end."""

    path: Path
    label: Attribute

    def where(self, value: str) -> str:
        return f"FROM {self.path.sql} WHERE {column(self.label, 'T3')} = '{value}'"


def _bridge(rng: Random, world: World) -> Bridge | None:
    links = [link for link in world.links if not link.role]
    pairs = [(a, b) for a in links for b in links if a is not b and a.child is b.child and a.parent is not b.parent]
    pairs = [(a, b) for a, b in pairs if most_textual(b.parent) and most_textual(a.parent)]
    if not pairs:
        return None
    near, far = rng.choice(pairs)
    label = most_textual(far.parent)
    return Bridge(Path((near.parent, near.child, far.parent), (near, far)), label) if label else None


def bridge_named(rng: Random, world: World) -> Question | None:
    """Rows of one end by the bare name of the other; how many, or some of their columns."""
    bridge = _bridge(rng, world)
    if bridge is None:
        return None
    first, _, last = bridge.path.entities
    value, verb = rng.choice(bridge.label.values), deed(rng, first, last)
    did = f"{active(rng, verb, many=True)} {named(rng, last, value)}"
    hint = f" {say(rng, 'hint_of_table', one=noun(last), value=value)}" if rng.random() < 0.2 else ""
    what, then = asked_of(rng, first, "T1")
    if rng.random() < 0.2:
        text = rng.choice((f"How many {nouns(first)} {did}?", f"Count the {nouns(first)} that {did}."))
        return Question(text + hint, f"SELECT count(*) {bridge.where(value)}")
    distinct = rng.random() < 0.25
    different = say(rng, "different") + " " if distinct else ""
    if rng.random() < 0.6:
        text = f"Which {different}{nouns(first)} {did}?{then}{hint}"
    else:
        text = ask(rng, f"the {different}{what.english} of {rng.choice(('', 'the ', 'all '))}{nouns(first)} who {did}")
        text = f"{text if text[-1] in '.?' else text + '.'}{hint}"
    return Question(text, f"SELECT {'DISTINCT ' if distinct else ''}{what.sql} {bridge.where(value)}")


def bridge_both(rng: Random, world: World) -> Question | None:
    """Rows of one end that are tied to two named rows of the other (INTERSECT), or to one of them alone (EXCEPT)."""
    bridge = _bridge(rng, world)
    name = most_textual(bridge.path.entities[0]) if bridge else None
    if bridge is None or name is None or len(bridge.label.values) < 2:
        return None
    first, _, last = bridge.path.entities
    values, verb = rng.sample(bridge.label.values, 2), deed(rng, first, last)
    word, place = ("INTERSECT", "both_named") if rng.random() < 0.7 else ("EXCEPT", "one_named_only")
    text = say(rng, place, many=nouns(first), did=active(rng, verb, many=True), one=noun(last), others=nouns(last),
               first=quoted(rng, values[0]), second=quoted(rng, values[1]), name=said(name, first, rng))  # fmt: skip
    arms = [f"SELECT {column(name, 'T1')} {bridge.where(value)}" for value in values]
    return Question(text, f"{arms[0]} {word} {arms[1]}")


def owned_and_done(rng: Random, world: World) -> Question | None:
    """Rows by their parent and by their child at once: "pets of owners from Cork that had a visit in 2020"."""
    up = [link for link in world.links if not link.role]
    pairs = [(a, b) for a in up for b in up if a.child is b.parent and a.parent is not b.child]
    if not pairs:
        return None
    to_parent, to_child = rng.choice(pairs)
    middle, parent, child = to_parent.child, to_parent.parent, to_child.child
    if middle is parent or middle is child:
        return None
    above, below = filter_piece(rng, parent, "T2"), filter_piece(rng, child, "T3")
    what, then = asked_of(rng, middle, "T1")
    if above is None or below is None or not what.sql:
        return None
    source = fork(middle, to_parent, to_child)
    verb = deed(rng, middle, child)
    who = f"{nouns(middle)} {rng.choice(('of', 'of', 'from', 'belonging to'))} {nouns(parent)} {above.english}"
    did = f"{rng.choice(('have had', 'had', 'have', active(rng, verb, many=True)))} {rng.choice((noun(child), nouns(child)))} {below.english}"
    text = f"Which {who} {did}?{then}" if rng.random() < 0.5 else ask(rng, f"the {what.english} of {who} that {did}")
    return Question(text, f"SELECT {what.sql} FROM {source} WHERE {above.sql} AND {below.sql}")


def deed_on_extreme(rng: Random, world: World) -> Question | None:
    """The parent of the first child of an order: "Which label released the newest album?", "the author of the ..."."""
    bond = bond_of(rng, world)
    options = bond.child.of_kind(*NUMERIC, "date") if bond else []
    if bond is None or not options:
        return None
    what, then = asked_of(rng, bond.parent, "T1")
    where = filter_piece(rng, bond.child, "T2") if rng.random() < 0.2 else None
    end = extreme(rng, rng.choice(options), bond.child, "T2")
    if not what.sql or (where and where.sql.split()[0] == end.sql.split()[0]):
        return None
    child = (
        f"{noun(bond.child)} {end.english}" if end.english.startswith("with") else f"{end.english} {noun(bond.child)}"
    )
    child += f" {where.english}" if where else ""
    select = what.sql
    if rng.random() < 0.6:
        text = f"Which {noun(bond.parent)} {active(rng, bond.verb, many=False)} the {child}?{then}"
        extra = shown(rng, bond.child, 1, "T2") if then and rng.random() < 0.3 else None
        if extra:
            text, select = f"{text.rstrip('.')} and the {noun(bond.child)} {extra.english}.", f"{select}, {extra.sql}"
    else:
        text = say(rng, "parent_of_extreme", one=noun(bond.parent), child=child) + then
    source = f"FROM {bond.of_parent}{f' WHERE {where.sql}' if where else ''}"
    return Question(text, f"SELECT {select} {source} ORDER BY {end.sql} LIMIT 1")


def columns_of_named(rng: Random, world: World) -> Question | None:
    """A column of the children by their noun: "the concert cities of the artist X", "whose home club is X"."""
    link = linked_pair(rng, world)
    label = most_textual(link.parent) if link else None
    what = shown(rng, link.child, 2, "T1") if link else None
    if link is None or label is None or what is None:
        return None
    value = rng.choice(label.values)
    text = say(rng, "columns_of_named", what=what.english, child=noun(link.child), children=nouns(link.child),
               one=noun(link.parent), value=quoted(rng, value), whom=named(rng, link.parent, value))  # fmt: skip
    return Question(text, f"SELECT {what.sql} FROM {join_of(link.child, link)} WHERE {column(label, 'T2')} = '{value}'")


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (16, bridge_named),
    (10, bridge_both),
    (8, owned_and_done),
    (18, deed_on_extreme),
    (14, columns_of_named),
)
"""(weight, pattern)."""

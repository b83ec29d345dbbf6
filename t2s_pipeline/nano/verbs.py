"""Verbs that tie tables together: the author writes books, the player plays for a team.

`verbs.txt` is of what the parent of a foreign key does to its child ("base | past | participle | subjects | objects"),
`ties.txt` of how the child stands to its parent ("base | past | participle | preposition | subjects | objects").
Where a verb's nouns are the tables' own it is taken; else, for worlds are random, any verb, so that the nouns and
not the verb have to be looked at. Verbs of one table's own dates ("opened") are `events.txt`, read by `phrases_time`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from t2s_pipeline.nano.random_schema import Entity
from t2s_pipeline.nano.vocabulary import plural, rows

_ANY_SHARE = 0.5
"""Of pairs that no verb is made for: how many get any verb, and not one that fits most nouns."""
_FIT_MOST = ("receive", "use", "own", "offer", "make", "include", "take", "keep", "provide", "hold")


@dataclass(frozen=True)
class Verb:
    """A verb in its three forms; `preposition` where it is of `ties.txt`."""

    base: str
    past: str
    participle: str
    subjects: frozenset[str]
    objects: frozenset[str]
    preposition: str = ""

    @property
    def third(self) -> str:
        """ "writes" of "write", "takes part" of "take part"."""
        first, space, rest = self.base.partition(" ")
        third = {"go": "goes", "have": "has"}.get(first) or plural(first)
        return third + space + rest

    def fits(self, subject: Entity, other: Entity) -> bool:
        return subject.words[-1] in self.subjects and other.words[-1] in self.objects


@cache
def verbs() -> tuple[Verb, ...]:
    """What a parent does to its children."""
    return tuple(
        Verb(base, past, participle, frozenset(subjects.split()), frozenset(objects.split()))
        for base, past, participle, subjects, objects in rows("verbs")
    )


@cache
def ties() -> tuple[Verb, ...]:
    """How a child stands to its parent."""
    return tuple(
        Verb(base, past, participle, frozenset(subjects.split()), frozenset(objects.split()), preposition)
        for base, past, participle, preposition, subjects, objects in rows("ties")
    )


def deed(rng: Random, parent: Entity, child: Entity) -> Verb:
    """A verb of which `parent` is the subject and `child` the object."""
    fitting = [v for v in verbs() if v.fits(parent, child)]
    if fitting:
        return rng.choice(fitting)
    if rng.random() < _ANY_SHARE:
        return rng.choice(verbs())
    return rng.choice([v for v in verbs() if v.base in _FIT_MOST])


def tie(rng: Random, child: Entity, parent: Entity) -> Verb:
    """A verb of which `child` is the subject and `parent` stands after the preposition."""
    return rng.choice([v for v in ties() if v.fits(child, parent)] or ties())


def fits_some(subject: Entity, other: Entity) -> bool:
    """Whether some verb is made for the two, in this order."""
    return any(v.fits(subject, other) for v in (*verbs(), *ties()))


def active(rng: Random, verb: Verb, many: bool) -> str:
    """The verb without not: "wrote", "have written", "write"."""
    return rng.choice(
        (verb.past, verb.past, f"{'have' if many else 'has'} {verb.participle}", verb.base if many else verb.third)
    )


def none_of(rng: Random, verb: Verb, one: str, many: str, tail: str = "") -> str:
    """That the subject (plural) did it to none: "wrote no book", "have never written a book"."""
    article = "an" if one[:1] in "aeiou" else "a"
    return rng.choice(
        (
            f"{verb.past} no {one}{tail}",
            f"{verb.past} no {many}{tail}",
            f"{verb.base} no {many}{tail}",
            f"have {verb.participle} no {many}{tail}",
            f"have never {verb.participle} {article} {one}{tail}",
            f"have not {verb.participle} any {many}{tail}",
            f"never {verb.past} {article} {one}{tail}",
            f"never {verb.past} any {many}{tail}",
            f"did not {verb.base} any {many}{tail}",
            f"do not {verb.base} any {many}{tail}",
            f"did not {verb.base} a single {one}{tail}",
        )
    )


def verb_words() -> frozenset[str]:
    """Every word of every form."""
    forms = (f"{v.base} {v.third} {v.past} {v.participle} {v.preposition}" for v in (*verbs(), *ties()))
    return frozenset(word for form in forms for word in form.split())

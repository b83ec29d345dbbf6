"""Names of random tables and columns: which words they are made of, and how one database spells them.

`Names` holds what the names of one database have in common: domain, spelling, plural tables, prefix, abbreviations,
how keys are called. Words come first and are spelled afterwards, so that questions can say them.
"""

from __future__ import annotations

from random import Random

from t2s_pipeline.nano.vocabulary import abbreviations, attributes, invented_word, plural, sections, words

Words = tuple[str, ...]

STYLES = (
    *["snake"] * 8,
    *["Title_Snake"] * 4,
    *["Camel", "CamelID"] * 2,
    *["camelBack"] * 2,
    *["lower"] * 2,
    *["First_snake"] * 4,
    *["Title_snakeID"] * 2,
    *["spaced"] * 2,
    *["UPPER_SNAKE"] * 2,
    "UPPER",
)
_KEYS = ("id", "entity_id", "entity_id", "entity_id", "id_entity", "entity_code", "entity_number", "entity_key")
_PREFIXES = ("ref", "tbl", "my", "all", "dim", "t")
_CASES = ("snake", "First_snake", "Title_Snake")
_NEIGHBOURS = 40


def spell(parts: Words, style: str) -> str:
    """Words as an identifier: ("birth", "year") -> birth_year, BirthYear, birthyear, BIRTH_YEAR ..."""
    if style == "Title_Snake":
        return "_".join(p.capitalize() for p in parts)
    if style == "Title_snakeID":
        return "_".join("ID" if p == "id" else p.capitalize() for p in parts)
    if style == "spaced":
        return " ".join(parts).capitalize()
    if style == "First_snake":
        return "_".join(parts).capitalize()
    if style == "CamelID":
        return "".join("ID" if p == "id" else p.capitalize() for p in parts)
    if style == "Camel":
        return "".join(p.capitalize() for p in parts)
    if style == "camelBack":
        return parts[0] + "".join(p.capitalize() for p in parts[1:])
    if style in ("UPPER_SNAKE", "UPPER"):
        return ("_" if style == "UPPER_SNAKE" else "").join(parts).upper()
    return "".join(parts) if style == "lower" else "_".join(parts)


class Names:
    """The naming habits of one database, and draws of words by them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.column_style = rng.choice(STYLES)
        self.table_style = self.column_style if rng.random() < 0.75 else rng.choice(STYLES)
        self.mixes_cases = self.column_style in _CASES and rng.random() < 0.08
        self.plural_tables = rng.random() < 0.42
        self.abbreviates = rng.random() < 0.10
        self.prefix = rng.choice((*_PREFIXES, invented_word(rng))) if rng.random() < 0.10 else ""
        self.key_style = rng.choice(_KEYS)
        self.prefixed_labels = rng.random() < 0.15
        self.domain = rng.choice([name for name in sections("entities") for _ in range(_weight(name))])
        every = words("entities")
        if rng.random() < 0.75:
            known = list(dict.fromkeys(noun for noun, _ in sections("entities")[self.domain]))
            self.nouns = rng.sample(known, min(len(known), _NEIGHBOURS))
        else:
            self.nouns = rng.sample(every, _NEIGHBOURS)
        self.hard_plurals = [n for n in self.nouns if plural(n) != f"{n}s"]
        own = sections("attributes").get(self.domain, ())
        self.pools = [pool for pool in (own, sections("attributes")["anything"], attributes()) if pool]
        self.shares = (45, 35, 20) if own else (60, 40)
        self.common = [self._attribute() for _ in range(rng.randint(1, 4))]

    def _attribute(self) -> tuple[str, str]:
        return self.rng.choice(self.rng.choices(self.pools, self.shares)[0])

    def noun(self) -> Words:
        """What a table is about, in the singular."""
        roll = self.rng.random()
        if roll < 0.14:
            return (invented_word(self.rng),)
        if roll < 0.19:
            return (self.rng.choice(words("common")),)
        hard = self.plural_tables and self.hard_plurals and self.rng.random() < 0.25
        noun = tuple(self.rng.choice(self.hard_plurals if hard else self.nouns).split("_"))
        if roll < 0.23:
            return (self.rng.choice(words("modifiers") if self.rng.random() < 0.6 else words("common")), *noun)
        if roll < 0.27:
            other = self.rng.choice(self.nouns).split("_")[-1]
            return (other, *noun) if other not in noun else noun
        return noun

    def attribute(self, entity: Words) -> tuple[Words, str]:
        """A column's words and the kind of its values."""
        if self.rng.random() < 0.22:
            attribute, kind = self.rng.choice(self.common)
            return tuple(attribute.split("_")), kind
        attribute, kind = self._attribute()
        parts = tuple(attribute.split("_"))
        roll = self.rng.random()
        if roll < 0.05:
            parts = (self.rng.choice(words("modifiers")), *parts)
        elif roll < 0.07:
            parts = (self.rng.choice(words("common")), *parts)
        elif roll < 0.10:
            parts = (*self.rng.choice(self.nouns).split("_"), *parts)
        elif roll < 0.19:
            parts = (*entity[-1:], *parts)
        elif roll < 0.24:
            parts = (self.rng.choice(words("common")),)
        elif roll < 0.34:
            parts = (invented_word(self.rng), *parts) if self.rng.random() < 0.5 else (invented_word(self.rng),)
        elif roll < 0.37 and kind == "int":
            parts = ("number", "of", *self.plural_of(tuple(self.rng.choice(self.nouns).split("_"))))
        elif roll < 0.40 and kind == "int":
            parts = self.plural_of(tuple(self.rng.choice(self.nouns).split("_")))
        return tuple(dict.fromkeys(parts)), kind

    def label(self, entity: Words) -> Words:
        """The words of the column that names a row."""
        if self.prefixed_labels:
            return (*entity, "name")
        return self.rng.choice((("name",), ("name",), ("name",), ("title",), ("full", "name"), (*entity[-1:], "name")))

    def key(self, entity: Words, is_text: bool = False) -> Words:
        """The words of a table's key."""
        if is_text and self.key_style in ("id", "entity_id", "id_entity"):
            return (*entity, self.rng.choice(("code", "code", "number", "symbol")))
        return {
            "id": ("id",),
            "entity_id": (*entity, "id"),
            "id_entity": ("id", *entity),
            "entity_code": (*entity, "code"),
            "entity_number": (*entity, "number"),
            "entity_key": (*entity, "key"),
        }[self.key_style]

    def plural_of(self, noun: Words) -> Words:
        return (*noun[:-1], plural(noun[-1]))

    def column(self, parts: Words) -> str:
        """A column's name in this database's habits."""
        if self.abbreviates:
            parts = tuple(self._short(p) if self.rng.random() < 0.5 else p for p in parts)
        return spell(parts, self.rng.choice(_CASES) if self.mixes_cases else self.column_style)

    def table(self, noun: Words) -> str:
        """A table's name in this database's habits."""
        shown = self.plural_of(noun) if self.plural_tables else noun
        style = self.rng.choice(_CASES) if self.mixes_cases else self.table_style
        return spell((self.prefix, *shown) if self.prefix else shown, style)

    def _short(self, word: str) -> str:
        known = abbreviations().get(word)
        if known:
            return self.rng.choice(known)
        return word[: self.rng.choice((3, 4))] if len(word) > 6 else word


def _weight(domain: str) -> int:
    """Domains with attributes of their own are drawn twice as often."""
    return 2 if domain in sections("attributes") else 1

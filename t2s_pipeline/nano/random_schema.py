"""Random databases: tables, typed columns and foreign keys, with the English words behind every name.

A `World` is what the grammar asks questions about; `world.schema` is its catalogue, the same object the
pipeline reads from a real database. Names are random compositions of one to three words in one of several
spellings (snake_case, CamelCase, lowercase, abbreviated ...), so that a name can only be copied, never guessed.
Tables of one database share some column names, so that a query must find out which table owns what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

from t2s_pipeline.nano.random_values import draw_values
from t2s_pipeline.nano.vocabulary import abbreviations, attributes, invented_word, plural, words
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table

_TYPES = {
    "text": ("TEXT", "TEXT", "TEXT", "VARCHAR(255)", "VARCHAR(50)", "VARCHAR(20)", "CHAR(15)", "VARCHAR"),
    "int": ("INTEGER", "INTEGER", "INT", "INT", "NUMBER", "BIGINT", "INT(11)", "SMALLINT"),
    "real": ("REAL", "REAL", "FLOAT", "NUMERIC", "DOUBLE", "DECIMAL(10,2)", "DECIMAL(19,4)", "NUMBER"),
    "year": ("INTEGER", "INT", "YEAR", "TEXT"),
    "date": ("DATE", "DATETIME", "TEXT", "TIMESTAMP"),
    "bool": ("BOOLEAN", "INTEGER", "BOOL", "BIT"),
}
_ROLES = (
    "main",
    "second",
    "home",
    "away",
    "first",
    "last",
    "old",
    "new",
    "source",
    "target",
    "previous",
    "next",
    "own",
)
_TYPE_GROUP = {"name": "text", "code": "text", "category": "text", "text": "text"}
_STYLES = (
    *["snake"] * 4,
    *["Title_Snake"] * 2,
    *["Camel", "CamelID"],
    "camelBack",
    "lower",
    *["First_snake"] * 2,
    "Title_snakeID",
    "spaced",
)
"""Capitals alone are left out: the tokenizer spells them letter by letter."""


@dataclass(frozen=True)
class Attribute:
    """A column with the words it was made of and the values its rows hold.

    `key` marks identifiers, which questions do not ask about.
    """

    name: str
    words: tuple[str, ...]
    kind: str
    type: str
    values: tuple[str, ...] = ()
    primary_key: bool = False
    key: bool = False


@dataclass(frozen=True)
class Entity:
    """A table; `words` are its singular noun, e.g. ("order", "item")."""

    name: str
    words: tuple[str, ...]
    columns: tuple[Attribute, ...]

    @property
    def primary_key(self) -> Attribute | None:
        """The one column of its key; None also where the key is of two columns."""
        keys = [c for c in self.columns if c.primary_key]
        return keys[0] if len(keys) == 1 else None

    def of_kind(self, *kinds: str) -> list[Attribute]:
        """Its columns of these kinds, keys left out."""
        return [c for c in self.columns if c.kind in kinds and not c.key]


@dataclass(frozen=True)
class Link:
    """A foreign key: `child.child_column` refers to `parent.parent_column`.

    `role` is the word by which a second key to the same table is told from the first ("home" of `home_team_id`).
    """

    child: Entity
    child_column: str
    parent: Entity
    parent_column: str
    role: str = ""


@dataclass(frozen=True)
class World:
    entities: tuple[Entity, ...]
    links: tuple[Link, ...]

    @cached_property
    def schema(self) -> DatabaseSchema:
        """The catalogue as `read_schema` would give it: tables in name order."""
        tables = [
            Table(e.name, tuple(Column(c.name, c.type, c.primary_key) for c in e.columns))
            for e in sorted(self.entities, key=lambda e: e.name)
        ]
        order = {table.name: place for place, table in enumerate(tables)}
        links = sorted(self.links, key=lambda link: order[link.child.name])
        keys = [ForeignKey(k.child.name, k.child_column, k.parent.name, k.parent_column) for k in links]
        return DatabaseSchema("synthetic/world", tuple(tables), tuple(keys))


def spell(parts: tuple[str, ...], style: str) -> str:
    """Words as an identifier: ("birth", "year") -> birth_year, BirthYear, birthyear ..."""
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
    if style == "lower":
        return "".join(parts)
    return "_".join(parts)


class _Builder:
    """Draws one world; holds what one database's names have in common (spelling, types, key names)."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.column_style = rng.choice(_STYLES)
        self.table_style = self.column_style if rng.random() < 0.7 else rng.choice(_STYLES)
        self.plural_tables = rng.random() < 0.35
        self.abbreviates = rng.random() < 0.12
        self.prefix = rng.choice(("ref", "tbl", "my", "all", invented_word(rng))) if rng.random() < 0.12 else ""
        self.common = [rng.choice(attributes()) for _ in range(rng.randint(1, 4))]
        self.key_style = rng.choice(("id", "entity_id", "entity_id", "id_entity", "entity_code", "entity_number"))
        self.types = {group: rng.choice(types) for group, types in _TYPES.items()}
        nouns = words("entities")
        if rng.random() < 0.7:  # neighbours in the list share a domain
            start = rng.randrange(len(nouns))
            self.nouns = [nouns[(start + i) % len(nouns)] for i in range(40)]
        else:
            self.nouns = rng.sample(nouns, 40)

    def noun(self) -> tuple[str, ...]:
        roll = self.rng.random()
        if roll < 0.18:
            return (invented_word(self.rng),)
        if roll < 0.24:
            return (self.rng.choice(words("common")),)
        noun = self.rng.choice(self.nouns)
        if roll < 0.30:
            return (self.rng.choice(words("modifiers") if self.rng.random() < 0.6 else words("common")), noun)
        if roll < 0.36:
            other = self.rng.choice(self.nouns)
            return (other, noun) if other != noun else (noun,)
        return (noun,)

    def attribute_words(self, entity: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        if self.rng.random() < 0.22:
            attribute, kind = self.rng.choice(self.common)
            return tuple(attribute.split("_")), kind
        attribute, kind = self.rng.choice(attributes())
        parts = tuple(attribute.split("_"))
        roll = self.rng.random()
        if roll < 0.10:
            parts = (self.rng.choice(words("modifiers")), *parts)
        elif roll < 0.13:
            parts = (self.rng.choice(words("common")), *parts)
        elif roll < 0.17:
            parts = (self.rng.choice(words("entities")), *parts)
        elif roll < 0.22:
            parts = (*entity[-1:], *parts)
        elif roll < 0.28:
            parts = (self.rng.choice(words("common")),)
        elif roll < 0.40:
            parts = (invented_word(self.rng), *parts) if self.rng.random() < 0.5 else (invented_word(self.rng),)
        elif roll < 0.43 and kind == "int":
            parts = ("number", "of", plural(self.rng.choice(words("entities"))))
        return parts, kind

    def spelled(self, parts: tuple[str, ...]) -> str:
        """A column's name in this database's habits."""
        if self.abbreviates:
            parts = tuple(self._short(p) if self.rng.random() < 0.5 else p for p in parts)
        return spell(parts, self.column_style)

    def _short(self, word: str) -> str:
        known = abbreviations().get(word)
        if known:
            return self.rng.choice(known)
        return word[: self.rng.choice((3, 4))] if len(word) > 6 else word

    def attribute(self, parts: tuple[str, ...], kind: str) -> Attribute:
        return Attribute(self.spelled(parts), parts, kind, self.type_of(kind), draw_values(self.rng, kind))

    def type_of(self, kind: str) -> str:
        group = _TYPE_GROUP.get(kind, kind)
        return self.types[group] if self.rng.random() < 0.85 else self.rng.choice(_TYPES[group])

    def key_words(self, entity: tuple[str, ...]) -> tuple[str, ...]:
        return {
            "id": ("id",),
            "entity_id": (*entity, "id"),
            "id_entity": ("id", *entity),
            "entity_code": (*entity, "code"),
            "entity_number": (*entity, "number"),
        }[self.key_style]

    def columns(self, entity: tuple[str, ...], count: int) -> list[Attribute]:
        drawn: dict[str, Attribute] = {}
        if self.rng.random() < 0.85:
            stem = self.rng.choice((("name",), ("name",), ("name",), ("title",), ("full", "name"), (*entity, "name")))
            label = self.attribute(stem, "name")
            drawn[label.name.lower()] = label
        while len(drawn) < count:
            parts, kind = self.attribute_words(entity)
            column = self.attribute(parts, kind)
            drawn.setdefault(column.name.lower(), column)
        return list(drawn.values())

    def build(self) -> World:
        rng = self.rng
        count = rng.choices((1, 2, 3, 4, 5, 6, 7, 8, 10), (3, 14, 24, 24, 16, 9, 5, 3, 2))[0]
        nouns: dict[str, tuple[str, ...]] = {}
        while len(nouns) < count:
            noun = self.noun()
            nouns.setdefault(spell(noun, "lower"), noun)
        entities: list[Entity] = []
        links: list[Link] = []
        for place, noun in enumerate(nouns.values()):
            parents = [entities[p] for p in self._parents(place)]
            few = len(parents) > 1 and rng.random() < 0.4  # a table that is there to link two others
            columns = self.columns(noun, rng.choice((1, 1, 2) if few else (2, 3, 3, 4, 4, 5, 6, 7)))
            entity, new = self._with_keys(noun, self._table_name(noun), columns, parents)
            entities.append(entity)
            links += new
        return World(tuple(entities), tuple(links))

    def _parents(self, place: int) -> list[int]:
        if place == 0:
            return []
        wanted = self.rng.choices((0, 1, 2), (8, 62, 30))[0]
        return self.rng.sample(range(place), min(wanted, place))

    def _table_name(self, noun: tuple[str, ...]) -> str:
        shown = (*noun[:-1], plural(noun[-1])) if self.plural_tables else noun
        return spell((self.prefix, *shown) if self.prefix else shown, self.table_style)

    def _with_keys(
        self, noun: tuple[str, ...], name: str, columns: list[Attribute], parents: list[Entity]
    ) -> tuple[Entity, list[Link]]:
        key_words = self.key_words(noun)
        taken = {c.name.lower() for c in columns}
        key = self.spelled(key_words)
        keys: list[Attribute] = []
        if key.lower() not in taken and (len(parents) < 2 or self.rng.random() < 0.6):
            kind = self.types["int"] if self.rng.random() < 0.9 else self.types["text"]
            keys.append(Attribute(key, key_words, "int", kind, primary_key=True, key=True))
            taken.add(key.lower())
        targets: list[tuple[Attribute, Entity, str]] = []
        for parent, role in self._roles(parents):
            target = parent.primary_key
            if target is None:
                continue
            shown = target.words if len(target.words) > 1 else (*parent.words, *target.words)
            if self.rng.random() < 0.1:
                shown = parent.words
            column = self.spelled((role, *shown) if role else shown)
            if column.lower() not in taken:
                taken.add(column.lower())
                both = not keys and len(parents) > 1 and not role  # the two keys of a linking table
                targets.append((Attribute(column, shown, "int", target.type, primary_key=both, key=True), parent, role))
        foreign = [attribute for attribute, _, _ in targets]
        late = self.rng.random() < 0.5
        entity = Entity(name, noun, tuple(keys + columns + foreign if late else keys + foreign + columns))
        links = [Link(entity, a.name, p, p.primary_key.name, role) for a, p, role in targets if p.primary_key]
        return entity, links

    def _roles(self, parents: list[Entity]) -> list[tuple[Entity, str]]:
        """Every parent, at times twice in two roles (`home_team_id`, `away_team_id`)."""
        drawn: list[tuple[Entity, str]] = []
        for parent in parents:
            if self.rng.random() < 0.07:
                drawn += [(parent, role) for role in self.rng.sample(_ROLES, 2)]
            else:
                drawn.append((parent, ""))
        return drawn


def random_world(rng: Random) -> World:
    """One random database of one to ten tables."""
    return _Builder(rng).build()

"""Random databases: tables, typed columns and foreign keys, with the English words behind every name.

A `World` is what the grammar asks questions about; `world.schema` is its catalogue, the same object the
pipeline reads from a real database. Names are compositions of one to three words in one of several spellings
(`random_names`), so that a name can only be copied, never guessed. Tables of one database share some column names,
so that a query must find out which table owns what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

from t2s_pipeline.nano.random_names import Names, Words, spell
from t2s_pipeline.nano.random_values import draw_keys, draw_values, family_of
from t2s_pipeline.nano.vocabulary import entity_families
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table

_TYPES = {
    "text": ("TEXT", "TEXT", "TEXT", "VARCHAR(255)", "VARCHAR(50)", "VARCHAR(20)", "CHAR(15)", "VARCHAR"),
    "int": ("INTEGER", "INTEGER", "INT", "INT", "NUMBER", "BIGINT", "INT(11)", "SMALLINT"),
    "real": ("REAL", "REAL", "FLOAT", "NUMERIC", "DOUBLE", "DECIMAL(10,2)", "DECIMAL(19,4)", "NUMBER"),
    "year": ("INTEGER", "INT", "YEAR", "TEXT"),
    "date": ("DATE", "DATETIME", "TEXT", "TIMESTAMP"),
    "bool": ("BOOLEAN", "INTEGER", "BOOL", "BIT"),
}
_PAIRS = (
    ("home", "away"),
    ("first", "second"),
    ("main", "second"),
    ("old", "new"),
    ("source", "target"),
    ("previous", "next"),
    ("start", "end"),
    ("departure", "arrival"),
    ("white", "black"),
)
"""Roles of two keys of one table to another."""
_WHOLE_PAIRS = (("origin", "destination"), ("winner", "loser"), ("buyer", "seller"), ("sender", "receiver"))
"""The same, where the role alone can be the column's name."""
_SINGLE_ROLES = ("home", "main", "current", "primary", "assigned", "host", "lead", "first", "own", "parent")
_PERSON_ROLES = ("manager", "head", "leader", "owner", "captain", "contact", "author", "winner", "created_by", "host")
_PLACE_ROLES = ("origin", "base", "location", "venue", "birthplace", "home", "destination")
_TYPE_GROUP = {"name": "text", "code": "text", "category": "text", "text": "text"}


@dataclass(frozen=True)
class Attribute:
    """A column with the words it was made of and the values its rows hold.

    `key` marks identifiers by number, which questions do not ask about; keys of text are asked about and have
    values. `family` says what the values are (person, city ...), see `random_values`.
    """

    name: str
    words: tuple[str, ...]
    kind: str
    type: str
    values: tuple[str, ...] = ()
    primary_key: bool = False
    key: bool = False
    family: str = ""


@dataclass(frozen=True)
class Entity:
    """A table; `words` are its singular noun, ("order", "item"), `family` what its rows are (person, title ...)."""

    name: str
    words: tuple[str, ...]
    columns: tuple[Attribute, ...]
    family: str = "thing"

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


class _Builder:
    """Draws one world; holds what one database's tables have in common."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.names = Names(rng)
        self.types = {group: rng.choice(types) for group, types in _TYPES.items()}
        self.text_keys = 0.5 if rng.random() < 0.07 else 0.03

    def build(self) -> World:
        rng = self.rng
        count = rng.choices((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), (4, 16, 26, 24, 14, 8, 4, 2, 1, 1))[0]
        if "UPPER" in self.names.column_style:  # capitals are spelled letter by letter, so a prompt holds fewer
            count = min(count, 5)
        nouns: dict[str, Words] = {}
        while len(nouns) < count:
            noun = self.names.noun()
            nouns.setdefault(spell(noun, "lower"), noun)
        entities: list[Entity] = []
        links: list[Link] = []
        for place, noun in enumerate(list(nouns.values())):
            parents = [entities[p] for p in self._parents(place)]
            few = len(parents) > 1 and rng.random() < 0.4  # a table that is there to link two others
            both = tuple(p.words[-1] for p in parents)
            if few and rng.random() < 0.3 and "".join(both) not in nouns and both[0] != both[1]:
                nouns[spell(both, "lower")] = noun = both
            family = entity_families().get("_".join(noun)) or entity_families().get(noun[-1], "thing")
            columns = self._columns(noun, rng.choice((1, 1, 2) if few else (2, 2, 2, 3, 3, 3, 4, 6)), family, few)
            entity, new = self._with_keys(noun, family, columns, parents)
            entities.append(entity)
            links += new
        return World(tuple(entities), tuple(links))

    def _parents(self, place: int) -> list[int]:
        if place == 0:
            return []
        wanted = self.rng.choices((0, 1, 2), (8, 62, 30))[0]
        return self.rng.sample(range(place), min(wanted, place))

    def _columns(self, noun: Words, count: int, family: str, few: bool) -> list[Attribute]:
        drawn: dict[str, Attribute] = {}
        if self.rng.random() < (0.3 if few else 0.85):
            label = self._attribute(self.names.label(noun), "name", family)
            drawn[label.name.lower()] = label
        while len(drawn) < count or all(c.kind == "bool" for c in drawn.values()):  # something can be asked of each
            column = self._attribute(*self.names.attribute(noun), family)
            drawn.setdefault(column.name.lower(), column)
        return list(drawn.values())

    def _attribute(self, parts: Words, kind: str, family: str) -> Attribute:
        own = family_of(parts, kind, family)
        values = draw_values(self.rng, kind, own, parts[-1])
        return Attribute(self.names.column(parts), parts, kind, self._type_of(kind), values, family=own)

    def _type_of(self, kind: str) -> str:
        group = _TYPE_GROUP.get(kind, kind)
        return self.types[group] if self.rng.random() < 0.85 else self.rng.choice(_TYPES[group])

    def _with_keys(
        self, noun: Words, family: str, columns: list[Attribute], parents: list[Entity]
    ) -> tuple[Entity, list[Link]]:
        taken = {c.name.lower() for c in columns}
        keys: list[Attribute] = []
        key = self._key(noun)
        if key.name.lower() not in taken and (len(parents) < 2 or self.rng.random() < 0.6):
            keys.append(key)
            taken.add(key.name.lower())
        targets: list[tuple[Attribute, Entity, str]] = []
        for parent, role, whole in self._roles(parents):
            target = parent.primary_key
            if target is None:
                continue
            shown = self._reference(parent, target, role, whole)
            name = target.name if shown == target.words else self.names.column(shown)
            if name.lower() not in taken:
                taken.add(name.lower())
                both = not keys and len(parents) > 1 and not role  # the two keys of a linking table
                column = Attribute(
                    name, shown, target.kind, target.type, target.values, both, target.key, target.family
                )
                targets.append((column, parent, role))
        foreign = [attribute for attribute, _, _ in targets]
        late = self.rng.random() < 0.5
        ordered = tuple(keys + columns + foreign if late else keys + foreign + columns)
        entity = Entity(self.names.table(noun), noun, ordered, family)
        links = [Link(entity, a.name, p, p.primary_key.name, role) for a, p, role in targets if p.primary_key]
        return entity, links

    def _key(self, noun: Words) -> Attribute:
        if self.rng.random() < self.text_keys:
            parts = self.names.key(noun, is_text=True)
            name, kind = self.names.column(parts), self.types["text"]
            return Attribute(name, parts, "code", kind, draw_keys(self.rng), primary_key=True, family="code")
        parts = self.names.key(noun)
        kind = self.types["int"] if self.rng.random() < 0.9 else self.types["text"]
        return Attribute(self.names.column(parts), parts, "int", kind, primary_key=True, key=True)

    def _reference(self, parent: Entity, target: Attribute, role: str, whole: bool) -> Words:
        """The words of a key to `parent`: mostly its own key's, at times with a role before them or the role alone."""
        shown = target.words if len(target.words) > 1 else (*parent.words, *target.words)
        if role:
            return tuple(role.split("_")) if whole else (role, *shown)
        roll = self.rng.random()
        if roll < 0.08:
            return parent.words
        if roll < 0.13:
            return (self.rng.choice(_SINGLE_ROLES), *(parent.words if self.rng.random() < 0.5 else shown))
        named = {"person": _PERSON_ROLES, "place": _PLACE_ROLES}.get(parent.family)
        return tuple(self.rng.choice(named).split("_")) if named and roll < 0.19 else shown

    def _roles(self, parents: list[Entity]) -> list[tuple[Entity, str, bool]]:
        """(parent, role, whether the role alone is the column); at times a parent in two roles (`home_team_id`)."""
        drawn: list[tuple[Entity, str, bool]] = []
        for parent in parents:
            if self.rng.random() < 0.07:
                pair = self.rng.choice((*_PAIRS, *_WHOLE_PAIRS))
                whole = pair in _WHOLE_PAIRS and self.rng.random() < 0.7
                drawn += [(parent, role, whole) for role in pair]
            else:
                drawn.append((parent, "", False))
        return drawn


def random_world(rng: Random) -> World:
    """One random database of one to ten tables."""
    return _Builder(rng).build()

"""Rows for random databases, so that a wrong query returns what it would return, and not always nothing."""

from __future__ import annotations

import sqlite3
from random import Random

from t2s_pipeline.nano.random_schema import Attribute, Entity, World
from t2s_pipeline.nano.random_values import spoken
from t2s_pipeline.schema.serialise import quote_identifier

_ROWS = (5, 8, 12, 20, 35)


def empty_database(world: World) -> sqlite3.Connection:
    """An in-memory database with the world's tables and no rows."""
    connection = sqlite3.connect(":memory:")
    for entity in world.entities:
        columns = ", ".join(f"{quote_identifier(c.name)} {c.type}" for c in entity.columns)
        connection.execute(f"CREATE TABLE {quote_identifier(entity.name)} ({columns})")
    return connection


def filled_database(rng: Random, world: World) -> sqlite3.Connection:
    """The same with rows of the columns' own values; foreign keys refer to rows that are there."""
    connection = empty_database(world)
    sizes = {entity.name: rng.choice(_ROWS) for entity in world.entities}
    for entity in world.entities:
        referred = {k.child_column: sizes[k.parent.name] for k in world.links if k.child is entity}
        rows = [_row(rng, entity, number, referred) for number in range(sizes[entity.name])]
        marks = ", ".join("?" * len(entity.columns))
        connection.executemany(f"INSERT INTO {quote_identifier(entity.name)} VALUES ({marks})", rows)
    return connection


def _row(rng: Random, entity: Entity, number: int, referred: dict[str, int]) -> list[object]:
    own = entity.primary_key
    return [
        _key(column, number)
        if column is own
        else _key(column, rng.randrange(referred[column.name]))
        if column.name in referred
        else _cell(rng, column)
        for column in entity.columns
    ]


def _key(column: Attribute, number: int) -> object:
    """The key of the row of this number, from 0: a number from 1, or one of the values of a key of text."""
    return spoken(column.values[number]) if column.values else number + 1


def _cell(rng: Random, column: Attribute) -> object:
    if not column.values:
        return rng.randint(1, 99)
    value = rng.choice(column.values)
    if column.kind == "real":
        return float(value)
    return int(value) if column.kind in ("int", "year", "bool") else spoken(value)

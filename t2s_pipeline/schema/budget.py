"""Which tables give way where a schema is too long for a prompt.

    kept, dropped = fit_tables(schema, ranked, fits)

The rule: the least relevant table goes first, but never one that still joins others. A table joins others where, of
the foreign keys between the tables still shown, some path between two others leads through it alone; such a table goes
when what it joins has gone. So a link table, which shares no word with the question and therefore ranks last, outlives
the less relevant of the tables that it links. The most relevant table is never dropped, and one table always stays: a
prompt that is too long even so is the caller's to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from t2s_pipeline.schema.catalog import DatabaseSchema


def fit_tables(
    schema: DatabaseSchema, ranked: Sequence[str], fits: Callable[[tuple[str, ...]], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(tables of `ranked` that stay, in its order; tables dropped, first the first to go).

    `ranked` are names of tables of `schema`, the most relevant first; `fits` says of the tables that are left whether
    their prompt is short enough.
    """
    kept, dropped = list(ranked), []
    while len(kept) > 1 and not fits(tuple(kept)):
        goes = _first_to_go(schema, kept)
        kept.remove(goes)
        dropped.append(goes)
    return tuple(kept), tuple(dropped)


def _first_to_go(schema: DatabaseSchema, ranked: Sequence[str]) -> str:
    """The least relevant table that joins no others. Of two or more tables at least two join none: never the first."""
    links = _links(schema, ranked)
    return next(name for name in reversed(ranked) if not _joins_others(links, name))


def _links(schema: DatabaseSchema, names: Sequence[str]) -> dict[str, set[str]]:
    """For each of `names`, those of them that share a foreign key with it."""
    known = {name.lower(): name for name in names}
    links: dict[str, set[str]] = {name: set() for name in names}
    for key in schema.foreign_keys:
        one, other = known.get(key.table.lower()), known.get(key.referenced_table.lower())
        if one and other and one != other:
            links[one].add(other)
            links[other].add(one)
    return links


def _joins_others(links: dict[str, set[str]], name: str) -> bool:
    """Whether the tables linked to `name` fall apart without it."""
    neighbours = links[name]
    if len(neighbours) < 2:
        return False
    reached, frontier = set(), [next(iter(neighbours))]
    while frontier:
        table = frontier.pop()
        if table != name and table not in reached:
            reached.add(table)
            frontier += links[table]
    return not neighbours <= reached

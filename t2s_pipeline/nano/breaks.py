"""Ways in which small models get a query wrong: each takes a right query and gives a wrong one, or None.

The commonest are names: a column of another table, one that is not there but nearly, a table that does not own
what is asked of it; words copied to the wrong place (`breaks_copied.py`); then joins left out, needless or over the
wrong key; then conditions, figures and clauses; and queries that answer some other question. `wrong_query` makes one
or two such mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from t2s_pipeline.nano.breaks_copied import (
    LITERAL,
    NAME,
    condition_elsewhere,
    half_value,
    imagined_table,
    runaway,
    stray_column,
    value_as_column,
)
from t2s_pipeline.nano.questions import random_question
from t2s_pipeline.nano.random_schema import Entity, World
from t2s_pipeline.nano.random_values import text_value
from t2s_pipeline.nano.skeletons import is_held_out
from t2s_pipeline.nano.vocabulary import synonyms
from t2s_pipeline.schema.serialise import quote_identifier

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_JOIN = re.compile(rf" JOIN {NAME} AS T\d ON T\d\.{NAME} = T\d\.{NAME}")
_AGGREGATES = ("count", "avg", "sum", "min", "max")
_CONNECTING = ("SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "AS", "ON", "JOIN")

Break = Callable[[Random, World, str], str | None]


def wrong_query(rng: Random, world: World, sql: str) -> str | None:
    """A broken form of `sql`, broken once or twice; None where the draw does not fit it."""
    broken = rng.choice(BREAKS)(rng, world, sql)
    if broken and rng.random() < 0.35:
        broken = rng.choice(BREAKS)(rng, world, broken) or broken
    return broken if broken != sql else None


def _names_in(world: World, sql: str) -> list[str]:
    names = {c.name for e in world.entities for c in e.columns} | {e.name for e in world.entities}
    return [w for w in dict.fromkeys(_WORD.findall(LITERAL.sub("", sql))) if w in names]


def _replace_word(rng: Random, sql: str, old: str, new: str) -> str:
    """One occurrence of the word `old`, or all of them, replaced by `new`."""
    places = [m.span() for m in re.finditer(rf"\b{re.escape(old)}\b", sql)]
    if not places:
        return sql
    if rng.random() < 0.5:
        return re.sub(rf"\b{re.escape(old)}\b", lambda _: new, sql)
    start, end = rng.choice(places)
    return sql[:start] + new + sql[end:]


def misspelt_name(rng: Random, world: World, sql: str) -> str | None:
    """A name copied wrongly: a part lost, doubled, in another case, or taken from another name."""
    names = _names_in(world, sql)
    if not names:
        return None
    name = rng.choice(names)
    parts = [p for p in re.split(r"(_)|(?<=[a-z])(?=[A-Z])", name) if p]
    forms = [name[:-1], name + "s", name + "_id", name + name[-1]]
    if len(parts) > 1:
        forms += ["".join(parts[1:]).lstrip("_"), "".join(parts[:-1]).rstrip("_"), name.replace("_", "")]
    new = rng.choice([f for f in forms if _WORD.fullmatch(f)] or [name + "s"])
    return _replace_word(rng, sql, name, new)


def imagined_name(rng: Random, world: World, sql: str) -> str | None:
    """A column that is not there but could be: its owner's noun before it or off it, or a synonym."""
    names = set(_names_in(world, sql))
    found = [(e, c) for e in world.entities for c in e.columns if c.name in names]
    if not found:
        return None
    entity, column = rng.choice(found)
    joint = "" if column.name[:1].isupper() and "_" not in column.name else "_"
    parts = [p.capitalize() if column.name[:1].isupper() else p for p in column.words]
    noun = entity.words[-1].capitalize() if column.name[:1].isupper() else entity.words[-1]
    other = synonyms().get("_".join(column.words)) or synonyms().get(column.words[-1]) or ["name"]
    forms = [joint.join((noun, *parts)), parts[-1], joint.join(rng.choice(other).split()), joint.join(parts)]
    new = rng.choice(forms)
    return None if new == column.name or not _WORD.fullmatch(new) else _replace_word(rng, sql, column.name, new)


def other_name(rng: Random, world: World, sql: str) -> str | None:
    """A column or table of this database in the place of the right one."""
    names = _names_in(world, sql)
    if not names:
        return None
    old = rng.choice(names)
    tables = [e.name for e in world.entities]
    owners = [e for e in world.entities if any(c.name == old for c in e.columns)]
    near = owners if rng.random() < 0.5 else world.entities
    pool = tables if old in tables else [c.name for e in near for c in e.columns]
    new = rng.choice(pool)
    return None if new == old else _replace_word(rng, sql, old, quote_identifier(new))


def swapped_alias(rng: Random, world: World, sql: str) -> str | None:
    """T1 for T2 at one place: the column is asked of a table that does not own it."""
    places = [m.span() for m in re.finditer(r"\bT[1234](?=\.)", sql)]
    if not places:
        return None
    start, end = rng.choice(places)
    return sql[:start] + {"T1": "T2", "T2": "T1", "T3": "T2", "T4": "T3"}[sql[start:end]] + sql[end:]


def bare_column(rng: Random, world: World, sql: str) -> str | None:
    """The alias left off one column or all, which makes shared names ambiguous."""
    places = [m.span() for m in re.finditer(r"\bT[1234]\.", sql)]
    if not places:
        return None
    start, end = rng.choice(places)
    return re.sub(r"\bT[1234]\.(?=\S+ (?!=))", "", sql) if rng.random() < 0.4 else sql[:start] + sql[end:]


def lost_join(rng: Random, world: World, sql: str) -> str | None:
    """The last JOIN ... ON dropped."""
    joins = list(_JOIN.finditer(sql))
    if not joins:
        return None
    join = joins[-1]
    return sql[: join.start()] + sql[join.end() :]


def one_table(rng: Random, world: World, sql: str) -> str | None:
    """Everything asked of one table where a join is needed."""
    found = re.search(rf"FROM ({NAME}) AS T1((?: JOIN {NAME} AS T\d ON T\d\.{NAME} = T\d\.{NAME})+)", sql)
    if not found:
        return None
    tables = [found[1], *re.findall(rf"JOIN ({NAME}) AS", found[2])]
    alone = f"{sql[: found.start()]}FROM {rng.choice(tables)}{sql[found.end() :]}"
    return re.sub(r"\bT[1234]\.", "", alone)


def needless_join(rng: Random, world: World, sql: str) -> str | None:
    """A second table joined where one has everything."""
    linked = [
        (e, k) for e in world.entities for k in world.links if e in (k.child, k.parent) and k.child is not k.parent
    ]
    fits = [(e, k) for e, k in linked if f"FROM {quote_identifier(e.name)} " in f"{sql} " and " JOIN " not in sql]
    if not fits or sql.count("SELECT") > 1:
        return None
    entity, link = rng.choice(fits)
    other: Entity = link.parent if entity is link.child else link.child
    near, far = (
        (link.child_column, link.parent_column) if entity is link.child else (link.parent_column, link.child_column)
    )
    on = f"T1.{quote_identifier(near)} = T2.{quote_identifier(far)}"
    return _joined(sql, entity, other, on, qualified=rng.random() < 0.7)


def self_join(rng: Random, world: World, sql: str) -> str | None:
    """A table joined with itself where once is enough."""
    fits = [e for e in world.entities if f"FROM {quote_identifier(e.name)} " in f"{sql} "]
    if not fits or " JOIN " in sql or sql.count("SELECT") > 1:
        return None
    entity = fits[0]
    key = quote_identifier((entity.primary_key or rng.choice(entity.columns)).name)
    return _joined(sql, entity, entity, f"T1.{key} = T2.{key}", qualified=True)


def _joined(sql: str, entity: Entity, other: Entity, on: str, qualified: bool) -> str:
    """A query over `entity` alone with `other` joined as T2; `qualified`: its columns are asked of T1."""
    columns = {quote_identifier(c.name) for c in entity.columns}
    name, second = quote_identifier(entity.name), quote_identifier(other.name)
    before, after = f"{sql} ".split(f"FROM {name} ", 1)
    if qualified:
        named = re.compile(rf"'[^']*'|{NAME}")
        before, after = (named.sub(lambda m: f"T1.{m[0]}" if m[0] in columns else m[0], s) for s in (before, after))
    return f"{before}FROM {name} AS T1 JOIN {second} AS T2 ON {on} {after}".strip()


def other_selection(rng: Random, world: World, sql: str) -> str | None:
    """What is selected: one thing lost, said twice, in another order, or one too many."""
    found = re.match(r"SELECT ((?:DISTINCT )?)(.+?) FROM ", sql)
    if not found:
        return None
    items = found[2].split(", ")
    if len(items) > 1:
        place = rng.randrange(len(items))
        doubled = [*items[:place], items[place - 1], *items[place + 1 :]]
        new = rng.choice((doubled, items[:place] + items[place + 1 :], items[::-1]))
    else:
        new = [*items, rng.choice(("count(*)", quote_identifier(rng.choice(rng.choice(world.entities).columns).name)))]
    return f"SELECT {found[1]}{', '.join(new)}{sql[found.end(2) :]}"


def wrong_key(rng: Random, world: World, sql: str) -> str | None:
    """A join over another column than the key."""
    sides = list(re.finditer(rf"(?<=ON )T\d\.({NAME})|(?<== )T\d\.({NAME})", sql))
    if not sides:
        return None
    side = rng.choice(sides)
    group = 1 if side[1] else 2
    keys = [c.name for e in world.entities for c in e.columns if c.key] or ["id"]
    new = quote_identifier(rng.choice([*keys, "id"]))
    return None if new == side[group] else sql[: side.start(group)] + new + sql[side.end(group) :]


def other_aggregate(rng: Random, world: World, sql: str) -> str | None:
    """Another aggregate function, another sort direction, or DISTINCT lost or gained."""
    swaps = [
        (a, b)
        for a in _AGGREGATES
        for b in _AGGREGATES
        if a != b and f"{a}(" in sql and (a != "count" or "count(*)" not in sql)
    ]
    if swaps and rng.random() < 0.6:
        old, new = rng.choice(swaps)
        return sql.replace(f"{old}(", f"{new}(", 1)
    if " DESC" in sql or " ASC" in sql:
        return sql.replace(" DESC", " ASC") if " DESC" in sql else sql.replace(" ASC", " DESC")
    if "DISTINCT " in sql:
        return sql.replace("DISTINCT ", "", 1)
    return sql.replace("SELECT ", "SELECT DISTINCT ", 1) if rng.random() < 0.3 else None


def other_condition(rng: Random, world: World, sql: str) -> str | None:
    """Another comparison, another value, or a lost WHERE."""
    forms = [
        sql.replace(a, b, 1)
        for a, b in ((" > ", " < "), (" < ", " > "), (" >= ", " > "), (" != ", " = "), (" AND ", " OR "),
                     (" NOT IN ", " IN "), (" LIKE ", " = "), (" <= ", " < "), (" EXCEPT ", " INTERSECT "))
        if a in sql
    ]  # fmt: skip
    if LITERAL.search(sql):
        forms.append(LITERAL.sub(f"'{text_value(rng)}'", sql, count=1))
        forms.append(LITERAL.sub(lambda m: m[0].lower(), sql, count=1))
        forms.append(LITERAL.sub(lambda m: m[0][: max(len(m[0]) // 2, 2)] + "'", sql, count=1))
    if " WHERE " in sql and "(SELECT" not in sql:
        forms.append(re.sub(r" WHERE .*?(?= GROUP | ORDER | INTERSECT | EXCEPT | UNION |$)", "", sql, count=1))
    return rng.choice(forms) if forms else None


def lost_clause(rng: Random, world: World, sql: str) -> str | None:
    """GROUP BY, HAVING, ORDER BY or LIMIT dropped."""
    found = [m for m in re.finditer(r" (?:GROUP BY \S+|HAVING \S+ \S+ \S+|ORDER BY \S+ (?:ASC|DESC)|LIMIT \d+)", sql)]
    if not found:
        return None
    clause = rng.choice(found)
    return sql[: clause.start()] + sql[clause.end() :]


def bad_syntax(rng: Random, world: World, sql: str) -> str | None:
    """A keyword lost or doubled, a parenthesis or quote lost, the end cut off."""
    roll = rng.random()
    if roll < 0.35:
        present = [k for k in _CONNECTING if f"{k} " in sql]
        if not present:
            return None
        keyword = rng.choice(present)
        return sql.replace(f"{keyword} ", "" if rng.random() < 0.6 else f"{keyword} {keyword} ", 1)
    if roll < 0.6:
        marks = [i for i, c in enumerate(sql) if c in "()',"]
        if marks:
            place = rng.choice(marks)
            return sql[:place] + sql[place + 1 :]
    tokens = sql.split(" ")
    return " ".join(tokens[: rng.randint(len(tokens) // 2, len(tokens) - 1)])


def other_query(rng: Random, world: World, sql: str) -> str | None:
    """A query that answers another question, over one of the same tables where there is such a one."""
    wanted = set(_names_in(world, sql)) & {e.name for e in world.entities}
    for _ in range(3):
        drawn = random_question(rng, world).sql
        if not is_held_out(drawn) and wanted & set(_names_in(world, drawn)):
            return drawn
    return None


BREAKS: tuple[Break, ...] = (
    *[misspelt_name] * 3,
    *[imagined_name] * 4,
    *[other_name] * 5,
    *[swapped_alias] * 3,
    *[imagined_table] * 3,
    *[stray_column] * 3,
    *[condition_elsewhere] * 3,
    value_as_column,
    *[half_value] * 2,
    runaway,
    bare_column,
    *[lost_join] * 2,
    *[one_table] * 2,
    *[needless_join] * 2,
    self_join,
    *[other_selection] * 3,
    *[wrong_key] * 2,
    *[other_aggregate] * 2,
    *[other_condition] * 3,
    *[lost_clause] * 2,
    bad_syntax,
    *[other_query] * 4,
)
"""What small models do most stands more than once."""

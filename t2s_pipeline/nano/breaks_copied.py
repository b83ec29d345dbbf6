"""Mistakes of copying that small models make: the wrong word of question, schema or query, in the wrong place.

A table that is called like a column or a plural, a column that no table has, a value compared with the wrong column, or
written as one, or half of it; words that are said again and again. Each takes a right query and gives a wrong one, or
None where it does not fit; `breaks.py` draws among them.
"""

from __future__ import annotations

import re
from random import Random

from t2s_pipeline.nano.random_schema import World
from t2s_pipeline.nano.vocabulary import attributes, invented_word, plural
from t2s_pipeline.schema.serialise import quote_identifier

NAME = r'(?:"[^"]+"|\w+)'
LITERAL = re.compile(r"'[^']*'")
_TABLE = re.compile(rf"(?<=FROM |JOIN ){NAME}")
_CONDITION = re.compile(rf"((?:T\d\.)?)({NAME}) (?:=|!=|LIKE) ('[^']*')")
_BETWEEN = re.compile(r"BETWEEN (\S+) AND \S+")
_RUNAWAY_PARTS, _RUNAWAY_TIMES = (2, 6), (5, 20)


def imagined_table(rng: Random, world: World, sql: str) -> str | None:
    """A table that is not there: a plural, a singular, a column's name, a word of nowhere."""
    found = list(_TABLE.finditer(sql))
    if not found:
        return None
    place = rng.choice(found)
    name, entity = place[0].strip('"'), rng.choice(world.entities)
    column = rng.choice(entity.columns)
    forms = (name + "s", name[:-1] or "t", entity.words[-1], plural(entity.words[-1]))
    forms += (column.name, plural(column.words[-1]), invented_word(rng).capitalize())
    return sql[: place.start()] + quote_identifier(rng.choice(forms)) + sql[place.end() :]


def stray_column(rng: Random, world: World, sql: str) -> str | None:
    """A column of some other database, in the spelling of the one that it stands for."""
    names = {c.name for e in world.entities for c in e.columns}
    outside = {match.span() for literal in LITERAL.finditer(sql) for match in _words(sql, *literal.span())}
    found = [m for m in _words(sql, 0, len(sql)) if m[0] in names and m.span() not in outside]
    if not found:
        return None
    place, parts = rng.choice(found), rng.choice(attributes())[0].split("_")
    parts = [part.capitalize() for part in parts] if place[0][:1].isupper() else parts
    new = ("" if place[0][:1].isupper() and "_" not in place[0] else "_").join(parts)
    if rng.random() < 0.5:
        return re.sub(rf"\b{re.escape(place[0])}\b", new, sql)
    return sql[: place.start()] + new + sql[place.end() :]


def condition_elsewhere(rng: Random, world: World, sql: str) -> str | None:
    """A value compared with another column, a name as often as not."""
    found = list(_CONDITION.finditer(sql))
    if not found:
        return None
    place = rng.choice(found)
    asked = [e for e in world.entities if quote_identifier(e.name) in sql] or world.entities
    textual = [c for e in asked for c in e.columns if c.kind in ("name", "text", "category", "code")]
    named = [c for c in textual if c.kind == "name"]
    pool = named if named and rng.random() < 0.5 else textual
    if not pool:
        return None
    new = "name" if rng.random() < 0.1 else rng.choice(pool).name
    return None if new == place[2] else sql[: place.start(2)] + quote_identifier(new) + sql[place.end(2) :]


def value_as_column(rng: Random, world: World, sql: str) -> str | None:
    """A value's word in the place of the column that holds it: `Mystery = 'Mystery'`, `newspaper = 1`."""
    found = [m for m in _CONDITION.finditer(sql) if re.match(r"'%?[A-Za-z]\w*", m[3])]
    if not found:
        return None
    place = rng.choice(found)
    word = re.findall(r"\w+", place[3])[0]
    told = place[3] if rng.random() < 0.7 else str(rng.randint(0, 1))
    return f"{sql[: place.start()]}{place[1]}{quote_identifier(word)} = {told}{sql[place.end() :]}"


def half_value(rng: Random, world: World, sql: str) -> str | None:
    """A value copied in part, with a part twice, or as a pattern; BETWEEN one value and the same."""
    bounds = _BETWEEN.search(sql)
    if bounds and rng.random() < 0.5:
        return f"{sql[: bounds.start()]}BETWEEN {bounds[1]} AND {bounds[1]}{sql[bounds.end() :]}"
    found = list(LITERAL.finditer(sql))
    if not found:
        return None
    place = rng.choice(found)
    text = place[0][1:-1]
    parts = re.split(r"(?<=[ -])", text)
    forms = [f"{text}%", f" {text}", text[: max(len(text) // 2, 1)], text + text[-2:], f"{text} {text}"]
    if len(parts) > 1:
        forms += [parts[0].rstrip(" -"), parts[-1], "".join(parts[:-1]).rstrip(" -") + "%", f"{parts[0]}{parts[0]}"]
    return f"{sql[: place.start()]}'{rng.choice(forms)}'{sql[place.end() :]}"


def runaway(rng: Random, world: World, sql: str) -> str | None:
    """Some letters, or a word, said again until there is no room: the query never ends."""
    place = rng.randint(len(sql) // 3, len(sql))
    said = sql[max(place - rng.randint(*_RUNAWAY_PARTS), 0) : place]
    if rng.random() < 0.4:
        said = " " + sql[:place].split(" ")[-1]
    return sql[:place] + said * rng.randint(*_RUNAWAY_TIMES)


def _words(sql: str, start: int, end: int) -> list[re.Match[str]]:
    return list(re.compile(r"[A-Za-z_]\w*").finditer(sql, start, end))

"""Broken queries with the feedback the pipeline would give on them.

A query is broken in a way that small models break it; SQLite itself, on an empty database of the same schema,
says what is wrong, so the messages are its own words. Where the broken query runs, its row count is drawn:
an empty database would always say none.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.grammar_single import Question
from t2s_pipeline.nano.phrases import text_value
from t2s_pipeline.nano.random_schema import World
from t2s_pipeline.prompts.feedback import FeedbackFacts, FeedbackMode, render_feedback
from t2s_pipeline.prompts.templates import Detail
from t2s_pipeline.schema.serialise import quote_identifier

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = re.compile(r"'[^']*'")
_AGGREGATES = ("count", "avg", "sum", "min", "max")
_CONNECTING = ("SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "AS", "ON", "JOIN")


@dataclass(frozen=True)
class Repair:
    """A wrong attempt at a question, and what the pipeline says of it."""

    broken_sql: str
    feedback: str
    turn: int
    detail: Detail


def random_repair(rng: Random, world: World, question: Question, database: sqlite3.Connection) -> Repair | None:
    """A broken form of the question's query with its feedback, or None where the draw does not fit the query.

    `database` is an empty database with the world's tables (`empty_database`).
    """
    broken = rng.choice(_BREAKS)(rng, world, question.sql)
    if broken is None or broken == question.sql:
        return None
    error = _error_of(database, broken)
    rows = None if error else rng.choice((0, 0, 1, 1, 2, 3, rng.randint(4, 12), rng.randint(4, 100)))
    mode = FeedbackMode.ERROR_ONLY if rng.random() < 0.15 else FeedbackMode.RESULT_STATUS
    detail = Detail.MINIMAL if rng.random() < 0.4 else Detail.BASIC
    feedback = render_feedback(FeedbackFacts(error is None, error, rows), mode, detail)
    return Repair(broken, feedback, rng.choice((1, 1, 2)), detail)


def empty_database(world: World) -> sqlite3.Connection:
    """An in-memory database with the world's tables and no rows."""
    connection = sqlite3.connect(":memory:")
    for entity in world.entities:
        columns = ", ".join(f"{quote_identifier(c.name)} {c.type}" for c in entity.columns)
        connection.execute(f"CREATE TABLE {quote_identifier(entity.name)} ({columns})")
    return connection


def _error_of(database: sqlite3.Connection, sql: str) -> str | None:
    try:
        database.execute(sql).fetchall()
    except (sqlite3.Error, sqlite3.Warning) as error:
        return str(error)
    return None


def _names_in(world: World, sql: str) -> list[str]:
    names = {c.name for e in world.entities for c in e.columns} | {e.name for e in world.entities}
    return [w for w in dict.fromkeys(_WORD.findall(_LITERAL.sub("", sql))) if w in names]


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


def other_name(rng: Random, world: World, sql: str) -> str | None:
    """A column or table of this database in the place of the right one."""
    names = _names_in(world, sql)
    if not names:
        return None
    old = rng.choice(names)
    tables = [e.name for e in world.entities]
    pool = tables if old in tables else [c.name for e in world.entities for c in e.columns]
    new = rng.choice(pool)
    return None if new == old else _replace_word(rng, sql, old, quote_identifier(new))


def swapped_alias(rng: Random, world: World, sql: str) -> str | None:
    """T1 for T2 at one place: the column is asked of a table that does not own it."""
    places = [m.span() for m in re.finditer(r"\bT[123](?=\.)", sql)]
    if not places:
        return None
    start, end = rng.choice(places)
    return sql[:start] + {"T1": "T2", "T2": "T1", "T3": "T2"}[sql[start:end]] + sql[end:]


def lost_join(rng: Random, world: World, sql: str) -> str | None:
    """The last JOIN ... ON dropped."""
    joins = list(re.finditer(r" JOIN \S+ AS T[23] ON \S+ = \S+", sql))
    if not joins:
        return None
    join = joins[-1]
    return sql[: join.start()] + sql[join.end() :]


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
    return None


def other_condition(rng: Random, world: World, sql: str) -> str | None:
    """Another comparison, another value, or a lost WHERE."""
    forms = [
        sql.replace(a, b, 1)
        for a, b in ((" > ", " < "), (" < ", " > "), (" >= ", " > "), (" != ", " = "), (" AND ", " OR "))
        if a in sql
    ]
    if _LITERAL.search(sql):
        forms.append(_LITERAL.sub(f"'{text_value(rng)}'", sql, count=1))
        forms.append(_LITERAL.sub(lambda m: m[0].lower(), sql, count=1))
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
        keyword = rng.choice(present)
        return sql.replace(f"{keyword} ", "" if rng.random() < 0.6 else f"{keyword} {keyword} ", 1)
    if roll < 0.6:
        marks = [i for i, c in enumerate(sql) if c in "()',"]
        if marks:
            place = rng.choice(marks)
            return sql[:place] + sql[place + 1 :]
    tokens = sql.split(" ")
    return " ".join(tokens[: rng.randint(len(tokens) // 2, len(tokens) - 1)])


_Break = Callable[[Random, World, str], str | None]
_BREAKS: tuple[_Break, ...] = (
    *[misspelt_name] * 3,
    *[other_name] * 2,
    *[swapped_alias] * 2,
    lost_join,
    other_aggregate,
    other_condition,
    lost_clause,
    bad_syntax,
)
"""What small models do most stands more than once."""
